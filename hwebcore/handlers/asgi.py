"""Runs an ASGI 3 application: one task a request, begun at once; lifespan once an application, back-pressure in `send`.

Knows neither pipeline: it reads and writes through the managed context. Look next at managed/execution.py, which makes it, and
managed/lifespan.py.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Iterable, Sequence
from functools import partial
from typing import Any

from hwebcore.managed.application import ManagedApplication, reason_of
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.lifespan import AsgiApp, Lifespan, Message
from hwebcore.managed.response import head_lines
from hwebcore.managed.websocket import WebSocketExchange
from hwebcore.pipeline.context import Request
from hwebcore.pipeline.later import Later
from hwebcore.pipeline.websocket import Handshake
from hwebcore.tasks import at_once, in_context, list_quickly
from hwebcore.worker.loader import Loaded

_VERSIONS = {"version": "3.0", "spec_version": "2.4"}


class AsgiExecutor:
    def __init__(self, owner: ManagedApplication, loaded: Loaded) -> None:
        self._application: AsgiApp = loaded.value
        self._name = loaded.type_name
        self._owner = owner
        self._lifespan = Lifespan(owner, loaded.value, loaded.type_name)
        self._root_path = owner.host.path.rstrip("/")
        #: Of requests that wait; the loop itself holds tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()
        #: Tasks that go on after their response is complete.
        self._behind: set[asyncio.Task[None]] = set()
        self._waits = False
        self._loop: asyncio.AbstractEventLoop
        list_quickly()

    def execute(self, managed: ManagedContext) -> Awaitable[None] | None:
        """None: the response was whole before the application waited for anything."""
        if not self._lifespan.started:
            return self._run(managed)
        native, exchange, described = managed.native, AsgiExchange(managed), self.scope(managed)
        if Handshake in native.items:
            return self._accept(managed, exchange, described)
        application = self._application
        work = application(described, exchange.receive, exchange.send)
        scope, inside = native.scope, native.inside
        if scope is None or not inside:
            scope = managed.enter_scope()
        task = at_once(work, scope, self._name, self._loop, inside=inside)
        if not exchange.whole:
            return self._wait(managed, exchange, task, managed.enter_scope() if inside else scope)
        if not inside:
            managed.leave_scope(scope)
        try:
            task.result()
        except BaseException:  # it goes on behind its response, or failed there: its own affair
            self._leave(task)
        return None

    def _wait(self, managed: ManagedContext, exchange: AsgiExchange, task: asyncio.Task[None], scope: contextvars.Context) -> Later[None] | None:
        """The application waits for something, or its call has ended without a whole response."""
        if task.done():
            exchange.returned(task)
            later = exchange.later()
            self._over(managed, task, scope, later)
            if later.error is not None:
                raise later.error
            return None
        self._tasks.add(task)
        task.add_done_callback(exchange.returned)
        return exchange.later().then(partial(self._over, managed, task, scope))

    def _over(self, managed: ManagedContext, task: asyncio.Task[None], scope: contextvars.Context, later: Later[None]) -> None:
        """The response is whole, or never will be."""
        managed.leave_scope(scope)
        self._tasks.discard(task)
        error = later.error
        if error is None:
            self._leave(task)
        elif isinstance(error, ConnectionError) and managed.native.wire.gone:
            later.error, managed.native.error = None, error  # nobody hears of it; the log has it (sc-win32-status 64)

    async def _run(self, managed: ManagedContext) -> None:
        self._loop = asyncio.get_running_loop()
        await self._lifespan.start()
        waiting = self.execute(managed)
        if waiting is not None:
            await waiting

    async def _accept(self, managed: ManagedContext, answer: AsgiExchange, described: dict[str, Any]) -> None:
        """The same of a request that asks for a WebSocket: it is whole when that is closed."""
        socket = WebSocketExchange(managed, managed.native.items[Handshake], answer)
        socket.add_to(described)
        scope = managed.enter_scope()
        try:
            task = in_context(self._application(described, socket.receive, socket.send), scope, self._name)
            task.add_done_callback(socket.returned)
            await self._closed(managed, socket, task)
        finally:
            managed.leave_scope(scope)

    async def _closed(self, managed: ManagedContext, socket: WebSocketExchange, task: asyncio.Task[None]) -> None:
        try:
            await socket.complete
        except ConnectionError as error:
            if not managed.native.wire.gone:
                raise
            managed.native.error = error  # as in _over
        except BaseException:
            task.cancel()
            raise
        else:
            self._leave(task)

    def _leave(self, task: asyncio.Task[None]) -> None:
        """What an application does after its last message (background tasks) holds up no response."""
        if task.done():
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

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._behind.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._owner.log_failure(f"{self._name}, after its response: {reason_of(error)}", error)

    def scope(self, managed: ManagedContext) -> dict[str, Any]:
        request, asked = managed.native.request, managed.asked
        if asked is not None and (asked.path is not request.path or asked.query_string is not request.query_string):
            scope = self._described(request, asked.path, asked.path.encode(), asked.query_string)
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
        """What a scope says of the request alone; its last two entries are filled for each."""
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
            "state": None,
            "extensions": None,
        }


class AsgiExchange:
    """One request's messages. `whole`: so is the response; `error`: it never will be."""

    # What few requests need is theirs only then.
    #: Whether the application has all of the body; None: it did not ask yet.
    _body_done: bool | None = None
    _gone: asyncio.Future[None] | None = None
    _broken: ConnectionError | None = None
    error: BaseException | None = None

    def __init__(self, managed: ManagedContext) -> None:
        self._managed = managed
        #: Status, lines and declared length of http.response.start, until the first of the body makes them the response's.
        self._head: _Head | None = None
        self.whole = False
        #: Who waits for the end of it.
        self._later: Later[None] | None = None
        self._complete: asyncio.Future[None] | None = None

    def later(self) -> Later[None]:
        """Settled when the response is whole, or with why it never will be."""
        self._later = Later()
        self._later.error = self.error
        return self._later

    @property
    def complete(self) -> asyncio.Future[None]:
        """The same, for who waits for one of several things."""
        if self._complete is None:
            self._complete = asyncio.get_running_loop().create_future()
            if self.whole or self.error is not None:
                _tell(self._complete, self.error)
        return self._complete

    def _end(self) -> None:
        """Whoever waits hears of it in a moment: the application's own step is no place to go on with its request."""
        if self._complete is not None:
            _tell(self._complete, self.error)
        if self._later is not None:
            self._later.error = self.error
            asyncio.get_running_loop().call_soon(self._later.settle, context=_OUTSIDE)

    async def receive(self) -> Message:
        if self._body_done is None:
            source = self._managed.body
            self._body_done = source is not None or not self._managed.native.request.body.expected
            if self._body_done:
                return {"type": "http.request", "body": source.read() if source is not None else b"", "more_body": False}
        if not self._body_done:
            try:
                data = await self._managed.native.read_entity()
            except ConnectionError:
                self._body_done = True
                return {"type": "http.disconnect"}
            self._body_done = not data
            return {"type": "http.request", "body": data, "more_body": bool(data)}
        if not self.whole and self.error is None:
            await self._departure()
        return {"type": "http.disconnect"}

    async def _departure(self) -> None:
        """Wait until the client is gone or has its whole response."""
        wire = self._managed.native.wire
        gone = self._gone
        if gone is None:
            gone = self._gone = asyncio.get_running_loop().create_future()
            wire.when_gone(partial(_tell, gone))
        if not gone.done():  # known already: at once, for who asks without waiting
            await asyncio.wait((gone, self.complete), return_when=asyncio.FIRST_COMPLETED)

    async def send(self, message: Message) -> None:
        kind, head = message["type"], self._head
        if kind == "http.response.start":
            if head is not None:
                raise RuntimeError("http.response.start was sent twice")
            status = message["status"]
            self._head = (status if type(status) is int else int(status), _read(message.get("headers", ())))
        elif kind == "http.response.body":
            response = self._managed.response
            if head is None:
                raise RuntimeError("http.response.body came before http.response.start")
            if head is not _BEGUN:
                status, (lines, length) = head
                response.begin(status, "", lines, length)
                self._head = _BEGUN
            elif self.whole or self.error is not None:
                raise RuntimeError("the response is already complete")
            data = message.get("body", b"")
            response.write(data if type(data) is bytes else bytes(data))
            if message.get("more_body"):
                waiting = self._go_on()
                if waiting is not None:
                    await waiting
            else:
                self.whole = True
                if self._later is not None or self._complete is not None:
                    self._end()
        else:
            raise RuntimeError(f"{kind} is no message of a response")

    def _go_on(self) -> Awaitable[None] | None:
        """The application waits for what its client sees: each chunk goes out as it comes."""
        if self._managed.native.wire.gone:
            self._broken = ConnectionResetError("the client is gone")  # ASGI 2.4: an OSError from send
            raise self._broken
        return self._managed.response.flush()

    def returned(self, task: asyncio.Task[None]) -> None:
        """The application's call ended: without a whole response that is a failure."""
        raised = RuntimeError("the application's task was cancelled") if task.cancelled() else task.exception()
        if self.whole or self.error is not None:
            return
        error = raised if self._broken is None else self._broken  # what it made of that is its own affair
        if error is None:
            what = "before its response was complete" if self._head is not None else "without a response"
            error = RuntimeError(f"the ASGI application returned {what}")
        self._head, self.error = _BEGUN, error
        self._end()


#: Where what follows a response runs: nobody's context.
_OUTSIDE = contextvars.Context()


def _tell(future: asyncio.Future[None], error: BaseException | None = None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # seen: the application's failure has its own way


_Lines = tuple[Sequence[tuple[str, str]], int | None]
_Head = tuple[int, _Lines]
_BEGUN: _Head = (0, ((), None))
_MOST_KNOWN, _MOST_LINES, _LONGEST_VALUE = 512, 8, 64
#: What lists of headers that were sent before say.
_known: dict[Any, _Lines] = {}


def _read(headers: Iterable[Iterable[bytes]]) -> _Lines:
    """Applications mostly send one of a few lists, and those are read once."""
    given = tuple(headers)
    try:
        known = _known.get(given)
    except TypeError:  # pairs may be lists
        known = None
    if known is None:
        known = head_lines((bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in given)
        if len(given) <= _MOST_LINES and all(_may_repeat(pair) for pair in given):
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[given] = known
    return known


def _may_repeat(header: Any) -> bool:
    name, value = header
    return type(header) is tuple and type(name) is type(value) is bytes and len(value) <= _LONGEST_VALUE and name.lower() != b"set-cookie"
