"""The console as a Textual application: themes, the second line of defence, the service, the end. The frame is screens/main.py.

Knows no page and no configuration. `run` is what the command line calls.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

os.environ.setdefault("ESCDELAY", "25")  # Textual waits 100 ms by default, and a letter within that time would be lost

from textual.app import App
from textual.filter import LineFilter
from textual.screen import Screen

import themes
from console.places import SERVER, Place
from console.screens.opening import OpeningScreen
from console.widgets.shown import ShownFilter

if TYPE_CHECKING:
    from console.feed import Feed
    from console.screens.main import MainScreen
    from console.session import Session
    from hwebcore.client import Client

#: Answers whether the service shall go on after the console has ended: called once, at quit.
Keep = Callable[[bool], None]


class ConsoleApp(App[None]):
    """`session`: one, or what opens it (after the first paint: reading a configuration takes longer than drawing a frame).

    `attach` opens the client (None: files only); `remembered` is the last answer about keeping the service.
    """

    TITLE = "Poolhouse"
    ENABLE_COMMAND_PALETTE = False
    COMMAND_PALETTE_BINDING = ""
    BINDINGS: ClassVar = []

    def __init__(
        self,
        session: Session | Callable[[], Session],
        *,
        start: Place = SERVER,
        attach: Callable[[], Awaitable[Client | None]] | None = None,
        theme: str = themes.DEFAULT,
        tour: bool = False,
        remembered: bool | None = None,
        keep: Keep | None = None,
    ) -> None:
        super().__init__()
        self._open = session
        self.session: Session
        self.feed: Feed
        self.tour = tour
        self._start, self._attach_service, self._theme_name = start, attach, theme
        self._remembered, self._keep = remembered, keep
        self._second_line = ShownFilter()

    @property
    def has_run(self) -> bool:
        """Whether the configuration is (or, after the end, was) being served."""
        return hasattr(self, "session") and self.session.running

    @property
    def css(self) -> str:
        return themes.style_sheet()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._second_line]

    def on_load(self) -> None:
        for entry in themes.palettes():
            self.register_theme((entry if self.console.color_system in ("truecolor", None) else entry.for_256).theme())
        self.theme = themes.palette(self._theme_name).name
        self.stylesheet.add_source(themes.style_sheet(), read_from=("themes", "console.tcss"), is_default_css=False)

    def get_default_screen(self) -> Screen[None]:
        return OpeningScreen()

    def on_mount(self) -> None:
        self._watch_terminal()
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        """After the first paint: the configuration, the frame; then the service, the files, the rings."""
        from console.feed import Feed
        from console.screens.main import MainScreen

        self.session = self._open() if callable(self._open) else self._open
        self.feed = Feed()
        await self.push_screen(MainScreen(self.session, self.feed, self._start))
        self.run_worker(self._serve(), group="service", exit_on_error=False)
        self.run_worker(self.session.watch_files(), group="files")
        self.run_worker(self.feed.run(), group="feed")

    async def _serve(self) -> None:
        """Follow the service; after its end, the next one that somebody asks for."""
        while True:
            await self._reach_service()
            self.session.wanted.clear()
            await self.session.follow()
            await self.session.wanted.wait()

    async def _reach_service(self) -> None:
        if self._attach_service is not None and self.session.client is None:
            try:
                client = await self._attach_service()
            except (OSError, TimeoutError) as error:
                self.notify(f"No service: {error}", severity="warning", markup=False)
                client = None
            if client is not None:
                self.session.attach(client)
        if self.session.client is not None:
            self.feed.open_ring = self.session.client.ring
            if self.tour:
                self.tour = False
                self.run_worker(self._play_tour(), group="tour", exit_on_error=False)

    async def _play_tour(self) -> None:
        from console.screens.deeds import perform

        await perform(self.frame, "tour")

    @property
    def frame(self) -> MainScreen:
        """The one frame; dialogs lie above it."""
        from console.screens.main import MainScreen

        return next(screen for screen in self.screen_stack if isinstance(screen, MainScreen))

    # --- the end ---

    def _watch_terminal(self) -> None:
        """A closed terminal ends the console; where SIGHUP is ignored (nohup) Textual would spin for good (reference D and G)."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGHUP, signal.SIGTERM):
            try:
                loop.add_signal_handler(name, self.exit)
            except (NotImplementedError, RuntimeError, ValueError):
                return
        if not self.is_headless:
            self.set_interval(1.0, self._end_without_terminal)

    def _end_without_terminal(self) -> None:
        try:
            gone = os.tcgetpgrp(0) < 0
        except OSError:
            gone = os.isatty(0) is False
        if gone:
            os._exit(129)

    async def action_leave(self) -> None:
        """q: asks whether the service goes on, once; the answer is remembered by who started this console."""
        stay = self._remembered
        if self._keep is not None and self.session.client is not None and self.session.running:
            if stay is None:
                text = "The sites are being served.\nShall the service go on without a console? The answer is remembered (poolhouse stop ends it)."
                answer = await self.frame.choose("Quit", text, ("Keep serving", "Stop serving", "Cancel"))
                if answer in ("", "Cancel"):
                    return
                stay = answer == "Keep serving"
            self._keep(stay)
            await self._tell_service(stay)
        self.exit()

    async def _tell_service(self, stay: bool) -> None:
        try:
            await asyncio.wait_for(self.session.command("stay", stay=stay) if stay else self.session.command("stop"), 5)
        except Exception as error:
            self.log(error)


def run(app: ConsoleApp) -> None:
    """Show the console until the user leaves. The exit code is the caller's matter."""
    app.run()
