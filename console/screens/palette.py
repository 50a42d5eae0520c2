"""The palette: anything by any words of its name. Enter takes what stands first; a theme is shown while the cursor is on it.

Knows no page's content. Found while typing, without a wait: what the cursor stands on is always an answer to what was typed; traces
and folders are looked through when the letter stands, with keys between. What is found by which words is catalogue.py's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input

from console.browsing import browse_actions
from console.folder_search import FolderSearch
from console.kept import Kept
from console.lines import Line, line, run
from console.places import Place, Target
from console.screens.catalogue import Catalogue, Named, named
from console.screens.desk import Desk
from console.screens.palette_choices import (
    LEAST_TYPED,
    ActionWay,
    Choice,
    PaletteWay,
    SettingWay,
    ThemeWay,
    TraceWay,
    of_actions,
    of_elsewhere,
    of_folders,
    of_hierarchy,
    of_places,
    of_pools,
    of_settings,
    of_themes,
    of_traces,
    pool_of,
)
from console.widgets.dimmed import BeforeDimmed
from console.widgets.paint import paint
from console.widgets.painted import Painted
from console.widgets.rows import Rows
from console.widgets.text_field import TextField

MOST_SHOWN = 200
NOTHING = "Nothing has that name."
#: How long is looked on before a key may come first.
LOOKED_S = 0.003
#: A theme is a new style for everything: not for each one that a letter passes.
WORN_AFTER_S = 0.15
_PLACES: Kept[Sequence[Named]] = Kept()
_OF_POOLS: Kept[Catalogue] = Kept()
_SETTINGS: Kept[Sequence[Named]] = Kept()


class Found(Painted):
    """The list under the field: the field keeps the focus, so its cursor is always lit."""

    OPENS_AT_ONCE = True
    SELECTS = False

    def plain_line(self, index: int, width: int) -> Strip:
        return paint(self.line_at(index), width, self.ink, self.GROUND, cursor="selected" if index == self.cursor_line else "")


class PaletteDialog(BeforeDimmed, ModalScreen["PaletteWay | None"]):
    """Answers the chosen way, None for Esc. `find` takes no time; `further` gives None where a key may come first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "close", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True), Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True), Binding("pagedown", "page(1)", show=False, priority=True),
    ]  # fmt: skip

    def __init__(self, find: Callable[[str], Sequence[Choice]], further: Callable[[str], Iterator[Choice | None]]) -> None:
        super().__init__()
        self._find_at_once, self._further = find, further
        self._shown: list[Choice] = []
        #: What is still looked through with what was typed, and what it gave.
        self._left: Iterator[Choice | None] = iter(())
        self._found: list[Choice] = []
        self._theme = ""
        self._tried: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield TextField(placeholder="An action, a site, a folder, a pool, a page, a setting, a URL, a theme …")
            yield Found(id="found")

    def on_mount(self) -> None:
        self._theme = self.app.theme
        self._list.can_focus = False
        self._find("")
        self.query_one(Input).focus()

    @property
    def _list(self) -> Found:
        return self.query_one(Found)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._find(event.value)

    def _find(self, query: str) -> None:
        self._shown = [*self._find_at_once(query)[:MOST_SHOWN]]
        looks = len(query.strip()) >= LEAST_TYPED and len(self._shown) < MOST_SHOWN
        self._left, self._found = self._further(query) if looks else iter(()), []
        self._list.cursor_line = -1
        self._show("" if looks else NOTHING)
        self._stand_first()
        if looks:
            self.call_after_refresh(self._look_further, self._left)

    def _show(self, otherwise: str) -> None:
        self._list.set_lines([_line(choice) for choice in self._shown] or [line(run(otherwise, "quiet"))])

    def _stand_first(self) -> None:
        self._list.cursor_line = -1
        self._list.put_cursor(0 if self._shown else -1)

    def _look_further(self, left: Iterator[Choice | None]) -> None:
        """For a moment, then a key may come first; what was found is shown when all is looked through."""
        if left is not self._left:
            return
        end = time.perf_counter() + LOOKED_S
        for choice in left:
            if choice is not None:
                self._found.append(choice)
            elif time.perf_counter() > end:
                self.set_timer(LOOKED_S, partial(self._look_further, left))
                return
        self._show_further()

    def _show_further(self) -> None:
        self._left, had = iter(()), bool(self._shown)
        self._shown += self._found[: MOST_SHOWN - len(self._shown)]
        self._found = []
        self._show(NOTHING)
        if not had:
            self._stand_first()

    def action_move(self, step: int) -> None:
        self._list.action_move(step)

    def action_page(self, step: int) -> None:
        self._list.action_page(step)

    @on(Painted.Highlighted)
    def _moved(self, event: Painted.Highlighted) -> None:
        """A theme is put on when the cursor rests on it; anything else puts the old one back."""
        event.stop()
        way = event.key.way if isinstance(event.key, Choice) else None
        self._stop_trying()
        self._tried = self.set_timer(WORN_AFTER_S, partial(self._wear, way.name if isinstance(way, ThemeWay) else self._theme))

    def _stop_trying(self) -> None:
        if self._tried is not None:
            self._tried.stop()

    def _decide(self, theme: str) -> None:
        self._stop_trying()
        self._wear(theme)

    def _wear(self, theme: str) -> None:
        if self.app.theme != theme:
            self.app.theme = theme

    @on(Input.Submitted)
    def _accept(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._shown:  # what is looked for further stands behind what is shown
            self._found += islice((choice for choice in self._left if choice is not None), 1)
            self._show_further()
        self._choose(self._list.cursor_key)

    @on(Painted.Chosen)
    def _clicked(self, event: Painted.Chosen) -> None:
        event.stop()
        self._choose(event.key)

    def _choose(self, key: object) -> None:
        if isinstance(key, Choice):
            self._decide(key.way.name if isinstance(key.way, ThemeWay) else self._theme)
            self.dismiss(key.way)

    def action_close(self) -> None:
        self._decide(self._theme)
        self.dismiss(None)


def _line(choice: Choice) -> Line:
    role = "quiet" if choice.blocked else "text"
    runs = (run(f"{choice.label:34} ", role, bold=not choice.blocked), run(choice.about, "quiet"))
    return Line(runs, (run(choice.key, "quiet" if choice.blocked else "link"),) if choice.key else (), choice)


async def ask(desk: Desk) -> None:
    """Ask, and go there."""
    hierarchy = desk.session.workspace.hierarchy
    more = browse_actions(desk.session, desk.place, desk.targets)
    here = named((*of_actions(desk.place.page, desk.blocked, more), *of_places(desk.place)))
    below = _PLACES.of("", lambda hierarchy: named(of_hierarchy(hierarchy)), hierarchy)
    choices = Catalogue((*here, *below, *named(of_themes(desk.console.theme)), *named(of_elsewhere(desk.place))))
    settings: list[Catalogue] = []

    def find(query: str) -> Sequence[Choice]:
        choices_found = choices.found(query)
        if len(query.strip()) < LEAST_TYPED:
            return choices_found
        if not settings:
            pool = pool_of(desk.targets, hierarchy)
            settings.append(Catalogue(_SETTINGS.of("", lambda *at: named(of_settings(*at)), desk.place, pool)))
        of_each = _OF_POOLS.of("", lambda hierarchy: Catalogue(named(of_pools(hierarchy))), hierarchy)
        return [*choices_found, *of_each.found(query), *settings[0].found(query)]

    search = FolderSearch(hierarchy, desk.place)
    dialog = PaletteDialog(find, lambda query: chain(of_traces(desk.feed, query), of_folders(search, query)))
    way: PaletteWay | None = await desk.show_popup(dialog)
    if isinstance(way, ThemeWay):
        desk.console.theme = way.name
        desk.session.preferences.keep_theme(way.name)
    elif isinstance(way, SettingWay):
        await _open_setting(desk, way)
    elif isinstance(way, ActionWay):
        await _do_there(desk, way)
    elif isinstance(way, TraceWay):
        desk.open(Place("live"))
        desk.console.call_later(desk.select, Target("request", str(way.number)))
    elif way is not None:
        desk.follow_way(way)


async def _do_there(desk: Desk, way: ActionWay) -> None:
    desk.open(way.place)
    await desk.arrived(way.place)
    name = way.place.detail
    if name:  # a page that was just made stands on no row yet, and marks of before mean others
        getattr(desk.page, "unmark", lambda: 0)()
        desk.redraw()
        desk.select(Target("pool", name))
    if way.action and (not name or [target.name for target in desk.targets] == [name]):  # it may have gone meanwhile
        desk.follow_way(way.action)


async def _open_setting(desk: Desk, way: SettingWay) -> None:
    desk.open(way.place)
    await desk.arrived(way.place)
    last = way.name.rpartition(".")[2]
    for rows in desk.page.query(Rows):
        for row in rows.rows:
            attribute = getattr(getattr(row.key, "value", None), "attribute", None)
            if getattr(attribute, "name", "") == last:
                rows.select(row.key)
                return
