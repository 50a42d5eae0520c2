"""The palette: actions of the page, and places (pages, pools, sites), by any words of their names. Enter takes what stands first.

Knows no page's content. Found while typing, without a wait: what the cursor stands on is always an answer to what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from console.actions import ACTIONS, Action
from console.lines import Line, line, run
from console.places import SERVER, Place
from console.screens.desk import Desk
from console.widgets.paint import paint
from console.widgets.painted import Painted
from console.wording.features import SERVER_FEATURES, SITE_FEATURES, Feature
from model.hierarchy import Hierarchy

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """`way`: an action's id or a place. `blocked`: why it does not apply now."""

    label: str
    way: str | Place
    key: str = ""
    about: str = ""
    blocked: str = ""


def of_actions(page: str, blocked: Callable[[Action], str]) -> Iterator[Choice]:
    for action in ACTIONS:
        if action.belongs(page) and action.id != "palette":
            yield _of(action, blocked(action))


def _of(action: Action, reason: str) -> Choice:
    return Choice(action.label, action.id, action.key_shown, reason or action.help, reason)


def of_places(hierarchy: Hierarchy, here: Place = SERVER) -> Iterator[Choice]:
    """Features of the server, and of the site or application that one is at."""
    yield from _of_features(SERVER_FEATURES, SERVER, "")
    if here.site:
        yield from _of_features(SITE_FEATURES, Place("", here.site, here.app or "/"), f" of {here.site}{here.app if here.app != '/' else ''}")
    yield Choice("Go to Application Pools", Place("pools"))
    yield Choice("Go to Sites", Place("sites"))
    yield Choice("Go to Live Requests", Place("live"))
    yield Choice("Go to Problems", Place("problems"))
    yield Choice("Go to Modules of the server", Place("modules"))
    yield Choice("Go to Handler Mappings of the server", Place("handlers"))
    for pool in hierarchy.pools():
        yield Choice(f"Go to pool {pool.name}", Place("pools", detail=pool.name))
    for site in hierarchy.sites():
        yield Choice(f"Go to site {site.name}", Place("site", site.name))
        yield Choice(f"Go to Modules of {site.name}", Place("modules", site.name, "/"))
        for application in site.applications:
            if application.path != "/":
                yield Choice(f"Go to application {site.name}{application.path}", Place("application", site.name, application.path))


def _of_features(features: Sequence[Feature], at: Place, of: str) -> Iterator[Choice]:
    known = {"pools", "sites", "live", "problems", "source", "modules", "handlers"} if not at.site else {"live", "problems", "source"}
    for feature in features:
        if feature.page and feature.page not in known:
            yield Choice(f"Go to {feature.name}{of}", Place(feature.page, at.site, at.app), about=feature.about)


def found(choices: Sequence[Choice], query: str) -> list[Choice]:
    """What matches every word typed: whole words before beginnings, those before parts; what does not apply comes last."""
    words = query.casefold().split()
    scored = [(sum(scores), index, choice) for index, choice in enumerate(choices) if None not in (scores := _scores(words, choice.label))]
    scored.sort(key=lambda entry: (bool(entry[2].blocked), entry[0], entry[1]))
    return [choice for _, _, choice in scored]


def _scores(words: Sequence[str], label: str) -> list[int]:
    """One number for each word, the lower the better; a None among them: it does not match."""
    parts = [part for part in re.split(r"[\W_]+", label.casefold()) if part]
    return [_score(word, parts, label.casefold()) for word in words]  # type: ignore[misc]


def _score(word: str, parts: Sequence[str], whole: str) -> int | None:
    if word in parts:
        return 0
    if any(part.startswith(word) for part in parts):
        return 1
    return 3 if word in whole else None


class Found(Painted):
    """The list under the field: the field keeps the focus, so its cursor is always lit."""

    OPENS_AT_ONCE = True

    def paint_line(self, index: int, width: int) -> Strip:
        return paint(self.line_at(index), width, self.ink, self.GROUND, cursor="selected" if index == self.cursor_line else "")


class PaletteDialog(ModalScreen["str | Place | None"]):
    """Answers the chosen way, None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "close", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True), Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True), Binding("pagedown", "page(1)", show=False, priority=True),
    ]  # fmt: skip

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Input(placeholder="An action, a site, a pool, a page …")
            yield Found(id="found")

    def on_mount(self) -> None:
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
        shown = found(self._choices, query)[:MOST_SHOWN]
        self._list.set_lines([_line(choice) for choice in shown] or [line(run("Nothing has that name.", "quiet"))])
        if shown:
            self._list.put_cursor(0)

    def action_move(self, step: int) -> None:
        self._list.action_move(step)

    def action_page(self, step: int) -> None:
        self._list.action_page(step)

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
            self.dismiss(key.way)

    def action_close(self) -> None:
        self.dismiss(None)


def _line(choice: Choice) -> Line:
    role = "quiet" if choice.blocked else "text"
    runs = (run(f"{choice.label:34} ", role, bold=not choice.blocked), run(choice.about, "quiet"))
    return Line(runs, (run(choice.key, "quiet" if choice.blocked else "link"),) if choice.key else (), choice)


async def ask(desk: Desk) -> str | Place | None:
    choices = [*of_actions(desk.place.page, desk.blocked), *of_places(desk.session.workspace.hierarchy, desk.place)]
    way: str | Place | None = await desk.show_popup(PaletteDialog(choices))
    return way
