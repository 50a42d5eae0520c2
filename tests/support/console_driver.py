"""Drives the console headless and reads the screen as text, as a person would see it. One place for Textual's private parts.

Knows no page. Times out on conditions, never sleeps for a guess.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual import events
from textual._styles_cache import StylesCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.places import Place
from console.screens.main import MainScreen
from console.session import Session
from model.meaning import Interpret
from model.workspace import Workspace

#: A busy machine is slow; who waits in vain has a defect, and can wait.
WAIT_S = 25.0


class ConsoleDriver:
    """What a story does: press, type, wait for text, read the screen."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot
        #: What the console said in passing (toasts), newest last; also what has gone from the screen.
        self.told = [notification.message for notification in app._notifications]
        notify = app.notify

        def told(message: str, **options: Any) -> None:
            self.told.append(message)
            notify(message, **options)

        app.notify = told  # type: ignore[method-assign]  # toasts go after seconds, and a busy machine is slower than that

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def frame(self) -> MainScreen:
        return self.app.frame

    @property
    def text(self) -> str:
        """The whole screen: what the compositor would write, filters applied."""
        return "\n".join("".join(segment.text for segment in row).rstrip() for row in self.segments)

    @property
    def segments(self) -> list[list[Segment]]:
        """Row by row, with their styles."""
        screen = self.app.screen
        rows = []
        for strip in screen._compositor.render_strips():
            segments = list(strip)
            for line_filter in self.app.get_line_filters():
                segments = line_filter.apply(segments, screen.background_colors[1])
            rows.append([segment for segment in segments if segment.control is None])
        return rows

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def line_with(self, text: str) -> str:
        """The first line of the screen that holds `text`."""
        found = next((line for line in self.lines if text in line), None)
        assert found is not None, f"{text!r} is not on the screen:\n{self.text}"
        return found

    async def press(self, *keys: str) -> None:
        """In a row too: what each asks for stands before the next is given (console/typed_keys.py)."""
        for key in keys:
            self.send(_pressed(key))
        await self._taken()

    async def type(self, text: str) -> None:
        """All keys in a row, as a fast typist's terminal sends them; waits once, when the last has been taken."""
        for character in text:
            self.send(events.Key(_character_to_key(character), character))
        await self._taken()

    async def paste(self, text: str) -> None:
        """In one piece: each letter that is typed is painted for itself."""
        self.send(events.Paste(text))
        await self._taken()

    def send(self, event: events.Event) -> None:
        assert self.app._driver is not None
        event.set_sender(self.app)
        self.app._driver.send_message(event)

    async def _taken(self) -> None:
        """All keys have come and been given to who they are for, and what they asked for has been done or asks."""
        come = asyncio.Event()
        self.send(events.Callback(come.set))  # behind the keys: on a busy machine the first are taken before the last have come
        await self.wait(lambda: come.is_set() or self.app._exit, "all keys come")
        while not self.app.typed.all_taken:
            await self._one_taken(self.app.typed.waiting)
        await self._pilot.pause()

    async def _one_taken(self, waiting: int) -> None:
        """Each has its time: a hundred take a busy machine longer than one."""
        await self.wait(lambda: self.app.typed.all_taken or self.app.typed.waiting < waiting, "a key taken")

    async def open(self, place: Place) -> None:
        self.frame.open(place)
        await self.wait(lambda: self.frame.page_or_none is not None and self.frame.page.id == f"page-{place.page}", f"page {place.page}")
        await self._pilot.pause()

    async def until(self, text: str, timeout_s: float = WAIT_S) -> str:
        """Wait until `text` stands on the screen; the screen."""
        await self.wait(lambda: text in self.text, repr(text), timeout_s)
        return self.text

    async def until_gone(self, text: str, timeout_s: float = WAIT_S) -> None:
        await self.wait(lambda: text not in self.text, f"{text!r} gone", timeout_s)

    async def wait(self, holds: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, f"never: {what}\n{self.text}"
            await asyncio.sleep(0.01)

    async def wear(self, theme: str) -> None:
        """Put a theme on, and wait until it is drawn."""
        self.app.theme = theme
        await self._pilot.pause()

    async def drag(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        """With the left button, from cell to cell of the screen."""
        await self._pilot.mouse_down(offset=begin)
        self.app.screen._forward_event(events.MouseMove(self.app.screen, end[0], end[1], 0, 0, 1, False, False, False, end[0], end[1]))
        await self._pilot.pause()
        await self._pilot.mouse_up(offset=end)
        await self._pilot.pause()

    async def click(self, at: tuple[int, int], button: int = 1) -> None:
        await self._pilot.click(offset=at, button=button)

    async def resize(self, width: int, height: int) -> None:
        await self._pilot.resize_terminal(width, height)


def _pressed(key: str) -> events.Key:
    """As the pilot makes them of their names."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(key, character)


#: What style sheets say, by text and variables: each console would read 200 of them twice, a tenth of what a test of screens takes.
_PARSED: dict[object, list[RuleSet]] = {}
_parse_rules = Stylesheet._parse_rules


def _parsed(sheet: Stylesheet, css: str, *about: Any, **more: Any) -> list[RuleSet]:
    key = (css, about, *more.items(), *sheet._variables.items())
    if key not in _PARSED:
        _PARSED[key] = _parse_rules(sheet, css, *about, **more)
    return _PARSED[key]


Stylesheet._parse_rules = _parsed  # type: ignore[assignment]  # Textual remembers them for one console alone


@contextlib.asynccontextmanager
async def console(
    config: Path, size: tuple[int, int] = (120, 40), start: Place | None = None, snapshot: dict[str, object] | None = None,
    state: Path | None = None, interpret: Interpret | None = None,
) -> AsyncIterator[ConsoleDriver]:  # fmt: skip
    """The console on a real configuration, without a service; `snapshot` is taken in as if one had said it; `state`: the instance's folder;
    `interpret`: how its files are read where that is not as usual."""
    session = Session(Workspace.open(config, interpret=interpret, state=state))
    app = ConsoleApp(session, start=start or Place("server"))
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = ConsoleDriver(app, pilot)
        await driver.wait(
            lambda: isinstance(app.screen, MainScreen) and app.screen.is_mounted and app.screen.page_or_none is not None, "the first page"
        )
        if snapshot is not None:
            session.take(snapshot)
        await pilot.pause()
        yield driver
        app._exit = True  # as `exit` does; the pilot takes everything down without a word
    # Textual remembers colours by who asked, and with them each widget's painted lines: 4 MB a console.
    StylesCache.get_inner_outer.cache_clear()
