"""A connection after its 101: frames both ways, limits, pings, back-pressure, the closing handshake. Frames are wsproto's trade.

Knows no application. protocol.py makes one when a handler accepts a handshake, and hears of the transport's end through it;
pipeline/websocket.py says what the other side sees.
"""

from __future__ import annotations

import asyncio
import collections
import io
from collections.abc import Awaitable
from typing import Any

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage

from hwebcore.pipeline.context import Response
from hwebcore.pipeline.websocket import ABNORMAL, SERVICE_RESTART, TOO_BIG, Closed
from hwebcore.plan import WebSocketSettings

#: Messages that nobody has taken yet: beyond this no more is read from the client.
HIGH_WATER_BYTES = 65_536
MOST_WAITING = 64
#: How long the client may take to answer a close frame; at a recycle shutdownTimeLimit is its limit.
CLOSE_S = 10.0
#: After a violation what the client still sends is dropped for so long: a reset would take the close frame from it.
_LINGER_S = 2.0


class WebSocketConnection(asyncio.Protocol):
    """pipeline.websocket.WebSocket. `carrier` is the HTTP connection that it was; `unread` came behind its head."""

    def __init__(
        self, carrier: asyncio.Protocol, transport: Any, response: Response, settings: WebSocketSettings, unread: bytes, paused: bool
    ) -> None:
        self._carrier = carrier
        self._transport = transport
        self._response = response
        self._limit = settings.receive_buffer_limit
        self._interval = settings.ping_interval_s
        self._loop = asyncio.get_running_loop()
        self._frames = Connection(ConnectionType.SERVER)
        self._message = _Message()
        self._inbox: collections.deque[str | bytes] = collections.deque()
        self._held = 0
        self._arrived = asyncio.Event()
        self._ending: Closed | None = None
        self._deaf = False
        self._lost = False
        self._writable: asyncio.Future[None] | None = self._loop.create_future() if paused else None
        self._reading = True
        #: A ping that came while nothing could be written: only the newest has to be answered (RFC 6455 5.5.3).
        self._owed: bytes | bytearray | None = None
        self._heard = True
        self._timer: asyncio.TimerHandle | None = None
        self.closed: asyncio.Future[None] = self._loop.create_future()
        transport.set_protocol(self)
        if self._interval:
            self._timer = self._loop.call_later(self._interval, self._ping)
        if unread:
            self.data_received(unread)

    # --- what an application does ----------------------------------------------------------------------------------

    async def receive(self) -> str | bytes | Closed:
        while not self._inbox:
            if self._ending is not None:
                return self._ending
            self._arrived.clear()
            await self._arrived.wait()
        message = self._inbox.popleft()
        self._held -= len(message)
        if not self._reading and self._held < HIGH_WATER_BYTES // 2 and len(self._inbox) < MOST_WAITING // 2:
            self._reading = True
            self._heard = True
            if not self._lost:
                self._transport.resume_reading()
        return message

    def send(self, message: str | bytes) -> Awaitable[None] | None:
        if self._ending is not None:
            raise ConnectionResetError("the WebSocket is closed")
        self._write(TextMessage(message) if isinstance(message, str) else BytesMessage(message))
        return None if self._writable is None else self._room(self._writable)

    def close(self, code: int, reason: str = "") -> None:
        if not (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) and not 3000 <= code <= 4999:
            raise ValueError(f"{code} is no close code that may be sent")
        self._close(code, reason, CLOSE_S)

    def go_away(self) -> None:
        """The worker ends: told to both sides; who does not answer is cut with the process."""
        self._close(SERVICE_RESTART, "the service restarts", 0)

    def _close(self, code: int, reason: str, limit_s: float) -> None:
        if self._ending is not None:
            return
        self._write(CloseConnection(code, reason))
        self._end(code, reason)
        if limit_s:
            self._abort_in(limit_s)

    async def _room(self, writable: asyncio.Future[None]) -> None:
        await asyncio.shield(writable)
        if self._lost:
            raise ConnectionResetError("the client is gone")

    # --- the transport's calls -------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._deaf:
            return
        self._frames.receive_data(data)
        for event in self._frames.events():
            self._take(event)
            if self._deaf:
                return

    def eof_received(self) -> bool:
        """Without a close frame before it: the connection breaks off."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._deaf = True
        if self._timer is not None:
            self._timer.cancel()
        self._end(ABNORMAL, "")
        self.resume_writing()
        self.closed.set_result(None)
        self._carrier.connection_lost(exc)

    def pause_writing(self) -> None:
        if self._writable is None:
            self._writable = self._loop.create_future()
        self._carrier.pause_writing()  # it keeps the time: a client that takes nothing is cut (minBytesPerSecond)

    def resume_writing(self) -> None:
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)
        self._carrier.resume_writing()
        owed, self._owed = self._owed, None
        if owed is not None and self._frames.state is ConnectionState.OPEN:
            self._write(Ping(bytes(owed)).response())

    # --- frames ----------------------------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if isinstance(event, CloseConnection):
            self._take_close(event)
        elif self._ending is not None:
            return  # we have closed: what was still on its way is for nobody
        elif isinstance(event, TextMessage | BytesMessage):
            self._take_fragment(event)
        elif isinstance(event, Ping):
            if self._writable is not None:
                self._owed = event.payload
            else:
                self._write(event.response())

    def _take_fragment(self, event: TextMessage | BytesMessage) -> None:
        self._message.add(event.data)
        if self._message.size > self._limit:
            self._fail(TOO_BIG, f"the message is longer than {self._limit} bytes")
        elif event.message_finished:
            whole = self._message.take()
            self._inbox.append(whole)
            self._held += len(whole)
            self._arrived.set()
            if self._reading and (self._held >= HIGH_WATER_BYTES or len(self._inbox) >= MOST_WAITING):
                self._reading = False
                self._transport.pause_reading()

    def _take_close(self, event: CloseConnection) -> None:
        state = self._frames.state
        if state is ConnectionState.OPEN:  # no close frame: the bytes are no WebSocket's
            self._fail(int(event.code), event.reason or "")
            return
        if state is ConnectionState.REMOTE_CLOSING:
            self._write(event.response())
            self._end(int(event.code), event.reason or "")
        self._deaf = True
        self._transport.close()

    def _fail(self, code: int, reason: str) -> None:
        """RFC 6455 7.1.7: say why, and hear no more."""
        self._deaf = True
        self._write(CloseConnection(code, reason))
        self._end(code, reason)
        if self._transport.can_write_eof():
            self._transport.write_eof()
            self._abort_in(_LINGER_S)
        else:
            self._transport.close()

    def _end(self, code: int, reason: str) -> None:
        if self._ending is None:
            self._ending = Closed(code, reason)
        self._arrived.set()

    def _write(self, event: Event) -> None:
        data = bytes(self._frames.send(event))
        if not self._lost:
            self._transport.write(data)
            self._response.bytes_sent += len(data)

    # --- time ------------------------------------------------------------------------------------------------------

    def _ping(self) -> None:
        """pingInterval: whoever was silent for a whole one, its answer to our ping included, is gone."""
        if self._ending is not None:
            return
        if not self._heard and self._reading:
            self._end(ABNORMAL, "no answer to a ping")
            self._transport.abort()
            return
        self._heard = False
        if self._writable is None:
            self._write(Ping())
        self._timer = self._loop.call_later(self._interval, self._ping)

    def _abort_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._transport.abort)


class _Message:
    """The fragments of the message that is coming in; `size` in bytes on the wire."""

    def __init__(self) -> None:
        self.size = 0
        self._text: io.StringIO | None = None
        self._data = bytearray()

    def add(self, piece: str | bytes | bytearray) -> None:
        if isinstance(piece, str):
            self.size += len(piece) if piece.isascii() else len(piece.encode("utf-8"))
            if self._text is None:
                self._text = io.StringIO()
            self._text.write(piece)
        else:
            self.size += len(piece)
            self._data += piece

    def take(self) -> str | bytes:
        """The message, which is whole now; another may begin."""
        whole = bytes(self._data) if self._text is None else self._text.getvalue()
        self.size, self._text, self._data = 0, None, bytearray()
        return whole
