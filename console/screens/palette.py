"""The palette: anything by any words of its name. Enter takes what stands first; a theme is shown while the cursor is on it.

Knows no page's content. Found while typing, without a wait: what the cursor stands on is always an answer to what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from console.lines import Line, line, run
from console.places import Place, Target
from console.screens.desk import Desk
from console.screens.palette_choices import (
    LEAST_TYPED,
    Choice,
    PaletteWay,
    SettingWay,
    ThemeWay,
    TraceWay,
    found,
    of_actions,
    of_places,
    of_settings,
    of_themes,
    of_traces,
    pool_of,
)
from console.widgets.paint import paint
from console.widgets.painted import Painted
from console.widgets.rows import Rows
from console.widgets.text_field import TextField

MOST_SHOWN = 200


class Found(Painted):
    """The list under the field: the field keeps the focus, so its cursor is always lit."""

    OPENS_AT_ONCE = True
    SELECTS = False

    def plain_line(self, index: int, width: int) -> Strip:
        return paint(self.line_at(index), width, self.ink, self.GROUND, cursor="selected" if index == self.cursor_line else "")


class PaletteDialog(ModalScreen["PaletteWay | None"]):
    """Answers the chosen way, None for Esc. `more`: what is looked up with what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "close", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True), Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True), Binding("pagedown", "page(1)", show=False, priority=True),
    ]  # fmt: skip

    def __init__(self, choices: Sequence[Choice], more: Callable[[str], Sequence[Choice]] = lambda query: ()) -> None:
        super().__init__()
        self._choices, self._more = choices, more
        self._theme = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield TextField(placeholder="An action, a site, a pool, a page, a setting, a URL, a theme …")
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
        choices = found(self._choices, query)
        if len(query.strip()) >= LEAST_TYPED:
            choices += self._more(query)
        shown = choices[:MOST_SHOWN]
        self._list.cursor_line = -1
        self._list.set_lines([_line(choice) for choice in shown] or [line(run("Nothing has that name.", "quiet"))])
        if shown:
            self._list.cursor_line = -1
            self._list.put_cursor(0)

    def action_move(self, step: int) -> None:
        self._list.action_move(step)

    def action_page(self, step: int) -> None:
        self._list.action_page(step)

    @on(Painted.Highlighted)
    def _moved(self, event: Painted.Highlighted) -> None:
        """A theme is put on while the cursor is on it; anything else puts the old one back."""
        event.stop()
        way = event.key.way if isinstance(event.key, Choice) else None
        self._wear(way.name if isinstance(way, ThemeWay) else self._theme)

    def _wear(self, theme: str) -> None:
        if self.app.theme != theme:
            self.app.theme = theme

    @on(Input.Submitted)
    def _accept(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose(self._list.cursor_key)

    @on(Painted.Chosen)
    def _clicked(self, event: Painted.Chosen) -> None:
        event.stop()
        self._choose(event.key)

    def _choose(self, key: object) -> None:
        if isinstance(key, Choice):
            self._wear(key.way.name if isinstance(key.way, ThemeWay) else self._theme)
            self.dismiss(key.way)

    def action_close(self) -> None:
        self._wear(self._theme)
        self.dismiss(None)


def _line(choice: Choice) -> Line:
    role = "quiet" if choice.blocked else "text"
    runs = (run(f"{choice.label:34} ", role, bold=not choice.blocked), run(choice.about, "quiet"))
    return Line(runs, (run(choice.key, "quiet" if choice.blocked else "link"),) if choice.key else (), choice)


async def ask(desk: Desk) -> None:
    """Ask, and go there."""
    hierarchy = desk.session.workspace.hierarchy
    choices = [*of_actions(desk.place.page, desk.blocked), *of_places(hierarchy, desk.place), *of_themes(desk.console.theme)]
    pool = pool_of(desk.targets, hierarchy)
    place = desk.place

    def more(query: str) -> list[Choice]:
        return [*found(list(of_settings(place, pool)), query)[:MOST_SHOWN], *of_traces(desk.feed, query)]

    way: PaletteWay | None = await desk.show_popup(PaletteDialog(choices, more))
    if isinstance(way, ThemeWay):
        desk.console.theme = way.name
        desk.session.preferences.keep_theme(way.name)
    elif isinstance(way, SettingWay):
        await _open_setting(desk, way)
    elif isinstance(way, TraceWay):
        desk.open(Place("live"))
        desk.console.call_later(desk.select, Target("request", str(way.number)))
    elif way is not None:
        desk.follow_way(way)


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
