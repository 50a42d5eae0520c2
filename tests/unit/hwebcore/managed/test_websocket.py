"""WebSockets of ASGI applications: scope, messages, denial, failures; behind a real connection."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hwebcore.modules.websocket import WebSocketModule
from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import Wired, native
from tests.support.websocket_client import WebSocketClient, handshake

APP = """
    import asyncio

    told = []
    left = asyncio.Event()

    async def accept(receive, send, **more):
        assert (await receive()) == {"type": "websocket.connect"}
        await send({"type": "websocket.accept", **more})

    async def echo(scope, receive, send):
        await accept(receive, send)
        while (message := await receive())["type"] == "websocket.receive":
            await send({**message, "type": "websocket.send"})
        told.append(message)
        left.set()

    async def tell(scope, receive, send):
        keys = ("type", "path", "raw_path", "root_path", "query_string", "http_version", "scheme", "subprotocols")
        await accept(receive, send, subprotocol="b", headers=[(b"X-Seen", b"1"), (b"connection", b"x")])
        text = "|".join(f"{key}={scope[key]!r}" for key in keys)
        text += f"|{sorted(scope['extensions'])}|{'method' in scope}|{dict(scope['headers'])[b'x-name']!r}|{scope['client'][0]}"
        await send({"type": "websocket.send", "text": text})

    async def refuses(scope, receive, send):
        await receive()
        await send({"type": "websocket.close"})
        told.append((await receive())["type"])
        left.set()

    async def denies(scope, receive, send):
        await receive()
        await send({"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]})
        await send({"type": "websocket.http.response.body", "body": b"who ", "more_body": True})
        await send({"type": "websocket.http.response.body", "body": b"are you?"})

    async def fails_before(scope, receive, send):
        raise ValueError("no room")

    async def fails_after(scope, receive, send):
        await accept(receive, send)
        await receive()
        raise ValueError("broken inside")

    async def leaves(scope, receive, send):
        await accept(receive, send)

    async def silent(scope, receive, send):
        await receive()

    async def early(scope, receive, send):
        await send({"type": "websocket.send", "text": "x"})

    async def unknown_subprotocol(scope, receive, send):
        await accept(receive, send, subprotocol="c")

    async def own_header(scope, receive, send):
        await accept(receive, send, headers=[(b"sec-websocket-protocol", b"b")])

    async def closes(scope, receive, send):
        await accept(receive, send)
        await send({"type": "websocket.close", "code": 3001, "reason": "done"})
        told.append(await receive())
        try:
            await send({"type": "websocket.send", "bytes": b"x"})
        except OSError as error:
            told.append(type(error).__name__)
        left.set()

    async def waits(scope, receive, send):
        assert scope["type"] == "websocket"
        await receive()
        told.append("waiting")
        told.append(await receive())
        left.set()

    async def plain(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": scope["type"].encode()})
"""

Open = Callable[..., Any]


class Opened:
    def __init__(self, driver: ManagedDriver, wired: Wired) -> None:
        self.driver = driver
        self.wired = wired
        self.client = WebSocketClient(wired.reader, wired.writer)

    async def trace(self) -> Any:
        while not (traces := self.driver.recording.traces()):
            await asyncio.sleep(0)
        return traces[0]

    async def rest(self) -> bytes:
        return await self.wired.reader.readexactly(int(self.client.headers["content-length"]))


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[Open]:
    made: list[Opened] = []

    async def build(name: str, headers: dict[str, str] | None = None, mode: str = "Integrated", answered: bool = True) -> Opened:
        modules = {"WebSocketModule": WebSocketModule}
        driver = ManagedDriver(tmp_path, {"ws_app.py": APP}, handlers={"*": f"asgi:ws_app:{name}"}, mode=mode, native=modules)
        settings: Any = driver.host.pool_plan.settings[0]
        object.__setattr__(settings, "modules", (*settings.modules, native("WebSocketModule")))
        made.append(Opened(driver, await Wired(driver.host).__aenter__()))
        head = handshake("/a%20b?q=1", headers)
        if answered:
            await made[-1].client.ask(head)
        else:
            made[-1].client.writer.write(head)
        return made[-1]

    yield build
    for one in made:
        await one.wired.__aexit__()
        await one.driver.finish()


def app() -> Any:
    import ws_app  # type: ignore[import-not-found]  # written by the test, and found at run time

    return ws_app


async def test_messages_and_the_code_of_the_end(ask: Open) -> None:
    one = await ask("echo")
    assert one.client.status == 101
    for message in ("text", b"bytes", "", b""):
        one.client.send(message)
        assert await one.client.message() == message
    assert await one.client.close(4000, "enough") == (4000, "enough")
    await asyncio.wait_for(app().left.wait(), 5)
    assert app().told == [{"type": "websocket.disconnect", "code": 4000, "reason": "enough"}]
    trace = await one.trace()
    assert (trace.status, trace.method, trace.url) == (101, "GET", "/a%20b?q=1")
    assert "EXECUTE_REQUEST_HANDLER" in [event.notification for event in trace.events]


async def test_scope_and_the_accepted_head(ask: Open) -> None:
    one = await ask("tell", {"Sec-WebSocket-Protocol": "a, b", "X-Name": "v"})
    assert (one.client.headers["sec-websocket-protocol"], one.client.headers["x-seen"]) == ("b", "1")
    assert one.client.headers["connection"] == "Upgrade"
    assert await one.client.message() == (
        "type='websocket'|path='/a b'|raw_path=b'/a%20b'|root_path=''|query_string=b'q=1'|http_version='1.1'|scheme='ws'"
        "|subprotocols=['a', 'b']|['poolhouse', 'websocket.http.response']|False|b'v'|127.0.0.1"
    )


async def test_a_close_before_accepting_is_403(ask: Open) -> None:
    one = await ask("refuses")
    assert (one.client.status, await one.rest()) == (403, b"")
    await asyncio.wait_for(app().left.wait(), 5)
    assert app().told == ["websocket.disconnect"]
    assert (await one.trace()).status == 403


async def test_a_denial_of_the_applications_own(ask: Open) -> None:
    one = await ask("denies")
    assert (one.client.status, one.client.headers["www-authenticate"]) == (401, "Basic")
    assert await one.wired._chunks() == b"who are you?"
    # The connection serves on.
    await one.client.ask(handshake("/"))
    assert one.client.status == 401


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("fails_before", "no room"), ("silent", "without a response"), ("early", "came before websocket.accept"),
        ("unknown_subprotocol", "offered no subprotocol"), ("own_header", "is the server's"),
    ],
)  # fmt: skip
async def test_failures_before_the_101_are_500(ask: Open, name: str, reason: str) -> None:
    one = await ask(name)
    assert one.client.status == 500
    assert any(event.reason and reason in event.reason for event in (await one.trace()).events)


async def test_a_failure_later_is_1011_and_told(ask: Open) -> None:
    one = await ask("fails_after")
    one.client.send("x")
    assert await one.client.closing() == (1011, "")
    trace = await one.trace()
    assert trace.status == 101
    assert any(event.result == "ERROR" and "broken inside" in (event.reason or "") for event in trace.events)


async def test_an_application_that_returns_closes(ask: Open) -> None:
    one = await ask("leaves")
    assert await one.client.closing() == (1000, "")


async def test_an_application_that_closes(ask: Open) -> None:
    one = await ask("closes")
    assert await one.client.closing() == (3001, "done")
    await asyncio.wait_for(app().left.wait(), 5)
    assert app().told == [{"type": "websocket.disconnect", "code": 3001, "reason": "done"}, "ConnectionResetError"]


async def test_a_client_that_leaves(ask: Open) -> None:
    one = await ask("echo")
    await one.client.leave()
    await asyncio.wait_for(app().left.wait(), 5)
    assert app().told[0]["code"] == 1006
    assert (await one.trace()).status == 101


async def test_a_client_that_leaves_before_the_answer(ask: Open) -> None:
    one = await ask("waits", answered=False)
    while "ws_app" not in sys.modules or not app().told:
        await asyncio.sleep(0)
    await one.client.leave()
    await asyncio.wait_for(app().left.wait(), 5)
    assert app().told == ["waiting", {"type": "websocket.disconnect", "code": 1006, "reason": ""}]
    assert (await one.trace()).status == 400
    assert one.driver.log == []


async def test_no_upgrade_in_classic(ask: Open) -> None:
    one = await ask("plain", mode="Classic")
    assert (one.client.status, await one.rest()) == (200, b"http")
