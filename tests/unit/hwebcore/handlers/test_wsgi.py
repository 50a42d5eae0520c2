"""WSGI applications on real threads: PEP 3333's rules, over memory and over a real connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import Wired

APP = """
    import threading

    closed = threading.Event()

    def simple(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"Hello"]

    def echo(environ, start_response):
        start_response("201 Made", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read(), environ.get("CONTENT_LENGTH", "").encode()]

    def tell(environ, start_response):
        names = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_X_NAME", "HTTP_COOKIE", "wsgi.url_scheme")
        text = "|".join(f"{name}={environ.get(name, '-')}" for name in names)
        text += f"|thread={threading.current_thread() is not threading.main_thread()}|mode={environ['poolhouse.context'].application.mode}"
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [text.encode("latin-1")]

    class Stream:
        def __init__(self, environ, start_response):
            self.start = start_response

        def __iter__(self):
            self.start("200 OK", [("Content-Type", "text/plain")])
            yield b"one "
            yield b""
            yield b"two"

        def close(self):
            closed.set()

    def stream(environ, start_response):
        return Stream(environ, start_response)

    def writes(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"written ")
        return [b"returned"]

    def fails(environ, start_response):
        raise ValueError("before the head")

    def fails_late(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"begun"
        raise ValueError("after the head")

    def replaced(environ, start_response):
        import sys
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            raise ValueError("x")
        except ValueError:
            start_response("503 Busy", [("Content-Type", "text/plain")], sys.exc_info())
        return [b"busy"]

    def silent(environ, start_response):
        return [b"no head"]

    def twice(environ, start_response):
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    def evil(environ, start_response):
        start_response("200 OK", [("X-Evil", "a\\r\\nSet-Cookie: b")])
        return [b""]

    def errors(environ, start_response):
        environ["wsgi.errors"].write("first line\\nsecond")
        environ["wsgi.errors"].write(" line\\n")
        start_response("204 No Content", [])
        return []

    def changing(environ, start_response):
        headers = [("X-Turn", "1")]
        start_response("200 OK", headers)
        headers.append(("X-Turn", "2"))  # after the call it is no longer the response's
        environ["HTTP_HOST"] = environ["REQUEST_METHOD"] = "changed"  # this request's alone
        return [b"once"]

    def file(environ, start_response):
        import io
        start_response("200 OK", [("Content-Type", "text/plain")])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"x" * 100000))
"""

Make = Callable[..., ManagedDriver]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[ManagedDriver] = []

    def build(name: str, mode: str = "Integrated", path: str = "/", **more: Any) -> ManagedDriver:
        made.append(ManagedDriver(tmp_path, {"wsgi_app.py": APP}, handlers={"*": f"wsgi:wsgi_app:{name}"}, mode=mode, path=path, **more))
        return made[-1]

    yield build
    for driver in made:
        await driver.finish()


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_answer(make: Make, mode: str) -> None:
    seen = await make("simple", mode).get("/")
    assert (seen.status, seen.body) == ((200, 0), b"Hello")
    assert seen.context.response.headers.get("Content-Type") == "text/plain"
    assert seen.context.response.content_length == 5


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_body_is_collected_first(make: Make, mode: str) -> None:
    seen = await make("echo", mode).get("/", "POST", body=b"a body")
    assert (seen.status[0], seen.body, seen.context.response.reason_phrase) == (201, b"a body6", "Made")


async def test_environ(make: Make) -> None:
    driver = make("tell", path="/app")
    seen = await driver.get("/app/a/b?q=1", headers={"X-Name": "v", "X_Name": "spoofed", "Proxy": "x"})
    assert seen.body.decode().split("|") == [
        "REQUEST_METHOD=GET", "SCRIPT_NAME=/app", "PATH_INFO=/a/b", "QUERY_STRING=q=1", "HTTP_X_NAME=v", "HTTP_COOKIE=-", "wsgi.url_scheme=http",
        "thread=True", "mode=Integrated",
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_chunks_go_out_as_they_come_and_close_is_called(make: Make, mode: str) -> None:
    seen = await make("stream", mode).get("/")
    assert [data for _, data, _ in seen.wire.sends] == [b"one ", b"two", b""]
    import wsgi_app  # type: ignore[import-not-found]  # written by the test, and found at run time

    assert wsgi_app.closed.is_set()


async def test_write_then_return(make: Make) -> None:
    assert (await make("writes").get("/")).body == b"written returned"


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_failure_before_the_head_is_500_with_the_users_traceback(make: Make, mode: str) -> None:
    driver = make("fails", mode)
    seen = await driver.get("/")
    assert (seen.status, seen.body) == ((500, 0), b"")
    log = "\n".join(driver.log)
    assert "before the head" in log
    assert "wsgi_app.py" in log
    assert "handlers/wsgi.py" not in log
    assert any(event.reason and "ValueError: before the head" in event.reason for event in seen.trace.events)


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_failure_after_the_head_breaks_the_response_off(make: Make, mode: str) -> None:
    driver = make("fails_late", mode)
    async with Wired(driver.host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        everything = await wired.ended()
    assert everything.startswith(b"HTTP/1.1 200 OK")
    assert everything.endswith(b"5\r\nbegun\r\n")  # no last chunk: the client can tell


async def test_exc_info_replaces_a_head_that_is_not_sent(make: Make) -> None:
    seen = await make("replaced").get("/")
    assert (seen.status[0], seen.body) == (503, b"busy")


@pytest.mark.parametrize("name", ["silent", "twice", "evil"])
async def test_broken_rules_are_500(make: Make, name: str) -> None:
    assert (await make(name).get("/")).status == (500, 0)


async def test_errors_go_to_the_log_line_by_line(make: Make) -> None:
    driver = make("errors")
    assert (await driver.get("/")).status[0] == 204
    assert driver.log == ["first line", "second line"]


async def test_file_wrapper(make: Make) -> None:
    assert (await make("file").get("/")).body == b"x" * 100000


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_head_over_the_wire(make: Make, mode: str) -> None:
    async with Wired(make("simple", mode).host) as wired:
        wired.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        status, headers, _ = await wired.response(head_only=True)
        assert (status, headers["content-length"]) == (200, "5")
        assert (await wired.talk(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))[2] == b"Hello"


def _headers(found: Mapping[str, str]) -> list[str]:
    return sorted(found)


async def test_stream_over_the_wire_is_chunked(make: Make) -> None:
    async with Wired(make("stream").host) as wired:
        status, headers, body = await wired.talk(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (status, body) == (200, b"one two")
    assert "transfer-encoding" in _headers(headers)


async def test_a_head_that_comes_again_is_the_same_and_stays_the_applications(make: Make) -> None:
    driver = make("changing")
    first, second, third = [await driver.get("/") for _ in range(3)]
    assert [seen.context.response.headers.get_all("X-Turn") for seen in (first, second, third)] == [["1"], ["1"], ["1"]]
    assert [seen.body for seen in (first, second, third)] == [b"once"] * 3
    assert first.context.response.headers.items is not second.context.response.headers.items
