"""What the mouse has selected in a pane of lines: from a cell of one line to a cell of another, as in a terminal. A value and its arithmetic.

Knows no widget and no text. widgets/painted.py moves it and draws it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MouseSelection:
    """`begin` and `end` are (line, column), in the order in which the mouse went; the cell at the later of the two belongs to it."""

    begin: tuple[int, int]
    end: tuple[int, int]

    def to(self, line: int, column: int) -> MouseSelection:
        return MouseSelection(self.begin, (max(0, line), max(0, column)))

    def moved(self, lines: int) -> MouseSelection:
        """Where its text stands when lines came (or, below 0, went) above it; what has gone is selected no more."""
        return MouseSelection(*((max(0, line + lines), column if line + lines >= 0 else 0) for line, column in (self.begin, self.end)))

    @property
    def is_empty(self) -> bool:
        return self.begin == self.end

    @property
    def lines(self) -> range:
        return range(min(self.begin[0], self.end[0]), max(self.begin[0], self.end[0]) + 1)

    def span(self, line: int, width: int) -> tuple[int, int] | None:
        """The columns [from, to) of a line that belong to it."""
        first, last = sorted((self.begin, self.end))
        if not first[0] <= line <= last[0]:
            return None
        start = first[1] if line == first[0] else 0
        end = last[1] + 1 if line == last[0] else width
        return (min(start, width), min(end, width))
