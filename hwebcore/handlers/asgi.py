"""Runs an ASGI 3 application: one task a request, begun at once; lifespan once an application, back-pressure in `send`.

Knows neither pipeline: it reads and writes through the managed context. Look next at managed/execution.py, which makes it, and
managed/lifespan.py.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable
from functools import partial
from typing import Any

from hwebcore.managed.application import ManagedApplication, reason_of
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.lifespan import AsgiApp, Lifespan, Message
from hwebcore.managed.websocket import WebSocketExchange
from hwebcore.pipeline.context import Request
from hwebcore.pipeline.websocket import Handshake
from hwebcore.tasks import at_once
from hwebcore.worker.loader import Loaded

_VERSIONS = {"version": "3.0", "spec_version": "2.4"}


class AsgiExecutor:
    def __init__(self, owner: ManagedApplication, loaded: Loaded) -> None:
        self._application: AsgiApp = loaded.value
        self._name = loaded.type_name
        self._owner = owner
        self._lifespan = Lifespan(owner, loaded.value, loaded.type_name)
        self._root_path = owner.host.path.rstrip("/")
        #: Tasks that go on after their response is complete; the loop itself holds tasks weakly.
        self._behind: set[asyncio.Task[None]] = set()
        self._waits = False

    def execute(self, managed: ManagedContext) -> Awaitable[None] | None:
        return self._begin(managed) if self._lifespan.started else self._run(managed)

    async def _run(self, managed: ManagedContext) -> None:
        await self._lifespan.start()
        waiting = self._begin(managed)
        if waiting is not None:
            await waiting

    def _begin(self, managed: ManagedContext) -> Awaitable[None] | None:
        """Call the application. None: its response was whole before it waited for anything."""
        exchange, described = self._exchange(managed)
        work = self._application(described, exchange.receive, exchange.send)
        scope = managed.enter_scope()
        task = at_once(work, scope, self._name, inside=managed.native.inside)
        if exchange.whole:
            managed.leave_scope(scope)
            self._leave(task)
            return None
        return self._wait(managed, exchange, task, scope)

    async def _wait(
        self, managed: ManagedContext, exchange: AsgiExchange | WebSocketExchange, task: asyncio.Task[None], scope: contextvars.Context
    ) -> None:
        if task.done():
            exchange.returned(task)
        else:
            task.add_done_callback(exchange.returned)
        try:
            await exchange.complete
        except ConnectionError as error:
            if not managed.native.wire.gone:
                raise
            managed.native.error = error  # nobody hears of it; the log has it (sc-win32-status 64)
            if task.done() and not task.cancelled():
                task.exception()  # seen
            return
        except BaseException:
            task.cancel()
            raise
        finally:
            managed.leave_scope(scope)
        self._leave(task)

    def _leave(self, task: asyncio.Task[None]) -> None:
        """What an application does after its last message (background tasks) holds up no response."""
        if task.done():
            if task.exception() is not None:
                self._ended(task)
            return
        if not self._waits:
            self._waits = True
            self._owner.host.on_stop(self._settle)
        self._behind.add(task)
        task.add_done_callback(self._ended)

    async def _settle(self) -> None:
        """Before the lifespan ends: what still goes on behind its response. shutdownTimeLimit is its limit."""
        while self._behind:
            await asyncio.wait(self._behind)

    def _exchange(self, managed: ManagedContext) -> tuple[AsgiExchange | WebSocketExchange, dict[str, Any]]:
        """The messages of a request, or of the WebSocket that it asks for, and the scope."""
        answer, scope = AsgiExchange(managed), self.scope(managed)
        handshake = managed.native.items.get(Handshake)
        if handshake is None:
            return answer, scope
        socket = WebSocketExchange(managed, handshake, answer)
        socket.add_to(scope)
        return socket, scope

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._behind.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._owner.log_failure(f"{self._name}, after its response: {reason_of(error)}", error)

    def scope(self, managed: ManagedContext) -> dict[str, Any]:
        request = managed.native.request
        if managed.path is not request.path or managed.query_string is not request.query_string:
            scope = self._described(request, managed.path, managed.path.encode(), managed.query_string)
        else:
            known = request.described_for
            if known is None or known[0] is not self:
                raw_path = request.raw_url.partition("?")[0].encode("latin-1", "replace")
                known = request.described_for = (self, self._described(request, request.path, raw_path, request.query_string))
            scope = known[1].copy()
            scope["headers"] = scope["headers"].copy()
        scope["state"] = self._lifespan.state.copy()
        scope["extensions"] = {"poolhouse": managed}
        return scope

    def _described(self, request: Request, path: str, raw_path: bytes, query_string: str) -> dict[str, Any]:
        """What a scope says of the request alone."""
        return {
            "type": "http",
            "asgi": _VERSIONS,
            "http_version": request.http_version,
            "method": request.method,
            "scheme": request.scheme,
            "path": path,
            "raw_path": raw_path,
            "query_string": query_string.encode("latin-1", "replace"),
            "root_path": self._root_path,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items],
            "client": (request.client_ip, request.client_port),
            "server": (request.local_ip, request.local_port),
        }


class AsgiExchange:
    """One request's messages. `whole`: so is the response."""

    __slots__ = ("_begun", "_body", "_body_done", "_broken", "_complete", "_failure", "_gone", "_head", "_managed", "_told", "whole")

    def __init__(self, managed: ManagedContext) -> None:
        self._managed = managed
        self._body = managed.native.request.body
        self._body_done = not self._body.expected
        self._told = False
        self._head: tuple[int, list[tuple[str, str]]] | None = None
        self._begun = False
        self.whole = False
        self._gone: asyncio.Future[None] | None = None
        self._broken: ConnectionError | None = None
        self._failure: BaseException | None = None
        self._complete: asyncio.Future[None] | None = None

    @property
    def complete(self) -> asyncio.Future[None]:
        """Done when the response is whole, or holds why it never will be; made when somebody waits for it."""
        if self._complete is None:
            self._complete = asyncio.get_running_loop().create_future()
            self._settle()
        return self._complete

    def _settle(self) -> None:
        if self._complete is None:
            return
        if self._failure is not None:
            self._complete.set_exception(self._failure)
        elif self.whole:
            self._complete.set_result(None)

    async def receive(self) -> Message:
        if not self._told and (self._body_done or self._managed.body is not None):
            self._told = self._body_done = True
            source = self._managed.body
            return {"type": "http.request", "body": source.read() if source is not None else b"", "more_body": False}
        if not self._body_done:
            self._told = True
            try:
                data = await self._managed.native.read_entity()
            except ConnectionError:
                self._body_done = True
                return {"type": "http.disconnect"}
            self._body_done = not data
            return {"type": "http.request", "body": data, "more_body": bool(data)}
        if not self.whole and self._failure is None:
            await self._departure()
        return {"type": "http.disconnect"}

    async def _departure(self) -> None:
        """Wait until the client is gone or has its whole response."""
        wire = self._managed.native.wire
        gone = self._gone
        if gone is None:
            gone = self._gone = asyncio.get_running_loop().create_future()
            wire.when_gone(partial(_settle, gone))
        if not gone.done():  # known already: at once, for who asks without waiting
            await asyncio.wait((gone, self.complete), return_when=asyncio.FIRST_COMPLETED)

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            if self._head is not None:
                raise RuntimeError("http.response.start was sent twice")
            self._head = (int(message["status"]), [(_name(name), _latin(value)) for name, value in message.get("headers", ())])
        elif kind == "http.response.body":
            waiting = self._chunk(message.get("body", b""), message.get("more_body", False))
            if waiting is not None:
                await waiting
        else:
            raise RuntimeError(f"{kind} is no message of a response")

    def _chunk(self, data: Any, more: bool) -> Awaitable[None] | None:
        if self._head is None:
            raise RuntimeError("http.response.body came before http.response.start")
        if self.whole or self._failure is not None:
            raise RuntimeError("the response is already complete")
        response = self._managed.response
        if not self._begun:
            response.begin(self._head[0], "", self._head[1])
            self._begun = True
        response.write(data if type(data) is bytes else bytes(data))
        if not more:
            self.whole = True
            self._settle()
            return None
        if self._managed.native.wire.gone:
            self._broken = ConnectionResetError("the client is gone")  # ASGI 2.4: an OSError from send
            raise self._broken
        # The application waits for what its client sees: each chunk goes out as it comes.
        return response.flush()

    def returned(self, task: asyncio.Task[None]) -> None:
        """The application's call ended: without a whole response that is a failure."""
        if self.whole or self._failure is not None:
            return
        error: BaseException | None = None
        if task.cancelled():
            error = RuntimeError("the application's task was cancelled")
        elif self._broken is not None:
            error = self._broken  # what it made of that is its own affair
        else:
            error = task.exception()
        if error is None:
            what = "before its response was complete" if self._head is not None else "without a response"
            error = RuntimeError(f"the ASGI application returned {what}")
        self._failure = error
        self._settle()


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _latin(value: Any) -> str:
    return bytes(value).decode("latin-1")


_MOST_NAMES = 1024
#: Header names that were sent before, as text.
_names: dict[Any, str] = {}


def _name(name: Any) -> str:
    known = _names.get(name) if type(name) is bytes else None
    if known is None:
        known = _latin(name)
        if len(_names) < _MOST_NAMES:
            _names[bytes(name)] = known
    return known
