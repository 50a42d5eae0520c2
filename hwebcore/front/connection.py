"""A connection while the front holds it: it waits for one whole head, then leaves for a worker or is answered and closed.

Knows no pool: `routed` is called with the head that passed the strict gate. Plain sockets, no transport: the descriptor moves on.
"""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import Callable

from hwebcore.plan import SiteLimits
from hwebcore.wire.gate import Head, Refusal, check_partial, read_head
from hwebcore.wire.kernel_page import kernel_page
from hwebcore.worker.handover import HandedConnection

_READ_BYTES = 65536
#: After an answer, what the client still sends is read and dropped so long: a reset would take the answer from it.
_LINGER_S = 2.0


class FrontConnection:
    """`routed(connection, head)` decides; `ended(connection, reason)` hears of a time-out (HTTPERR's word) or "" for a plain end."""

    def __init__(
        self, handed: HandedConnection, limits: SiteLimits, routed: Callable[[FrontConnection, Head], None],
        refused: Callable[[FrontConnection, Refusal], None], ended: Callable[[FrontConnection, str], None],
    ) -> None:  # fmt: skip
        self.handed = handed
        self.unread = handed.unread
        self.limits = limits
        #: Whose queue it stood in, once that is known.
        self.pool = ""
        self._routed = routed
        self._refused = refused
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._sock = handed.sock
        self._fd = handed.sock.fileno()
        self._answered = False
        self._watching = False
        self.deadline = self._loop.time() + limits.connection_timeout_s

    @property
    def local(self) -> tuple[str, int]:
        return self.handed.ip, self.handed.port

    @property
    def client(self) -> tuple[str, int]:
        return self.handed.client, self.handed.client_port

    def begin(self) -> None:
        """Look at what is here already, and wait for more where that is no whole head."""
        if self.unread:
            self._look()
        else:
            self._watch(True)

    def wait(self) -> None:
        """Its head is here and it waits in a queue: at most connectionTimeout."""
        self.deadline = self._loop.time() + self.limits.connection_timeout_s

    def release(self) -> HandedConnection:
        """Stop holding it: socket and bytes are the caller's."""
        self._watch(False)
        return dataclasses.replace(self.handed, unread=self.unread)

    def answer(self, refusal: Refusal) -> None:
        """Send the kernel's page and close."""
        self._refused(self, refusal)
        page = kernel_page(refusal, head_only=self.unread.startswith(b"HEAD "))
        self._answered = True
        self.deadline = self._loop.time() + _LINGER_S
        try:
            self._sock.send(page, socket.MSG_DONTWAIT)  # a worker that had it may have made it block
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close()
            return
        self._watch(True)

    def reset(self) -> None:
        """Close with a TCP reset (loadBalancerCapabilities TcpLevel)."""
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        except OSError:
            pass
        self.close()

    def close(self, reason: str = "") -> None:
        self._watch(False)
        self._sock.close()
        self._ended(self, reason)

    def expire(self) -> None:
        """Its deadline has passed."""
        self.close("" if self._answered else "Timer_HeaderWait" if self.unread else "Timer_ConnectionIdle")

    def _watch(self, wanted: bool) -> None:
        if wanted != self._watching:
            self._watching = wanted
            if wanted:
                self._loop.add_reader(self._fd, self._readable)
            else:
                self._loop.remove_reader(self._fd)

    def _readable(self) -> None:
        try:
            data = self._sock.recv(_READ_BYTES, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close()
            return
        if not data:
            self.close()
            return
        if not self._answered:
            self.unread += data
            self._look()

    def _look(self) -> None:
        start = 2 if self.unread.startswith(b"\r\n") else 0  # one empty line before a request is forgiven (RFC 9112 2.2)
        end = self.unread.find(b"\r\n\r\n", start)
        try:
            if end >= 0:
                head = read_head(self.unread[start : end + 4])
                self._watch(False)
                self._routed(self, head)
                return
            check_partial(self.unread[start:])
        except Refusal as refusal:
            self.answer(refusal)
            return
        if len(self.unread) > start:
            self.deadline = min(self.deadline, self._loop.time() + self.limits.header_wait_timeout_s)
        self._watch(True)
