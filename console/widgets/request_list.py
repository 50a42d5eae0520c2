"""The list of Live Requests: thousands of rows, of which only the visible are ever built; follows the newest, or stays where the eye is.

Knows no ring: it draws a Projection. Selection sends Painted.Highlighted with a Target of kind request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from textual import events

from console.display import show
from console.feed import Entry
from console.lines import BLANK, Cell, Column, Line, Run, fit, run
from console.places import Target
from console.projection import Projection
from console.units import clock, duration, size
from console.waterfall import mode_role, status_role
from console.widgets.paint import pad
from console.widgets.painted import Painted

COLUMNS = (
    Column("time", "Time", 12, drop=2),
    Column("pool", "Pool", 13, drop=3, grow=22),
    Column("mode", "M", 1),
    Column("verb", "Verb", 4, grow=7),
    Column("url", "URL", 18, grow=400),
    Column("status", "Status", 6),
    Column("user", "User", 6, drop=4, grow=14),
    Column("site", "Site", 10, drop=6, grow=18),
    Column("client", "Client", 9, drop=7, grow=20),
    Column("handler", "Handler", 10, drop=8, grow=22),
    Column("pid", "PID", 7, "right", drop=9),
    Column("bytes", "Bytes", 7, "right", drop=9),
    Column("took", "Took", 7, "right"),
    Column("steps", "Steps", 5, "right", drop=5),
)
#: What is shown until the user chooses.
USUAL = ("time", "pool", "mode", "verb", "url", "status", "user", "took", "steps")
_NATURAL = {"time": 12, "pool": 16, "mode": 1, "verb": 5, "url": 400, "status": 6, "user": 10, "site": 14, "client": 12, "handler": 16, "pid": 7,
            "bytes": 7, "took": 7, "steps": 5}  # fmt: skip
_MOST_CACHED = 2000


class RequestList(Painted):
    def __init__(self, projection: Projection, columns: Sequence[str] = USUAL, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.projection = projection
        self.following = True
        self.columns: tuple[str, ...] = tuple(columns)
        self._layout: list[tuple[Column, int]] = []
        self._laid_out_for: object = None
        self._cache: dict[int, Line] = {}
        self._headed: tuple[tuple[object, ...], Line] | None = None

    def show_columns(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._laid_out_for = None
        self.refresh()

    @property
    def line_count(self) -> int:
        return len(self.projection.shown)

    @property
    def header(self) -> Line | None:
        """Asked for with every line that is drawn: made when columns, room or order change."""
        state = (self._layout_now(), self.projection.sort, self.projection.descending)
        if self._headed is None or self._headed[0] != state:
            self._headed = (state, self._header_line())
        return self._headed[1]

    def _header_line(self) -> Line:
        runs: list[Run] = []
        for column, width in self._layout_now():
            if runs:
                runs.append(_gap(column))
            arrow = ("▾" if self.projection.descending else "▴") if column.id == self.projection.sort else ""
            title = column.title[: max(0, width - len(arrow))] + arrow
            runs.append(Run(show(pad(show(title), width, column.align)), "quiet", bool(arrow), ("sort", column.id)))
        return Line(tuple(runs), ground="field")

    def line_at(self, index: int) -> Line:
        if not 0 <= index < len(self.projection.shown):
            return BLANK
        entry = self.projection.shown[index]
        layout = self._layout_now()
        found = self._cache.get(entry.number)
        if found is None:
            if len(self._cache) > _MOST_CACHED:
                self._cache.clear()
            found = self._cache[entry.number] = self._line_of(entry, layout)
        return found

    def line_of(self, entry: Entry) -> Line:
        """As it stands in the list, for the pinned ones above it."""
        return self._line_of(entry, self._layout_now())

    @staticmethod
    def _line_of(entry: Entry, layout: Iterable[tuple[Column, int]]) -> Line:
        runs: list[Run] = []
        for column, width in layout:
            if runs:
                runs.append(_gap(column))
            text = _CELLS[column.id](entry).run
            runs.append(Run(show(pad(text.text, width, column.align)), text.role, text.bold))
        return Line(tuple(runs), key=Target("request", str(entry.number), entry))

    def _layout_now(self) -> list[tuple[Column, int]]:
        width = self.scrollable_content_region.width or self.size.width or 80
        if (width, self.columns) != self._laid_out_for:
            self._laid_out_for = (width, self.columns)
            self._cache.clear()
            self._layout = fit([column for column in COLUMNS if column.id in self.columns], _NATURAL, width - 2)
        return self._layout

    def find_line(self, key: object) -> int:
        shown = self.projection.shown
        if not shown:
            return -1
        if self.following and not self.projection.sort:
            return len(shown) - 1
        if isinstance(key, Target):
            return self._index_of(int(key.name))
        return min(len(shown) - 1, max(0, self.cursor_line))

    def _index_of(self, number: int) -> int:
        """Where a request stands, or would stand."""
        shown = self.projection.shown
        if self.projection.sort:
            return next((index for index, entry in enumerate(shown) if entry.number == number), min(len(shown) - 1, max(0, self.cursor_line)))
        return min(len(shown) - 1, bisect_left(shown, number, key=lambda entry: entry.number))

    @property
    def request(self) -> Entry | None:
        shown = self.projection.shown
        return shown[self.cursor_line] if 0 <= self.cursor_line < len(shown) else None

    def arrived(self, key: object) -> None:
        """The projection changed; `key` is what the cursor stood on before."""
        before, at = self.cursor_key, self.cursor_line
        self.lines_changed(key)
        if not self.projection.sort:
            if self.following:
                self.scroll_to(y=max(0, self.line_count), animate=False)
            elif at >= 0 and self.cursor_line != at:
                self._moved_by(self.cursor_line - at)
        if self.cursor_key != before or key != before:
            self.post_message(self.Highlighted(self, self.cursor_key))

    def _moved_by(self, lines: int) -> None:
        """Older requests came or went above: what the eye is on stays where it is, with what the mouse has selected there."""
        self.scroll_to(y=max(0, round(self.scroll_y) + lines), animate=False)
        if self.selection is not None:
            self.selection = self.selection.moved(lines)
        if self._pressed is not None:
            self._pressed = (max(0, self._pressed[0] + lines), self._pressed[1])

    def follow(self, following: bool) -> None:
        self.following = following
        if following and self.line_count:
            self.put_cursor(self.line_count - 1)
            self.scroll_to(y=self.line_count, animate=False)

    def put_cursor(self, index: int, *, scroll: bool = True) -> None:
        if index < self.line_count - 1:
            self.following = False
        super().put_cursor(index, scroll=scroll)

    def select_number(self, number: int) -> bool:
        index = self._index_of(number)
        if 0 <= index < self.line_count and self.projection.shown[index].number == number:
            self.following = False
            self.cursor_line = -1
            self.put_cursor(index)
            return True
        return False

    @property
    def cursor_cells(self) -> Sequence[tuple[str, str]]:
        entry = self.request
        if entry is None:
            return ()
        return [(column.title, _CELLS[column.id](entry).run.text.plain) for column in COLUMNS if column.id != "mode"] + [("Mode", entry.mode)]

    def drag_began(self) -> None:
        self.following = False

    def action_edge(self, step: int) -> None:
        super().action_edge(step)
        if step > 0:
            self.follow(True)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.following = False

    def on_resize(self, event: events.Resize) -> None:
        if self.following and self.line_count:
            self.scroll_to(y=self.line_count, animate=False)


def _gap(column: Column) -> Run:
    return run(" " if column.id in ("mode", "verb") else "  ")


def _url(entry: Entry) -> Cell:
    return Cell(run(entry.url + ("…" if entry.record.flags & 1 else "")))


_CELLS: dict[str, Callable[[Entry], Cell]] = {
    "time": lambda entry: Cell(run(clock(entry.record.wall), "quiet")),
    "pool": lambda entry: Cell(run(entry.pool)),
    "mode": lambda entry: Cell(run(entry.mode[:1].lower() if entry.shadow else entry.mode[:1], mode_role(entry.mode), bold=True)),
    "verb": lambda entry: Cell(run(entry.method, "quiet" if entry.method == "GET" else "text")),
    "url": _url,
    "status": lambda entry: Cell(run(entry.status_shown, status_role(entry.status), bold=entry.status >= 300)),
    "user": lambda entry: Cell(run(entry.user_shown, "quiet" if entry.user_shown == "-" else "text")),
    "site": lambda entry: Cell(run(entry.site)),
    "client": lambda entry: Cell(run(entry.client, "quiet")),
    "handler": lambda entry: Cell(run(entry.handler, "quiet")),
    "pid": lambda entry: Cell(run(entry.pid, "quiet")),
    "bytes": lambda entry: Cell(run(size(entry.bytes_sent), "quiet")),
    "took": lambda entry: Cell(run(duration(entry.duration_us))),
    "steps": lambda entry: Cell(run(entry.steps, "quiet")),
}
