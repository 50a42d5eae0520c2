"""What was changed, by whom, in order: entries that can be undone, also out of order where their places do not touch.

Knows texts by path and no XML, and writes nothing. The entries, applied in order to the texts as they were opened, give the texts
as they are now: taking one out moves it over the later ones first. workspace.py records and saves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from model.difference import Replacement

#: A console may stay open for weeks beside a program that writes every minute: the oldest entries can then no longer be undone.
_MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One file's part of an entry. A file's birth has no `old`, its end no `new`, another encoding or byte order mark has both.

    Otherwise both are None and the replacements speak.
    """

    path: Path
    replacements: tuple[Replacement, ...] = ()
    old: bytes | None = None
    new: bytes | None = None
    #: What it did, for reading.
    diff: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the file came, went, or has other bytes for the same characters."""
        return self.old is not None or self.new is not None


def recorded(path: Path, replacements: tuple[Replacement, ...], before: bytes | None, after: bytes | None, diff: str = "") -> Change:
    """A file's part with its replacements, or with its bytes where there are none."""
    return Change(path, replacements, diff=diff) if replacements else Change(path, (), before, after, diff)


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    #: Seconds since the epoch.
    time: float
    #: Made by another program (or another console).
    foreign: bool
    changes: tuple[Change, ...]
    number: int = 0

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(change.path for change in self.changes)

    @property
    def diff(self) -> str:
        return "\n".join(change.diff for change in self.changes)


class UndoConflict(Exception):
    """A later entry changed the same place. `later` can be undone first, where its author agrees; `diff` is what `entry` did."""

    def __init__(self, entry: Entry, later: Entry) -> None:
        super().__init__(f"{entry.label!r} cannot be undone: {later.label!r} changed the same place afterwards")
        self.entry = entry
        self.later = later

    @property
    def diff(self) -> str:
        return self.entry.diff


@dataclass(frozen=True, slots=True)
class History:
    """`entries`: oldest first, those in force. `undone`: what redo brings back, the next one last."""

    entries: tuple[Entry, ...] = ()
    undone: tuple[Entry, ...] = ()
    _count: int = 0

    @property
    def newest_own(self) -> Entry | None:
        return next((entry for entry in reversed(self.entries) if not entry.foreign), None)

    def record(self, entry: Entry) -> History:
        """One more entry. An own one ends what could be redone; a foreign one moves it, or ends it where it touched its place."""
        numbered = replace(entry, number=self._count + 1)
        undone = _moved_over(self.undone, numbered) if entry.foreign else ()
        return History((*self.entries, numbered)[-_MOST_ENTRIES:], undone, self._count + 1)

    def without(self, entry: Entry) -> tuple[History, Entry]:
        """The history as if the entry had not been, and the entry as the last thing that happened. Raises UndoConflict."""
        index = next(index for index, candidate in enumerate(self.entries) if candidate.number == entry.number)
        before, last, after = self.entries[:index], self.entries[index], self.entries[index + 1 :]
        moved: list[Entry] = []
        for later in after:
            swapped = _swapped(last, later)
            if swapped is None:
                raise UndoConflict(entry, later)
            earlier, last = swapped
            moved.append(earlier)
        return replace(self, entries=(*before, *moved), undone=(*self.undone, last)), last

    def redone(self) -> tuple[History, Entry]:
        """The history with the last undone entry at its end."""
        entry = self.undone[-1]
        return replace(self, entries=(*self.entries, entry), undone=self.undone[:-1]), entry


def _swapped(first: Entry, second: Entry) -> tuple[Entry, Entry] | None:
    """The two in the other order, with the same texts in the end; None where they touch."""
    firsts, seconds = {change.path: change for change in first.changes}, {change.path: change for change in second.changes}
    for path in firsts.keys() & seconds.keys():
        one, other = firsts[path], seconds[path]
        if one.is_whole or other.is_whole:
            return None
        ends = _after(one.replacements)
        if any(_touch(start, len(here.after), there.start, len(there.before)) for start, here in ends for there in other.replacements):
            return None
        moved = tuple(replace(r, start=r.start - sum(here.growth for start, here in ends if start < r.start)) for r in other.replacements)
        seconds[path] = replace(other, replacements=moved)
        firsts[path] = replace(one, replacements=_shifted(one.replacements, moved))
    return replace(second, changes=tuple(seconds.values())), replace(first, changes=tuple(firsts.values()))


def _moved_over(undone: tuple[Entry, ...], foreign: Entry) -> tuple[Entry, ...]:
    """The entries of a redo list in the text that a foreign entry left; the list ends at the first that it touches."""
    kept: list[Entry] = []
    for entry in reversed(undone):
        both = beside(entry, foreign)
        if both is None:
            break
        moved, foreign = both
        kept.insert(0, moved)
    return tuple(kept)


def beside(one: Entry, other: Entry) -> tuple[Entry, Entry] | None:
    """Two entries of the same text, each as it is after the other; None where they touch."""
    ones, others = {change.path: change for change in one.changes}, {change.path: change for change in other.changes}
    for path in ones.keys() & others.keys():
        left, right = ones[path], others[path]
        pairs = itertools.product(left.replacements, right.replacements)
        if left.is_whole or right.is_whole or any(_touch(a.start, len(a.before), b.start, len(b.before)) for a, b in pairs):
            return None
        ones[path] = replace(left, replacements=_shifted(left.replacements, right.replacements))
        others[path] = replace(right, replacements=_shifted(right.replacements, left.replacements))
    return replace(one, changes=tuple(ones.values())), replace(other, changes=tuple(others.values()))


def _after(replacements: Iterable[Replacement]) -> list[tuple[int, Replacement]]:
    """Each with its start in the text after."""
    grown = 0
    placed = []
    for replacement in replacements:
        placed.append((replacement.start + grown, replacement))
        grown += replacement.growth
    return placed


def _shifted(replacements: tuple[Replacement, ...], others: tuple[Replacement, ...]) -> tuple[Replacement, ...]:
    return tuple(replace(r, start=r.start + sum(other.growth for other in others if other.start < r.start)) for r in replacements)


def _touch(start: int, length: int, other_start: int, other_length: int) -> bool:
    return start <= other_start + other_length and other_start <= start + length
