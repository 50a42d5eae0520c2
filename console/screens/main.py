"""The frame: title, three panes, status bar, key bar; it moves between places and hands actions to deeds.

Knows no page's content and does no deed itself. Pages are made by screens/opener.py, deeds stand in screens/deeds.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input

from console.actions import ACTIONS, Action, by_id, of_page
from console.alerts import Alert, alerts
from console.browsing import BROWSE
from console.connections import Connections
from console.copying import Drawn
from console.departed import departed, settled
from console.display import show
from console.feed import Entry, Feed
from console.forms import Form
from console.lines import line, run
from console.listing import View
from console.places import SERVER, History, Place, Target
from console.screens import frame
from console.screens.panes import Panes
from console.screens.status_bar import StatusBar
from console.session import Changed, Session
from console.widgets.actions_pane import ActionsPane
from console.widgets.bar import Bar
from console.widgets.painted import Painted
from console.widgets.standing import Standing
from console.widgets.tree import Tree
from model.workspace import Proposal

WIDE, MIDDLE, LOW = 140, 100, 30
#: Below this nothing can be read; a note says so.
LEAST = (40, 10)


class MainScreen(Standing, Screen[None]):
    """Implements Desk (screens/desk.py)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"deed('{action.id}')", action.label, show=False) for action in ACTIONS for key in action.keys),
        Binding("escape", "close_top", show=False),
    ]

    def __init__(self, session: Session, feed: Feed, start: Place = SERVER) -> None:
        super().__init__()
        self.session, self.feed = session, feed
        self.history = History(start)
        self._asked_for_redraw = self._files_changed = False
        self._alerts: tuple[Alert, ...] = ()
        self._connections = Connections(session, feed)

    def compose(self) -> ComposeResult:
        yield Bar("title", id="title")
        yield Panes(self.session.preferences, id="body")
        yield Bar("field", id="tip")
        yield StatusBar(self.session, self.feed)
        yield Bar("title", id="keys")
        yield Bar("workspace", line(run(f"Too small: {LEAST[0]}x{LEAST[1]} is the least. q quits.", "warning")), id="too-small")

    async def on_mount(self) -> None:
        self.session.changed.append(self._session_changed)
        self.feed.want(self.session.snapshot)
        self.feed.arrived.append(self._feed_arrived)
        self.session.findings.told.append(self.redraw)
        self.session.reviewer = self._review
        self._arrange(self.size.width, self.size.height)
        self.query_one("#tip").display = False
        await self._show_here(focus=True)
        self.set_interval(1.0, self.redraw_figures)

    # --- what the world says ---

    def _session_changed(self, change: Changed) -> None:
        if "rings" in change.parts:
            self.feed.want(self.session.snapshot)
        self._files_changed |= bool(change.paths)
        if frame.is_drawn(change) and not self._asked_for_redraw:
            self._asked_for_redraw = True
            self.call_later(self._redraw_once)

    def _redraw_once(self) -> None:
        if self._files_changed:
            self._leave_departed()
        self._asked_for_redraw = self._files_changed = False
        self.redraw()

    def _leave_departed(self) -> None:
        """A site or pool that was removed closes its page to its parent."""
        found = departed(self.session.workspace.hierarchy, self.place)
        if found is not None and not getattr(self.page_or_none, "dirty", False):
            parent, note = found
            self.say(note, "warning")
            self.open(parent)

    def _feed_arrived(self) -> None:
        arrived = getattr(self.page_or_none, "records_arrived", None) if self.app.is_running else None
        if arrived is not None:
            arrived()

    @property
    def _in_sight(self) -> bool:
        """A console that is being closed takes its panes away before it takes us."""
        return self.is_mounted and self.app.is_running and self.app.screen is self

    def redraw(self) -> None:
        """Everything from session and feed. Behind a dialog nothing: all that stands there would be dimmed anew for one figure."""
        if self._in_sight:
            getattr(self.page_or_none, "refresh_rows", lambda: None)()
            self.draw_frame()

    def on_screen_resume(self) -> None:
        self.redraw()

    def redraw_figures(self) -> None:
        if self._in_sight:
            page: Any = self.page_or_none
            if getattr(page, "is_live", False):
                page.refresh_rows()
            self.draw_frame()

    def draw_frame(self) -> None:
        self.query_one(Tree).show_tree(self._connections.now, self._connections.unfolded)
        self._alerts = alerts(self.session)
        unseen = () if self.query_one(ActionsPane).region else self._alerts
        self.query_one("#title", Bar).show_line(frame.title_line(self.history, self.session, self.size.width, unseen))
        self._draw_bars()
        self._draw_actions()

    def _draw_bars(self) -> None:
        self.query_one(StatusBar).draw(self.place, self.targets)
        self.query_one("#keys", Bar).show_line(frame.key_line(self.place.page, self._blocked_now(), self.size.width))

    def _draw_actions(self) -> None:
        page, targets = self.place.page, self.targets
        actions = frame.actions_of(self.session, self.place, targets)
        self.query_one(ActionsPane).show_actions(self._alerts, actions, self._blocked_now(), lambda group: frame.group_heading(group, page, targets))

    # --- places ---

    @property
    def place(self) -> Place:
        return self.history.here

    def open(self, place: Place) -> None:
        place = settled(self.session.workspace.hierarchy, place)
        self._leave_page(lambda: self.history.go(place))

    def go(self, direction: str) -> None:
        self._leave_page(self.history.back if direction == "back" else self.history.forward)

    def _leave_page(self, move: Callable[[], object]) -> None:
        """A page with a draft asks before it is left."""

        def go_on() -> None:
            move()
            self.run_worker(self._show_here(focus=True), exclusive=True, group="page")

        if getattr(self.page_or_none, "dirty", False):
            self._ask_about_draft(go_on)
        else:
            go_on()

    @work(group="deeds")
    async def _ask_about_draft(self, go_on: Callable[[], object]) -> None:
        from console.screens.deeds import perform

        answer = await self.choose("Not applied", "What was changed on this page is not applied yet.", ("Stay", "Apply", "Discard"))
        if answer in ("Apply", "Discard"):
            await perform(self, "apply_draft" if answer == "Apply" else "cancel_draft")
            if not getattr(self.page_or_none, "dirty", False):
                go_on()

    async def _show_here(self, focus: bool) -> None:
        from console.screens.opener import drop_left, page_for

        place = self.place
        self.session.preferences.keep_place(place)
        switcher = self.query_one("#pages", ContentSwitcher)
        page = await page_for(switcher, self.session, self.feed, place)
        switcher.current = page.id
        self.set_class(place.page in frame.WHOLE_PAGES and self.size.width < WIDE, "-whole")
        self.remove_class("-tree", "-actions")
        self._select_in_tree()
        self.draw_frame()
        self._select_in_tree()
        main = getattr(page, "main", None)
        if focus and main is not None:
            main.focus()
        self.call_after_refresh(self.draw_frame)  # a page that was just made has its selection now
        self._tell_tip()
        await drop_left(switcher, page)

    def _select_in_tree(self) -> None:
        any(map(self.query_one(Tree).select, frame.up_the_tree(self.session.workspace.hierarchy, self.place)))

    def _tell_tip(self) -> None:
        """One sentence the first time that a page is opened; the next page takes it away."""
        told = frame.tip_line(self.session.preferences, self.place.page) if self.size.height > LOW else None
        bar = self.query_one("#tip", Bar)
        bar.display = told is not None
        if told is not None:
            bar.show_line(told)

    async def _review(self, proposal: Proposal) -> bool:
        """What would be written, before it is (the user asked for that in the settings)."""
        from console.screens.review import ReviewDialog

        return bool(await self.show_popup(ReviewDialog(f"Review: {proposal.label}", [change.diff for change in proposal.changes])))

    @property
    def view(self) -> View:
        return View(self.session, self.feed, self.place)

    @property
    def page_or_none(self) -> Widget | None:
        switcher = self.query_one("#pages", ContentSwitcher)
        return switcher.visible_content if switcher.current else None

    @property
    def page(self) -> Widget:
        page = self.page_or_none
        assert page is not None
        return page

    # --- the desk ---

    @property
    def console(self) -> App[None]:
        return self.app

    @property
    def targets(self) -> tuple[Target, ...]:
        return frame.targets(self.session, self.place, getattr(self.page_or_none, "targets", ()))

    @property
    def request(self) -> Entry | None:
        return getattr(self.page_or_none, "request", None)

    def say(self, text: str, severity: str = "information") -> None:
        level: Any = severity
        self.app.notify(show(text, 400).plain, severity=level, markup=False, timeout=8 if severity == "error" else 4)

    async def ask(self, title: str, text: str, yes: str) -> bool:
        from console.screens.dialog import QuestionDialog

        return bool(await self.show_popup(QuestionDialog(title, text, ("Cancel", yes))) == yes)

    async def choose(self, title: str, text: str, answers: tuple[str, ...]) -> str:
        from console.screens.dialog import QuestionDialog

        return str(await self.show_popup(QuestionDialog(title, text, answers)) or "")

    async def fill(self, form: Form, again: Callable[[], Form | None] | None = None) -> Mapping[str, str] | None:
        from console.screens.form_dialog import fill

        return await fill(self.session, self.show_popup, form, again)

    async def leave(self) -> None:
        await self.app.run_action("leave")

    async def show_popup(self, screen: Screen[Any]) -> Any:
        return await self.app.push_screen_wait(screen)

    def copy(self, text: str) -> None:
        """Through the terminal (OSC 52), which may not let it: so it is in a file too, and shown, to be selected by hand."""
        from console.screens.copied import CopiedDialog

        lines = [show(line).plain for line in text.splitlines()]
        self.app.copy_to_clipboard("\n".join(lines))
        self.app.push_screen(CopiedDialog(lines, self.session.preferences.copied("\n".join(lines))))

    @property
    def drawn(self) -> Drawn:
        focused = self.focused if isinstance(self.focused, Painted) else getattr(self.page_or_none, "main", None)
        selection = next((pane.selected_text for pane in self.query(Painted) if pane.selection is not None), "")
        if not isinstance(focused, Painted):
            return Drawn(selection)
        return Drawn(selection, focused.cursor_text, tuple(focused.cursor_cells))

    def lend_mouse(self) -> None:
        lend = getattr(self.app, "lend_mouse", None)
        if lend is not None:
            lend()

    @on(Painted.MenuAsked)
    @work(group="deeds")
    async def _menu_asked(self, event: Painted.MenuAsked) -> None:
        from console.screens.context_menu import ask

        place = event.pane.cursor_key if isinstance(event.pane, Tree) else None
        if isinstance(place, Place):
            self.open(place)
            await self.arrived(place)  # the menu is of the page that comes
        if chosen := await ask(self, (event.x, event.y), whole=place is not None):
            self.follow_way(chosen)

    def select(self, target: Target) -> None:
        select = getattr(self.page_or_none, "select_named", None)
        if select is not None:
            select(target.name)

    # --- actions ---

    def _blocked_now(self) -> Callable[[Action], str]:
        """For all that is drawn at once: what is selected is looked for among 1,000 rows once, not with every action."""
        place, targets, request = self.place, self.targets, self.request
        return lambda action: frame.why_blocked(action, self.session, place, targets, request)

    def blocked(self, action: Action) -> str:
        return frame.why_blocked(action, self.session, self.place, self.targets, self.request)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some keys stay with a text field that has the focus."""
        return not (action == "deed" and isinstance(self.focused, Input) and str(parameters[0]) in frame.LIST_KEYS_ONLY)

    def action_deed(self, name: str) -> None:
        for action in ACTIONS:
            if action.id == name and action.belongs(self.place.page):
                self._unless_blocked(action)
                return
        key = next(action.key for action in ACTIONS if action.id == name)
        if not key:  # offered by an alert, on whatever page it stands
            self._unless_blocked(by_id(name))
            return
        other = next((action for action in of_page(self.place.page) if set(action.keys) & set(key.split(","))), None)
        if other is not None:
            self.action_deed(other.id)

    def _unless_blocked(self, action: Action) -> None:
        reason = self.blocked(action)
        if reason:
            self.say(reason, "warning")
        else:
            self.perform(action.id)

    @work(group="deeds")
    async def perform(self, name: str) -> None:
        from console.screens.deeds import perform

        await perform(self, name)
        if self.app.is_running:  # it may have been the last deed
            self.draw_frame()

    def action_close_top(self) -> None:
        """Esc: what is being judged, a drawer, the page's own top thing, a page that stands on another; else the focus goes to the list."""
        if self.session.give_up():
            return
        if self.has_class("-tree") or self.has_class("-actions"):
            self.remove_class("-tree", "-actions")
            self.focus_centre()
            return
        close = getattr(self.page_or_none, "close_top", None)
        if close is not None and close():
            return
        if self.place.page in frame.LEFT_BY_ESC and self.history.can_back and self.focused is getattr(self.page_or_none, "main", None):
            self.go("back")
        else:
            self.focus_centre()

    def focus_centre(self) -> None:
        main = getattr(self.page_or_none, "main", None)
        if main is not None:
            main.focus()

    def go_round(self) -> None:
        """F6: the panes in turn."""
        panes = [
            pane
            for pane in (self.query_one(Tree), getattr(self.page_or_none, "main", None), self.query_one(ActionsPane))
            if pane is not None and pane.region
        ]
        here = next((index for index, pane in enumerate(panes) if pane.has_focus), 0)
        panes[(here + 1) % len(panes)].focus()

    def drawer(self, name: str) -> None:
        """`t` and `a`: focus the pane, over the page where it has no room of its own."""
        pane: Widget = self.query_one(Tree) if name == "tree" else self.query_one(ActionsPane)
        side = self.query_one("#left" if name == "tree" else "#right")
        if self.has_class(f"-{name}"):
            self.action_close_top()
            return
        if not side.display or not side.region:
            self.remove_class("-tree", "-actions")
            self.add_class(f"-{name}")
        if isinstance(pane, ActionsPane):
            pane.action_edge(-1)  # what is urgent stands first: an alert's way out
        pane.focus()

    @on(Painted.Chosen)
    def _chosen(self, event: Painted.Chosen) -> None:
        link: Any = event.link
        if isinstance(link, tuple) and link[0] == "fold":
            self.query_one(Tree).toggle(link[1])
            return
        way = link if link is not None else event.key
        if isinstance(event.pane, ActionsPane):
            self.remove_class("-tree", "-actions")
            self.focus_centre()
        self.follow_way(way)

    @on(Bar.Followed)
    def _followed(self, event: Bar.Followed) -> None:
        self.follow_way(event.link)

    def follow_way(self, way: object) -> None:
        if isinstance(way, Place):
            self.open(way)
        elif isinstance(way, tuple) and way[:1] == ("below",):
            self._open_below(way[1])
        elif isinstance(way, str):
            (self.perform if way.startswith(BROWSE) else self.action_deed)(way)
        elif isinstance(way, Target):
            opens = getattr(self.page_or_none, "opens", None)
            place = opens(way) if opens else None
            if place is not None:
                self.open(place)

    @work(group="deeds")
    async def _open_below(self, place: Place) -> None:
        """A chevron of the address bar."""
        from console.screens.address_menu import open_menu

        at = self.app.mouse_position
        await open_menu(self, place, (at.x, 1))

    async def arrived(self, place: Place) -> None:
        for worker in [worker for worker in self.workers if worker.group == "page"]:
            with contextlib.suppress(Exception):  # replaced by a later one: then that page is shown
                await worker.wait()

    @on(Painted.Highlighted)
    def _highlighted(self, event: Painted.Highlighted) -> None:
        if not isinstance(event.pane, (Tree, ActionsPane)):
            self._draw_actions()
            self._draw_bars()

    # --- room and focus ---

    def on_resize(self, event: events.Resize) -> None:
        self._arrange(event.size.width, event.size.height)
        if self.is_mounted and self.page_or_none is not None:
            self.draw_frame()

    def _arrange(self, width: int, height: int) -> None:
        self.set_class(width >= WIDE, "-wide")
        self.set_class(MIDDLE <= width < WIDE, "-middle")
        self.set_class(width < MIDDLE, "-narrow")
        self.set_class(height <= LOW, "-low")
        self.set_class(width < LEAST[0] or height < LEAST[1], "-tiny")
        self.set_class(self.place.page in frame.WHOLE_PAGES and width < WIDE, "-whole")
