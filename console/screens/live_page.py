"""Live Requests: figures, the list that follows, filters, sorts and pauses, pinned requests above it, the selected one's waterfall below.

Knows no ring: it draws a Projection of the feed. The waterfall's half is trace_pane.py, the filter's field widgets/filter_field.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from textual import events, on
from textual.app import ComposeResult

from console.captures import Captures
from console.feed import Entry
from console.filter_terms import FIELDS
from console.filters import Filter
from console.lines import Run, line, run
from console.listing import View
from console.live_figures import strip, summary
from console.places import Place, Target
from console.projection import ORDERS, Projection
from console.quiet import why_quiet
from console.screens.column_chooser import choose_columns
from console.screens.trace_pane import TracePane
from console.typed_keys import at_rest
from console.units import count
from console.widgets.bar import Bar
from console.widgets.filter_field import FilterField, FilterText
from console.widgets.painted import Painted
from console.widgets.request_list import COLUMNS, USUAL, RequestList
from console.widgets.splitter import Splitter
from console.widgets.standing import Below
from hwebcore.traces import Trace

#: A following list moves 20 times a second; the trace below it is drawn at most this often.
TRACE_INTERVAL_S = 0.2
REFINED_AFTER_S = 0.005
#: The newest requests whose values are offered while a filter is typed.
OFFERED_FROM = 500
MOST_PINS = 8


class LivePage(Below):
    is_live = True

    def __init__(self, view: View) -> None:
        super().__init__(id="page-live", classes="page")
        self.view = view
        self.projection = Projection(view.feed)
        self._expanded = False
        self._drawing = False
        self._refining = False
        self._found = Filter()
        #: The filter that is typed and not in force yet.
        self._wanted: Filter | None = None

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="live-heading")
        yield Painted(id="figures")
        yield FilterField(self._seen, id="live-filter")
        yield Painted(id="pins")
        yield RequestList(self.projection, self.view.session.preferences.columns_of("live", USUAL), id="list")
        yield Splitter("horizontal", id="split-trace")
        yield Bar("workspace", id="hint")
        yield TracePane(self.view.feed, self.captures, id="trace")

    def on_mount(self) -> None:
        self.query_one("#figures").can_focus = False
        self.captures.arrived.append(self._details_arrived)
        self.show_hint("")
        self._narrow(self.view.place)
        self.projection.update()
        self.list.arrived(None)
        self._draw_pins()
        self.refresh_rows()
        self._show_trace()

    def on_show(self) -> None:
        self.captures.watch("live", True)
        self.records_arrived()

    def on_hide(self) -> None:
        self.captures.watch("live", False)

    @property
    def captures(self) -> Captures:
        return self.view.session.captures

    @property
    def list(self) -> RequestList:
        return self.query_one("#list", RequestList)

    @property
    def pins(self) -> Painted:
        return self.query_one("#pins", Painted)

    @property
    def trace_pane(self) -> TracePane:
        return self.query_one(TracePane)

    @property
    def main(self) -> Painted:
        return self.trace_pane.steps if self.screen.has_class("-low") and self.screen.has_class("-trace") else self.list

    def show_place(self, view: View) -> None:
        self.view = view
        if view.place.detail:
            self._narrow(view.place)
        self.refresh_rows()

    def _narrow(self, place: Place) -> None:
        if place.detail:
            self.query_one(FilterText).value = place.detail

    def _seen(self, field: str) -> Iterable[str]:
        """For completions: what the newest requests had, the most frequent first."""
        attribute = "status_shown" if field == "status" else FIELDS[field].attribute
        if FIELDS[field].kind == "number":
            return []
        counted = Counter(str(getattr(entry, attribute)) for entry in self.view.feed.entries[-OFFERED_FROM:])
        hierarchy = self.view.session.workspace.hierarchy
        known = {
            "pool": [pool.name for pool in hierarchy.pools()],
            "site": [site.name for site in hierarchy.sites()],
            "mode": ["Integrated", "Classic"],
        }
        return [*(value for value, _ in counted.most_common(20)), *known.get(field, ())]

    # --- what arrives ---

    def records_arrived(self) -> None:
        """A tick of the feed brought something, now or while another page or a dialog stood before this one."""
        if self._take_in() or self.projection.frozen:
            self._draw_heading()
            if not self.projection.shown:
                self._show_trace()

    def _take_in(self) -> bool:
        """Whether the list is another one now."""
        if not self.is_mounted or self.screen is not self.app.screen:
            return False
        key = self.list.cursor_key
        changed = self.projection.update()
        if changed:
            self.list.arrived(key)
            self._refine()
        return changed

    def _details_arrived(self) -> None:
        """Perhaps that of the request whose trace is drawn."""
        if self.is_mounted and self.screen is self.app.screen and not self._drawing:
            self._show_trace()

    def refresh_rows(self) -> None:
        self._take_in()
        self._draw_heading()
        feed, room = self.view.feed, self.size.width
        figures = self.query_one("#figures", Painted)
        figures.set_lines(strip(feed, room, True) if self._expanded else [])
        figures.display = self._expanded
        rate = self.query_one("#rate", Bar)
        rate.show_line(summary(feed, rate.size.width))
        if not feed.seen:
            self._show_trace()  # what keeps requests away may be another now

    def _draw_heading(self) -> None:
        feed, projection = self.view.feed, self.projection
        if projection.sort:
            title = next(column.title for column in COLUMNS if column.id == projection.sort)
            state = run(f"sorted by {title}, standing still · {count(projection.waiting)} waiting · f follows", "warning", bold=True)
        elif projection.paused:
            state = run(f"paused · {count(projection.waiting)} waiting", "warning", bold=True)
        else:
            state = run("following ▼", "good") if self.list.following else run("not following · f follows", "quiet")
        under_way = int((self.view.session.snapshot.get("totals") or {}).get("under_way") or 0)
        seen = f"{count(feed.seen)} seen · {count(feed.dropped)} dropped" + (f" · {count(under_way)} under way" if under_way else "")
        if projection.filter.accepts is not None:
            searching = " (searching…)" if projection.refining else ""
            seen = f"{count(len(projection.shown))} shown{searching} of " + seen
        self.query_one("#live-heading", Bar).show_line(
            line(run("Live Requests", "heading", bold=True), run("     "), state, run(f"     {seen}", "quiet"), self._capturing())
        )

    def _capturing(self) -> Run:
        captures = self.captures
        if not captures.allowed:
            return run(" · capturing is off", "quiet")
        if not captures.on:
            return run("")
        counts = ((captures.lost, "overwritten"), (captures.left_out, "left out"))
        missed = ", ".join(f"{count(number)} {word}" for number, word in counts if number)
        return run(f" · capturing, {missed}", "warning") if missed else run(" · capturing", "quiet")

    # --- the trace ---

    @property
    def request(self) -> Entry | None:
        key = self.pins.cursor_key if self.pins.has_focus else None
        return key.value if isinstance(key, Target) and isinstance(key.value, Entry) else self.list.request

    @property
    def targets(self) -> tuple[Target, ...]:
        steps = self.trace_pane.steps
        pane = steps if steps.has_focus else self.pins if self.pins.has_focus else self.list
        key = pane.cursor_key
        return (key,) if isinstance(key, Target) else ()

    @property
    def trace(self) -> Trace | None:
        entry = self.request
        return self.view.feed.trace(entry) if entry is not None else None

    def _show_trace(self) -> None:
        self._drawing = False
        texts: tuple[str, ...] = ("Nothing matches the filter. Esc clears it.",)
        if not self.view.feed.seen:
            texts = why_quiet(self.view.session)
        elif self.projection.filter.accepts is None and self.projection.waiting:
            texts = (f"{count(self.projection.waiting)} waiting: f shows what arrived and follows.",)
        self.trace_pane.show_entry(self.request, texts)

    @on(Painted.Highlighted, "#list")
    @on(Painted.Highlighted, "#pins")
    def _moved(self, event: Painted.Highlighted) -> None:
        if not self._drawing:
            self._drawing = True
            self.set_timer(TRACE_INTERVAL_S if self.list.following else 0.001, self._show_trace)
        self._draw_heading()

    @on(Painted.Chosen, "#list")
    @on(Painted.Chosen, "#pins")
    def _open_trace(self, event: Painted.Chosen) -> None:
        """Enter: into the waterfall, which takes the list's place where there is room for one only."""
        event.stop()
        link: Any = event.link
        if isinstance(link, tuple) and link[0] == "sort":
            descending = self.projection.sort == link[1] and not self.projection.descending
            self._sort_by(link[1], descending)
            return
        self._show_trace()
        self.screen.add_class("-trace")
        self.trace_pane.enter()

    def close_top(self) -> bool:
        """Esc: from the waterfall back to the list; there it takes the filter off."""
        if self.main is not self.list or self.trace_pane.steps.has_focus:
            self.screen.remove_class("-trace")
            self.list.focus()
            self.trace_pane.leave()
            return True
        field = self.query_one(FilterText)
        had, field.value = bool(field.value), ""
        return had

    def opens(self, target: Target) -> Place | None:
        return self.trace_pane.opens(target)

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
        self.query_one(FilterText).focus()

    def act_pause(self) -> None:
        self.projection.pause(not self.projection.paused)
        if not self.projection.paused:
            self.list.arrived(self.list.cursor_key)
            self._refine()
        self._draw_heading()

    def act_follow(self) -> None:
        if self.projection.sort:
            self._sort_by("", False)
            self.list.following = False
        if self.projection.paused:
            self.projection.pause(False)
        self.list.follow(not self.list.following)
        self.list.arrived(self.list.cursor_key)
        self._refine()
        self._draw_heading()

    def act_sort(self) -> None:
        """The next column, at first the one of the last time; at its second turn the other way round; behind the last: as they arrive."""
        ids = [column.id for column in COLUMNS if column.id in self.list.columns]
        sort, descending = self.projection.sort, self.projection.descending
        kept = self.view.session.preferences.sort_of("live")
        if not sort and kept is not None and kept[0] in ORDERS:
            self._sort_by(*kept)
        elif not sort:
            self._sort_by(ids[1] if ids[0] == "time" and len(ids) > 1 else ids[0], False)
        elif not descending:
            self._sort_by(sort, True)
        else:
            at = ids.index(sort) + 1 if sort in ids else len(ids)
            self._sort_by(ids[at] if at < len(ids) else "", False)

    def _sort_by(self, column: str, descending: bool) -> None:
        key = self.list.cursor_key
        self.projection.sort_by(column, descending)
        self.view.session.preferences.keep_sort("live", (self.projection.sort, descending) if self.projection.sort else None)
        self.list.arrived(key)
        self.list.show_line(max(0, self.list.cursor_line))
        self._draw_heading()

    async def act_columns(self) -> None:
        def show(ids: tuple[str, ...]) -> None:
            self.list.show_columns(ids)
            self.view.session.preferences.keep_columns("live", ids)

        await choose_columns(self.app, COLUMNS, self.list.columns, show)

    def act_pin(self) -> None:
        entry = self.request
        if entry is None:
            return
        if entry not in self.projection.pins and len(self.projection.pins) >= MOST_PINS:
            self.app.notify(f"{MOST_PINS} requests are pinned. P on one of them takes it off.", markup=False)
            return
        self.projection.toggle_pin(entry)
        self._draw_pins()

    def _draw_pins(self) -> None:
        pins = self.pins
        pins.set_lines([self.list.line_of(entry) for entry in self.projection.pins])
        pins.display = bool(self.projection.pins)
        if not self.projection.pins and pins.has_focus:
            self.list.focus()

    async def act_search(self) -> None:
        """Find without hiding: n and N go from match to match."""
        from console.screens.search import SearchDialog

        found = await self.app.push_screen_wait(SearchDialog(str(self._found), self._seen))
        if isinstance(found, Filter) and found.accepts is not None:
            self._found = found
            self.act_next()

    def act_next(self) -> None:
        self._step(1)

    def act_previous(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        if self._found.accepts is None:
            self.app.notify("Nothing is searched for: ctrl+f.", markup=False, timeout=2)
            return
        index = self.projection.find(self._found, self.list.cursor_line + step, step)
        if index < 0:  # round the end, once
            index = self.projection.find(self._found, 0 if step > 0 else len(self.projection.shown) - 1, step)
        if index < 0:
            self.app.notify(f"No request matches {self._found}.", markup=False, timeout=2)
        else:
            self.list.following = False
            self.list.put_cursor(index)

    def act_capture(self) -> None:
        self.captures.allow(not self.captures.allowed)
        self.view.session.preferences.keep_capture(self.captures.allowed)
        self._draw_heading()
        self._show_trace()

    def act_figures(self) -> None:
        self._expanded = not self._expanded
        self.refresh_rows()

    def act_scale(self) -> None:
        self.trace_pane.next_scale()

    def act_clear(self) -> None:
        self.projection.clear()
        self.list.arrived(None)
        self._draw_heading()
        self._show_trace()

    def act_step_source(self) -> None:
        self.trace_pane.go_to_source()

    @on(FilterText.Left)
    def _filter_left(self, event: FilterText.Left) -> None:
        event.stop()
        self.list.focus()

    @on(FilterField.Narrowed)
    def _filter(self, event: FilterField.Narrowed) -> None:
        """The letter that was typed stands in the field before the list is looked through for it."""
        event.stop()
        self.show_hint("")
        if self._wanted is None:
            self.call_after_refresh(self._filter_now)
        self._wanted = event.accepts

    def _filter_now(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            key = self.list.cursor_key
            self.projection.narrow(wanted)
            self.list.arrived(key)
            self._draw_heading()
            self._show_trace()
            self._refine()

    def _refine(self) -> None:
        """Slice after slice, with keys and paint between them."""
        if self.projection.refining and not self._refining:
            self._refining = True
            self.set_timer(REFINED_AFTER_S, self._refine_more)

    def _refine_more(self) -> None:
        self._refining = False
        key = self.list.cursor_key
        if at_rest(self.app) and self.projection.refine():
            self.list.arrived(key)
            self._draw_heading()
        self._refine()

    @on(Splitter.Dragged)
    def _split(self, event: Splitter.Dragged) -> None:
        event.stop()
        height = max(4, min(self.size.height - 8, self.region.bottom - event.at - 1))
        self._trace_height(height)
        if event.done:
            self.view.session.preferences.keep_width("trace", height)

    def _trace_height(self, height: int) -> None:
        self.trace_pane.styles.height = None if self.screen.has_class("-low") else height

    def on_resize(self, event: events.Resize) -> None:
        kept = self.view.session.preferences.widths.get("trace")
        if kept is not None:
            self._trace_height(max(4, min(kept, self.size.height - 8)))
        self.call_after_refresh(self._show_trace)
        self.call_after_refresh(self._draw_pins)
