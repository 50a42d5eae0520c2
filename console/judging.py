"""What an edit would bring is looked for on a thread, while the console goes on: how far it is, and the way to give it up.

Knows no widget and no edit. The thread only looks; what changes the Workspace happens on the loop, in session.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable

from console.units import count
from model.progress import GivenUp, Progress, followed

#: What takes longer is told, so often.
TOLD_AFTER_S, TOLD_EVERY_S = 0.2, 0.1


class Judging:
    """`look` is called on a thread of its own. A daemon: a folder that does not answer keeps no console from its end."""

    def __init__(self, label: str, look: Callable[[], object]) -> None:
        self.label = label
        self._look = look
        self._progress = Progress()
        self._begun = time.monotonic()
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def in_words(self) -> str:
        """What is told of it; "" while that is too short to be noticed."""
        if time.monotonic() - self._begun < TOLD_AFTER_S:
            return ""
        folders = f", {count(self._progress.folders)} folders so far" if self._progress.folders else ""
        return f"{self.label[:1].upper()}{self.label[1:]}: looking at what it would bring{folders}"

    def give_up(self) -> None:
        """Who waits hears GivenUp at once, the thread at its next folder."""
        self._progress.given_up = True
        if not self._done.done():
            self._done.set_exception(GivenUp())

    async def finished(self, tell: Callable[[], None]) -> None:
        """Raises GivenUp, and what the looking raised. `tell` is called as long as it takes."""
        threading.Thread(target=self._run, args=(asyncio.get_running_loop(),), name="judging", daemon=True).start()
        wait_s = TOLD_AFTER_S
        try:
            while not (await asyncio.wait((self._done,), timeout=wait_s))[0]:
                tell()
                wait_s = TOLD_EVERY_S
            self._done.result()
        finally:
            self._progress.given_up = True  # where the waiting was cancelled: the console ends
            self._done.cancel()  # and nobody hears that the thread gave up

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        fault: BaseException | None = None
        try:
            with followed(self._progress):
                self._look()
        except BaseException as error:
            fault = error
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(self._settle, fault)

    def _settle(self, fault: BaseException | None) -> None:
        if self._done.done():
            return
        if fault is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(fault)
