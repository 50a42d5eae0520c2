"""Drives a real service from a test: real processes and sockets on 127.0.0.1, plans made by hand, plain HTTP clients.

`ListSource` is a PlanSource whose generations a test pushes. `plan()` and `routes()` make the smallest that serve.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from hwebcore.client import Client
from hwebcore.plan import (
    ApplicationPlan,
    ApplicationRoute,
    BindingRoute,
    Generation,
    HandlerMapping,
    Mode,
    ModuleEntry,
    PoolPlan,
    ProcessSettings,
    RouteTable,
    Scope,
    ScopeSettings,
    SitePlan,
    SiteRoute,
    VirtualDirectory,
)
from hwebcore.service import Service, ServiceOptions

WAIT_S = 15.0

#: Answers with the worker's pid; /die ends the process, /slow waits for `release`, /stuck for a minute.
APPLICATION = """
import os, signal, sys, time

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.endswith("/die"):
        os.kill(os.getpid(), signal.SIGKILL)
    while path.endswith("/slow") and not os.path.exists(__file__ + ".release"):
        time.sleep(0.01)
    if path.endswith("/stuck"):
        time.sleep(60)
    body = f"{os.getpid()} {path} {os.environ.get('MARK', '')}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""


class ListSource:
    """A PlanSource fed by the test."""

    def __init__(self, first: Generation) -> None:
        self.newest = first
        self.answers: Any = None
        self._queue: asyncio.Queue[Generation] = asyncio.Queue()
        self._queue.put_nowait(first)

    def push(self, generation: Generation) -> None:
        self.newest = generation
        self._queue.put_nowait(generation)

    async def generations(self) -> AsyncIterator[Generation]:
        while True:
            yield await self._queue.get()

    async def refresh(self) -> None:
        self.push(self.newest)

    def configure(self, *, drives: Mapping[str, Path], ports: Mapping[int, int], accepted: frozenset[str]) -> None:
        self.answers = (dict(drives), dict(ports), accepted)
        self.push(self.newest)

    def shadow(self, pool: str, mode: Mode) -> PoolPlan:
        for plan in self.newest.pools or ():
            if plan.name == pool:
                return dataclasses.replace(plan, mode=mode)
        raise KeyError(pool)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def plan(root: Path, name: str = "Pool", sites: tuple[tuple[str, int, str], ...] = (("Site", 1, "/"),), **process: Any) -> PoolPlan:
    """A pool whose applications answer everything with `APPLICATION` (or the `app.py` that stands in `root` already)."""
    root.mkdir(parents=True, exist_ok=True)
    module = f"answers_{root.name}"
    if not (root / f"{module}.py").exists():
        (root / f"{module}.py").write_text(APPLICATION)
    settings = ScopeSettings(
        modules=(ModuleEntry("AnonymousAuthenticationModule", "native", "authanon.dll"),),
        handlers=(HandlerMapping("wsgi", "*", (), ("ManagedPipelineHandler",), type=f"wsgi:{module}:app", require_access="None"),),
        access_policy=("Read", "Script"),
    )
    applications = tuple(ApplicationPlan(site, number, path, (VirtualDirectory(path, str(root)),), (Scope(path, 0),)) for site, number, path in sites)
    plans = tuple(SitePlan(site, number) for site, number in dict.fromkeys((site, number) for site, number, _ in sites))
    limits = ProcessSettings(**{"shutdown_time_limit_s": 10.0, **process})
    return PoolPlan(name, "Integrated", process=limits, sites=plans, applications=applications, settings=(settings,))


def release(root: Path) -> None:
    """Let the requests for /slow go on."""
    (root / f"answers_{root.name}.py.release").touch()


def site(port: int, name: str = "Site", number: int = 1, pool: str = "Pool", host: str = "", paths: tuple[tuple[str, str], ...] = ()) -> SiteRoute:
    applications = tuple(ApplicationRoute(path, owner) for path, owner in paths) or (ApplicationRoute("/", pool),)
    return SiteRoute(name, number, (BindingRoute("http", "127.0.0.1", port, host),), applications)


def generation(pools: tuple[PoolPlan, ...], sites: tuple[SiteRoute, ...], **fields: Any) -> Generation:
    return Generation(pools, RouteTable(sites), **fields)


@dataclasses.dataclass
class Running:
    """A service that runs in the test's own loop."""

    service: Service
    source: ListSource
    folder: Path

    async def client(self) -> Client:
        return await Client.connect(self.service.options.control)

    def in_flight(self, pool: str = "Pool") -> list[str]:
        """The requests under way in the pool's live worker."""
        worker = self.service.pools[pool].worker
        return worker.rings.in_flight() if worker is not None else []

    def pool(self, name: str = "Pool") -> dict[str, Any]:
        return next(pool for pool in self.service.snapshot()["pools"] if pool["name"] == name)


@contextlib.asynccontextmanager
async def running(folder: Path, first: Generation, **options: Any) -> AsyncIterator[Running]:
    """A service that serves `first`; stopped with everything at the end."""
    ready = asyncio.Event()
    source = ListSource(first)
    # The state folder's name is short: a Unix socket's path must be.
    service = Service(source, ServiceOptions(config=folder / "x.config", state_dir=folder / "s", on_ready=lambda said: ready.set(), **options))
    serving = asyncio.ensure_future(service.serve())
    waiting = asyncio.ensure_future(ready.wait())
    try:
        await asyncio.wait([serving, waiting], timeout=WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        assert waiting.done(), serving
        yield Running(service, source, folder)
    finally:
        waiting.cancel()
        service.stop()
        await serving


async def until(condition: Callable[[], Any] | Callable[[], Awaitable[Any]], what: str, limit_s: float = WAIT_S) -> Any:
    """Wait for a condition, looking often."""
    end = time.monotonic() + limit_s
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"never: {what}")
        await asyncio.sleep(0.01)


class HttpClient:
    """One kept connection. `get` answers (status, body)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> HttpClient:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    @classmethod
    async def over(cls, sock: socket.socket) -> HttpClient:
        return cls(*await asyncio.open_connection(sock=sock))

    @property
    def port(self) -> int:
        """The client's own."""
        return int(self._writer.get_extra_info("sockname")[1])

    async def get(self, path: str = "/", host: str = "localhost", extra: str = "") -> tuple[int, str]:
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode())
        return await asyncio.wait_for(self.answer(), WAIT_S)

    async def answer(self) -> tuple[int, str]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        return int(head.split(" ")[1]), (await self._reader.readexactly(length)).decode("utf-8", "replace")

    @property
    def local_port(self) -> int:
        return int(self._writer.get_extra_info("sockname")[1])

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


async def get(port: int, path: str = "/", host: str = "localhost") -> tuple[int, str]:
    """One request on a connection of its own."""
    client = await HttpClient.open(port)
    try:
        return await client.get(path, host)
    finally:
        await client.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
