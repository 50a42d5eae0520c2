"""WebSockets in a real service: over the front, in flight, in trace and log, and through a recycle."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hwebcore.plan import Generation, HandlerMapping, ModuleEntry, PoolPlan, ScopeSettings, SiteLog, WebSocketSettings
from tests.support.server_driver import Running, free_port, generation, get, plan, running, site, until
from tests.support.tls import client_context, https, keep
from tests.support.websocket_client import WebSocketClient, handshake

ECHO = """
    import os

    async def app(scope, receive, send):
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": str(os.getpid())})
        if scope["path"] == "/scheme":
            await send({"type": "websocket.send", "text": scope["scheme"]})
        while (message := await receive())["type"] == "websocket.receive":
            await send({**message, "type": "websocket.send"})
        print("left with", message["code"], flush=True)
"""
MODULES = (("AnonymousAuthenticationModule", "authanon.dll"), ("WebSocketModule", "iiswsock.dll"), ("HttpLoggingModule", "loghttp.dll"))


def pool(root: Path, name: str = "Pool", settings: WebSocketSettings | None = None, **process: float) -> PoolPlan:
    root.mkdir(parents=True, exist_ok=True)
    module = f"ws_{root.name}"
    (root / f"{module}.py").write_text(textwrap.dedent(ECHO))
    made = plan(root, name, **process)
    scope = ScopeSettings(
        modules=tuple(ModuleEntry(one, "native", image) for one, image in MODULES),
        handlers=(HandlerMapping("asgi", "*", (), ("ManagedPipelineHandler",), type=f"asgi:{module}:app", require_access="None"),),
        access_policy=("Read", "Script"), websocket=settings or WebSocketSettings(),
    )  # fmt: skip
    log = SiteLog(directory=str(root.parent / "logs"), fields=("Method", "UriStem", "HttpStatus", "BytesSent", "TimeTaken"))
    return dataclasses.replace(made, settings=(scope,), sites=tuple(dataclasses.replace(one, log=log) for one in made.sites))


@contextlib.asynccontextmanager
async def serving(folder: Path, **more: float) -> AsyncIterator[tuple[Running, int, Generation]]:
    port = free_port()
    first = generation((pool(folder / "a", **more),), (site(port),))
    async with running(folder, first) as one:
        yield one, port, first


async def test_in_flight_then_in_ring_and_log(tmp_path: Path) -> None:
    async with serving(tmp_path) as (one, port, _):
        client = await WebSocketClient.open(port, "/talk")
        assert client.status == 101
        await client.message()
        assert any("/talk" in text for text in one.in_flight())
        client.send("x" * 5000)
        await client.message()
        assert await client.close() == (1000, "")
        await until(lambda: not one.in_flight(), "the request is no more in flight")
        lines = await until(
            lambda: [line for file in (tmp_path / "logs").rglob("*.log") for line in file.read_text().splitlines() if "/talk" in line], "its line"
        )
        method, stem, status, sent, _ = lines[0].split(" ")[-5:]
        assert (method, stem, status) == ("GET", "/talk", "101")
        assert int(sent) > 5000


async def test_a_shared_endpoint_hands_it_to_its_pool(tmp_path: Path) -> None:
    port = free_port()
    pools = (pool(tmp_path / "a", "A"), pool(tmp_path / "b", "B"))
    sites = (site(port, "Site", 1, "A", host="a.test"), site(port, "Other", 2, "B", host="b.test"))
    pools = (pools[0], dataclasses.replace(pool_of_site(pools[1], "Other", 2), name="B"))
    async with running(tmp_path, generation(pools, sites)):
        seen = []
        for host in ("a.test", "b.test"):
            client = await WebSocketClient.open(port, "/", {"Host": host})
            assert client.status == 101
            seen.append(await client.message())
            client.send("there?")
            assert await client.message() == "there?"
            await client.close()
        assert len(set(seen)) == 2


def pool_of_site(made: PoolPlan, name: str, number: int) -> PoolPlan:
    applications = tuple(dataclasses.replace(one, site=name, site_id=number) for one in made.applications)
    return dataclasses.replace(made, applications=applications, sites=tuple(dataclasses.replace(one, name=name, id=number) for one in made.sites))


async def test_a_recycle_tells_1012_and_the_next_worker_takes_over(tmp_path: Path) -> None:
    async with serving(tmp_path, shutdown_time_limit_s=30.0) as (one, port, _):
        client = await WebSocketClient.open(port)
        old = await client.message()
        recycling = asyncio.ensure_future(one.service.pools["Pool"].recycle("on_demand"))
        assert await client.closing() == (1012, "the service restarts")
        await recycling
        again = await WebSocketClient.open(port)
        assert await again.message() != old
        await again.close()


async def test_who_does_not_answer_is_cut_at_the_shutdown_time_limit(tmp_path: Path) -> None:
    async with serving(tmp_path, shutdown_time_limit_s=0.5) as (one, port, _):
        client = await WebSocketClient.open(port)
        await client.message()
        recycling = asyncio.ensure_future(one.service.pools["Pool"].recycle("on_demand"))
        assert (await client.close_frame())[0] == 1012
        with contextlib.suppress(ConnectionError):
            await client.ended()
        await client.leave()
        await recycling
        assert (await get(port, "/"))[0] == 500  # an HTTP request: the application answers none


async def test_not_enabled(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((pool(tmp_path / "a", settings=WebSocketSettings(enabled=False)),), (site(port),))):
        client = await WebSocketClient.open(port)
        assert client.status == 500
        await client.leave()


@pytest.mark.parametrize("shared", [False, True])
async def test_wss(tmp_path: Path, shared: bool) -> None:
    """TLS in the worker; where two pools answer for one name, the front ends it and joins the streams."""
    port = free_port()
    made = pool(tmp_path / "a")
    paths: tuple[tuple[str, str], ...] = (("/", "Pool"), ("/other", "Other")) if shared else ()
    pools = (made, dataclasses.replace(plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))) if shared else (made,)
    keep(tmp_path / "s", (["a.test"], f"a.test:{port}"))
    async with running(tmp_path, generation(pools, (https(site(port, paths=paths), "a.test"),))) as one:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_context(), server_hostname="a.test")
        client = WebSocketClient(reader, writer)
        await client.ask(handshake("/scheme", {"Host": "a.test"}))
        assert client.status == 101
        await client.message()
        assert await client.message() == "wss"
        client.send("x" * 200_000)
        assert await client.message() == "x" * 200_000
        recycling = asyncio.ensure_future(one.service.pools["Pool"].recycle("on_demand"))
        assert await client.closing() == (1012, "the service restarts")
        await recycling
