"""The list of every list page: columns that drop and grow, grouping, sorting, filter, marks. One drawn widget, however many rows.

Knows no page: rows and columns are values (console/lines.py). The cursor and the painting are widgets/painted.py's.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from console.display import show
from console.lines import BLANK, Column, Line, Row, Run, fit, line, run
from console.widgets.paint import pad, width_of
from console.widgets.painted import Painted

_GAP = Run(show("  "))


class Rows(Painted):
    """`lay_out` says what is shown; `set_rows` gives the rows. Sorting state belongs to the widget, keys to the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up", "mark_on_the_way(-1)", show=False),
        Binding("shift+down", "mark_on_the_way(1)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: tuple[Column, ...] = ()
        self.rows: Sequence[Row] = ()
        self.group = ""
        self.group_order: tuple[str, ...] = ()
        self.sort = ""
        self.descending = False
        self.needle = ""
        self.marks: set[object] = set()
        #: Whether rows of this page can be marked.
        self.markable = False
        self.empty = ""
        self.shown = 0
        self._header: Line | None = None
        self._laid_out_for = -1
        #: What stands below one another; a row's line is made when it comes into sight.
        self._entries: list[Row | Line] = []
        self._places: dict[object, int] = {}
        self._drawn: dict[int, Line] = {}
        self._layout: list[tuple[Column, int]] = []
        self._glyphs = self._has_details = False

    @property
    def header(self) -> Line | None:
        return self._header

    @property
    def line_count(self) -> int:
        return len(self._entries)

    def line_at(self, index: int) -> Line:
        found = self._drawn.get(index)
        if found is None:
            if not 0 <= index < len(self._entries):
                return BLANK
            entry = self._entries[index]
            found = self._drawn[index] = self._row_line(entry) if isinstance(entry, Row) else entry
        return found

    def key_at(self, index: int) -> object:
        return self._entries[index].key if 0 <= index < len(self._entries) else None

    def find_line(self, key: object) -> int:
        found = self._places.get(key) if key is not None else None
        return super().find_line(None) if found is None else found

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Rows that are the same objects as before cost nothing."""
        if self._laid_out_for >= 0 and rows == self.rows:
            return
        self.rows = rows
        self.lay_out()

    def lay_out(self) -> None:
        """Filter, sort, group and lay out what is there."""
        width = self.scrollable_content_region.width or self.size.width or 80
        self._laid_out_for = width
        found = [row for row in self.rows if not self.needle or row.matches(self.needle.casefold())]
        self.shown = len(found)
        keys = {row.key for row in self.rows}
        self.marks &= keys
        if self.sort:
            found.sort(key=lambda row: row.cells[self.sort].sort_key if self.sort in row.cells else (2, 0.0, ""), reverse=self.descending)
        self._has_details = any(row.detail for row in self.rows)
        self._glyphs = self.markable or any(row.glyph for row in self.rows)
        natural = {column.id: max((width_of(row.cells[column.id].run.text.plain) for row in self.rows if column.id in row.cells), default=0)
                   for column in self.columns}  # fmt: skip
        for column in self.columns:
            if column.id == self.sort:
                natural[column.id] = max(natural[column.id], width_of(column.title) + 1)  # its arrow
        self._layout = fit(self.columns, natural, width - 2 - (2 if self._glyphs else 0))
        header = self._header_line(self._layout, self._glyphs)
        if header != self._header:
            self._header = header
            self.refresh()
        self._show(self._entries_of(found))

    def _show(self, entries: list[Row | Line]) -> None:
        """Of what is in sight, only what is drawn otherwise than before is painted."""
        key, count, drawn = self.cursor_key, len(self._entries), self._drawn
        self._entries, self._drawn = entries, {}
        self._places = {entry.key: index for index, entry in enumerate(entries) if entry.key is not None}
        if len(entries) != count:
            self.lines_changed(key)
            return
        self.cursor_line = self.find_line(key)
        self.paint_again([index for index in self.in_sight if drawn.get(index) != self.line_at(index)])

    def _entries_of(self, rows: list[Row]) -> list[Row | Line]:
        if not rows:
            text = "Nothing matches the filter. Esc clears it." if self.needle and self.rows else self.empty
            return [line(run(piece, "quiet")) for piece in textwrap.wrap(text, max(20, self._laid_out_for - 2))]
        if not self.group:
            return self._with_detail(rows)
        entries: list[Row | Line] = []
        for (heading, role), members in self._grouped(rows):
            entries.append(line(run(heading, role, bold=True), fill="─"))
            entries += self._with_detail(members)
        return entries

    def _with_detail(self, rows: list[Row]) -> list[Row | Line]:
        """Under the row that holds the cursor stand its lines."""
        key = self.cursor_key if self._has_details else None
        entries: list[Row | Line] = []
        for row in rows:
            entries += (row, *row.detail) if row.key == key else (row,)
        return entries

    def _grouped(self, rows: list[Row]) -> list[tuple[tuple[str, str], list[Row]]]:
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            groups.setdefault(row.groups.get(self.group, ("Other", "heading")), []).append(row)
        order = {name: index for index, name in enumerate(self.group_order)}
        return sorted(groups.items(), key=lambda entry: (order.get(entry[0][0], len(order)), _natural(entry[0][0])))

    def _row_line(self, row: Row) -> Line:
        runs: list[Run] = []
        if self._glyphs:
            mark = row.key in self.marks
            runs += [run("√", "link", bold=True) if mark else row.glyph or run(" "), run(" ")]
        for index, (column, width) in enumerate(self._layout):
            if index:
                runs.append(_GAP)
            entry = row.cells.get(column.id)
            if entry is None:
                runs.append(run(" " * width))
            else:
                text = entry.run
                runs.append(Run(show(pad(text.text, width, column.align)), text.role, text.bold, text.link))
        return Line(tuple(runs), key=row.key)

    def _header_line(self, layout: list[tuple[Column, int]], glyphs: bool) -> Line:
        runs: list[Run] = [run("  ")] if glyphs else []
        for index, (column, width) in enumerate(layout):
            if index:
                runs.append(_GAP)
            arrow = ("▾" if self.descending else "▴") if column.id == self.sort else ""
            gap = " " if width_of(column.title) + 1 < width else ""
            title = f"{column.title[: max(1, width - 1)]}{gap}{arrow}" if arrow else column.title
            runs.append(Run(show(pad(show(title), width, column.align)), "quiet", False, ("sort", column.id)))
        return Line(tuple(runs), ground="field")

    @property
    def cursor_cells(self) -> Sequence[tuple[str, str]]:
        row = next((row for row in self.rows if row.key == self.cursor_key), None)
        if row is None:
            return ()
        return [(column.title, row.cells[column.id].run.text.plain) for column in self.columns if column.id in row.cells]

    def sort_by(self, column: str) -> None:
        """Sort by a column; by the same one again: the other way round."""
        self.descending = column == self.sort and not self.descending
        self.sort = column
        self.lay_out()

    def sort_next(self) -> None:
        ids = [column.id for column in self.columns]
        if self.sort in ids and not self.descending:
            self.descending = True
        else:
            self.sort = ids[(ids.index(self.sort) + 1) % len(ids)] if self.sort in ids else ids[0]
            self.descending = False
        self.lay_out()

    def toggle_mark(self) -> None:
        key = self.cursor_key
        if key is not None:
            self.marks ^= {key}
            self.lay_out()
            self.action_move(1)
            self.post_message(self.Highlighted(self, self.cursor_key))

    def action_mark_on_the_way(self, step: int) -> None:
        """shift and an arrow: the row and the next are marked; back over a marked one unmarks what is left."""
        key = self.cursor_key
        if not self.markable or key is None:
            self.action_move(step)
            return
        self.action_move(step)
        following = self.cursor_key
        if key in self.marks and following in self.marks and following != key:
            self.marks.discard(key)
        else:
            self.marks |= {key, following} - {None}
        self.lay_out()
        self.post_message(self.Highlighted(self, self.cursor_key))

    def put_cursor(self, index: int, *, scroll: bool = True) -> None:
        before = self.cursor_line
        super().put_cursor(index, scroll=scroll)
        if before != self.cursor_line and self._has_details:
            self.lay_out()

    def shows(self, key: object) -> bool:
        """Whether the row is not filtered out."""
        return key in self._places

    def select(self, key: object) -> None:
        index = self._places.get(key)
        if index is not None:
            self.put_cursor(index)

    def on_resize(self, event: events.Resize) -> None:
        if (self.scrollable_content_region.width or event.size.width) != self._laid_out_for:
            self.lay_out()


def _natural(heading: str) -> list[tuple[int, str]]:
    """Numbers by their value: port 80 stands before port 443."""
    pieces = re.split(r"([0-9]{1,18})", heading.casefold())
    return [(int(piece), "") if index % 2 else (0, piece) for index, piece in enumerate(pieces)]
