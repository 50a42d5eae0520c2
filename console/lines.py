"""What a page draws, as values: runs of shown text, lines, columns and rows. Roles are names; themes give them colours.

Knows no widget, no colour and no configuration. widgets/painted.py paints lines, widgets/rows.py lays rows out in columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from console.display import Shown, show

Role = str
"""A semantic colour of themes/: text, quiet, link, good, warning, bad, integrated, classic, heading, rule …"""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one role. `link` names what a click on it opens (an action's id or a place's address)."""

    text: Shown
    role: Role = "text"
    bold: bool = False
    link: object = None


def run(text: object, role: Role = "text", *, bold: bool = False, link: object = None) -> Run:
    return Run(show(text), role, bold, link)


@dataclass(frozen=True, slots=True)
class Line:
    """Runs from the left, runs at the right edge. A line with a key can hold the cursor; `fill` continues to the right edge."""

    left: tuple[Run, ...] = ()
    right: tuple[Run, ...] = ()
    key: object = None
    ground: str = ""
    fill: str = ""


def line(*runs: Run, right: Sequence[Run] = (), key: object = None, ground: str = "", fill: str = "") -> Line:
    return Line(tuple(runs), tuple(right), key, ground, fill)


BLANK = Line()


@dataclass(frozen=True, slots=True)
class Column:
    """`drop` orders the columns that fall away when room is short: the highest goes first, 0 never goes."""

    id: str
    title: str
    width: int
    align: Literal["left", "right"] = "left"
    drop: int = 0
    #: The widest it grows to where there is room; 0 keeps `width`.
    grow: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """`order` sorts (the text where it is None)."""

    run: Run
    order: float | str | None = None

    @property
    def sort_key(self) -> tuple[int, float, str]:
        if isinstance(self.order, (int, float)):
            return (0, float(self.order), "")
        text = self.order if isinstance(self.order, str) else self.run.text.plain
        return (1, 0.0, text.casefold())


def cell(text: object, role: Role = "text", *, bold: bool = False, order: float | str | None = None) -> Cell:
    return Cell(run(text, role, bold=bold), order)


@dataclass(frozen=True, slots=True)
class Row:
    """`key` identifies it across redraws; `groups`: group id → (heading, role of the heading)."""

    key: object
    cells: Mapping[str, Cell]
    groups: Mapping[str, tuple[str, Role]] = field(default_factory=dict)
    #: A glyph before the first column (a state), with its role.
    glyph: Run | None = None
    #: Lines under the row while it is selected.
    detail: tuple[Line, ...] = ()

    def matches(self, needle: str) -> bool:
        return any(needle in entry.run.text.plain.casefold() for entry in self.cells.values())


def pieces(text: str, width: int) -> Iterator[str]:
    """In pieces of a width, cut behind a word where there is one. What stands further in, or bears the sign of a difference, goes on
    below its sign and four columns further in."""
    sign = text[:1] if text[:1] in ("+", "-") else " "
    inner = len(text) - 1 - len(text[1:].lstrip())
    indent = sign + " " * min(width // 2, inner + 4) if text[:1] in ("+", "-", " ") else ""
    rest, before = text, ""
    while len(before) + len(rest) > width:
        room = max(1, width - len(before))
        cut = rest.rfind(" ", room * 2 // 3, room) + 1 or room
        yield before + rest[:cut]
        rest, before = rest[cut:], indent
    yield before + rest


def folded(entry: Line, width: int) -> list[Line]:
    """A line of a single stretch that is longer than the width goes on below; others stay as they are."""
    if len(entry.left) != 1 or entry.right or width < 1 or len(entry.left[0].text.plain) <= width:
        return [entry]
    only = entry.left[0]
    return [replace(entry, left=(replace(only, text=show(piece)),)) for piece in pieces(only.text.plain, width)]


def sentences_in(text: str, width: int) -> str:
    """As many of its sentences as there is room for: one that is cut in its middle says nothing. The first stays in any case."""
    while len(text) > width and ". " in text:
        text = text.rpartition(". ")[0] + "."
    return text


def fit(columns: Sequence[Column], natural: Mapping[str, int], room: int) -> list[tuple[Column, int]]:
    """The columns that fit into `room` cells (one blank between) with their widths. `natural`: the widest text of each."""
    kept = list(columns)

    def least(column: Column) -> int:
        return min(column.width, max(natural.get(column.id, 0), len(column.title)))

    while len(kept) > 1 and sum(map(least, kept)) + 2 * (len(kept) - 1) > room:
        worst = max(kept, key=lambda column: column.drop)
        if worst.drop == 0:
            break
        kept.remove(worst)
    widths = {column.id: least(column) for column in kept}
    spare = room - sum(widths.values()) - 2 * (len(kept) - 1)
    for column in kept:
        wish = max(0, min(max(column.grow, column.width), natural.get(column.id, 0)) - widths[column.id])
        given = max(0, min(wish, spare))
        widths[column.id] += given
        spare -= given
    if spare < 0 and kept:
        widths[kept[0].id] = max(4, widths[kept[0].id] + spare)
    return [(column, widths[column.id]) for column in kept]
