"""An open WebSocket over a socket pair: frames, limits, pings, back-pressure both ways, every way to end."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from wsproto.events import Ping, Pong, TextMessage

from hwebcore.modules.websocket import WebSocketModule
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, StepResult, Subscription
from hwebcore.pipeline.websocket import Closed, Handshake, WebSocket
from hwebcore.plan import ScopeSettings, SiteLimits, WebSocketSettings
from hwebcore.wire.pace import Pace
from hwebcore.wire.websocket import HIGH_WATER_BYTES
from tests.support.pipeline_driver import PipelineDriver, Wired, handler, module, native, row
from tests.support.websocket_client import ACCEPT, WebSocketClient, handshake

anonymous = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))))


class Talk:
    """A connection whose server's side the test holds: `socket`. The request ends with the connection."""

    def __init__(self, driver: PipelineDriver, wired: Wired, opened: asyncio.Future[WebSocket]) -> None:
        self.driver = driver
        self.wired = wired
        self._opened = opened
        self.client: WebSocketClient

    async def begin(self, behind: bytes = b"") -> None:
        self.client = WebSocketClient(self.wired.reader, self.wired.writer)
        await self.client.ask(handshake("/x") + behind)
        self.socket = await self._opened

    async def finished(self) -> Any:
        """The trace of the request, once it is written."""
        while not (traces := self.driver.recording.traces()):
            await asyncio.sleep(0)
        return traces[0]


Make = Callable[..., Any]


@pytest.fixture
async def talk() -> AsyncIterator[Make]:
    made: list[Talk] = []

    async def build(limits: SiteLimits | None = None, behind: bytes = b"", pace: Pace | None = None, **settings: Any) -> Talk:
        opened: asyncio.Future[WebSocket] = asyncio.get_running_loop().create_future()

        def execute(context: Context) -> StepResult:
            async def run() -> Outcome:
                context.set_status(101)
                waiting = context.flush()
                assert waiting is None
                socket = context.wire.upgrade(context, context.items[Handshake].settings)
                opened.set_result(socket)
                await asyncio.wait((socket.closed,))
                return FINISH

            return run()

        driver = PipelineDriver(
            ScopeSettings(
                modules=(native("A"), native("Handler"), native("WebSocketModule")), handlers=(row(),), access_policy=("Read", "Script"),
                websocket=WebSocketSettings(**settings),
            ),
            modules={"WebSocketModule": WebSocketModule, "A": anonymous}, handlers={"Handler": handler(execute)},
        )  # fmt: skip
        wired = await Wired(driver.host, limits).__aenter__()
        wired.connection.slow_down(pace)
        made.append(Talk(driver, wired, opened))
        await made[-1].begin(behind)
        return made[-1]

    yield build
    for one in made:
        await one.wired.__aexit__()
        one.driver.close()


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0, length: int | None = None) -> bytes:
    """A client's frame, right or wrong."""
    size = len(payload) if length is None else length
    first = (0x80 if fin else 0) | reserved | opcode
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head = bytes((first, mask_bit | size))
    elif size < 65536:
        head = bytes((first, mask_bit | 126)) + struct.pack("!H", size)
    else:
        head = bytes((first, mask_bit | 127)) + struct.pack("!Q", size)
    key = b"\x01\x02\x03\x04"
    return head + (key + bytes(byte ^ key[place % 4] for place, byte in enumerate(payload)) if masked else payload)


async def test_the_answer(talk: Make) -> None:
    one = await talk()
    headers = one.client.headers
    assert one.client.status == 101
    assert (headers["upgrade"], headers["connection"], headers["sec-websocket-accept"]) == ("websocket", "Upgrade", ACCEPT)
    assert not {"content-length", "transfer-encoding", "sec-websocket-extensions"} & headers.keys()


async def test_messages_both_ways(talk: Make) -> None:
    one = await talk()
    one.client.send("grüße")
    one.client.send(b"\x00\xff")
    assert [await one.socket.receive(), await one.socket.receive()] == ["grüße", b"\x00\xff"]
    one.socket.send("to you €")
    one.socket.send(b"\x80")
    assert [await one.client.message(), await one.client.message()] == ["to you €", b"\x80"]


async def test_frames_right_behind_the_head(talk: Make) -> None:
    one = await talk(behind=frame(1, b"early"))
    assert await one.socket.receive() == "early"


async def test_fragments_in_any_pieces(talk: Make) -> None:
    one = await talk()
    data = frame(1, "grü".encode()[:3], fin=False) + frame(9, b"p") + frame(0, "grü".encode()[3:], fin=False) + frame(0, b"!")
    for byte in data:
        one.wired.connection._websocket.data_received(bytes((byte,)))
    assert await one.socket.receive() == "grü!"
    assert await one.client.event() == Pong(b"p")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(1, b"x", masked=False), 1002),
        (frame(3), 1002),
        (frame(1, b"x", reserved=0x40), 1002),  # no extension was agreed on
        (frame(0, b"x"), 1002),
        (frame(1, b"x", fin=False) + frame(1, b"y"), 1002),
        (frame(9, b"x", fin=False), 1002),
        (frame(9, b"x" * 126), 1002),
        (frame(8, b"\x03"), 1002),
        (frame(8, struct.pack("!H", 1005)), 1002),
        (frame(8, struct.pack("!H", 999)), 1002),
        (frame(1, b"\xff\xfe"), 1007),
        (frame(8, struct.pack("!H", 1000) + b"\xff"), 1007),
        (frame(2, b"x" * 5000), 1009),
        (frame(2, b"x" * 4097, length=1 << 40), 1009),  # as soon as it is too long, not when it is whole
        (frame(1, "€".encode() * 1300, fin=False) + frame(0, "€".encode() * 100), 1009),  # bytes count, not letters
    ],
)
async def test_what_breaks_the_rules_is_told_and_cut(talk: Make, data: bytes, code: int) -> None:
    one = await talk(receive_buffer_limit=4096)
    one.client.writer.write(data + frame(1, b"never heard"))
    assert (await one.client.close_frame())[0] == code
    await one.client.ended()
    closed = await one.socket.receive()
    assert isinstance(closed, Closed)
    assert closed.code == code


async def test_a_message_of_the_whole_limit_passes(talk: Make) -> None:
    one = await talk(receive_buffer_limit=4096)
    one.client.send(b"x" * 4096)
    one.client.send("y" * 4096)
    assert len(await one.socket.receive()) == len(await one.socket.receive()) == 4096


async def test_pings_are_answered(talk: Make) -> None:
    one = await talk()
    one.client.write(Ping(b"there?"))
    assert await one.client.event() == Pong(b"there?")


async def test_the_client_closes(talk: Make) -> None:
    one = await talk()
    one.client.send("last")
    assert await one.client.close(4001, "enough") == (4001, "enough")
    assert await one.socket.receive() == "last"
    assert [await one.socket.receive() for _ in range(2)] == [Closed(4001, "enough")] * 2
    with pytest.raises(ConnectionResetError):
        one.socket.send("too late")


async def test_a_close_without_code(talk: Make) -> None:
    one = await talk()
    one.client.writer.write(frame(8))
    assert (await one.client.close_frame())[0] == 1005
    assert await one.socket.receive() == Closed(1005)


async def test_the_client_goes_without_a_word(talk: Make) -> None:
    one = await talk()
    await one.client.leave()
    assert await one.socket.receive() == Closed(1006)
    await one.socket.closed


async def test_the_application_closes(talk: Make) -> None:
    one = await talk()
    one.socket.close(3000, "good bye")
    one.socket.close(1000)
    one.client.send("on its way")
    assert await one.client.closing() == (3000, "good bye")
    await one.socket.closed
    assert await one.socket.receive() == Closed(3000, "good bye")


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000])
async def test_no_close_code(talk: Make, code: int) -> None:
    one = await talk()
    with pytest.raises(ValueError, match="no close code"):
        one.socket.close(code)


async def test_who_answers_no_close_is_cut(talk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hwebcore.wire.websocket.CLOSE_S", 0.01)
    one = await talk()
    one.socket.close(1000)
    assert await one.client.close_frame() == (1000, "")
    await asyncio.wait_for(one.socket.closed, 5)


async def test_pings_by_the_interval_and_silence_ends_it(talk: Make) -> None:
    one = await talk(ping_interval_s=0.02)
    for _ in range(3):
        assert await one.client.event() == Ping(b"")
        one.client.write(Pong(b""))
    assert await asyncio.wait_for(one.socket.receive(), 5) == Closed(1006, "no answer to a ping")


async def test_messages_that_nobody_takes_stop_the_reading(talk: Make) -> None:
    one = await talk()
    message = b"x" * 16384
    sent = 0
    while one.wired.connection._websocket._reading:
        one.client.send(message)
        sent += 1
        await asyncio.sleep(0)
    held = one.wired.connection._websocket._held
    assert HIGH_WATER_BYTES <= held <= HIGH_WATER_BYTES + 2 * len(message)
    one.client.send("at last")
    for _ in range(sent):
        assert await one.socket.receive() == message
    assert await one.socket.receive() == "at last"


async def test_many_small_ones_count_too(talk: Make) -> None:
    one = await talk()
    one.client.writer.write(frame(1, b"") * 500)
    while one.wired.connection._websocket._reading:
        await asyncio.sleep(0)
    assert [await one.socket.receive() for _ in range(500)] == [""] * 500


async def test_a_client_that_reads_slowly_holds_the_sender_up(talk: Make) -> None:
    one = await talk()
    message, sent = b"x" * 65536, 0
    while (waiting := one.socket.send(message)) is None:
        sent += 1
    one.client.write(Ping(b"old"))
    one.client.write(Ping(b"new"))
    room = asyncio.ensure_future(waiting)
    assert not room.done()
    for _ in range(sent + 1):
        assert await one.client.message() == message
    await asyncio.wait_for(room, 5)
    one.socket.send("after")
    seen = [await one.client.event(), await one.client.event()]
    assert [type(event) for event in seen] in ([Pong, TextMessage], [TextMessage, Pong])


async def test_a_site_with_a_pace_holds_the_sender_up_too(talk: Make) -> None:
    one = await talk(pace=Pace(20_000_000))
    message, sent = b"x" * 65536, 0
    while (waiting := one.socket.send(message)) is None:
        sent += 1
        assert sent < 100
    room = asyncio.ensure_future(waiting)
    for _ in range(sent + 1):
        assert await one.client.message() == message
    await asyncio.wait_for(room, 5)
    one.socket.close(3000, "done")
    assert await one.client.closing() == (3000, "done")


async def test_a_client_that_takes_nothing_is_cut(talk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hwebcore.wire.flow.TICK_S", 0.02)
    one = await talk(SiteLimits(min_bytes_per_second=1000))
    one.wired.reader._transport.pause_reading()
    while (waiting := one.socket.send(b"x" * 65536)) is None:
        pass
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(waiting, 5)
    assert one.wired.server.time_outs == [("Timer_MinBytesPerSecond", b"")]
    assert await one.socket.receive() == Closed(1006)
    one.wired.reader._transport.resume_reading()


async def test_a_sender_that_waits_hears_that_the_client_left(talk: Make) -> None:
    one = await talk()
    while (waiting := one.socket.send(b"x" * 65536)) is None:
        pass
    room = asyncio.ensure_future(waiting)
    one.client.writer.transport.abort()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(room, 5)


async def test_a_drain_tells_1012_and_waits(talk: Make) -> None:
    one = await talk()
    assert not one.wired.connection.hand_over()
    assert await one.socket.receive() == Closed(1012, "the service restarts")
    assert one.wired.server.connections
    assert await one.client.closing() == (1012, "the service restarts")
    await one.socket.closed
    assert not one.wired.server.connections


async def test_a_close_from_above_is_told_too(talk: Make) -> None:
    one = await talk()
    one.wired.connection.close()
    assert (await one.client.closing())[0] == 1012


async def test_the_record_is_written_at_the_end(talk: Make) -> None:
    one = await talk()
    assert one.driver.recording.traces() == []
    assert len(one.driver.recording.reader.flights()) == 1
    one.socket.send(b"x" * 1000)
    await one.client.message()
    await one.client.close()
    trace = await one.finished()
    assert (trace.status, trace.substatus) == (101, 0)
    assert trace.bytes_sent > 1000 + 100
    assert one.driver.recording.reader.flights() == []
    assert [event.module for event in trace.events if event.notification == "SEND_RESPONSE"] == ["WebSocketModule"]
