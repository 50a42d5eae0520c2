"""limits/maxBandwidth: a site's answers leave its connections in turn, so many bytes a second together.

Knows no request. A connection of such a site writes through a PacedTransport instead of its transport; all others pay nothing.
Look next at protocol.py (`slow_down`) and worker/bandwidth.py (which site has which pace).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

#: Pieces are so short that a second has about this many of them.
_PIECES_A_SECOND = 20
_LEAST_PIECE = 512
HIGH_WATER_BYTES = 262_144
LOW_WATER_BYTES = 65_536


class Pace:
    """One site's in this worker. Connections that have something to send stand in a ring and take their turns."""

    def __init__(self, bytes_per_second: int) -> None:
        self.rate = max(1, bytes_per_second)
        self._piece = max(_LEAST_PIECE, self.rate // _PIECES_A_SECOND)
        self._waiting: deque[PacedTransport] = deque()
        self._next = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, transport: PacedTransport) -> None:
        """It has something to send."""
        self._waiting.append(transport)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, self._next - loop.time()), self._turn)

    def _turn(self) -> None:
        """One piece of whoever is next; who has more goes to the end. A client that takes nothing is passed over."""
        loop = asyncio.get_running_loop()
        sent = 0
        for _ in range(len(self._waiting)):
            transport = self._waiting.popleft()
            sent = transport.send_piece(self._piece)
            if transport.has_more:
                self._waiting.append(transport)
            if sent:
                break
        wait = sent / self.rate if sent else 1 / _PIECES_A_SECOND
        self._next = loop.time() + wait
        for transport in self._waiting:
            transport.held()
        self._timer = loop.call_later(wait, self._turn) if self._waiting else None


class PacedTransport:
    """What protocol.py uses of a transport. `held` is called while the pace, and not the client, keeps bytes back."""

    def __init__(self, transport: Any, pace: Pace | None, paused: Callable[[], None], resumed: Callable[[], None], held: Callable[[], None]) -> None:
        self.pace = pace
        self._transport = transport
        self._paused = paused
        self._resumed = resumed
        self._held = held
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._told = False
        self._last: Callable[[], None] | None = None
        self._asking = False
        transport.set_write_buffer_limits(high=1 << 30)  # who is to wait is decided here

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def set_protocol(self, protocol: asyncio.Protocol) -> None:
        """Another carries on with the connection: it is told from now on."""
        self._paused, self._resumed = protocol.pause_writing, protocol.resume_writing
        self._transport.set_protocol(protocol)

    @property
    def has_more(self) -> bool:
        self._asking = bool(self._queue)
        return self._asking

    def write(self, data: bytes) -> None:
        if self._transport.is_closing() or self._last is not None:
            return
        self._queue.append(bytes(data))
        self._size += len(data)
        if self.pace is None:
            self.send_piece(self._size)
        elif not self._asking:
            self._asking = True
            self.pace.ask(self)
        if self.get_write_buffer_size() > HIGH_WATER_BYTES and not self._told:
            self._told = True
            self._paused()

    def send_piece(self, most: int) -> int:
        """Give up to `most` bytes to the real transport; 0 where its client takes nothing now, or nothing is left."""
        if self._transport.is_closing():
            self._queue.clear()
            self._size = 0
            return 0
        if self._transport.get_write_buffer_size() > LOW_WATER_BYTES:
            return 0
        sent = 0
        while self._queue and sent < most:
            data = self._queue.popleft()
            piece = data[: most - sent]
            if len(piece) < len(data):
                self._queue.appendleft(data[len(piece) :])
            self._transport.write(piece)
            sent += len(piece)
        self._size -= sent
        if self._told and self._size <= LOW_WATER_BYTES:
            self._told = False
            self._resumed()
        if not self._queue and self._last is not None:
            self._last()
        return sent

    def held(self) -> None:
        if self._transport.get_write_buffer_size() <= LOW_WATER_BYTES:
            self._held()

    def get_write_buffer_size(self) -> int:
        return self._size + int(self._transport.get_write_buffer_size())

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Decided here."""

    def is_closing(self) -> bool:
        return self._last is not None or bool(self._transport.is_closing())

    def close(self) -> None:
        self._finish(self._transport.close)

    def write_eof(self) -> None:
        self._finish(self._transport.write_eof)

    def _finish(self, last: Callable[[], None]) -> None:
        """Once everything is written."""
        if self._queue:
            self._last = last
        else:
            last()

    def abort(self) -> None:
        self._queue.clear()
        self._size = 0
        self._transport.abort()
