"""Lines → strips: pads, cuts with "…", paints the cursor's bar. Pure functions of a line, a width and an Ink.

Knows no page and no widget. widgets/painted.py calls it for the rows that can be seen.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from console.display import Shown
from console.lines import Line, Run
from console.widgets.ink import Ink


def paint(entry: Line, width: int, ink: Ink, ground: str, *, cursor: str = "") -> Strip:
    """One line, exactly `width` cells. The first cell is the gutter: the cursor's marker. `cursor`: the ground of the cursor's bar."""
    ground = cursor or entry.ground or ground
    segments = [Segment("▌", ink.style("marker", ground, True)) if cursor == "selected" else Segment(" ", ink.style("text", ground))]
    right = _runs(entry.right, max(0, width - 2))
    tail = sum(width_of(text) for text, _ in right)
    room = width - 1 - (tail + 2 if tail else 0)
    left = _runs(entry.left, room)
    segments += [Segment(text, ink.style(run.role, ground, run.bold)) for text, run in left]
    used = sum(width_of(text) for text, _ in left)
    gap = width - 1 - used - (tail + 1 if tail else 0)
    if gap > 0:
        fill = entry.fill or " "
        segments.append(Segment(fill * gap if not entry.fill else f" {fill * max(0, gap - 2)} "[:gap], ink.style("rule", ground)))
    if tail:
        segments += [Segment(text, ink.style(run.role, ground, run.bold)) for text, run in right]
        segments.append(Segment(" ", ink.style("text", ground)))
    return Strip(segments).adjust_cell_length(width, ink.style("text", ground))


def _runs(runs: tuple[Run, ...], room: int) -> list[tuple[str, Run]]:
    """The runs cut to `room` cells."""
    found: list[tuple[str, Run]] = []
    for run in runs:
        if room <= 0:
            if found:
                text, last = found[-1]
                if not text.endswith("…") and width_of(text) > 1:
                    found[-1] = (set_cell_size(text, width_of(text) - 1) + "…", last)
            break
        text = cut(run.text, room)
        found.append((text, run))
        room -= width_of(text)
    return found


def width_of(text: str) -> int:
    """Cells. Of most text it is told without a look at each character."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: Shown, room: int) -> str:
    """`text` in at most `room` cells, with "…" where something is missing."""
    plain = text.plain
    if width_of(plain) <= room:
        return plain
    return set_cell_size(plain, room - 1) + "…" if room > 0 else ""


def pad(text: Shown, width: int, align: str = "left") -> str:
    """`text` in exactly `width` cells."""
    plain = cut(text, width)
    blank = " " * max(0, width - width_of(plain))
    return blank + plain if align == "right" else plain + blank


def link_at(entry: Line, width: int, column: int) -> object:
    """What a click at `column` of a painted line opens, or None."""
    right = _runs(entry.right, max(0, width - 2))
    position = width - 1 - sum(width_of(text) for text, _ in right)
    if column >= position:
        return _hit(right, position, column)
    return _hit(_runs(entry.left, position - 1), 1, column)


def _hit(runs: list[tuple[str, Run]], position: int, column: int) -> object:
    for text, run in runs:
        if position <= column < position + width_of(text):
            return run.link
        position += width_of(text)
    return None
