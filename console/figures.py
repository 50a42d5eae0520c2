"""The last minute in figures: requests and errors a second, and percentiles of the newest durations. No Textual.

Knows no ring and no record. feed.py counts into one of these for all, one a pool and one a mode.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

WINDOW_S = 60
#: The durations that percentiles are taken of: the newest so many.
SAMPLE = 1000


@dataclass(slots=True)
class Figures:
    """`second` is the one that the last place of the window stands for."""

    requests: deque[int] = field(default_factory=lambda: deque([0] * WINDOW_S, WINDOW_S))
    errors: deque[int] = field(default_factory=lambda: deque([0] * WINDOW_S, WINDOW_S))
    durations: deque[float] = field(default_factory=lambda: deque(maxlen=SAMPLE))
    second: int = 0
    total: int = 0

    def turn(self, second: int) -> None:
        """Move the window to `second`."""
        for _ in range(min(WINDOW_S, second - self.second) if self.second else 0):
            self.requests.append(0)
            self.errors.append(0)
        self.second = max(self.second, second)

    def count(self, second: int, error: bool, duration_us: float) -> None:
        self.count_all(second, int(error), (duration_us,))

    def count_all(self, second: int, errors: int, durations_us: Sequence[float], untimed: int = 0) -> None:
        """Several at once; of a second that is over in its own place, of none where the window has left it behind.

        `untimed`: requests whose time says nothing of how fast an answer is.
        """
        number = len(durations_us) + untimed
        if second > self.second:
            self.turn(second)
        if self.second - second < WINDOW_S:
            self.requests[second - self.second - 1] += number
            self.errors[second - self.second - 1] += errors
        self.durations.extend(durations_us[-SAMPLE:])
        self.total += number

    def rate(self, second: int) -> float:
        """Requests a second over the last five whole seconds."""
        self.turn(second)
        return sum(list(self.requests)[-6:-1]) / 5

    def error_rate(self, second: int) -> float:
        """Answers with 5xx a second, likewise."""
        self.turn(second)
        return sum(list(self.errors)[-6:-1]) / 5

    def percentile(self, part: float) -> float:
        return self.percentiles(part)[0]

    def percentiles(self, *parts: float) -> tuple[float, ...]:
        """Microseconds; 0 where nothing was counted."""
        found = sorted(self.durations)
        return tuple(found[min(len(found) - 1, int(len(found) * part))] if found else 0.0 for part in parts)

    def last_seconds(self, count: int = 20) -> list[float]:
        """Requests of each of the last whole seconds."""
        return [float(number) for number in list(self.requests)[-count - 1 : -1]]
