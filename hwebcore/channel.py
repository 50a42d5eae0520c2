"""Framed JSON messages and descriptors over a connected Unix stream socket: 4 bytes length (big-endian), then one JSON object.

Knows no message's meaning. A message that carries descriptors says how many in "fds"; one that is longer than a frame may be lies
in a memory file, its first descriptor ("long"). What breaks the framing closes the channel: no second chance. Works on asyncio and on
uvloop. Users: service/, front/, worker/, client.py.
"""

from __future__ import annotations

import array
import asyncio
import json
import os
import socket
from collections import deque
from collections.abc import Iterable
from typing import Any

from hwebcore.platform import memory_text, read_memory

MOST_BYTES = 1 << 20
#: Of a message in a memory file.
MOST_LONG_BYTES = 64 << 20
MOST_DESCRIPTORS = 16
#: Descriptors that may wait for their message, messages that may wait for the reader, bytes that may wait for the other side.
MOST_LOOSE_DESCRIPTORS = 64
MOST_WAITING = 256
MOST_UNSENT = 16 << 20

Message = dict[str, Any]


class ChannelClosed(ConnectionError):
    """The other side is gone, or what it sent was no frame."""


class _Frame:
    __slots__ = ("descriptors", "view")

    def __init__(self, data: bytes, descriptors: list[int]) -> None:
        self.view = memoryview(data)
        self.descriptors = descriptors


class Channel:
    """One end. Sends from anywhere on its loop; one reader at a time. Only who `takes_long` takes messages longer than a frame."""

    def __init__(self, sock: socket.socket, *, takes_long: bool = False) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._fd = sock.fileno()
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._loose: deque[int] = deque()
        self._inbox: deque[tuple[Message, list[int]]] = deque()
        self._outbox: deque[_Frame] = deque()
        self._unsent = 0
        self._waiter: asyncio.Future[None] | None = None
        self._flushed: asyncio.Future[None] | None = None
        self._takes_long = takes_long
        self._reading = True
        self._open = True
        #: Why it closed.
        self.reason = ""
        self._loop.add_reader(self._fd, self._readable)

    @property
    def open(self) -> bool:
        return self._open

    @property
    def unsent(self) -> bool:
        """Whether something waits for the other side to read."""
        return bool(self._outbox)

    def send(self, message: Message, descriptors: Iterable[int] = ()) -> bool:
        """Queue one message; the caller keeps its descriptors. False: the channel is closed. Raises ValueError if too long."""
        fds = list(descriptors)
        if fds:
            message = {**message, "fds": len(fds)}
        body = json.dumps(message, separators=(",", ":")).encode()
        if len(body) > MOST_BYTES or len(fds) > MOST_DESCRIPTORS:
            raise ValueError(f"a message of {len(body)} bytes and {len(fds)} descriptors is too long")
        return self._queue(body, fds)

    def _queue(self, body: bytes, fds: list[int]) -> bool:
        if not self._open:
            return False
        frame = _Frame(len(body).to_bytes(4, "big") + body, fds)
        if not self._outbox and self._write(frame):
            return True
        if not self._open:
            return False
        frame.descriptors = [os.dup(fd) for fd in frame.descriptors]
        self._outbox.append(frame)
        self._unsent += len(frame.view)
        if self._unsent > MOST_UNSENT:
            self._break("the other side does not read")
            return False
        self._loop.add_writer(self._fd, self._writable)
        return True

    def send_long(self, message: Message) -> bool:
        """`send` for what may be longer than a frame: the other side is one that takes that."""
        body = json.dumps(message, separators=(",", ":")).encode()
        if len(body) <= MOST_BYTES:
            return self._queue(body, [])
        fd = memory_text("message", body)
        try:
            return self.send({"long": len(body)}, [fd])
        finally:
            os.close(fd)

    async def receive(self) -> tuple[Message, list[int]]:
        """The next message and its descriptors, now the caller's. Raises ChannelClosed after the last."""
        while not self._inbox:
            if not self._open:
                raise ChannelClosed(self.reason)
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        item = self._inbox.popleft()
        if not self._reading and self._open and len(self._inbox) < MOST_WAITING // 2:
            self._reading = True
            self._loop.add_reader(self._fd, self._readable)
        return item

    async def flush(self) -> None:
        """Wait until everything is sent, or the channel closed."""
        if self._outbox and self._open:
            self._flushed = self._flushed or self._loop.create_future()
            await self._flushed

    def close(self) -> None:
        """Close at once, with every descriptor that nobody took."""
        self._break("closed here")
        for _, fds in self._inbox:
            _close_all(fds)
        self._inbox.clear()

    # --- reading

    def _readable(self) -> None:
        try:
            data, ancillary, flags, _ = self._sock.recvmsg(65536, socket.CMSG_SPACE(MOST_DESCRIPTORS * 4), getattr(socket, "MSG_CMSG_CLOEXEC", 0))
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._break(str(error))
            return
        self._loose.extend(received_descriptors(ancillary))
        if flags & socket.MSG_CTRUNC or len(self._loose) > MOST_LOOSE_DESCRIPTORS:
            self._break("too many descriptors")
            return
        if not data:
            self._break("closed by the other side")
            return
        self._buffer += data
        try:
            self._split()
        except (ValueError, RecursionError) as error:
            self._break(f"no valid frame: {error}")
            return
        if len(self._inbox) >= MOST_WAITING:
            self._reading = False
            self._loop.remove_reader(self._fd)
        self._wake()

    def _split(self) -> None:
        buffer = self._buffer
        while len(buffer) >= 4:
            length = int.from_bytes(buffer[:4], "big")
            if length > MOST_BYTES:
                raise ValueError(f"{length} bytes announced")
            if len(buffer) < 4 + length:
                return
            message = json.loads(buffer[4 : 4 + length])
            del buffer[: 4 + length]
            if not isinstance(message, dict):
                raise ValueError("no JSON object")
            count = message.pop("fds", 0)
            if type(count) is not int or not 0 <= count <= len(self._loose):
                raise ValueError("descriptors are missing")
            if self._takes_long and "long" in message and count == 1:
                message, count = self._long(self._loose.popleft()), 0
            self._inbox.append((message, [self._loose.popleft() for _ in range(count)]))

    @staticmethod
    def _long(fd: int) -> Message:
        try:
            found = json.loads(read_memory(fd, MOST_LONG_BYTES))
        except OSError as error:
            raise ValueError(str(error)) from error
        if not isinstance(found, dict):
            raise ValueError("no JSON object")
        return found

    # --- writing

    def _write(self, frame: _Frame) -> bool:
        """Whether the whole frame went out. Descriptors travel with its first byte."""
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", frame.descriptors))] if frame.descriptors else []
        try:
            sent = self._sock.sendmsg([frame.view], rights)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            self._break(str(error))
            return False
        frame.view = frame.view[sent:]
        frame.descriptors = []
        return not frame.view

    def _writable(self) -> None:
        while self._outbox and self._open:
            frame = self._outbox[0]
            before, fds = len(frame.view), frame.descriptors
            done = self._write(frame)
            if not self._open:
                return
            if frame.descriptors is not fds:
                _close_all(fds)  # duplicates of ours
            self._unsent -= before - len(frame.view)
            if not done:
                return
            self._outbox.popleft()
        self._loop.remove_writer(self._fd)
        if self._flushed is not None and not self._flushed.done():
            self._flushed.set_result(None)
        self._flushed = None

    # --- the end

    def _break(self, reason: str) -> None:
        if not self._open:
            return
        self._open = False
        self.reason = reason
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._sock.close()
        _close_all(self._loose)
        self._loose.clear()
        for frame in self._outbox:
            _close_all(frame.descriptors)
        self._outbox.clear()
        if self._flushed is not None and not self._flushed.done():
            self._flushed.set_result(None)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def received_descriptors(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    """The descriptors of a recvmsg; the caller owns them."""
    fds = array.array("i")
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(payload[: len(payload) - len(payload) % fds.itemsize])
    found = list(fds)
    for fd in found:
        os.set_inheritable(fd, False)
    return found


def _close_all(fds: Iterable[int]) -> None:
    for fd in fds:
        try:
            os.close(fd)
        except OSError:
            continue
