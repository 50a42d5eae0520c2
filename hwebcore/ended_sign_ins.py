"""Sign-ins that were ended before their tickets: by their numbers, until the last of those tickets would have expired.

Knows no ticket and no file. Look next at managed/forms.py (who ends one) and service/shared_sign_outs.py (who tells all workers).
"""

from __future__ import annotations

import time
from collections.abc import Iterable

#: Beyond this the one that was ended first is forgotten.
MOST = 20_000
#: An ended sign-in is remembered no longer, however long its tickets last.
MOST_S = 366 * 24 * 3600.0
_DIGITS = 32


class EndedSignIns:
    """Number → Unix time until which it counts."""

    def __init__(self, ended: Iterable[tuple[str, float]] = ()) -> None:
        self._ended: dict[str, float] = {}
        for number, until in ended:
            self.add(number, until)

    def __contains__(self, number: str) -> bool:
        return number in self._ended

    def __len__(self) -> int:
        return len(self._ended)

    @property
    def all(self) -> list[tuple[str, float]]:
        return list(self._ended.items())

    def add(self, number: str, until: float) -> bool:
        """Whether it is new, and one that can still matter. Whoever says so may be a worker with anybody's code."""
        now = time.time()
        if len(number) != _DIGITS or not number.isalnum() or not number.isascii() or not now < until <= now + MOST_S or number in self._ended:
            return False
        if len(self._ended) >= MOST:
            self._ended = {one: end for one, end in self._ended.items() if end > now}
            if len(self._ended) >= MOST:
                self._ended.pop(next(iter(self._ended)))
        self._ended[number] = until
        return True
