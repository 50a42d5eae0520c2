"""Keys and pastes in the order in which they were typed: each is given when what the one before it asked for stands.

A slow line brings several keys at once: `/m` must filter, not toggle, and what follows a Tab belongs to the next field. Knows no page and no key.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import Worker

Typed = events.Key | events.Paste

#: The workers that keys start, and how long the next key waits for them. A deed that takes longer is waited for no more (a recycle,
#: a trace): nobody shall feel it. A page has to stand: a key that meant it would act on the one before. In looks, not in seconds:
#: while the machine is busy with something else they have not had their time either.
LOOKS, LOOK_S = {"deeds": 100, "page": 5000}, 0.004
#: How long a dialog that stands may have no focus: it comes by a message or two. One that does not stand yet is waited for as a page is.
FOCUS_LOOKS = 100
#: A widget that does not answer.
ANSWER_S = 1.0


class TypedKeys:
    """`give` is how the application takes a key; `tells`: whether what a deed waits for is told already, so that no key need wait for it."""

    def __init__(self, app: App[None], give: Callable[[Typed], Awaitable[None]], tells: Callable[[], bool] = lambda: False) -> None:
        self._app, self._give, self._tells = app, give, tells
        self._waiting: deque[Typed] = deque()
        self._busy = False
        #: How often each was looked at.
        self._looks: dict[Worker[Any] | ModalScreen[Any], int] = {}
        #: The deeds that ran when what they wait for began to be told. What a later key starts (the palette) is none of them.
        self._told: set[Worker[Any]] = set()

    @property
    def all_taken(self) -> bool:
        return not self._busy

    @property
    def waiting(self) -> int:
        """How many have come whose turn is not yet."""
        return len(self._waiting)

    async def take(self, typed: Typed) -> None:
        """The first one at once; those that come while it is being taken, or while a page comes up (the mouse opens some too), wait."""
        if self._busy:
            self._waiting.append(typed)
            return
        self._busy = True
        try:
            pumps = self._pumps()
            if self._under_way():
                self._waiting.append(typed)
            else:
                await self._hand_over(typed)
            self._app.run_worker(self._go_on(pumps), group="keys")
        except BaseException:
            self._busy = False
            raise

    async def _go_on(self, pumps: list[MessagePump]) -> None:
        try:
            await self._settled(pumps)
            while self._waiting:
                pumps = self._pumps()
                await self._hand_over(self._waiting.popleft())
                await self._settled(pumps)
        finally:
            self._busy = False

    async def _hand_over(self, typed: Typed) -> None:
        """To the first field of a dialog whose focus has not come or was lost: without one it would be dropped."""
        screen = self._app.screen
        if isinstance(screen, ModalScreen) and screen.focused is None and (chain := screen.focus_chain):
            screen.set_focus(next((widget for widget in chain if isinstance(widget, Input)), chain[0]))
        await self._give(typed)

    def _pumps(self) -> list[MessagePump]:
        """Who a key passes: the widget that has the focus, all around it, the application."""
        first = self._app.focused or self._app.screen
        return [*first.ancestors_with_self]

    async def _settled(self, pumps: list[MessagePump]) -> None:
        depth = len(self._app.screen_stack)
        for _ in range(2):  # what the first round asked for (a focus, a deed) is done in the second
            await _passed(pumps)
        if len(self._app.screen_stack) < depth:
            self._looks.clear()  # a deed goes on with the answer
        while self._under_way():
            await asyncio.sleep(LOOK_S)
        for _ in range(2):
            await _passed([*self._app.screen_stack[-1:], self._app])

    def _under_way(self) -> bool:
        """Whether a deed runs that has not asked anything yet, or a dialog is coming up."""
        screen = self._app.screen_stack[-1] if self._app.screen_stack else None  # none: the application ends
        most: dict[Worker[Any] | ModalScreen[Any], int] = {}
        self._note_told()
        if isinstance(screen, ModalScreen):
            if not (screen.is_mounted and screen.focused):
                most[screen] = FOCUS_LOOKS if screen.is_mounted else LOOKS["page"]
        else:
            running = [worker for worker in self._app.workers if worker.group in LOOKS and not worker.is_finished]
            most |= {worker: LOOKS[worker.group] for worker in running if worker not in self._told}
        self._looks = {entry: self._looks.get(entry, 0) + 1 for entry in most}
        return any(self._looks[entry] < looks for entry, looks in most.items())

    def _note_told(self) -> None:
        if not self._tells():
            self._told = set()
        elif not self._told:
            self._told = {worker for worker in self._app.workers if worker.group == "deeds" and not worker.is_finished}


def at_rest(app: App[Any]) -> bool:
    """Whether no key is under way: what takes time and is asked for by nobody waits until then."""
    typed = getattr(app, "typed", None)
    return not isinstance(typed, TypedKeys) or typed.all_taken


async def _passed(pumps: list[MessagePump]) -> None:
    """When all of them have handled what they had to handle."""
    for pump in pumps:
        handled = asyncio.Event()
        if pump.is_running and pump.call_later(handled.set):
            try:
                await asyncio.wait_for(handled.wait(), ANSWER_S)
            except TimeoutError:
                return
