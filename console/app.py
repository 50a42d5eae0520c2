"""The console as a Textual application: themes, the lines of defence, the service, the mouse, the end. The frame is screens/main.py.

Knows no page and no configuration. `run` is what the command line calls; what a dying terminal asks for is terminal_end.py.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

os.environ.setdefault("ESCDELAY", "25")  # Textual waits 100 ms by default, and a letter within that time would be lost
os.environ.setdefault("TEXTUAL_FPS", "120")  # what a key did waits for the next frame; a frame is drawn only where something changed

from textual import events
from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

import themes
from console import collector, terminal_end
from console.first_look import FirstLook
from console.host import host_name
from console.places import SERVER, Place
from console.preferences import Preferences
from console.screens.opening import OpeningScreen
from console.typed_keys import Typed, TypedKeys
from console.unserved import Reason, Unserved
from console.widgets.ascii_filter import AsciiFilter
from console.widgets.shown import ShownFilter
from console.widgets.terminal_palette import TerminalPaletteFilter

if TYPE_CHECKING:
    from console.feed import Feed
    from console.screens.main import MainScreen
    from console.session import Session
    from hwebcore.client import Client
    from hwebcore.records import RingReader

#: Answers whether the service shall go on after the console has ended (None: ask again the next time).
Keep = Callable[[bool | None], None]

_MOUSE_ON = "\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h"
_MOUSE_OFF = "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"


class ConsoleApp(App[None]):
    """`session`: one, or what opens it (after the first paint: reading a configuration takes longer than drawing a frame).

    `attach` opens the client (None: files only); `remembered` is the last answer about keeping the service; `look` is what can be drawn
    before the session is there.
    """

    TITLE = "Poolhouse"
    ENABLE_COMMAND_PALETTE = False
    COMMAND_PALETTE_BINDING = ""
    BINDINGS: ClassVar = []

    def _fatal_error(self) -> None:
        """Textual's own report lists the variables of every frame: a password that is being typed may be among them."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        self._exit_renderables.append(Segments(self.console.render(Traceback(width=None), self.console.options)))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        """What a page that was coming up misses while everything is taken down is no failure."""
        if self._exit:
            self.log(error)
        else:
            super()._handle_exception(error)

    def __init__(
        self,
        session: Session | Callable[[], Session],
        *,
        start: Place | None = None,
        attach: Callable[[], Awaitable[Client | None]] | None = None,
        preferences: Preferences | None = None,
        tour: bool = False,
        remembered: bool | None = None,
        keep: Keep | None = None,
        look: Callable[[], FirstLook | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._look = look
        self._open = session
        self.session: Session
        self.feed: Feed
        self.tour = tour
        self.preferences = preferences or (Preferences() if callable(session) else session.preferences)
        self._start, self._attach_service = start or self.preferences.place or SERVER, attach
        self.remembered, self._keep = remembered, keep
        #: Whether the user said, at quit, that the service shall go on, and it heard; None where nothing was decided.
        self.stays: bool | None = None
        # The same ones for every line: what they made of it is remembered by them.
        self._shown_filter, self._terminal_filter, self._ascii_filter = ShownFilter(), TerminalPaletteFilter(), AsciiFilter()
        self._mouse_lent = False
        self.typed = TypedKeys(self, super().on_event, lambda: hasattr(self, "session") and self.session.tells_judging)

    @property
    def has_run(self) -> bool:
        """Whether the configuration is (or, after the end, was) being served."""
        return hasattr(self, "session") and self.session.running

    @property
    def css(self) -> str:
        return themes.style_sheet()

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [*super().get_line_filters(), self._shown_filter]
        if self.theme == themes.TERMINAL:
            filters.append(self._terminal_filter)
        if self.preferences.ascii:
            filters.append(self._ascii_filter)
        return filters

    def on_load(self) -> None:
        for entry in themes.palettes():
            self.register_theme(entry.fitting(self.console.color_system).theme())
        if self.no_color:  # NO_COLOR asks for no colours: shapes, words, bold and reverse are left, and they are enough
            self._filters = [entry for entry in self._filters if not isinstance(entry, Monochrome)] + [NoColor()]
        self.theme = themes.TERMINAL if self.no_color else themes.palette(self.preferences.theme).name
        self.stylesheet.add_source(themes.style_sheet(), read_from=("themes", "console.tcss"), is_default_css=False)

    def get_default_screen(self) -> Screen[None]:
        return OpeningScreen(self._look(), host_name())

    def on_mount(self) -> None:
        terminal_end.watch(self)
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        """After the first paint: the configuration, the frame; then the service, the files, the rings."""
        from console.feed import Feed
        from console.screens.main import MainScreen

        self.session = self._open() if callable(self._open) else self._open
        self.feed = Feed()
        opening = self.screen
        self.run_worker(self.session.watch_files(), group="files")
        await self.session.judged_at_first()
        self.session.reaching = self._attach_service is not None and self.session.client is None
        await self.push_screen(MainScreen(self.session, self.feed, self._start))
        self.run_worker(self._serve(), group="service", exit_on_error=False)
        self.run_worker(self.session.findings.follow(), group="findings")
        self.feed.arrived.insert(0, self._take_details)
        self.run_worker(self.feed.run(), group="feed")
        self.run_worker(self.session.captures.run(self.session), group="captures")
        if isinstance(opening, OpeningScreen):
            for typed in opening.kept:
                await self.typed.take(typed)
        if self.preferences.problem:
            self.notify(self.preferences.problem, severity="warning", markup=False, timeout=10)

    def _take_details(self) -> None:
        """What is drawn of a request has its head at once."""
        self.session.captures.take()

    async def _serve(self) -> None:
        """Follow the service; after its end, the next one that somebody asks for."""
        while True:
            await self._reach_service()
            self.session.wanted.clear()
            await self.session.follow()
            await self.session.wanted.wait()

    async def _reach_service(self) -> None:
        if self._attach_service is not None and self.session.client is None:
            self.session.reach()
            try:
                client = await self._attach_service()
            except Unserved as error:
                self.session.cannot_serve(error.reason)
                client = None
            except (OSError, TimeoutError) as error:
                self.session.cannot_serve(Reason(str(error)))
                client = None
            if client is not None:
                self.session.attach(client)
        if self.session.client is not None:
            self.feed.open_ring = self._open_ring
            if self.tour:
                self.tour = False
                self.run_worker(self._play_tour(), group="tour", exit_on_error=False)

    async def _open_ring(self, name: str) -> RingReader:
        client = self.session.client
        if client is None:
            raise LookupError(name)
        await self.session.captures.adopt(self.session)  # with its first request that one's heads
        return await client.ring(name)

    async def _play_tour(self) -> None:
        from console.screens.deeds import perform

        await perform(self.frame, "tour")

    @property
    def frame(self) -> MainScreen:
        """The one frame; dialogs lie above it."""
        from console.screens.main import MainScreen

        return next(screen for screen in self.screen_stack if isinstance(screen, MainScreen))

    # --- the mouse ---

    def lend_mouse(self) -> None:
        """The terminal selects and copies by itself until the next key, which does nothing else."""
        if self._driver is not None and not self._mouse_lent:
            self._mouse_lent = True
            self._driver.write(_MOUSE_OFF)
            self._driver.flush()
            self.notify("The terminal has the mouse: select and copy. The next key takes it back.", markup=False, timeout=30)

    async def on_event(self, event: events.Event) -> None:
        if self._mouse_lent and isinstance(event, events.Key):
            self._mouse_lent = False
            if self._driver is not None:
                self._driver.write(_MOUSE_ON)
                self._driver.flush()
            self.clear_notifications()
            return
        if isinstance(event, Typed) and not event.is_forwarded:
            await self.typed.take(event)
            return
        await super().on_event(event)

    # --- the end ---

    async def action_leave(self) -> None:
        """q: asks whether the service goes on, once; the answer is remembered by who started this console."""
        stay = self.remembered
        if self._keep is not None and self.session.client is not None and self.session.running:
            if stay is None:
                text = "The sites are being served.\nShall the service go on without a console? The answer is remembered (, changes it)."
                answer = await self.frame.choose("Quit", text, ("Keep serving", "Stop serving", "Cancel"))
                if answer in ("", "Cancel"):
                    return
                stay = answer == "Keep serving"
                self.remember_quit(stay)
            self.stays = stay if await self._tell_service(stay) else None
        self.exit()

    def remember_quit(self, stay: bool | None) -> None:
        """None: ask the next time."""
        self.remembered = stay
        if self._keep is not None:
            self._keep(stay)

    async def _tell_service(self, stay: bool) -> bool:
        """Whether it heard: what is said at the end is not what was only asked for."""
        try:
            await asyncio.wait_for(self.session.command("stay", stay=stay) if stay else self.session.command("stop"), 5)
        except Exception as error:  # whatever came between, the user leaves
            self.log(error)
            return False
        return True


def run(app: ConsoleApp) -> None:
    """Show the console until the user leaves. The exit code is the caller's matter."""
    collector.rarely()
    app.run()
