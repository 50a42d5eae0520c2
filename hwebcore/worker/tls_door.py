"""Connections that are to speak TLS, between accept and handshake: a worker's and the front's. Waits for the name, then lets decide.

Knows no site and no pool: `elsewhere` may take a connection away while every byte of it is still where the client put it, `protocol`
makes what speaks behind the handshake. Plain HTTP is answered 400, anything else that is no TLS is closed.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable

from hwebcore.plan import SiteLimits
from hwebcore.tasks import Tasks
from hwebcore.wire.client_hello import NotTls, PlainHttp
from hwebcore.wire.gate import Refusal
from hwebcore.wire.kernel_page import kernel_page
from hwebcore.wire.tls import TlsIdentities, TlsIdentity
from hwebcore.wire.tls_greeting import read_greeting, readable
from hwebcore.wire.tls_remainder import SHUTDOWN_S
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.handover import HandedConnection

_LINGER_S = 2.0
_MOST_PLAIN_BYTES = 65536
_PLAIN = Refusal(400, "Bad Request", "This port speaks TLS: ask with https.", "BadRequest")

Elsewhere = Callable[[HandedConnection, str, TlsIdentity | None], bool]


class TlsDoor:
    """`refused` is told of each connection that was answered without TLS."""

    def __init__(
        self, tasks: Tasks, limits: Callable[[], SiteLimits], elsewhere: Elsewhere,
        protocol: Callable[[HandedConnection, TlsIdentity], asyncio.Protocol], refused: Callable[[HandedConnection, Refusal, bytes], None],
        addresses: AddressCounts,
    ) -> None:  # fmt: skip
        #: Swapped whole when the service sends others.
        self.identities = TlsIdentities()
        self._tasks = tasks
        self._limits = limits
        self._elsewhere = elsewhere
        self._protocol = protocol
        self._refused = refused
        self._addresses = addresses
        self._greeting: dict[asyncio.Task[None], HandedConnection] = {}
        self._handshakes: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """Connections that are here: not told yet what they are, or within their handshake."""
        return len(self._greeting) + len(self._handshakes)

    def take(self, handed: HandedConnection) -> None:
        task = self._tasks.start(self._welcome(handed), "TLS greeting")
        self._greeting[task] = handed
        self._addresses.add(handed.client)
        task.add_done_callback(lambda ended: self._done(ended, handed.client))

    def release(self) -> list[HandedConnection]:
        """Stop waiting: the connections whose handshake has not begun, untouched, are the caller's."""
        taken = dict(self._greeting)
        self._greeting.clear()
        for task in taken:
            task.cancel()
        return list(taken.values())

    async def settle(self, limit_s: float) -> None:
        """Wait until no handshake is under way any more."""
        if self._handshakes:
            await asyncio.wait(list(self._handshakes), timeout=limit_s)

    def _done(self, task: asyncio.Task[None], client: str) -> None:
        self._addresses.remove(client)
        self._greeting.pop(task, None)
        self._handshakes.discard(task)

    async def _welcome(self, handed: HandedConnection) -> None:
        task = asyncio.current_task()
        assert task is not None
        limit_s = self._limits().header_wait_timeout_s
        try:
            name = await read_greeting(handed.sock, limit_s)
        except PlainHttp:
            self._greeting.pop(task, None)
            await self._answer_plain(handed)
            return
        except (NotTls, TimeoutError, OSError):
            handed.sock.close()
            return
        if self._greeting.pop(task, None) is None:  # released in this very turn: it is somebody else's
            return
        identity = self.identities.find(handed.ip, handed.port, name)
        if self._elsewhere(handed, name, identity):
            return
        if identity is None:  # as HTTP.sys: without a certificate there is nothing to say
            handed.sock.close()
            return
        self._handshakes.add(task)
        await self._shake_hands(handed, identity, limit_s)

    async def _shake_hands(self, handed: HandedConnection, identity: TlsIdentity, limit_s: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(
                lambda: self._protocol(handed, identity), handed.sock, ssl=identity.context, ssl_handshake_timeout=limit_s,
                ssl_shutdown_timeout=SHUTDOWN_S,
            )  # fmt: skip
        except (OSError, ssl.CertificateError):  # ssl.SSLError is an OSError: what they said, or did not say in time
            handed.sock.close()

    async def _answer_plain(self, handed: HandedConnection) -> None:
        """Take what was sent, answer, and read on for a moment: a reset would take the answer from the client."""
        sock, loop = handed.sock, asyncio.get_running_loop()
        try:
            head = sock.recv(_MOST_PLAIN_BYTES, socket.MSG_DONTWAIT)
            self._refused(handed, _PLAIN, head)
            async with asyncio.timeout(_LINGER_S):
                sock.send(kernel_page(_PLAIN, head_only=head.startswith(b"HEAD ")), socket.MSG_DONTWAIT)
                sock.shutdown(socket.SHUT_WR)
                await readable(loop, sock)
                while sock.recv(_MOST_PLAIN_BYTES, socket.MSG_DONTWAIT):
                    await readable(loop, sock)
        except (OSError, TimeoutError):
            pass
        finally:
            sock.close()
