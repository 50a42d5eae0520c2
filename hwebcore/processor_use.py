"""Whether the system's processors are too busy for work that can be left: with a limit to stop at and one to begin again.

Knows nothing of the work. Ticks come from platform.py; where the system tells none, it is never too busy.
"""

from __future__ import annotations

import time

from hwebcore.platform import processor_ticks

#: IIS takes the mean over 30 seconds.
_AVERAGED_S = 30.0


class ProcessorUse:
    """Too busy above `high` percent of all processors, until they are below `low`."""

    def __init__(self, high: int, low: int) -> None:
        self._high = high
        self._low = low
        self._too_busy = False
        self._looked = time.monotonic()
        self._ticks = processor_ticks()

    def too_busy(self) -> bool:
        now = time.monotonic()
        if now - self._looked >= _AVERAGED_S:
            before, self._ticks, self._looked = self._ticks, processor_ticks(), now
            self.weigh(self._ticks[0] - before[0], self._ticks[1] - before[1])
        return self._too_busy

    def weigh(self, busy: int, ticks: int) -> None:
        """So many ticks of all were busy since the last look."""
        percent = 100 * busy / ticks if ticks > 0 else 0.0
        self._too_busy = percent >= self._low if self._too_busy else percent > self._high
