"""The list of Live Requests: thousands of rows, of which only the visible are ever built; follows the newest, or stays where the eye is.

Knows no ring: it draws a Projection. Selection sends Painted.Highlighted with a Target of kind request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from textual import events

from console.display import show
from console.feed import Entry
from console.lines import BLANK, Cell, Column, Line, Run, fit, run
from console.places import Target
from console.projection import Projection
from console.units import clock, duration
from console.waterfall import mode_role, status_role
from console.widgets.paint import pad
from console.widgets.painted import Painted

COLUMNS = (
    Column("time", "Time", 12, drop=2),
    Column("pool", "Pool", 13, drop=3, grow=22),
    Column("mode", "", 1),
    Column("verb", "Verb", 4, grow=7),
    Column("url", "URL", 18, grow=400),
    Column("status", "Status", 6),
    Column("user", "User", 6, drop=4, grow=14),
    Column("took", "Time", 7, "right"),
    Column("steps", "Steps", 5, "right", drop=5),
)
_NATURAL = {"time": 12, "pool": 16, "mode": 1, "verb": 5, "url": 400, "status": 6, "user": 10, "took": 7, "steps": 5}
_MOST_CACHED = 2000


class RequestList(Painted):
    def __init__(self, projection: Projection, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.projection = projection
        self.following = True
        self._layout: list[tuple[Column, int]] = []
        self._laid_out_for = -1
        self._cache: dict[int, Line] = {}

    @property
    def line_count(self) -> int:
        return len(self.projection.shown)

    @property
    def header(self) -> Line | None:
        return Line(tuple(self._join((column, width, Cell(run(column.title, "quiet"))) for column, width in self._layout_now())), ground="field")

    def line_at(self, index: int) -> Line:
        if not 0 <= index < len(self.projection.shown):
            return BLANK
        entry = self.projection.shown[index]
        layout = self._layout_now()
        found = self._cache.get(entry.number)
        if found is None:
            if len(self._cache) > _MOST_CACHED:
                self._cache.clear()
            cells = _cells(entry)
            found = Line(
                tuple(self._join((column, width, cells[column.id]) for column, width in layout)), key=Target("request", str(entry.number), entry)
            )
            self._cache[entry.number] = found
        return found

    def _layout_now(self) -> list[tuple[Column, int]]:
        width = self.scrollable_content_region.width or self.size.width or 80
        if width != self._laid_out_for:
            self._laid_out_for = width
            self._cache.clear()
            self._layout = fit(COLUMNS, _NATURAL, width - 2)
        return self._layout

    def _join(self, cells: Iterable[tuple[Column, int, Cell]]) -> list[Run]:
        runs: list[Run] = []
        for column, width, entry in cells:
            if runs:
                runs.append(run("  " if column.id not in ("mode", "verb") else " "))
            text = entry.run
            runs.append(Run(show(pad(text.text, width, column.align)), text.role, text.bold))
        return runs

    def find_line(self, key: object) -> int:
        shown = self.projection.shown
        if not shown:
            return -1
        if self.following:
            return len(shown) - 1
        if isinstance(key, Target):
            return min(len(shown) - 1, bisect_left(shown, int(key.name), key=lambda entry: entry.number))
        return min(len(shown) - 1, max(0, self.cursor_line))

    @property
    def request(self) -> Entry | None:
        shown = self.projection.shown
        return shown[self.cursor_line] if 0 <= self.cursor_line < len(shown) else None

    def arrived(self, key: object) -> None:
        """The projection changed; `key` is what the cursor stood on before."""
        before = self.cursor_key
        self.lines_changed(key)
        if self.following:
            self.scroll_to(y=max(0, self.line_count), animate=False)
        if self.cursor_key != before or key != before:
            self.post_message(self.Highlighted(self, self.cursor_key))

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
        shown = self.projection.shown
        index = bisect_left(shown, number, key=lambda entry: entry.number)
        if index < len(shown) and shown[index].number == number:
            self.following = False
            self.cursor_line = -1
            self.put_cursor(index)
            return True
        return False

    def action_edge(self, step: int) -> None:
        super().action_edge(step)
        if step > 0:
            self.follow(True)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.following = False

    def on_resize(self, event: events.Resize) -> None:
        if self.following and self.line_count:
            self.scroll_to(y=self.line_count, animate=False)


def _cells(entry: Entry) -> dict[str, Cell]:
    quiet = entry.user_shown == "-"
    url = entry.url + ("…" if entry.record.flags & 1 else "")
    return {
        "time": Cell(run(clock(entry.record.wall), "quiet")),
        "pool": Cell(run(entry.pool)),
        "mode": Cell(run(entry.mode[:1].lower() if entry.shadow else entry.mode[:1], mode_role(entry.mode), bold=True)),
        "verb": Cell(run(entry.method, "quiet" if entry.method == "GET" else "text")),
        "url": Cell(run(url)),
        "status": Cell(run(entry.status_shown, status_role(entry.status), bold=entry.status >= 300)),
        "user": Cell(run(entry.user_shown, "quiet" if quiet else "text")),
        "took": Cell(run(duration(entry.duration_us))),
        "steps": Cell(run(entry.steps, "quiet")),
    }
