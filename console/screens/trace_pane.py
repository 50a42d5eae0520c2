"""The lower half of Live Requests: one request's heading, its waterfall, what was captured of it, and the selected step in full.

Knows no list and no ring: it is given an entry of the feed. The lines are waterfall.py's and detail_lines.py's.
"""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from console.captures import Captures
from console.detail_lines import detail_lines
from console.feed import Entry, Feed
from console.lines import line, run
from console.places import Place, Target
from console.waterfall import SCALES, heading, step_lines, waterfall
from console.widgets.bar import Bar
from console.widgets.painted import Painted
from console.widgets.standing import Below
from hwebcore.traces import SkippedModule, Trace, TraceEvent


class TracePane(Below):
    def __init__(self, feed: Feed, captures: Captures, *, id: str) -> None:
        super().__init__(id=id)
        self._feed, self._captures = feed, captures
        self.scale = SCALES[0]
        self._entry: Entry | None = None
        self._trace: tuple[int, Trace] | None = None
        self._drawn: tuple[int, int, str, bool, str] | None = None
        self._nothing: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="trace-heading")
        yield Painted(id="waterfall")
        yield Painted(id="step")

    def on_mount(self) -> None:
        self.query_one("#step").can_focus = False

    @property
    def steps(self) -> Painted:
        return self.query_one("#waterfall", Painted)

    def show_entry(self, entry: Entry | None, nothing: tuple[str, ...]) -> None:
        """`nothing` is said where there is none: a sentence, and more below it."""
        self._entry, self._nothing = entry, nothing
        bar, pane = self.query_one("#trace-heading", Bar), self.steps
        if entry is None:
            bar.show_line(line(run(nothing[0], "quiet")))
            pane.set_lines([line(run(f"  {text}", "quiet")) for text in nothing[1:]])
            self._drawn = None
            return
        width = pane.scrollable_content_region.width or self.size.width
        detail, why_not = self._captures.of(*entry.key), self._captures.why_not
        wanted = (entry.number, width, self.scale, detail is not None, why_not)
        if wanted == self._drawn:
            return
        moved = self._drawn is None or self._drawn[0] != entry.number
        self._drawn = wanted
        if self._trace is None or self._trace[0] != entry.number:
            self._trace = (entry.number, self._feed.trace(entry))
        trace = self._trace[1]
        bar.show_line(heading(trace))
        pane.cursor_line = -1 if moved else pane.cursor_line
        pane.set_lines([*waterfall(trace, width, self.scale), *detail_lines(detail, why_not, width)])
        if moved:
            pane.scroll_to(y=0, animate=False)

    def enter(self) -> None:
        self.steps.focus()
        if self.steps.cursor_line < 0:
            self.steps.action_edge(-1)
        self.call_after_refresh(self._draw_step)

    def leave(self) -> None:
        self.query_one("#step", Painted).set_lines([])

    @on(Painted.Highlighted, "#waterfall")
    def _step_moved(self, event: Painted.Highlighted) -> None:
        self._draw_step()

    def _draw_step(self) -> None:
        """The selected step's whole reason: the waterfall cuts it."""
        key = self.steps.cursor_key
        told = key.value if isinstance(key, Target) and self.steps.has_focus else None
        pane = self.query_one("#step", Painted)
        pane.set_lines(step_lines(told, self.size.width) if isinstance(told, (TraceEvent, SkippedModule)) else [])

    def next_scale(self) -> None:
        self.scale = SCALES[(SCALES.index(self.scale) + 1) % len(SCALES)]
        self.app.notify(f"Scale: {self.scale}", markup=False, timeout=2)
        self.show_entry(self._entry, self._nothing)

    def go_to_source(self) -> None:
        key = self.steps.cursor_key
        if isinstance(key, Target):
            self.steps.post_message(Painted.Chosen(self.steps, key))

    def opens(self, target: Target) -> Place | None:
        if target.kind != "step":
            return None
        source = getattr(target.value, "source", None)
        if not source or not source[1]:
            self.app.notify("No configuration line decided this step.", markup=False)
            return None
        return Place("source", detail=f"{source[0]}:{source[1]}")
