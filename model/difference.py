"""What differs between two texts: as replacements for undo, and as a unified diff for people.

Knows no XML and no history. history.py keeps replacements; workspace.py shows diffs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Above this many differing lines the comparison would be slow and its detail of no use: they become one replacement.
_MOST_LINES = 1000
_MOST_SHOWN = 4000
#: More space than this at the beginning of a line is not looked through.
_MOST_INDENT = 200
_HUNK = re.compile(r"\A@@ -(\d+)(,\d+ \+| \+)(\d+)(?=[, ])")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Replacement:
    """At `start` of the text before, `before` became `after`."""

    start: int
    before: str
    after: str

    @property
    def growth(self) -> int:
        return len(self.after) - len(self.before)


def difference(before: str, after: str) -> tuple[Replacement, ...]:
    """In rising order and not overlapping; applied to `before` they give `after`."""
    if before == after:
        return ()
    shared, after_it = shared_ends(before, after)
    first = before.rfind("\n", 0, shared) + 1
    last = before.find("\n", len(before) - after_it) + 1 or len(before)
    before, after = before[first:last], after[first : len(after) - (len(before) - last)]
    olds, news = _lines(before), _lines(after)
    head = _common(olds, news)
    tail = _common(olds[head:][::-1], news[head:][::-1])
    olds_between, news_between = olds[head : len(olds) - tail], news[head : len(news) - tail]
    start = first + sum(map(len, olds[:head]))
    if len(olds_between) + len(news_between) > _MOST_LINES:
        return (_trimmed(start, "".join(olds_between), "".join(news_between)),)
    offsets = [start]
    for line in olds_between:
        offsets.append(offsets[-1] + len(line))
    found = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, olds_between, news_between).get_opcodes():
        if tag != "equal":
            found.append(_trimmed(offsets[i], "".join(olds_between[i:j]), "".join(news_between[k:m])))
    return tuple(found)


def replaced(text: str, replacements: Iterable[Replacement]) -> str | None:
    """The text with the replacements made; None where it does not hold what they replace."""
    pieces: list[str] = []
    done = 0
    for replacement in replacements:
        end = replacement.start + len(replacement.before)
        if replacement.start < done or text[replacement.start : end] != replacement.before or end > len(text):
            return None
        pieces += (text[done : replacement.start], replacement.after)
        done = end
    return "".join((*pieces, text[done:]))


def reverse(replacements: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """What takes the text after back to the text before."""
    grown = 0
    reversed_ones = []
    for replacement in replacements:
        reversed_ones.append(Replacement(replacement.start + grown, replacement.after, replacement.before))
        grown += replacement.growth
    return tuple(reversed_ones)


def excerpt(before: str, after: str, *, context: int = 3) -> tuple[str, str, int]:
    """The part of each in which they differ, with some lines around, and how many lines stand before it.

    It is cut where a line begins with "<": no attribute of an XML text is cut in two.
    """
    head, tail = shared_ends(before, after)
    start, lines = before.rfind("\n", 0, head) + 1, 0
    while start and (lines < context or not before[start : start + _MOST_INDENT].lstrip().startswith("<")):
        start, lines = before.rfind("\n", 0, start - 1) + 1, lines + 1
    end, lines = before.find("\n", len(before) - tail) + 1 or len(before), 0
    while end < len(before) and (lines < context or not before[end : end + _MOST_INDENT].lstrip().startswith("<")):
        end, lines = before.find("\n", end) + 1 or len(before), lines + 1
    return before[start:end], after[start : len(after) - (len(before) - end)], before.count("\n", 0, start)


def unified(before: str, after: str, name: str, *, context: int = 3, above: int = 0) -> str:
    """A diff for reading, without trailing line ends; of very many differing lines, their number. `above`: lines before these texts."""
    olds, news = _lines(before), _lines(after)
    same = _common(olds, news)
    same += _common(olds[same:][::-1], news[same:][::-1])
    if len(olds) + len(news) - 2 * same > _MOST_SHOWN:
        return f"--- {name}\n+++ {name}\n{len(olds) - same} lines became {len(news) - same} lines"
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=context, lineterm="")
    return "\n".join(_HUNK.sub(lambda hunk: f"@@ -{int(hunk[1]) + above}{hunk[2]}{int(hunk[3]) + above}", line) if above else line for line in lines)


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)


def _common(olds: list[str], news: list[str]) -> int:
    count = 0
    for old, new in zip(olds, news, strict=False):
        if old != new:
            break
        count += 1
    return count


def _trimmed(start: int, before: str, after: str) -> Replacement:
    """Without the characters that both share at either end."""
    head = _shared(before, after)
    before, after = before[head:], after[head:]
    tail = _shared(before[::-1], after[::-1])
    return Replacement(start + head, before[: len(before) - tail], after[: len(after) - tail])


def shared_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters both begin with, and how many of the others both end with."""
    head = _shared(one, other)
    least, most = 0, min(len(one), len(other)) - head
    while least < most:
        middle = (least + most + 1) // 2
        if one[len(one) - middle : len(one) - least] == other[len(other) - middle : len(other) - least]:
            least = middle
        else:
            most = middle - 1
    return head, least


def _shared(one: str, other: str) -> int:
    """How many characters both begin with: found by halving, as whole strings compare at once."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
