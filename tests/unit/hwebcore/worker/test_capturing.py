"""What a console that watches gets of a request: heads and bodies as they were on the wire; what it costs has limits."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hwebcore.client import Client, Refused
from hwebcore.detail_ring import MOST_REQUEST_BODY, MOST_RESPONSE_BODY, Detail, DetailReader
from hwebcore.worker import capturing
from tests.support.server_driver import HttpClient, Running, free_port, generation, plan, running, site, until

APPLICATION = """
import time

def app(environ, start_response):
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "k=v; Path=/")])
    if path == "/long":
        return [b"l" * 70000] * 3
    if path == "/pieces":
        return iter([b"one ", b"two"])
    return [path.encode(), b" ", body[:9]]
"""


class Watched:
    """A running pool, a console that captures, and what it was given."""

    def __init__(self, run: Running, console: Client, port: int) -> None:
        self.run, self.console, self.port = run, console, port
        self.readers: dict[str, DetailReader] = {}
        self.details: list[Detail] = []

    async def look(self) -> list[Detail]:
        for ring in self.run.service.snapshot()["rings"]:
            name = str(ring["ring"])
            if name not in self.readers:
                with contextlib.suppress(Refused):
                    self.readers[name] = await self.console.details(name)
        self.details += [detail for reader in self.readers.values() for detail in reader.take()]
        return self.details

    async def captures(self) -> None:
        await self.console.capture(True)
        await self.look()
        await until(lambda: self.readers and all(reader.is_written for reader in self.readers.values()), "the worker captures")

    async def ask(self, request: bytes) -> tuple[int, str]:
        client = await HttpClient.open(self.port)
        await client.send(request)
        answer = await client.answer()
        await client.close()
        return answer

    async def detail(self, line: str) -> Detail:
        async def found() -> Detail | None:
            return next((one for one in await self.look() if one.request_head.startswith(line.encode())), None)

        taken = await until(found, f"the detail of {line}")
        assert isinstance(taken, Detail)
        return taken


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    root = tmp_path / "app"
    root.mkdir()
    (root / f"answers_{root.name}.py").write_text(APPLICATION)
    port = free_port()
    async with running(tmp_path, generation((plan(root, always_running=True),), (site(port),))) as run:
        console = await run.client()
        await until(lambda: run.service.pools["Pool"].worker, "the worker")
        watched = Watched(run, console, port)
        yield watched
        for reader in watched.readers.values():
            reader.close()
        await console.close()


def request(line: str, *fields: str, body: bytes = b"") -> bytes:
    return "\r\n".join((f"{line} HTTP/1.1", "Host: localhost", *fields, "", "")).encode() + body


async def test_heads_and_bodies_are_kept_as_they_were(watched: Watched) -> None:
    await watched.captures()
    post = request("POST /form", "Cookie: k=v", "Content-Length: 9", body=b"a=1&b=%20")
    assert await watched.ask(post) == (200, "/form a=1&b=%20")
    form = await watched.detail("POST /form")
    assert form.request_head + form.request_body == post
    assert (form.ip, form.port, form.secure, form.request_cut, form.response_cut) == ("127.0.0.1", watched.port, False, False, False)
    assert form.response_head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nSet-Cookie: k=v; Path=/\r\n" in form.response_head
    assert b"\r\nDate: " in form.response_head
    assert (form.response_body, form.response_bytes) == (b"/form a=1&b=%20", 15)
    # Chunks are the connection's, not the body's; neither is the 100 that lets it come.
    chunked = request("PUT /c", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n")
    assert (await watched.ask(chunked))[1] == "/c abcd"
    assert (await watched.detail("PUT /c")).request_body == b"abcd"
    client = await HttpClient.open(watched.port)
    await client.send(request("POST /later", "Expect: 100-continue", "Content-Length: 2"))
    assert (await client.answer())[0] == 100
    await client.send(b"xy")
    assert await client.answer() == (200, "/later xy")
    await client.send(request("GET /pieces"))  # on the same connection: nobody is overheard longer than asked
    later, pieces = await watched.detail("POST /later"), await watched.detail("GET /pieces")
    await client.close()
    assert later.response_head.startswith(b"HTTP/1.1 200")
    assert later.request_body == b"xy"
    assert (pieces.response_body, pieces.response_cut) == (b"one two", False)
    assert len({detail.request for detail in watched.details}) == 4
    await what_is_long_is_cut(watched)


async def what_is_long_is_cut(watched: Watched) -> None:
    big = b"b" * (MOST_REQUEST_BODY + 5)
    await watched.ask(request("POST /long", f"Content-Length: {len(big)}", body=big))
    detail = await watched.detail("POST /long")
    assert detail.request_cut
    assert (detail.request_body, detail.request_bytes) == (big[:MOST_REQUEST_BODY], len(big))
    assert detail.response_cut
    assert detail.response_body == b"l" * MOST_RESPONSE_BODY
    assert detail.response_bytes >= 210000


# rules: capture.watched
async def test_nothing_is_kept_while_nobody_watches(watched: Watched) -> None:
    worker = watched.run.service.pools["Pool"].worker
    assert worker is not None
    assert worker.rings.details == -1
    with pytest.raises(Refused, match="nothing is captured"):
        await watched.console.details(worker.rings.name)
    await watched.ask(request("GET /before"))
    second = await watched.run.client()
    await second.capture(True)
    await watched.captures()
    await watched.ask(request("GET /one"))
    await watched.detail("GET /one")
    await watched.console.capture(False)
    assert worker.rings.details >= 0  # somebody else still watches
    await watched.ask(request("GET /two"))
    await watched.detail("GET /two")
    await second.close()  # a console that is gone watches no more
    await until(lambda: worker.rings.details == -1, "the memory is given back")
    maps = Path(f"/proc/{worker.pid}/maps")
    await until(lambda: "details-" not in maps.read_text(), "the worker has let go of it")
    await watched.ask(request("GET /after"))
    lines = [detail.request_head.split(b"\r\n")[0] for detail in await watched.look()]
    assert lines == [b"GET /one HTTP/1.1", b"GET /two HTTP/1.1"]
    await a_worker_that_starts_meanwhile_captures_its_first_request(watched)


async def a_worker_that_starts_meanwhile_captures_its_first_request(watched: Watched) -> None:
    await watched.console.capture(True)
    first = watched.run.service.pools["Pool"].worker
    await watched.console.request("recycle_pool", pool="Pool")
    await until(lambda: watched.run.service.pools["Pool"].worker is not first, "the successor")
    await watched.ask(request("GET /first"))
    assert (await watched.detail("GET /first")).response_head.startswith(b"HTTP/1.1 200")


def test_too_many_a_second_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock of the worker alone: what was not used does not add up."""
    now = 0.0
    monkeypatch.setattr(capturing, "perf_counter", lambda: now)
    made = object.__new__(capturing.CapturingPipeline)
    made._left, made._last = float(capturing.MOST_A_SECOND), 0.0
    may: Callable[[], bool] = made._may
    assert sum(may() for _ in range(2 * capturing.MOST_A_SECOND)) == capturing.MOST_A_SECOND
    now = 0.5
    assert sum(may() for _ in range(2 * capturing.MOST_A_SECOND)) == capturing.MOST_A_SECOND // 2
    now = 99.0
    assert sum(may() for _ in range(2 * capturing.MOST_A_SECOND)) == capturing.MOST_A_SECOND


def test_what_is_under_way_holds_no_more_than_there_is_room() -> None:
    room = capturing._Room(10)
    first, second = capturing._Heard(8, room), capturing._Heard(8, room)
    first(b"123456")
    second(b"abcdef")
    second(b"g")
    assert (first.taken(), room.left) == (b"123456", 6)
    second(b"h")  # there is room again, but what was missed stays missed
    assert (second.taken(), second.count, room.left) == (b"abcd", 8, 10)


def test_a_websocket_s_frames_are_no_body() -> None:
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    assert capturing._parted(head + b"\x81\x02hi") == (head, b"", False)
