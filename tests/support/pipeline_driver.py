"""Runs requests through a real ApplicationHost without sockets, or over a real socket pair with a real HttpConnection.

`PipelineDriver(settings, modules={...}, handlers={...})` gives the registers; `get("/x")` runs a request and answers its
Exchange: response, marks as readable lines, and the trace that a reader would see. `Wired` serves the same host over a socket.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hwebcore.pipeline.context import Body, Context, Headers, Request
from hwebcore.pipeline.contract import FINISH, Outcome, StepResult, Subscription
from hwebcore.pipeline.host import ApplicationHost
from hwebcore.pipeline.pipeline import Pipeline
from hwebcore.pipeline.registers import Registers
from hwebcore.pipeline.threads import BlockingThreads
from hwebcore.pipeline.tracing import Tracing
from hwebcore.plan import (
    ApplicationPlan,
    ApplicationRoute,
    BindingRoute,
    HandlerMapping,
    ModuleEntry,
    PoolPlan,
    RouteTable,
    Scope,
    ScopeSettings,
    SiteLimits,
    SiteRoute,
    VirtualDirectory,
)
from hwebcore.records import FlightsWriter, NamesWriter, RingReader, RingWriter, flights_bytes, ring_bytes
from hwebcore.routing import Router
from hwebcore.tasks import Tasks
from hwebcore.trace_building import TraceReader
from hwebcore.traces import Trace
from hwebcore.wire.body import NO_BODY
from hwebcore.wire.gate import Refusal
from hwebcore.wire.protocol import HttpConnection


class StepsModule:
    """A native module made of subscriptions: `module(Subscription(...), ...)` gives a class for the register."""

    given: tuple[Subscription, ...] = ()

    def __init__(self, settings: ScopeSettings, host: Any) -> None:
        self.settings = settings
        self.host = host

    def subscriptions(self) -> tuple[Subscription, ...]:
        return self.given


def module(*subscriptions: Subscription) -> type[StepsModule]:
    return type("Module", (StepsModule,), {"given": subscriptions})


def handler(execute: Callable[[Context], StepResult]) -> type:
    """A handler class whose `execute` is the function."""

    class Handler:
        def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: Any) -> None:
            self.mapping = mapping

        def execute(self, context: Context) -> StepResult:
            return execute(context)

    return Handler


def hello(context: Context) -> Outcome:
    context.response.headers.append("Content-Type", "text/plain")
    context.response.write(b"Hello")
    return FINISH


def memory_file(size: int) -> int:
    fd = os.memfd_create("test") if hasattr(os, "memfd_create") else os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR)
    os.ftruncate(fd, size)
    return fd


class Recording:
    """A ring, flights and names in memory, and a reader of them."""

    def __init__(self, slots: int = 256) -> None:
        self.fds = [memory_file(ring_bytes(slots)), memory_file(flights_bytes(64)), memory_file(1 << 20)]
        self.tracing = Tracing(RingWriter(self.fds[0], 7), FlightsWriter(self.fds[1]), NamesWriter(self.fds[2]), pid=7)
        self.reader = RingReader(*self.fds)
        self._traces = TraceReader(self.reader)

    def traces(self) -> list[Trace]:
        """The traces finished since the last call."""
        return self._traces.poll()

    def close(self) -> None:
        for fd in self.fds:
            os.close(fd)


class BytesBody:
    """A body that is all there."""

    expected = True

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length: int | None = len(data)

    async def read(self, most: int = 65536) -> bytes:
        piece, self._data = self._data[:most], self._data[most:]
        return piece

    async def collect(self) -> Any:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the reader closes it
        file.write(self._data)
        self._data = b""
        file.seek(0)
        return file


class MemoryWire:
    """Keeps what is sent. `sends` holds (status, bytes, last) of each call."""

    gone = False
    session: Any = None

    def __init__(self) -> None:
        self.sends: list[tuple[int, bytes, bool]] = []

    def when_gone(self, call: Callable[[], None]) -> None:
        """The client of these tests stays."""

    def send(self, context: Context, last: bool) -> Awaitable[None] | None:
        response = context.response
        data = b"".join(response.body)
        if response.file is not None:
            data += os.pread(response.file[0].descriptor, response.file[2], response.file[1])
            response.file = None
        for one in response.filters:
            data = one.feed(data) + (one.finish() if last else b"")
        response.body = []
        response.buffered = 0
        response.sent_headers = True
        response.bytes_sent += len(data)
        self.sends.append((response.status, data, last))
        return None


@dataclasses.dataclass
class Exchange:
    context: Context
    wire: MemoryWire
    trace: Trace

    @property
    def status(self) -> tuple[int, int]:
        return self.context.response.status, self.context.response.substatus

    @property
    def body(self) -> bytes:
        return b"".join(data for _, data, _ in self.wire.sends)

    @property
    def steps(self) -> list[str]:
        """ "BEGIN_REQUEST RequestFilteringModule", post-notifications with "post " before them."""
        return [f"{'post ' if event.post else ''}{event.notification} {event.module}" for event in self.trace.events]


def request(method: str = "GET", url: str = "/", headers: Mapping[str, str] | None = None, body: bytes = b"") -> Request:
    """A request as the gate would give it (the URL is taken as normalised)."""
    made = Request()
    made.method = method
    made.raw_url = url
    made.path, _, made.query_string = url.partition("?")
    made.path_info = ""
    made.headers = Headers([("Host", "localhost"), *(headers or {}).items()])
    made.host, made.scheme, made.http_version = "localhost", "http", "1.1"
    made.client_ip, made.client_port = "127.0.0.1", 50000
    made.local_ip, made.local_port = "127.0.0.1", 8080
    given: Body = BytesBody(body) if body else NO_BODY
    made.body = given
    return made


class PipelineDriver:
    """One application "/" of one pool. Without `modules`/`handlers` the program's own registers are used."""

    def __init__(
        self,
        settings: ScopeSettings,
        *,
        modules: Mapping[str, Any] | None = None,
        handlers: Mapping[str, Any] | None = None,
        managed: Callable[..., Any] | None = None,
        mode: str = "Integrated",
        root: str = "",
        loader: Any = None,
        path: str = "/",
        runtime: str = "v4.0",
    ) -> None:
        self.recording = Recording()
        self.log: list[str] = []
        directories = (VirtualDirectory(path, root),)
        application = ApplicationPlan("Default Web Site", 1, path, directories, (Scope("/", 0),))
        pool = PoolPlan("DefaultAppPool", mode, runtime, applications=(application,), settings=(settings,))  # type: ignore[arg-type]  # one of the modes, as a str
        registers = Registers(modules, handlers, managed)
        self.threads = BlockingThreads(2)
        self.host = ApplicationHost(
            application,
            pool,
            Pipeline(self.recording.tracing),
            keys=(bytes(32),),
            threads=self.threads,
            loader=loader,
            log=self.log.append,
            registers=registers,
        )

    async def run(self, made: Request) -> Exchange:
        wire = MemoryWire()
        context = self.host.begin(made, wire)
        waiting = self.host.pipeline.run(context)
        if waiting is not None:
            await waiting
        trace = next(trace for trace in self.recording.traces() if trace.number == context.number)
        return Exchange(context, wire, trace)

    async def get(self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b"") -> Exchange:
        return await self.run(request(method, url, headers, body))

    def close(self) -> None:
        self.threads.stop()
        self.recording.close()


class OneServer:
    """wire.server.Server for one host at 127.0.0.1:8080 (any name)."""

    def __init__(self, host: ApplicationHost, limits: SiteLimits | None = None) -> None:
        self.limits = limits if limits is not None else SiteLimits()
        site = SiteRoute(host.site, host.site_id, (BindingRoute("http", "*", 8080),), (ApplicationRoute(host.path, host.pool),), limits=self.limits)
        self.router = Router(RouteTable((site,), 1, (host.site,)))
        self.tasks = Tasks(host.log)
        self.draining = False
        self.host: ApplicationHost | None = host
        self.connections: set[HttpConnection] = set()
        self.refusals: list[Refusal] = []
        self.time_outs: list[tuple[str, bytes]] = []
        self.given: list[tuple[socket.socket, bytes]] = []

    def application(self, site: str, path: str) -> ApplicationHost | None:
        return self.host

    def give_away(self, connection: HttpConnection, sock: socket.socket, unread: bytes) -> None:
        self.given.append((sock, unread))

    def connection_made(self, connection: HttpConnection) -> None:
        self.connections.add(connection)

    def connection_lost(self, connection: HttpConnection) -> None:
        self.connections.discard(connection)

    def entered(self, connection: HttpConnection, site: SiteRoute) -> None:
        return

    def timed_out(self, connection: HttpConnection, reason: str, head: bytes) -> None:
        self.time_outs.append((reason, head))

    def refused(self, connection: HttpConnection, refusal: Refusal, head: bytes) -> None:
        self.refusals.append(refusal)


class Wired:
    """A client's end of a connection to `driver`'s host: `async with Wired(driver) as wired: await wired.talk(b"GET …")`."""

    def __init__(self, host: ApplicationHost, limits: SiteLimits | None = None, server: OneServer | None = None, unread: bytes = b"") -> None:
        self.server = server if server is not None else OneServer(host, limits)
        self._unread = unread

    async def __aenter__(self) -> Wired:
        ours, theirs = socket.socketpair()
        self.connection = HttpConnection(self.server, endpoint=("127.0.0.1", 8080), client=("127.0.0.1", 50000), unread=self._unread)
        await asyncio.get_running_loop().connect_accepted_socket(lambda: self.connection, theirs)
        self.reader, self.writer = await asyncio.open_connection(sock=ours)
        return self

    async def __aexit__(self, *unused: object) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            pass
        self.connection._abort()
        while self.server.connections:
            await asyncio.sleep(0)
        await self.server.tasks.stop()
        for sock, _ in self.server.given:
            sock.close()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def response(self, head_only: bool = False) -> tuple[int, dict[str, str], bytes]:
        """The next response: status, headers (names in lower case), body with its framing taken off."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        if head_only or status < 200 or status in (204, 304):
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, await self._chunks()
        if "content-length" in headers:
            return status, headers, await self.reader.readexactly(int(headers["content-length"]))
        return status, headers, await self.reader.read()

    async def _chunks(self) -> bytes:
        body = b""
        while True:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            piece = await self.reader.readexactly(size + 2)
            if not size:
                return body
            body += piece[:-2]

    async def talk(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        self.send(data)
        return await self.response()

    async def ended(self) -> bytes:
        """What came until the server closed."""
        return await self.reader.read()


def row(name: str = "Handler", path: str = "*", modules: tuple[str, ...] = ("Handler",), **more: Any) -> HandlerMapping:
    return HandlerMapping(name, path, more.pop("verbs", ()), modules, **more)


def native(name: str, **more: Any) -> ModuleEntry:
    return ModuleEntry(name, "native", name.lower() + ".dll", **more)
