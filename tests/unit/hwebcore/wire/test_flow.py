"""The flow of bytes of one transport, over a socket pair; long files and slow readers behind HTTP are in test_protocol.py."""

from __future__ import annotations

import asyncio
import socket

from hwebcore.wire.flow import Flow


class Plain(Flow):
    def __init__(self) -> None:
        super().__init__()
        self.received = b""
        self.ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._loop = transport, asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self.received += data

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        if self._writable is not None:
            self._writable.set_result(None)
            self._writable = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self.ended.set()


async def test_reading_room_and_the_end() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    _, flow = await loop.connect_accepted_socket(Plain, ours)
    flow._pause_reading()
    flow._pause_reading()
    theirs.send(b"later")
    flow._resume_reading()
    flow._resume_reading()
    while not flow.received:
        await asyncio.sleep(0)
    assert flow.received == b"later"
    while not flow._write_paused:
        flow._write(b"x" * 65536)
    waiting = asyncio.ensure_future(flow._room())
    assert flow._unsent() >= 65536
    taken = 0
    while not waiting.done():
        taken += len(await loop.sock_recv(theirs, 1 << 20))
    assert taken
    flow._abort()
    await asyncio.wait_for(flow.ended.wait(), 5)
    flow._write(b"to nobody")
    await flow._room()
    theirs.close()
