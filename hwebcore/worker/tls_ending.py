"""TLS that a worker ends itself: certificates that are its pool's alone, endpoints that are, connections that the front handed over unread.

Knows no request; made when the service first speaks of https, so that other workers load none of it. What this worker may not or cannot
serve goes to the front with every byte. Look next at tls_door.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hwebcore.channel import Message
from hwebcore.plan import SiteLimits
from hwebcore.tasks import Tasks
from hwebcore.wire.gate import Refusal
from hwebcore.wire.tls import IdentityReader, TlsIdentity
from hwebcore.wire.tls_session import TlsSession
from hwebcore.worker.accepting import AcceptingSockets
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.handover import HandedConnection
from hwebcore.worker.httperr import HttpErr
from hwebcore.worker.process_life import say
from hwebcore.worker.tls_door import TlsDoor


class TlsEnding:
    """`serve` makes the connection behind a handshake; `give_back` hands one to the front; `leaving`: this worker drains."""

    def __init__(
        self, tasks: Tasks, limits: Callable[[], SiteLimits], serve: Callable[[HandedConnection, TlsSession], asyncio.Protocol],
        give_back: Callable[[HandedConnection], None], leaving: Callable[[], bool], httperr: HttpErr,
        addresses: AddressCounts,
    ) -> None:  # fmt: skip
        self._reader = IdentityReader()
        self._serve = serve
        self._give_back = give_back
        self._leaving = leaving
        self._httperr = httperr
        self._addresses = addresses
        self.door = TlsDoor(tasks, limits, self._to_front, self._connection, self._spoke_plainly, addresses)
        self.listeners = AcceptingSockets(self._accepted, encrypted=True)

    def certificates(self, message: Message, fds: list[int]) -> None:
        made, faults = self._reader.take(message, fds)
        for fault in faults:
            say(fault)
        if made is not None:
            self.door.identities = made

    def _accepted(self, handed: HandedConnection) -> None:
        if self._addresses.has_room(handed.client, handed.ip):
            self.take(handed)
        else:
            handed.sock.close()
            self._httperr.write((handed.client, handed.client_port), (handed.ip, handed.port), b"", None, "Connections_Refused")

    def take(self, handed: HandedConnection) -> None:
        if self._leaving():
            self._give_back(handed)
        else:
            self.door.take(handed)

    def release(self) -> None:
        """Accept no more; what has said nothing yet is the front's."""
        self.listeners.close_all()
        for handed in self.door.release():
            self._give_back(handed)

    def _connection(self, handed: HandedConnection, identity: TlsIdentity) -> asyncio.Protocol:
        return self._serve(handed, identity.session)

    def _to_front(self, handed: HandedConnection, name: str, identity: TlsIdentity | None) -> bool:
        """Where this worker drains, or may not hold the key of that name, the front goes on: nothing was read yet."""
        if not self._leaving() and identity is not None:
            return False
        self._give_back(handed)
        return True

    def _spoke_plainly(self, handed: HandedConnection, refusal: Refusal, head: bytes) -> None:
        self._httperr.write((handed.client, handed.client_port), (handed.ip, handed.port), head, refusal.status, refusal.reason)
