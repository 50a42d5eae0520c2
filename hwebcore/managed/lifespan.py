"""The ASGI lifespan of one application: started before its first request, shut down when the worker lets it go.

Knows no request. Look next at handlers/asgi.py, which waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any

from hwebcore.managed.application import ManagedApplication
from hwebcore.pipeline.contract import USERS_FAILURE
from hwebcore.tasks import in_context
from hwebcore.worker.loader import cut_traceback

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [dict[str, Any], Callable[[], Coroutine[Any, Any, Message]], Callable[[Message], Coroutine[Any, Any, None]]], Coroutine[Any, Any, None]
]


class LifespanFailed(Exception):
    """The application said that it cannot start."""


class Lifespan:
    """`state` is what the application put there at its start; each request gets a copy."""

    def __init__(self, owner: ManagedApplication, application: AsgiApp, name: str) -> None:
        self._owner = owner
        self._application = application
        self._name = name
        self.state: dict[str, Any] = {}
        self._starting: asyncio.Future[str] | None = None
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._stopped: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        #: Whether requests may go in without waiting.
        self.started = False

    async def start(self) -> None:
        """Returns when the application has started, or takes no part in lifespan. Raises LifespanFailed."""
        if self._starting is None:
            loop = asyncio.get_running_loop()
            self._starting, self._stopped = loop.create_future(), loop.create_future()
            self._messages.put_nowait({"type": "lifespan.startup"})
            self._task = in_context(self._run(), self._owner.new_scope(), f"lifespan of {self._name}")
            self._owner.host.on_stop(self.stop)
        failure = await asyncio.shield(self._starting)
        if failure:
            raise LifespanFailed(f"{self._name} failed to start: {failure}")
        self.started = True

    async def stop(self) -> None:
        """Tell the application, and wait until it is done."""
        if self._task is None or self._task.done() or self._stopped is None:
            return
        self._messages.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.wait((self._task, self._stopped), return_when=asyncio.FIRST_COMPLETED)

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._application(scope, self._messages.get, self._send)
        except USERS_FAILURE as error:  # an application without lifespan raises here: it runs without one (ASGI, lifespan)
            if self._starting is not None and self._starting.done():
                self._owner.host.log(f"lifespan of {self._name}: {type(error).__name__}: {error}\n{cut_traceback(error)}")
        finally:
            self._settle(self._starting, "")
            if self._stopped is not None and not self._stopped.done():
                self._stopped.set_result(None)

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "lifespan.startup.complete":
            self._settle(self._starting, "")
        elif kind == "lifespan.startup.failed":
            self._settle(self._starting, str(message.get("message", "")) or "no reason given")
        elif kind in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
            if kind == "lifespan.shutdown.failed":
                self._owner.host.log(f"lifespan of {self._name}: shutting down failed: {message.get('message', '')}")
            if self._stopped is not None and not self._stopped.done():
                self._stopped.set_result(None)
        else:
            raise RuntimeError(f"{kind} is no message of a lifespan")

    @staticmethod
    def _settle(future: asyncio.Future[str] | None, failure: str) -> None:
        if future is not None and not future.done():
            future.set_result(failure)
