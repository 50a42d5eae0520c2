"""TLS that the front itself ends: two streams, the client's and one over a pair of Unix sockets, joined without a look at what passes.

Knows no HTTP and no pool. The pair's other end is a connection like any plain one (connection.py): routed by the gate, handed to a
worker, handed back when it turns to another pool, recycled without a loss. That it is https is told beside it, never in it.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Coroutine
from typing import Any

from hwebcore.wire.acknowledged import acknowledged_bytes
from hwebcore.wire.tls import TlsIdentity
from hwebcore.wire.tls_remainder import SMALL_LOOK_S, TlsRemainder
from hwebcore.wire.tls_session import TlsSession
from hwebcore.worker.handover import HandedConnection


class _Side(asyncio.Protocol):
    """One of the two streams. What it gets goes to the other; when that one is full, it reads no further."""

    def __init__(self) -> None:
        self.other: _Side
        self.transport: Any = None
        self._early: list[bytes] = []
        self._gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        early, self._early = self._early, []
        for data in early:
            self.write(data)
        if self._gone:
            self.end()

    def data_received(self, data: bytes) -> None:
        self.other.write(data)

    def eof_received(self) -> bool:
        self.other.end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self.other.end()

    def pause_writing(self) -> None:
        self.other.read(False)

    def resume_writing(self) -> None:
        self.other.read(True)

    def write(self, data: bytes) -> None:
        if self.transport is None:
            self._early.append(data)
        elif not self._gone:
            self.transport.write(data)

    def end(self) -> None:
        """Close once everything is written."""
        if self.transport is None:
            self._gone = True
        elif not self._gone and not self.transport.is_closing():
            self.transport.close()

    def read(self, on: bool) -> None:
        if self.transport is None or self._gone or self.transport.is_closing():
            return
        if on:
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()


class Relay(_Side):
    """The client's side. `hold` gets the other end of the pair as a connection of its own; `met` and `ended` hear of this one's."""

    def __init__(
        self, handed: HandedConnection, identity: TlsIdentity, hold: Callable[[HandedConnection], None],
        start: Callable[[Coroutine[Any, Any, None], str], object], met: Callable[[Relay], None],
        ended: Callable[[Relay], None],
    ) -> None:  # fmt: skip
        super().__init__()
        self.handed = handed
        self._session: TlsSession = identity.session
        self._hold = hold
        self._start = start
        self._met = met
        self._ended = ended
        #: Whether something waits until the client takes more.
        self._waiting = False
        #: What it had taken at the last look since it waits.
        self._taken: int | None = None
        self._remainder: TlsRemainder | None = None
        #: Of the pair's other end, whoever holds it: by this the front knows it again. 0: it is not there yet.
        self.inode = 0
        self.other = _Side()
        self.other.other = self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._met(self)
        try:
            ours, theirs = socket.socketpair()
        except OSError:  # no descriptor is left
            self.transport.abort()
            return
        for end in (ours, theirs):
            end.setblocking(False)
        self.inode = os.fstat(theirs.fileno()).st_ino
        self.read(False)  # until the other side is there
        self._start(self._join(ours), "relay")
        handed, session = self.handed, self._session.agreed(transport.get_extra_info("ssl_object"))
        self._hold(HandedConnection(theirs, b"", handed.ip, handed.port, handed.client, handed.client_port, session=session))

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        self._waiting = False
        super().resume_writing()

    def end(self) -> None:
        """Not before the system has all that the client is to get: TLS drops the rest, and the other side is gone."""
        if self.transport is None or self._gone:
            super().end()
        elif self._remainder is None:
            self._remainder = TlsRemainder(self.transport)
            if not self._waiting:
                self._wait()
            asyncio.get_running_loop().call_later(SMALL_LOOK_S, self._close_once_sent, self._remainder)

    def _close_once_sent(self, remainder: TlsRemainder) -> None:
        if self._gone or self.transport.is_closing():
            return
        wait = remainder.look()
        if wait:
            asyncio.get_running_loop().call_later(wait, self._close_once_sent, remainder)
        else:
            self.transport.close()

    def _wait(self) -> None:
        self._waiting, self._taken = True, None

    def look(self, least: float) -> None:
        """Called now and then: a client that took fewer bytes since the last look, while some waited for it all the time, is cut off."""
        if not self._waiting or self._gone or self.transport.is_closing():
            return
        before, self._taken = self._taken, acknowledged_bytes(self.transport.get_extra_info("socket"))
        if before is not None and self._taken is not None and self._taken - before < least:
            self.transport.abort()

    async def _join(self, ours: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: self.other, ours)
        except OSError:
            ours.close()
            self.end()
            return
        self.read(True)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._ended(self)
