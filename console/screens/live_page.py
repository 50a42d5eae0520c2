"""Live Requests: the list that follows, filters and pauses; the selected request's waterfall below it.

Knows no ring: it draws a Projection of the feed and the Trace that the feed makes of the selected entry.
"""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from console.feed import Entry
from console.filters import BadFilter, parse
from console.lines import Line, line, run
from console.listing import View
from console.places import Place, Target
from console.projection import Projection
from console.screens.list_page import FilterInput
from console.units import count, rate, sparkline
from console.waterfall import SCALES, heading, step_lines, waterfall
from console.widgets.bar import Bar
from console.widgets.painted import Painted
from console.widgets.request_list import RequestList
from hwebcore.traces import SkippedModule, Trace, TraceEvent

#: A following list moves 20 times a second; the trace below it is drawn at most this often.
TRACE_INTERVAL_S = 0.2


class LivePage(Vertical):
    is_live = True

    def __init__(self, view: View) -> None:
        super().__init__(id="page-live", classes="page")
        self.view = view
        self.projection = Projection(view.feed)
        self.scale = SCALES[0]
        self._trace: tuple[int, Trace] | None = None
        self._drawn: tuple[int, int, str] | None = None
        self._drawing = False

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="live-heading")
        with Horizontal(classes="tools -grows"):
            yield Bar("workspace", line(run("Filter")), classes="word")
            yield FilterInput(placeholder="/ word  pool:Default*  status>=400  time>10ms", id="filter")
            yield Bar("workspace", id="rate")
        yield RequestList(self.projection, id="list")
        yield Bar("workspace", line(fill="─"), classes="split")
        yield Bar("workspace", id="hint")
        yield Bar("workspace", id="trace-heading")
        yield Painted(id="waterfall")
        yield Painted(id="step")

    def on_mount(self) -> None:
        self.query_one("#step").can_focus = False
        self.show_hint("")
        self._narrow(self.view.place)
        self.projection.update()
        self.list.arrived(None)
        self.refresh_rows()
        self._show_trace()

    @property
    def list(self) -> RequestList:
        return self.query_one(RequestList)

    @property
    def steps(self) -> Painted:
        return self.query_one("#waterfall", Painted)

    @property
    def main(self) -> Painted:
        return self.steps if self.screen.has_class("-low") and self.screen.has_class("-trace") else self.list

    def show_place(self, view: View) -> None:
        self.view = view
        if view.place.detail:
            self._narrow(view.place)
        self.refresh_rows()

    def _narrow(self, place: Place) -> None:
        if place.detail:
            self.query_one("#filter", Input).value = place.detail

    # --- what arrives ---

    def records_arrived(self) -> None:
        """A tick of the feed brought something."""
        if not self.is_mounted or self.screen is not self.app.screen:
            return
        key = self.list.cursor_key
        if self.projection.update():
            self.list.arrived(key)
            self._draw_heading()
        elif self.projection.paused:
            self._draw_heading()

    def refresh_rows(self) -> None:
        self._draw_heading()
        feed = self.view.feed
        figures = feed.figures_of("")
        seconds = [float(number) for number in list(figures.requests)[-20:]] if figures else []
        right = (run(f"{rate(feed.rate())} r/s ", "quiet"), run(sparkline(seconds) if feed.seen else "", "integrated"))
        self.query_one("#rate", Bar).show_line(Line((), right))

    def _draw_heading(self) -> None:
        feed, projection = self.view.feed, self.projection
        if projection.paused:
            state = run(f"paused · {count(projection.waiting)} waiting", "warning", bold=True)
        else:
            state = run("following ▼", "good") if self.list.following else run("not following · f follows", "quiet")
        seen = f"{count(feed.seen)} seen · {count(feed.dropped)} dropped"
        if projection.filter.accepts is not None:
            seen = f"{count(len(projection.shown))} shown of " + seen
        left = (
            run("Live Requests", "heading", bold=True),
            run("     "),
            state,
            run(f"     {seen}", "quiet"),
        )
        self.query_one("#live-heading", Bar).show_line(Line(left))

    # --- the trace ---

    @property
    def request(self) -> Entry | None:
        return self.list.request

    @property
    def targets(self) -> tuple[Target, ...]:
        pane = self.steps if self.steps.has_focus else self.list
        key = pane.cursor_key
        return (key,) if isinstance(key, Target) else ()

    def _show_trace(self) -> None:
        self._drawing = False
        entry = self.request
        heading_bar, pane = self.query_one("#trace-heading", Bar), self.steps
        if entry is None:
            text = "Nothing matches the filter." if self.view.feed.seen else "No request yet. Open a site's address, or play the tour (ctrl+p)."
            heading_bar.show_line(line(run(text, "quiet")))
            pane.set_lines([])
            self._drawn = None
            return
        width = pane.scrollable_content_region.width or self.size.width
        wanted = (entry.number, width, self.scale)
        if wanted == self._drawn:
            return
        moved = self._drawn is None or self._drawn[0] != entry.number
        self._drawn = wanted
        if self._trace is None or self._trace[0] != entry.number:
            self._trace = (entry.number, self.view.feed.trace(entry))
        trace = self._trace[1]
        heading_bar.show_line(heading(trace))
        pane.cursor_line = -1 if moved else pane.cursor_line
        pane.set_lines(waterfall(trace, width, self.scale))
        if moved:
            pane.scroll_to(y=0, animate=False)

    @property
    def trace(self) -> Trace | None:
        entry = self.request
        return self.view.feed.trace(entry) if entry is not None else None

    @on(Painted.Highlighted, "#list")
    def _moved(self, event: Painted.Highlighted) -> None:
        if not self._drawing:
            self._drawing = True
            self.set_timer(TRACE_INTERVAL_S if self.list.following else 0.001, self._show_trace)
        self._draw_heading()

    @on(Painted.Highlighted, "#waterfall")
    def _step_moved(self, event: Painted.Highlighted) -> None:
        self._draw_step()

    def _draw_step(self) -> None:
        """The selected step's whole reason: the waterfall cuts it."""
        key = self.steps.cursor_key
        told = key.value if isinstance(key, Target) and self.steps.has_focus else None
        pane = self.query_one("#step", Painted)
        pane.set_lines(step_lines(told, self.size.width) if isinstance(told, (TraceEvent, SkippedModule)) else [])

    @on(Painted.Chosen, "#list")
    def _open_trace(self, event: Painted.Chosen) -> None:
        """Enter: into the waterfall, which takes the list's place where there is room for one only."""
        event.stop()
        self._show_trace()
        self.screen.add_class("-trace")
        self.steps.focus()
        if self.steps.cursor_line < 0:
            self.steps.action_edge(-1)
        self.call_after_refresh(self._draw_step)

    def close_top(self) -> bool:
        """Esc: from the waterfall back to the list."""
        if self.screen.has_class("-trace") or self.steps.has_focus:
            self.screen.remove_class("-trace")
            self.list.focus()
            self.query_one("#step", Painted).set_lines([])
            return True
        return False

    def opens(self, target: Target) -> Place | None:
        source = getattr(target.value, "source", None) if target.kind == "step" else None
        if not source or not source[1]:
            self.app.notify("No configuration line decided this step.", markup=False)
            return None
        return Place("source", detail=f"{source[0]}:{source[1]}")

    def select_named(self, name: str) -> None:
        self.list.select_number(int(name))
        self._show_trace()

    def show_hint(self, text: str) -> None:
        """One line beside the heading, until the filter changes."""
        bar = self.query_one("#hint", Bar)
        bar.show_line(line(run(text, "link", bold=True)))
        bar.display = bool(text)

    # --- verbs ---

    def act_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    def act_pause(self) -> None:
        self.projection.pause(not self.projection.paused)
        if not self.projection.paused:
            self.list.arrived(self.list.cursor_key)
        self._draw_heading()

    def act_follow(self) -> None:
        if self.projection.paused:
            self.projection.pause(False)
        self.list.follow(not self.list.following)
        self.list.arrived(self.list.cursor_key)
        self._draw_heading()

    def act_scale(self) -> None:
        self.scale = SCALES[(SCALES.index(self.scale) + 1) % len(SCALES)]
        self.app.notify(f"Scale: {self.scale}", markup=False, timeout=2)
        self._show_trace()

    def act_clear(self) -> None:
        self.view.feed.clear()
        self.projection.update()
        self.list.arrived(None)
        self._show_trace()

    def act_step_source(self) -> None:
        key = self.steps.cursor_key
        if isinstance(key, Target):
            self.steps.post_message(Painted.Chosen(self.steps, key))

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        try:
            accepts = parse(event.value)
        except BadFilter as error:
            event.input.add_class("-invalid")
            self.show_hint(str(error))
            return
        event.input.remove_class("-invalid")
        self.show_hint("")
        key = self.list.cursor_key
        self.projection.narrow(accepts)
        self.list.arrived(key)
        self._draw_heading()
        self._show_trace()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show_trace)
