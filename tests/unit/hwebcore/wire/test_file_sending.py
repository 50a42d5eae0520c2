"""Files by the kernel: whole, in their order, as slowly as they are taken; nothing of it stays open, however it ends."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import uvloop

from hwebcore.open_file import OpenFile
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, StepResult, Subscription
from hwebcore.plan import ScopeSettings, SiteLimits
from hwebcore.wire import file_sending, flow, send_buffer
from hwebcore.wire.file_sending import STEP_BYTES, FileSending, drop_unsent, unsent_bytes
from hwebcore.wire.protocol import HttpConnection
from hwebcore.wire.room_watch import room_watch
from tests.support.pipeline_driver import PipelineDriver, Wired, handler, module, native, row

SIZE = 5_000_000
DATA = bytes(range(256)) * (SIZE // 256)
#: What a socket takes at once.
FEW = 100_000
LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop, uvloop.new_event_loop]


def open_descriptors() -> int:
    gc.collect()  # what earlier tests left is theirs
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def file() -> Iterator[OpenFile]:
    with tempfile.TemporaryFile() as made:
        made.write(DATA)
        made.flush()
        yield OpenFile(os.dup(made.fileno()))


async def pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    return ours, theirs


async def read(sock: socket.socket, count: int) -> bytes:
    loop, found = asyncio.get_running_loop(), b""
    while len(found) < count and (data := await loop.sock_recv(sock, 1 << 20)):
        found += data
    return found


@pytest.mark.parametrize("step_bytes", [65_536, STEP_BYTES])
@pytest.mark.parametrize("loop_of", LOOPS)
def test_all_of_it_arrives_as_it_is_taken(
    file: OpenFile, loop_of: Callable[[], asyncio.AbstractEventLoop], step_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_sending, "STEP_BYTES", step_bytes)

    async def story() -> None:
        ours, theirs = await pair()
        room = room_watch(asyncio.get_running_loop())
        before = open_descriptors()
        sending = FileSending(room, ours.fileno(), file, 1000, len(DATA) - 3000)
        sending.start()
        while not sending.sent:
            await asyncio.sleep(0)
        assert 0 < sending.sent < len(DATA)
        assert unsent_bytes(ours.fileno()) >= sending.sent
        assert await read(theirs, len(DATA) - 3000) == DATA[1000:-2000]
        await sending
        assert (sending.left, sending.failed) == (0, None)
        assert open_descriptors() == before
        ours.close()
        theirs.close()

    with asyncio.Runner(loop_factory=loop_of) as runner:
        runner.run(story())


@pytest.mark.parametrize("loop_of", LOOPS)
def test_a_client_that_goes_away(file: OpenFile, loop_of: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def story() -> None:
        ours, theirs = await pair()
        sending = FileSending(room_watch(asyncio.get_running_loop()), ours.fileno(), file, 0, len(DATA))
        sending.start()
        theirs.close()
        await sending
        assert isinstance(sending.failed, ConnectionError)
        again = FileSending(room_watch(asyncio.get_running_loop()), ours.fileno(), file, 0, len(DATA))
        again.start()
        await again
        assert isinstance(again.failed, ConnectionError)
        ours.close()

    with asyncio.Runner(loop_factory=loop_of) as runner:
        runner.run(story())


async def test_of_a_client_that_went_away_no_file_stays_open_until_a_collection(file: OpenFile) -> None:
    ours, theirs = await pair()
    theirs.close()
    descriptor = os.dup(file.descriptor)
    gc.disable()
    try:
        sending = FileSending(room_watch(asyncio.get_running_loop()), ours.fileno(), OpenFile(descriptor), 0, len(DATA))
        sending.start()
        await sending
        del sending
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)
    finally:
        gc.enable()
    ours.close()


async def test_a_file_that_is_shorter_than_told(file: OpenFile) -> None:
    ours, theirs = await pair()
    sending = FileSending(room_watch(asyncio.get_running_loop()), ours.fileno(), file, len(DATA) - 10, 25)
    sending.start()
    await sending
    assert (sending.sent, sending.left, sending.failed) == (10, 15, None)
    ours.close()
    theirs.close()


async def test_it_can_be_ended_early(file: OpenFile) -> None:
    ours, theirs = await pair()
    room = room_watch(asyncio.get_running_loop())
    before = open_descriptors()
    sending = FileSending(room, ours.fileno(), file, 0, len(DATA))
    sending.start()
    sending.stop()
    sending.stop()
    await sending
    assert open_descriptors() == before
    ours.close()
    theirs.close()


async def test_what_a_client_does_not_take_can_be_dropped() -> None:
    """A close alone would leave it with the kernel, for as long as the client likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
        ours.setblocking(False)
        while not _is_full(ours):
            ours.send(bytes(1 << 20))
        assert unsent_bytes(ours.fileno()) > 0
        drop_unsent(ours.fileno())
        ours.close()
        with pytest.raises(ConnectionResetError):
            drain(client)
        client.close()


def _is_full(sock: socket.socket) -> bool:
    return not select.select([], [sock], [], 0)[1]


def drain(sock: socket.socket) -> None:
    while sock.recv(1 << 20):
        pass


# --- over a connection ----------------------------------------------------------------------------------------------


def give_file(context: Context) -> StepResult:
    made = tempfile.TemporaryFile()  # noqa: SIM115 - the response has a duplicate
    made.write(DATA)
    made.flush()
    size = {"/short": len(DATA) + 7, "/few": FEW}.get(context.request.path, len(DATA))
    context.response.file = (OpenFile(os.dup(made.fileno())), 0, size)
    made.close()
    return FINISH


@pytest.fixture
async def driver() -> AsyncIterator[PipelineDriver]:
    anonymous = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))))
    scope = ScopeSettings(modules=(native("User"), native("Handler")), handlers=(row(require_access="None"),))
    made = PipelineDriver(scope, modules={"User": anonymous}, handlers={"Handler": handler(give_file)})
    yield made
    made.close()


GET = b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_answers_behind_a_file_come_after_it(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(GET % b"one" + GET % b"two")
        for _ in range(2):
            status, headers, body = await wired.response()
            assert (status, headers["content-length"]) == (200, str(len(DATA)))
            assert body == DATA


async def test_what_the_socket_takes_at_once_needs_no_task(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpConnection, "_finish_in_task", None)
    before = open_descriptors()
    async with Wired(driver.host) as wired:
        for _ in range(3):
            wired.send(GET % b"few")
            status, headers, body = await wired.response()
            assert (status, headers["content-length"]) == (200, str(FEW))
            assert body == DATA[:FEW]
    assert open_descriptors() == before


async def test_a_file_that_its_client_takes_in_time_needs_no_task_either(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpConnection, "_finish_in_task", None)
    room_watch(asyncio.get_running_loop())
    before = open_descriptors()
    async with Wired(driver.host) as wired:
        for _ in range(3):
            wired.send(GET % b"one")
            status, _, body = await wired.response()
            assert status == 200
            assert body == DATA
    assert open_descriptors() == before


async def test_a_client_that_takes_a_file_fast_gets_a_larger_buffer(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_buffer, "wider", lambda: 123_456)
    monkeypatch.setattr(send_buffer, "MOST_BYTES", 1)
    async with Wired(driver.host) as wired:
        held = []
        for path in (b"few", b"one"):
            wired.send(GET % path)
            await wired.response()
            held.append(wired.connection._transport.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
        assert held[0] != 2 * 123_456
        assert held[1] == 2 * 123_456


async def test_a_file_that_got_shorter_breaks_the_connection_off(driver: PipelineDriver) -> None:
    async with Wired(driver.host) as wired:
        wired.send(GET % b"short")
        head = await wired.reader.readuntil(b"\r\n\r\n")
        assert b"Content-Length: %d" % (len(DATA) + 7) in head
        assert await wired.reader.read(-1) == DATA


async def test_a_client_that_leaves_within_a_file_costs_no_descriptor(driver: PipelineDriver) -> None:
    room_watch(asyncio.get_running_loop())
    before = open_descriptors()
    async with Wired(driver.host) as wired:
        wired.send(GET % b"one")
        while wired.connection._sending is None:
            await asyncio.sleep(0)
    assert open_descriptors() == before


async def test_a_client_that_takes_nothing_is_cut(driver: PipelineDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """minBytesPerSecond holds for files too: what the kernel holds counts as not taken."""
    monkeypatch.setattr(flow, "TICK_S", 0.05)
    async with Wired(driver.host, SiteLimits(min_bytes_per_second=240)) as wired:
        wired.writer.transport.pause_reading()  # type: ignore[attr-defined]  # the transport in use has it
        wired.send(GET % b"one")
        while not wired.server.time_outs:
            await asyncio.sleep(0.005)
        assert wired.server.time_outs[0][0] == "Timer_MinBytesPerSecond"
