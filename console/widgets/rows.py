"""The list of every list page: columns that drop and grow, grouping, sorting, filter, marks. One drawn widget, however many rows.

Knows no page: rows and columns are values (console/lines.py). The cursor and the painting are widgets/painted.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from console.display import show
from console.lines import Column, Line, Row, Run, fit, line, run
from console.widgets.paint import pad
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

    @property
    def header(self) -> Line | None:
        return self._header

    def set_rows(self, rows: Sequence[Row]) -> None:
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
        glyphs = self.markable or any(row.glyph for row in self.rows)
        natural = {column.id: max((cell_len(row.cells[column.id].run.text.plain) for row in self.rows if column.id in row.cells), default=0)
                   for column in self.columns}  # fmt: skip
        layout = fit(self.columns, natural, width - 2 - (2 if glyphs else 0))
        header = self._header_line(layout, glyphs)
        lines = self._lines_of(found, layout, glyphs)
        if header != self._header:
            self._header = header
            self.refresh()
        self.set_lines(lines)

    def _lines_of(self, rows: list[Row], layout: list[tuple[Column, int]], glyphs: bool) -> list[Line]:
        if not rows:
            text = "Nothing matches the filter. Esc clears it." if self.needle and self.rows else self.empty
            return [line(run(text, "quiet"))] if text else []
        lines: list[Line] = []
        if not self.group:
            for row in rows:
                lines += self._row_lines(row, layout, glyphs)
            return lines
        for (heading, role), members in self._grouped(rows):
            lines.append(line(run(heading, role, bold=True), fill="─"))
            for row in members:
                lines += self._row_lines(row, layout, glyphs)
        return lines

    def _grouped(self, rows: list[Row]) -> list[tuple[tuple[str, str], list[Row]]]:
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            groups.setdefault(row.groups.get(self.group, ("Other", "heading")), []).append(row)
        order = {name: index for index, name in enumerate(self.group_order)}
        return sorted(groups.items(), key=lambda entry: (order.get(entry[0][0], len(order)), entry[0][0].casefold()))

    def _row_lines(self, row: Row, layout: list[tuple[Column, int]], glyphs: bool) -> list[Line]:
        runs: list[Run] = []
        if glyphs:
            mark = row.key in self.marks
            runs += [run("√", "link", bold=True) if mark else row.glyph or run(" "), run(" ")]
        for index, (column, width) in enumerate(layout):
            if index:
                runs.append(_GAP)
            entry = row.cells.get(column.id)
            if entry is None:
                runs.append(run(" " * width))
            else:
                text = entry.run
                runs.append(Run(show(pad(text.text, width, column.align)), text.role, text.bold, text.link))
        lines = [Line(tuple(runs), key=row.key)]
        if row.detail and row.key == self.cursor_key:
            lines += row.detail
        return lines

    def _header_line(self, layout: list[tuple[Column, int]], glyphs: bool) -> Line:
        runs: list[Run] = [run("  ")] if glyphs else []
        for index, (column, width) in enumerate(layout):
            if index:
                runs.append(_GAP)
            arrow = ("▾" if self.descending else "▴") if column.id == self.sort else ""
            title = column.title if cell_len(column.title) + len(arrow) + 1 <= width or not arrow else column.title[: max(1, width - 2)]
            runs.append(Run(show(pad(show(f"{title} {arrow}".rstrip()), width, column.align)), "quiet", False, ("sort", column.id)))
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
        if before != self.cursor_line and any(row.detail for row in self.rows):
            self.lay_out()

    def select(self, key: object) -> None:
        for index in range(self.line_count):
            if self.line_at(index).key == key:
                self.put_cursor(index)
                return

    def on_resize(self, event: events.Resize) -> None:
        if (self.scrollable_content_region.width or event.size.width) != self._laid_out_for:
            self.lay_out()
