"""Runs an ASGI 3 application: one task a request, lifespan once an application, back-pressure in `send`.

Knows neither pipeline: it reads and writes through the managed context. Look next at managed/execution.py, which makes it, and
managed/lifespan.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import Any

from hwebcore.managed.application import ManagedApplication, reason_of
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.lifespan import AsgiApp, Lifespan, Message
from hwebcore.managed.websocket import WebSocketExchange
from hwebcore.pipeline.websocket import Handshake
from hwebcore.tasks import in_context
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

    def execute(self, managed: ManagedContext) -> Awaitable[None]:
        return self._run(managed)

    async def _run(self, managed: ManagedContext) -> None:
        if not self._lifespan.started:
            await self._lifespan.start()
        exchange, described = self._exchange(managed)
        scope = managed.enter_scope()
        task = in_context(self._application(described, exchange.receive, exchange.send), scope, self._name)
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
        if not task.done():
            # What an application does after its last message (background tasks) holds up no response.
            if not self._waits:
                self._waits = True
                self._owner.host.on_stop(self._settle)
            self._behind.add(task)
            task.add_done_callback(self._ended)
        elif task.exception() is not None:
            self._ended(task)

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
        path = managed.request.path
        rewritten = path is not request.path
        return {
            "type": "http",
            "asgi": _VERSIONS,
            "http_version": request.http_version,
            "method": request.method,
            "scheme": request.scheme,
            "path": path,
            "raw_path": path.encode() if rewritten else request.raw_url.partition("?")[0].encode("latin-1", "replace"),
            "query_string": managed.request.query_string.encode("latin-1", "replace"),
            "root_path": self._root_path,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items],
            "client": (request.client_ip, request.client_port),
            "server": (request.local_ip, request.local_port),
            "state": self._lifespan.state.copy(),
            "extensions": {"poolhouse": managed},
        }


class AsgiExchange:
    """One request's messages. `complete` is done when the response is whole, or holds why it never will be."""

    def __init__(self, managed: ManagedContext) -> None:
        self._managed = managed
        self._body = managed.native.request.body
        self._body_done = not self._body.expected
        self._told = False
        self._head: tuple[int, list[tuple[str, str]]] | None = None
        self._begun = False
        self._gone: asyncio.Future[None] | None = None
        self._broken: ConnectionError | None = None
        self.complete: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Message:
        if not self._told and (self._body_done or self._managed.request.body is not None):
            self._told = self._body_done = True
            source = self._managed.request.body
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
        if not self.complete.done():
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
            headers = [(_latin(name), _latin(value)) for name, value in message.get("headers", ())]
            self._head = (int(message["status"]), headers)
        elif kind == "http.response.body":
            waiting = self._chunk(bytes(message.get("body", b"")), bool(message.get("more_body", False)))
            if waiting is not None:
                await waiting
        else:
            raise RuntimeError(f"{kind} is no message of a response")

    def _chunk(self, data: bytes, more: bool) -> Awaitable[None] | None:
        if self._head is None:
            raise RuntimeError("http.response.body came before http.response.start")
        if self.complete.done():
            raise RuntimeError("the response is already complete")
        response = self._managed.response
        if not self._begun:
            response.begin(self._head[0], "", self._head[1])
            self._begun = True
        response.write(data)
        if more and self._managed.native.wire.gone:
            self._broken = ConnectionResetError("the client is gone")  # ASGI 2.4: an OSError from send
            raise self._broken
        if more:
            # The application waits for what its client sees: each chunk goes out as it comes.
            return response.flush()
        self.complete.set_result(None)
        return None

    def returned(self, task: asyncio.Task[None]) -> None:
        """The application's call ended: without a whole response that is a failure."""
        if self.complete.done():
            return
        if task.cancelled():
            self.complete.set_exception(RuntimeError("the application's task was cancelled"))
            return
        error = task.exception() if self._broken is None else self._broken  # what it made of that is its own affair
        if error is None:
            what = "before its response was complete" if self._head is not None else "without a response"
            error = RuntimeError(f"the ASGI application returned {what}")
        self.complete.set_exception(error)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _latin(value: Any) -> str:
    return bytes(value).decode("latin-1")
