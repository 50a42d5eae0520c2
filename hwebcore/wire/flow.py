"""Bytes in and out of one transport: reading that pauses, room to write, long files, what its client has not taken yet, one timer.

Knows no request beyond the response that is sent. protocol.py is the connection that stands on this.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from hwebcore.pipeline.context import Context, Response
from hwebcore.wire.acknowledged import acknowledged_bytes
from hwebcore.wire.file_sending import STEP_BYTES, FileSending, unsent_bytes
from hwebcore.wire.overheard import OverheardTransport
from hwebcore.wire.pace import Pace, PacedTransport
from hwebcore.wire.responses import ResponseWriter
from hwebcore.wire.room_watch import WATCHES_ROOM, room_watch
from hwebcore.wire.send_buffer import SendBuffer
from hwebcore.wire.tls_remainder import SHUTDOWN_S, SMALL_LOOK_S, TlsRemainder

#: How often a connection that is waited for is looked at.
TICK_S = 5.0
NEVER = float("inf")


class Flow(asyncio.Protocol):
    """What it calls "gone" is the transport's end; who stands on it says so."""

    __slots__ = (
        "_buffer", "_closing", "_deadline", "_gone", "_leaving", "_loop", "_moved", "_paced", "_progress", "_read_paused", "_remainder",
        "_sending", "_timer", "_transport", "_writable", "_write_paused", "tls",
    )  # fmt: skip

    def __init__(self) -> None:
        #: Whether this process ends its TLS: such a connection cannot be handed over.
        self.tls = False
        self._transport: Any = None
        self._paced: PacedTransport | None = None
        self._loop: Any = None
        self._gone = False
        self._closing = False
        self._writable: asyncio.Future[None] | None = None
        self._write_paused = False
        self._read_paused = False
        self._sending: FileSending | None = None
        #: Since the first file that did not leave at once.
        self._buffer: SendBuffer | None = None
        #: Whether bytes have moved since somebody looked, or not moved for a reason of ours.
        self._moved = False
        self._progress: float = 0
        #: It closes once all is written, or is given away.
        self._leaving = False
        self._remainder: TlsRemainder | None = None
        #: When a head that has begun must be here, or a connection that closes be closed; the loop's clock.
        self._deadline = NEVER
        self._timer: asyncio.TimerHandle | None = None

    def slow_down(self, pace: Pace | None) -> None:
        """Answer from now on at a site's pace; None: as fast as the client takes it."""
        if self._paced is not None:
            self._paced.pace = pace
        elif pace is not None:
            self._transport = self._paced = PacedTransport(self._transport, pace, self.pause_writing, self.resume_writing, self._held_back)

    def overhear(self, heard: Callable[[bytes], None] | None) -> None:
        """Let `heard` have what is written from now on (but for files that the system sends itself); None: nobody any more."""
        if isinstance(self._transport, OverheardTransport):
            self._transport = self._transport.transport
        if heard is not None:
            self._transport = OverheardTransport(self._transport, heard)

    def _held_back(self) -> None:
        """It is not the client who is slow."""
        self._moved = True

    def _pause_reading(self) -> None:
        if not self._read_paused and not self._gone:
            self._read_paused = True
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        if self._read_paused and not self._gone:
            self._read_paused = False
            self._transport.resume_reading()

    def _file_onwards(self, writer: ResponseWriter, context: Context, last: bool) -> Awaitable[None] | None:
        """Give a file, right behind its head, to whoever takes it now. None: that was all of it."""
        response, transport = context.response, self._transport
        if self._write_paused or response.file is None:
            return self._pump(writer, context, last)
        if self._leaves_by_itself(writer, response):
            if transport.get_write_buffer_size():
                return self._pump(writer, context, last)
            file, offset, count = response.file
            try:
                taken = os.sendfile(transport.get_extra_info("socket").fileno(), file.descriptor, offset, min(count, STEP_BYTES))
            except OSError:  # full, or gone: found out where it is waited for
                taken = 0
            writer.file_sent(response, taken)
            if taken < count:
                response.file = (file, offset + taken, count - taken)
                return self._send_file(writer, context, last)
            response.file = None
        elif writer.file_piece(context):
            return self._pump(writer, context, last)
        if last:
            writer.finish(context)
        return None

    def _leaves_by_itself(self, writer: ResponseWriter, response: Response) -> bool:
        """Whether the system sends the file's bytes, and nobody of us has a word in it."""
        return WATCHES_ROOM and not self.tls and self._paced is None and writer.takes_file(response)

    def _send_file(self, writer: ResponseWriter, context: Context, last: bool) -> FileSending:
        """Have the system send it as the client takes it."""
        assert context.response.file is not None
        sock = self._transport.get_extra_info("socket").fileno()
        buffer = self._buffer = self._buffer or SendBuffer(sock)
        sending = self._sending = FileSending(room_watch(self._loop), sock, *context.response.file, buffer.begin())
        sending.start()
        self.pause_writing()
        sending.then(partial(self._file_over, writer, context, last))
        return sending

    def _file_over(self, writer: ResponseWriter, context: Context, last: bool, sending: FileSending) -> None:
        self._sending, self._write_paused = None, False
        writer.file_sent(context.response, sending.sent)
        context.response.file = None
        if sending.failed is not None:
            self._abort()
        elif last and not self._gone:
            writer.finish(context)

    async def _pump(self, writer: ResponseWriter, context: Context, last: bool) -> None:
        """A long file as the client takes it: by the kernel, else piece by piece."""
        response, transport = context.response, self._transport
        if self._leaves_by_itself(writer, response):
            transport.set_write_buffer_limits(0)  # the head has to leave first: waited for like any other room
            await self._room()
            transport.set_write_buffer_limits()
            if not (self._gone or response.file is None or transport.get_write_buffer_size()):
                sending = self._send_file(writer, context, False)
                try:
                    await sending
                finally:
                    sending.stop()  # it may be that nobody waits any more
        while True:
            if self._write_paused:
                await self._room()
            if self._gone:
                response.file = None
                return
            if not writer.file_piece(context):
                break
        if last:
            writer.finish(context)

    async def _room(self) -> None:
        if self._write_paused and not self._gone:
            if self._writable is None:
                self._writable = self._loop.create_future()
            await self._writable

    def _has_room(self) -> None:
        """Or will never have any: nobody is to wait for it."""
        self._write_paused = False
        self._moved = True
        if self._sending is not None:  # while a file leaves, it is the connection's end that says this
            self._sending.stop()
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def _write(self, data: bytes) -> None:
        if not self._gone:
            self._transport.write(data)

    def turn_away(self) -> None:
        """Close at once, unread and unanswered."""
        self._abort()

    def _duplicate(self) -> socket.socket | None:
        """The connection once more; None where no descriptor is left: it alone is lost with that."""
        try:
            return socket.socket(fileno=os.dup(self._transport.get_extra_info("socket").fileno()))
        except OSError:
            return None

    def _abort(self) -> None:
        self._closing = True
        if not self._gone:
            self._transport.abort()

    def _part(self) -> None:
        """Of TLS: close once the system has all that is left, or when its client takes nothing for a while; _tick asks again."""
        left, now = self._unsent(), self._loop.time()
        if self._remainder is None or left != self._progress:
            self._leaving, self._progress, self._deadline = True, left, now + 2 * TICK_S
        if self._transport.is_closing() or now >= self._deadline:
            self._abort()
            return
        wait = SMALL_LOOK_S
        if self._remainder is None:
            self._remainder = TlsRemainder(self._transport)
        else:
            wait = self._remainder.look()
        if not wait:
            self._transport.close()
        self._arm(wait or SHUTDOWN_S)

    def _arm(self, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(delay, self._tick)

    def _measure(self) -> None:
        """From the next tick on, how much its client takes."""
        self._progress = NEVER
        if self._timer is None or self._timer.when() > self._loop.time() + TICK_S:
            self._arm(TICK_S)

    def _tick(self) -> None:
        """What `_arm` waited for has come: whoever stands on this says what then."""

    def _owed(self) -> bool:
        """Whether a TLS client has yet to take what it was given whole: uvloop tells no pause of one long write."""
        return self.tls and not self._closing and TlsRemainder(self._transport).is_large()

    def _unsent(self) -> int:
        """Bytes given to the connection that its client has not taken, in whoever's hands they are. Only differences count."""
        if self.tls:  # its transport does not tell what it has passed on
            taken = None if self._transport.is_closing() else acknowledged_bytes(self._transport.get_extra_info("socket"))
            if taken is not None or self._transport.is_closing():
                return -(taken or 0)
        left = 0 if self._sending is None else self._sending.left
        return int(self._transport.get_write_buffer_size()) + left + unsent_bytes(self._transport.get_extra_info("socket").fileno())
