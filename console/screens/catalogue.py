"""Choices and what they are found by: any words of their names, in any order. Made once, asked with every letter.

Knows no widget and not what can be chosen. Of 7,000 names those are looked at that matched what was typed before, if more was typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.screens.palette_choices import Choice

_BETWEEN = re.compile(r"[\W_]+")
_WAY = "go to "


@dataclass(frozen=True, slots=True)
class Named:
    """`whole`: the name in one case; `name`: the same without "go to"; `words`: its words with a blank around each."""

    whole: str
    name: str
    words: str
    choice: Choice


def named(choices: Iterable[Choice]) -> tuple[Named, ...]:
    return tuple(_named(choice.label.casefold(), choice) for choice in choices)


def _named(whole: str, choice: Choice) -> Named:
    return Named(whole, whole.removeprefix(_WAY), f" {_BETWEEN.sub(' ', whole)} ", choice)


class Catalogue:
    def __init__(self, entries: Sequence[Named]) -> None:
        self._entries = entries
        #: What was asked last, and what matched it.
        self._last: tuple[str, Sequence[Named]] = ("", entries)

    def found(self, query: str) -> list[Choice]:
        """What matches every word typed: whole words before beginnings, those before parts; what does not apply comes last.

        Of equals that comes first whose name is that, then whose name begins so: "pipeline" is the page, and toggles nothing."""
        asked = query.casefold()
        words = asked.split()
        entries = self._last[1] if asked.startswith(self._last[0]) else self._entries
        for word in words:
            entries = [entry for entry in entries if word in entry.whole]
        self._last = (asked, entries)
        # A first letter may match thousands: each is put to its like, and only the kinds are sorted.
        alike: dict[tuple[bool, int, int], list[Choice]] = defaultdict(list)
        patterns, name = [(f" {word} ", f" {word}") for word in words], asked.strip().removeprefix(_WAY)
        for entry in entries:
            rank = 0
            for whole, beginning in patterns:
                if whole not in entry.words:
                    rank += 1 if beginning in entry.words else 3
            distance = 2 if not entry.name.startswith(name) else 0 if entry.name == name else 1
            alike[entry.choice.blocked != "", rank, distance].append(entry.choice)
        return [choice for kind in sorted(alike) for choice in alike[kind]]
