"""How much processor time a pool's workers use inside cpu/resetInterval, against cpu/limit (rt 2.1).

Knows processes by pid and the pool's settings; watch.py asks once a second, pools.py acts on what it answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from hwebcore.plan import CpuSettings
from hwebcore.platform import cpu_seconds

#: cpu/limit is in thousandths of a percent of all processors' time.
_WHOLE = 100_000


class CpuWatch:
    """`look` answers once an interval that the limit was passed, with how long the interval still lasts; 0.0 otherwise."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._spent_s = 0.0
        self._seen: dict[int, float] = {}
        self._told = False

    def look(self, settings: CpuSettings, pids: Iterable[int], now: float) -> float:
        if not settings.limit or not settings.reset_interval_s:
            self._since = None
            return 0.0
        first = self._since is None
        used = {pid: cpu_seconds(pid) for pid in pids}
        if self._since is None or now - self._since >= settings.reset_interval_s:
            self._since, self._spent_s, self._told = now, 0.0, False
            self._seen = used if first else self._seen
        self._spent_s += sum(max(0.0, seconds - self._seen.get(pid, 0.0)) for pid, seconds in used.items())
        self._seen = used
        if self._told or self._spent_s < allowed_s(settings):
            return 0.0
        self._told = True
        return max(self._since + settings.reset_interval_s - now, 0.001)


def allowed_s(settings: CpuSettings) -> float:
    """The processor time that the pool may use in one interval."""
    return settings.limit / _WHOLE * (os.cpu_count() or 1) * settings.reset_interval_s
