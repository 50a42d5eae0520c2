"""Choices and what they are found by: any words of their names, in any order. Made once, asked with every letter.

Knows no widget and not what can be chosen. Of 7,000 names those are looked at that matched what was typed before, if more was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.screens.palette_choices import Choice

_BETWEEN = re.compile(r"[\W_]+")
_WAY = "go to "


@dataclass(frozen=True, slots=True)
class Named:
    """`whole`: the name in one case; `words`: its words with a blank around each."""

    whole: str
    words: str
    choice: Choice


def named(choices: Iterable[Choice]) -> tuple[Named, ...]:
    return tuple(Named(whole, f" {_BETWEEN.sub(' ', whole)} ", choice) for choice, whole in ((choice, choice.label.casefold()) for choice in choices))


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
        ranked = sorted(
            (bool(entry.choice.blocked), _rank(words, entry.words), _distance(entry.whole, asked), at) for at, entry in enumerate(entries)
        )
        return [entries[at].choice for *_, at in ranked]


def _distance(name: str, asked: str) -> int:
    """0: it is the name; 1: the name begins so. "Go to" may be typed or not."""
    name, asked = name.removeprefix(_WAY), asked.strip().removeprefix(_WAY)
    return 0 if name == asked else 1 if name.startswith(asked) else 2


def _rank(words: Sequence[str], name: str) -> int:
    """The lower the better."""
    return sum(0 if f" {word} " in name else 1 if f" {word}" in name else 3 for word in words)
