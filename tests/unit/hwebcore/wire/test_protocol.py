"""A real connection over a socket pair: framing both ways, keep-alive, pipelining, limits, time, hand-over."""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwebcore.open_file import OpenFile
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, StepResult, Subscription
from hwebcore.plan import RequestFiltering, ScopeSettings, SiteLimits
from hwebcore.wire import flow
from hwebcore.wire.pace import Pace
from hwebcore.wire.protocol import MOST_A_TURN
from tests.support.pipeline_driver import OneServer, PipelineDriver, Wired, handler, module, native, row

anonymous = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))))
GET = b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n"


def execute(context: Context) -> StepResult:
    """The path says what to do."""
    deed = context.request.path.strip("/") or "hello"
    return globals()[f"do_{deed}"](context)  # type: ignore[no-any-return]  # each deed answers so


def do_hello(context: Context) -> StepResult:
    context.response.write(b"Hello")
    return FINISH


def do_echo(context: Context) -> StepResult:
    async def echo() -> Outcome | None:
        while data := await context.request.body.read():
            context.response.write(data)
        return FINISH

    return echo()


def do_ignore(context: Context) -> StepResult:
    return do_hello(context)


def do_stream(context: Context) -> StepResult:
    async def stream() -> Outcome | None:
        for piece in (b"a", b"bc", b""):
            context.response.write(piece)
            await _settled(context.flush())
        return FINISH

    return stream()


async def _settled(waiting: Awaitable[None] | None) -> None:
    if waiting is not None:
        await waiting


def do_declared(context: Context) -> StepResult:
    context.response.content_length = 4
    return do_stream(context)


def do_short(context: Context) -> StepResult:
    context.response.content_length = 9
    return do_stream(context)


def do_long(context: Context) -> StepResult:
    context.response.content_length = 2
    return do_stream(context)


def do_breaks(context: Context) -> StepResult:
    async def stream() -> Outcome | None:
        context.response.write(b"half")
        await _settled(context.flush())
        raise RuntimeError("broke")

    return stream()


def do_evil(context: Context) -> StepResult:
    context.response.headers.items.append(("X", "a\r\nSet-Cookie: b=c"))
    return do_hello(context)


def do_none(context: Context) -> StepResult:
    context.set_status(204)
    return do_hello(context)


def do_big(context: Context) -> StepResult:
    async def big() -> Outcome | None:
        for _ in range(64):
            await _settled(context.write(b"x" * 65536))
        return FINISH

    return big()


def do_file(context: Context) -> StepResult:
    fd, path = tempfile.mkstemp()
    os.unlink(path)
    os.write(fd, b"0123456789" * 100_000)
    context.response.file = (OpenFile(fd), 5, 999_990)
    return FINISH


def do_keeps(context: Context) -> StepResult:
    _kept.append(context)
    return do_hello(context)


def do_meets(context: Context) -> StepResult:
    async def stream() -> Outcome | None:
        late = _kept.pop()
        for one, data in ((late, b"early"), (context, b"mine"), (late, b"not mine"), (context, b"!")):
            one.response.write(data)
            await _settled(one.flush())
        return FINISH

    return stream()


_kept: list[Context] = []


@pytest.fixture
async def driver() -> AsyncIterator[PipelineDriver]:
    scope = ScopeSettings(
        modules=(native("User"), native("Handler")),
        handlers=(row(require_access="None", response_buffer_limit=65536),),
        request_filtering=RequestFiltering(max_allowed_content_length=1000),
    )
    made = PipelineDriver(scope, modules={"User": anonymous}, handlers={"Handler": handler(execute)})
    yield made
    made.close()


async def test_keep_alive_and_pipelining_answer_in_order(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(GET % b"hello" + GET % b"stream" + b"HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + GET % b"declared")
        assert (await wired.response())[2] == b"Hello"
        status, headers, body = await wired.response()
        assert (status, headers["transfer-encoding"], body) == (200, "chunked", b"abc")
        status, headers, body = await wired.response(head_only=True)
        assert headers["content-length"] == "5"
    assert len(driver.recording.traces()) >= 3


async def test_nothing_that_a_step_sets_reaches_another_request() -> None:
    mark: contextvars.ContextVar[str] = contextvars.ContextVar("mark", default="")

    def show(context: Context) -> StepResult:
        context.response.write(f"[{mark.get()}]".encode())
        mark.set("set")
        return FINISH

    scope = ScopeSettings(modules=(native("User"), native("Handler")), handlers=(row(require_access="None"),))
    made = PipelineDriver(scope, modules={"User": anonymous}, handlers={"Handler": handler(show)})
    async with Wired(made.host) as wired:
        for _ in range(2):
            assert (await wired.talk(GET % b"x"))[2] == b"[]"
        wired.connection.data_received(GET % b"x")  # uvloop calls it in a context that all connections share
        assert mark.get() == ""
    made.close()


REQUESTS = (
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;x\r\nf\r\n0\r\n\r\n"
    b"GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(REQUESTS)), max_size=6))
def test_any_split_of_the_bytes_gets_the_same_answers(cuts: list[int]) -> None:
    async def talk() -> list[bytes]:
        scope = ScopeSettings(modules=(native("User"), native("Handler")), handlers=(row(require_access="None"),))
        made = PipelineDriver(scope, modules={"User": anonymous}, handlers={"Handler": handler(execute)})
        try:
            async with Wired(made.host) as wired:
                places = [0, *sorted(cuts), len(REQUESTS)]
                for start, end in itertools.pairwise(places):
                    if start < end:
                        wired.connection.data_received(REQUESTS[start:end])
                    await asyncio.sleep(0)
                return [(await wired.response())[2] for _ in range(3)]
        finally:
            made.close()

    assert asyncio.run(talk()) == [b"abc", b"def", b"Hello"]


async def test_a_declared_length_is_kept_cut_or_the_connection_closes(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        assert (await wired.talk(GET % b"long"))[2] == b"ab"
        assert "longer than its Content-Length" in driver.log[-1]
        wired.send(GET % b"short")
        assert (await wired.ended()).endswith(b"\r\n\r\nabc")


async def test_a_response_that_breaks_off_ends_without_its_last_chunk(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(GET % b"breaks")
        assert (await wired.ended()).endswith(b"4\r\nhalf\r\n")


async def test_who_writes_after_its_end_writes_into_no_other_answer(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        assert [(await wired.talk(GET % path))[2] for path in (b"keeps", b"meets", b"hello")] == [b"Hello", b"mine!", b"Hello"]


async def test_http_10_gets_no_chunks_and_no_kept_connection(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(b"GET /stream HTTP/1.0\r\n\r\n")
        answer = await wired.ended()
    assert b"chunked" not in answer
    assert answer.endswith(b"\r\n\r\nabc")


async def test_http_10_may_ask_to_keep_it(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        for _ in range(2):
            status, headers, _ = await wired.talk(b"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert (status, headers["connection"]) == (200, "keep-alive")


async def test_a_header_with_a_line_break_never_leaves(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        status, headers, _ = await wired.talk(GET % b"evil")
    assert status == 500
    assert "set-cookie" not in headers
    assert any("control character" in line for line in driver.log)


async def test_204_has_no_body_and_no_length(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        status, headers, _ = await wired.talk(GET % b"none")
        assert status == 204
        assert "content-length" not in headers
        assert (await wired.talk(GET % b"hello"))[2] == b"Hello"


async def test_100_continue_is_said_when_the_body_is_wanted(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (await wired.response())[0] == 100
        assert (await wired.talk(b"ok"))[2] == b"ok"
        status, headers, _ = await wired.talk(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (status, headers["connection"]) == (200, "close")


async def test_a_chunked_body_beyond_the_limit_is_413_1(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        status, headers, _ = await wired.talk(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + b"x" * 0x800)
    assert (status, headers["connection"]) == (413, "close")


async def test_a_bad_chunk_ends_the_connection(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        wired.send(b"zz\r\n")
        assert b"HTTP/1.1 200" not in await wired.ended()


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400), (b"PUT / HTTP/1.1\r\nHost: a\r\n\r\n", 411)],
)
async def test_refusals_are_kernel_pages_and_close(driver: PipelineDriver, data: bytes, status: int) -> None:
    async with Wired(driver.host) as wired:
        found, headers, body = await wired.talk(data + GET % b"hello")
        assert (found, headers["connection"]) == (status, "close")
        assert b"HTTP Error %d" % status in body
        assert await wired.ended() == b""
        assert [refusal.status for refusal in wired.server.refusals] == [status]
    assert driver.recording.traces() == []


# rules: wire.host.unknown
async def test_an_unknown_host_is_400_and_never_the_first_site(driver: PipelineDriver) -> None:
    server = OneServer(driver.host)
    server.router = type(server.router)(type(server.router.table)())
    async with Wired(driver.host, server=server) as wired:
        status, _, body = await wired.talk(GET % b"hello")
    assert status == 400
    assert b"Invalid Hostname" in body


# rules: limits.head-time
async def test_a_head_that_does_not_end_is_closed_in_time(driver: PipelineDriver) -> None:
    async with Wired(driver.host, SiteLimits(header_wait_timeout_s=0.05)) as wired:
        wired.send(b"GET / HT")
        assert await wired.ended() == b""


# rules: wire.connection.idle
async def test_an_idle_connection_is_closed_in_time(driver: PipelineDriver) -> None:
    async with Wired(driver.host, SiteLimits(connection_timeout_s=0.05)) as wired:
        assert (await wired.talk(GET % b"hello"))[0] == 200
        assert await wired.ended() == b""


async def test_a_slow_reader_slows_the_handler_and_gets_everything(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(GET % b"big")
        assert len((await wired.response())[2]) == 64 * 65536
        assert (await wired.talk(GET % b"hello"))[2] == b"Hello"


async def test_a_long_file_is_sent_in_pieces(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        _, headers, body = await wired.talk(GET % b"file")
        assert headers["content-length"] == "999990"
        assert body == (b"0123456789" * 100_000)[5:999_995]


# rules: limits.body-rate
async def test_whoever_sends_too_slowly_is_left(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "TICK_S", 0.05)
    async with Wired(driver.host, SiteLimits(min_bytes_per_second=1_000_000)) as wired:
        wired.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n12345")
        assert await wired.ended() == b""
        assert wired.server.time_outs == [("Timer_EntityBody", b"")]


# rules: limits.body-rate
async def test_whoever_takes_an_answer_too_slowly_is_left(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "TICK_S", 0.05)
    async with Wired(driver.host, SiteLimits(min_bytes_per_second=1_000_000)) as wired:
        wired.writer.transport.pause_reading()
        wired.send(GET % b"big")
        while not wired.server.time_outs:
            await asyncio.sleep(0)
        assert wired.server.time_outs == [("Timer_MinBytesPerSecond", b"")]


# rules: limits.bandwidth
async def test_a_sites_pace_slows_answers_and_nobody_is_called_slow_for_it(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "TICK_S", 0.02)
    async with Wired(driver.host, SiteLimits(min_bytes_per_second=1_000_000_000)) as wired:
        wired.connection.slow_down(Pace(20_000_000))
        before = time.monotonic()
        wired.send(GET % b"big")
        assert len((await wired.response())[2]) == 64 * 65536
        assert 0.15 < time.monotonic() - before < 10  # 4 MB
        wired.connection.slow_down(None)
        assert (await wired.talk(GET % b"hello"))[2] == b"Hello"
        assert wired.server.time_outs == []


async def test_an_idle_connection_is_handed_over_with_its_unread_bytes(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        assert (await wired.talk(GET % b"hello"))[2] == b"Hello"
        wired.send(b"GET /hel")
        while not wired.connection._unread:
            await asyncio.sleep(0)
        assert wired.connection.hand_over()
        ((sock, unread),) = wired.server.given
        assert unread == b"GET /hel"
        successor = OneServer(driver.host)
        from hwebcore.wire.protocol import HttpConnection

        made = HttpConnection(successor, endpoint=("127.0.0.1", 8080), client=("127.0.0.1", 1), unread=unread)
        await asyncio.get_running_loop().connect_accepted_socket(lambda: made, sock.dup())
        assert (await wired.talk(b"lo HTTP/1.1\r\nHost: a\r\n\r\n"))[2] == b"Hello"


async def test_while_draining_what_runs_is_answered_and_the_rest_is_given_away(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        while wired.connection.idle:
            await asyncio.sleep(0)
        wired.server.draining = True
        assert not wired.connection.hand_over()
        assert (await wired.talk(b"b" + GET % b"hello"))[2] == b"ab"
        while not wired.server.given:
            await asyncio.sleep(0.001)
        assert wired.server.given[0][1] == GET % b"hello"


async def test_another_pools_request_is_given_away_whole(driver: PipelineDriver) -> None:
    server = OneServer(driver.host)
    server.host = None
    async with Wired(driver.host, server=server) as wired:
        wired.send(GET % b"hello")
        while not server.given:
            await asyncio.sleep(0.001)
        assert server.given[0][1] == GET % b"hello"


async def test_a_client_that_ends_its_side_still_gets_all_its_answers(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(GET % b"stream" + GET % b"hello" + GET % b"hello")
        wired.writer.write_eof()
        assert (await wired.ended()).count(b"HTTP/1.1 200") == 3


async def test_a_flood_of_pipelined_requests_leaves_the_loop_to_others(driver: PipelineDriver) -> None:
    turns, seen = 0, list[int]()

    def turn() -> None:
        nonlocal turns
        turns += 1
        if len(seen) < 300:
            asyncio.get_running_loop().call_soon(turn)

    run = driver.host.pipeline.run

    def counted(context: Context) -> Awaitable[None] | None:
        seen.append(turns)
        return run(context)

    driver.host.pipeline.entry = counted
    turn()
    async with Wired(driver.host) as wired:
        wired.send(GET % b"hello" * 300)
        for _ in range(300):
            assert (await wired.response())[2] == b"Hello"
    assert max(seen.count(one) for one in seen) <= MOST_A_TURN


async def test_requests_behind_a_closed_side_are_answered_when_the_client_reads(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.connection.pause_writing()
        wired.connection.data_received(GET % b"hello" * 3)
        assert wired.connection.eof_received()
        wired.connection.resume_writing()
        assert (await wired.ended()).count(b"Hello") == 3


async def test_a_client_that_leaves_does_not_stop_the_pipeline(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
        while wired.connection.idle:
            await asyncio.sleep(0)
        wired.writer.transport.abort()
        while not wired.connection.idle and wired.connection._context is not None:
            await asyncio.sleep(0.001)
    (trace,) = driver.recording.traces()
    assert "END_REQUEST" in {event.notification for event in trace.events} or trace.status == 500


async def test_a_repeated_head_follows_the_routes_in_force(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        for _ in range(3):
            assert (await wired.talk(GET % b"hello"))[2] == b"Hello"
        wired.server.router = type(wired.server.router)(type(wired.server.router.table)())
        assert (await wired.talk(GET % b"hello"))[0] == 400
