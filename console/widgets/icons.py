"""A list that can be shown as icons, several to a line, as IIS Manager's home pages are: the cursor goes four ways.

Knows no page. Rows, groups, filter and sort are widgets/rows.py's; a dimmed row is a dimmed icon.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.strip import Strip

from console.display import show
from console.lines import Line, Row, Run, line, run
from console.widgets.paint import pad, paint
from console.widgets.rows import Rows

#: Cells of an icon with its name.
ICON_WIDTH = 32


class IconRows(Rows):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("left", "side(-1)", show=False), Binding("right", "side(1)", show=False)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.as_icons = False
        self._column = 0

    @property
    def header(self) -> Line | None:
        return None if self.as_icons else super().header

    def show_icons(self, on: bool) -> None:
        key = self.cursor_key
        self.as_icons = on
        self.lay_out()
        self.select(key)
        self.refresh()

    def _entries_of(self, rows: list[Row]) -> list[Row | Line]:
        if not self.as_icons or not rows:
            return super()._entries_of(rows)
        lines: list[Row | Line] = []
        for heading, members in self._grouped(rows) if self.group else [(("", ""), rows)]:
            if heading[0]:
                lines.append(line(run(heading[0], heading[1], bold=True), fill="─"))
            for start in range(0, len(members), self._per_line):
                some = members[start : start + self._per_line]
                lines.append(Line(tuple(_icon(row) for row in some), key=tuple(row.key for row in some)))
        return lines

    @property
    def _per_line(self) -> int:
        return max(1, ((self.scrollable_content_region.width or self.size.width or 80) - 1) // ICON_WIDTH)

    # --- the cursor, by line and column ---

    @property
    def _keys(self) -> tuple[object, ...]:
        key = self.key_at(self.cursor_line)
        return key if isinstance(key, tuple) else ()

    @property
    def cursor_key(self) -> object:
        keys = self._keys
        return keys[min(self._column, len(keys) - 1)] if self.as_icons and keys else super().cursor_key

    def find_line(self, key: object) -> int:
        for index in range(self.line_count):
            keys = self.key_at(index)
            if isinstance(keys, tuple) and key in keys:
                self._column = keys.index(key)
                return index
        return super().find_line(key)

    def select(self, key: object) -> None:
        if not self.as_icons:
            super().select(key)
            return
        index = self.find_line(key)
        if index != self.cursor_line:
            self.put_cursor(index)
        self.refresh()

    def action_side(self, step: int) -> None:
        keys = self._keys
        if not self.as_icons or not keys:
            return
        column = min(self._column, len(keys) - 1) + step
        if 0 <= column < len(keys):
            self._column = column
            self.refresh()
            self.post_message(self.Highlighted(self, self.cursor_key))
            return
        before = self.cursor_line
        self._column = self._per_line if step < 0 else 0
        self.action_move(step)
        if self.cursor_line == before:
            self._column = min(max(0, column), len(keys) - 1)

    def plain_line(self, index: int, width: int) -> Strip:
        keys = self._keys
        if not self.as_icons or index != self.cursor_line or not keys:
            return super().plain_line(index, width)
        entry = self.line_at(index)
        column = min(self._column, len(keys) - 1)
        plain = paint(entry, width, self.ink, self.GROUND)
        at = column * ICON_WIDTH
        chosen = entry.left[column]
        cut = replace(chosen, text=show(chosen.text.plain[: ICON_WIDTH - 1]))
        lit = paint(Line((cut,)), ICON_WIDTH, self.ink, self.GROUND, cursor="selected" if self.has_focus else "selected-dim")
        return Strip.join([plain.crop(0, at), lit, plain.crop(at + ICON_WIDTH)]).adjust_cell_length(width)


def _icon(row: Row) -> Run:
    """The row's first cell, in a width that a click can find."""
    first = row.cells["name"].run
    mark = "▢" if first.role == "quiet" else "▣"
    return Run(show(pad(show(f"{mark} {first.text.plain}"), ICON_WIDTH - 1) + " "), first.role, first.bold, row.key)
