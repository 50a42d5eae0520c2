"""ASGI applications: messages, streaming, lifespan, background work, disconnect."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import Wired

APP = """
    import asyncio
    import contextvars

    told = []
    events = {}

    def event(name):
        return events.setdefault(name, asyncio.Event())

    async def start(send, status=200, headers=((b"content-type", b"text/plain"),)):
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def end(send, body=b"", more=False):
        await send({"type": "http.response.body", "body": body, "more_body": more})

    async def simple(scope, receive, send):
        await start(send, 200, [(b"content-type", b"text/plain"), (b"content-length", b"5")])
        await end(send, b"Hello")

    async def echo(scope, receive, send):
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break
        told.append((await ask(receive, send, body))["type"])
        event("told").set()

    async def ask(receive, send, body):
        await start(send, 201)
        await end(send, body)
        return await receive()

    async def tell(scope, receive, send):
        keys = ("type", "method", "path", "root_path", "raw_path", "query_string", "http_version", "scheme")
        text = "|".join(f"{key}={scope[key]!r}" for key in keys)
        text += f"|mode={scope['extensions']['poolhouse'].application.mode}"
        text += f"|x={[value for name, value in scope['headers'] if name == b'x-name']}"
        await start(send)
        await end(send, text.encode())

    async def stream(scope, receive, send):
        await start(send)
        await end(send, b"one ", True)
        await end(send, b"two", True)
        await end(send)

    async def fails(scope, receive, send):
        raise ValueError("before the head")

    async def fails_late(scope, receive, send):
        await start(send)
        await end(send, b"begun", True)
        raise ValueError("after the head")

    async def silent(scope, receive, send):
        pass

    async def half(scope, receive, send):
        await start(send)

    async def unstarted(scope, receive, send):
        await end(send)

    async def behind(scope, receive, send):
        await start(send)
        await end(send, b"done")
        await event("go").wait()
        told.append("behind")
        event("went").set()

    async def fails_behind(scope, receive, send):
        await start(send)
        await end(send, b"done")
        if scope["query_string"]:
            await asyncio.sleep(0)
        raise ValueError("behind the response")

    async def waits(scope, receive, send):
        assert scope["type"] == "http"
        await receive()
        event("waiting").set()
        told.append((await receive())["type"])
        event("left").set()

    async def endless(scope, receive, send):
        if scope["type"] != "http":
            return
        await start(send)
        while True:
            try:
                await end(send, b"x" * 65536, True)
            except OSError as error:
                told.append(type(error).__name__)
                event("left").set()
                raise ValueError("given up") from error

    async def asks(scope, receive, send):
        if scope["type"] != "http":
            return
        await receive()
        event("waiting").set()
        while True:
            asking = asyncio.ensure_future(receive())
            await asyncio.sleep(0)
            if asking.done():
                break
            asking.cancel()  # as those do who ask without waiting
        told.append(asking.result()["type"])
        event("left").set()

    async def alive(scope, receive, send):
        if scope["type"] == "lifespan":
            assert (await receive())["type"] == "lifespan.startup"
            scope["state"]["number"] = 42
            await send({"type": "lifespan.startup.complete"})
            assert (await receive())["type"] == "lifespan.shutdown"
            told.append("shut down")
            await send({"type": "lifespan.shutdown.complete"})
        else:
            if scope["query_string"] == b"wait":
                event("holding").set()
                await event("held").wait()
            await start(send)
            await end(send, str(scope["state"]["number"]).encode())

    HEADS = [
        ([(b"content-type", b"a/b"), (b"x-one", b"1"), (b"content-length", b"2"), (b"connection", b"close"), (b"set-cookie", b"a=1")]),
        ([[b"Content-Type", b"c/d"], (bytearray(b"X-One"), memoryview(b"2")), (b"content-type", b"a/b")]),
        ([(b"x-one", b"1\\r\\nx-two: 2")]),
        ([(b"x one", b"1")]),
    ]

    async def heads(scope, receive, send):
        given = HEADS[int(scope["query_string"])]
        await start(send, 200, given if scope["method"] == "GET" else iter(given))
        await end(send, b"ok")

    VALUE = contextvars.ContextVar("VALUE", default="nobody's")

    async def scoped(scope, receive, send):
        async with asyncio.timeout(60):
            task = asyncio.current_task()
            before, headers = VALUE.get(), len(scope["headers"])
            VALUE.set("this request's")
            scope["headers"].append((b"x-more", b"1"))
            scope["state"]["seen"] = True
            if b"wait" in scope["query_string"]:
                await asyncio.sleep(0)
            told.append((before, VALUE.get(), headers, "seen" in scope, asyncio.current_task() is task))
        await start(send)
        await end(send, b"scoped")

    async def leaves(scope, receive, send):
        raise SystemExit(3)

    async def unborn(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})
"""

Make = Callable[..., ManagedDriver]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[ManagedDriver] = []

    def build(name: str, mode: str = "Integrated", **more: Any) -> ManagedDriver:
        made.append(ManagedDriver(tmp_path, {"asgi_app.py": APP}, handlers={"*": f"asgi:asgi_app:{name}"}, mode=mode, **more))
        return made[-1]

    yield build
    for driver in made:
        await driver.finish()


def app() -> Any:
    import asgi_app  # type: ignore[import-not-found]  # written by the test, and found at run time

    return asgi_app


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_answer(make: Make, mode: str) -> None:
    driver = make("simple", mode)
    for _ in range(2):  # only the first one waits for the lifespan
        seen = await driver.get("/")
        assert (seen.status, seen.body, seen.context.response.content_length) == ((200, 0), b"Hello", 5)
    assert driver.log == []


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_body_then_disconnect_when_the_response_is_whole(make: Make, mode: str) -> None:
    seen = await make("echo", mode).get("/", "POST", body=b"a body")
    assert (seen.status[0], seen.body) == (201, b"a body")
    await asyncio.wait_for(app().event("told").wait(), 5)
    assert app().told == ["http.disconnect"]


async def test_scope(make: Make) -> None:
    seen = await make("tell", path="/app").get("/app/a%20b?q=1", headers={"X-Name": "v"})
    assert seen.body.decode() == (
        "type='http'|method='GET'|path='/app/a%20b'|root_path='/app'|raw_path=b'/app/a%20b'|query_string=b'q=1'|http_version='1.1'"
        "|scheme='http'|mode=Integrated|x=[b'v']"
    )


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_chunks_go_out_as_they_come(make: Make, mode: str) -> None:
    seen = await make("stream", mode).get("/")
    assert [data for _, data, _ in seen.wire.sends] == [b"one ", b"two", b""]


@pytest.mark.parametrize(
    ("name", "text"),
    [("fails", "before the head"), ("silent", "without a response"), ("half", "before its response was complete"), ("unstarted", "came before")],
)
@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_failures_are_500_with_their_reason(make: Make, name: str, text: str, mode: str) -> None:
    seen = await make(name, mode).get("/")
    assert seen.status == (500, 0)
    assert any(event.reason and text in event.reason for event in seen.trace.events)


async def test_failure_after_the_head_breaks_the_response_off(make: Make) -> None:
    async with Wired(make("fails_late").host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await wired.ended()).endswith(b"5\r\nbegun\r\n")


async def test_work_behind_the_response_holds_nothing_up(make: Make) -> None:
    seen = await make("behind").get("/")
    assert (seen.body, app().told) == (b"done", [])
    app().event("go").set()
    await asyncio.wait_for(app().event("went").wait(), 5)
    assert app().told == ["behind"]


async def test_a_failure_behind_the_response_is_the_pools_to_read(make: Make) -> None:
    driver = make("fails_behind")
    for number, target in enumerate(("/", "/", "/?late")):
        seen = await driver.get(target)
        while len([line for line in driver.log if "after its response: ValueError" in line]) == number:
            await asyncio.sleep(0)
        assert (seen.status, seen.body) == ((200, 0), b"done")


async def test_a_request_that_waits_needs_no_task_but_the_applications(make: Make) -> None:
    driver = make("alive")
    async with Wired(driver.host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")  # the first waits for the lifespan, in a task
        assert (await wired.reader.readuntil(b"42")).startswith(b"HTTP/1.1 200")
        before = asyncio.all_tasks()
        held = app().event("held")
        wired.send(b"GET /?wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        await asyncio.wait_for(app().event("holding").wait(), 5)
        assert [task.get_name() for task in asyncio.all_tasks() - before] == ["asgi:asgi_app:alive"]
        held.set()
        assert (await wired.ended()).endswith(b"42")


async def test_a_client_that_leaves_is_told(make: Make) -> None:
    driver = make("waits")
    async with Wired(driver.host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while "asgi_app" not in __import__("sys").modules:
            await asyncio.sleep(0)
        await asyncio.wait_for(app().event("waiting").wait(), 5)
        wired.writer.close()
        await asyncio.wait_for(app().event("left").wait(), 5)
    assert app().told == ["http.disconnect"]


async def test_a_client_that_leaves_while_it_is_sent_to_is_no_failure(make: Make) -> None:
    driver = make("endless")
    async with Wired(driver.host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await wired.reader.readexactly(100_000)
        wired.writer.transport.abort()
        while "asgi_app" not in sys.modules:
            await asyncio.sleep(0)
        await asyncio.wait_for(app().event("left").wait(), 5)
        while not (traces := driver.recording.traces()):
            await asyncio.sleep(0)
    assert (app().told, driver.log, traces[0].status) == (["ConnectionResetError"], [], 200)


async def test_who_asks_without_waiting_is_told_too(make: Make) -> None:
    driver = make("asks")
    async with Wired(driver.host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while "asgi_app" not in sys.modules:
            await asyncio.sleep(0)
        await asyncio.wait_for(app().event("waiting").wait(), 5)
        wired.writer.close()
        await asyncio.wait_for(app().event("left").wait(), 5)
    assert app().told == ["http.disconnect"]


async def test_the_end_waits_for_work_behind_a_response(make: Make) -> None:
    driver = make("behind")
    assert (await driver.get("/")).body == b"done"
    ending = asyncio.ensure_future(driver.host.stop())
    await asyncio.sleep(0)
    app().event("go").set()
    await asyncio.wait_for(ending, 5)
    assert app().told == ["behind"]


async def test_lifespan_starts_before_the_first_request_and_ends_with_the_application(make: Make) -> None:
    driver = make("alive")
    assert (await driver.get("/")).body == b"42"
    assert (await driver.get("/")).body == b"42"
    await driver.host.stop()
    assert app().told == ["shut down"]


async def test_each_request_has_a_task_a_context_and_a_scope_of_its_own(make: Make) -> None:
    """Also those that repeat a head, and those that stand behind one that waits."""
    async with Wired(make("scoped").host) as wired:
        for target in ("/", "/", "/?wait", "/?wait", "/"):
            wired.send(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await wired.ended()).count(b"scoped") == 6
    assert app().told == [("nobody's", "this request's", headers, False, True) for headers in (1, 1, 1, 1, 1, 2)]


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_heads_are_read_alike_however_often_and_in_whatever_form_they_come(make: Make, method: str) -> None:
    driver, wanted = make("heads"), [[("content-type", "a/b"), ("x-one", "1"), ("set-cookie", "a=1")], [("X-One", "2"), ("content-type", "a/b")]]
    for _ in range(3):
        for number, lines in enumerate(wanted):
            seen = await driver.get(f"/?{number}", method)
            items = seen.context.response.headers.items
            assert (seen.status, seen.body, [item for item in items if item[0] != "X-Powered-By"]) == ((200, 0), b"ok", lines)
            assert seen.context.response.content_length == (None if number else 2)
        for number in (2, 3):
            assert (await driver.get(f"/?{number}", method)).status == (500, 0)


async def test_an_application_that_would_end_the_process_fails_alone(make: Make) -> None:
    driver = make("leaves")
    for _ in range(2):  # the second one begins without waiting for the lifespan
        seen = await driver.get("/")
        assert seen.status == (500, 0)
        assert any(event.reason and "SystemExit" in event.reason for event in seen.trace.events)


async def test_an_application_that_cannot_start_says_why(make: Make) -> None:
    seen = await make("unborn").get("/")
    assert seen.status == (500, 0)
    assert any(event.reason and "no database" in event.reason for event in seen.trace.events)
