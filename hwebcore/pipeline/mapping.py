"""Handler mapping (rt 3.5): which row of the effective handlers a method and a URL path meet; first match in order wins.

Knows neither files nor access policy: core.py checks those at MAP_REQUEST_HANDLER. Patterns are compiled once per scope.
"""

from __future__ import annotations

import re

from hwebcore.frozen import frozen
from hwebcore.plan import HandlerMapping


@frozen
class Match:
    """`script_path` is the part of the path that the row claims, `path_info` what follows it ("" or "/…")."""

    row: HandlerMapping
    script_path: str
    path_info: str


@frozen
class _Pattern:
    everything: bool
    splits: bool
    match: re.Pattern[str]


class HandlerMap:
    """The rows of one scope in their order."""

    def __init__(self, rows: tuple[HandlerMapping, ...]) -> None:
        self._rows = tuple((row, tuple(_compile(part.strip()) for part in row.path.split(",") if part.strip())) for row in rows)

    def find(self, method: str, path: str) -> Match | None:
        """Verbs compare case-sensitively, a row whose verbs differ is passed over; paths compare without case."""
        for row, patterns in self._rows:
            if row.verbs and method not in row.verbs and "*" not in row.verbs:
                continue
            for pattern in patterns:
                end = _claim(pattern, path)
                if end:
                    return Match(row, path[:end], path[end:])
        return None


def _claim(pattern: _Pattern, path: str) -> int:
    """How many characters of `path` the pattern claims, 0 for none: the whole, else the shortest part that ends at a segment."""
    if pattern.everything or pattern.match.fullmatch(path):
        return len(path)
    if not pattern.splits:
        return 0
    end = path.find("/", 1)
    while end > 0:
        if pattern.match.fullmatch(path, 0, end):
            return end
        end = path.find("/", end + 1)
    return 0


def _compile(pattern: str) -> _Pattern:
    if pattern == "*":
        return _Pattern(True, False, re.compile(""))
    if pattern == "*.":  # no extension: a last segment that holds no dot
        return _Pattern(False, False, re.compile(r"(?:.*/)[^/.]+", re.DOTALL))
    any_text = ".*" if "/" in pattern else "[^/]*"
    first, *rest = ["".join("[^/]" if letter == "?" else re.escape(letter) for letter in piece) for piece in pattern.lstrip("/").split("*")]
    # What stands before a star is looked for once, as far to the left as it is: a visitor's path must not cost a try for each way in
    # which the stars could share it out.
    start = f"(?>(?:[^/]*+/)+?{first})" if rest and "/" in pattern else f"(?:.*/){first}"
    middle = "".join(f"(?>{any_text}?{piece})" for piece in rest[:-1])
    return _Pattern(False, True, re.compile(start + middle + (any_text + rest[-1] if rest else ""), re.IGNORECASE | re.DOTALL))
