"""Accepts on endpoints whose connections are looked at before any protocol is: the front's, and those that speak TLS.

Knows no certificate and no route. listener.py is the same for plain endpoints of a worker, where the loop accepts by itself.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from hwebcore.worker.handover import HandedConnection

_AT_ONCE = 64
#: Without a descriptor to spare the loop would come back at once, for nothing.
_PAUSE_S = 0.05


class AcceptingSockets:
    """By endpoint. The sockets are duplicates: closing one here leaves the service's open. `encrypted`: their connections begin with TLS."""

    def __init__(self, accepted: Callable[[HandedConnection], None], *, encrypted: bool) -> None:
        self._accepted = accepted
        self._encrypted = encrypted
        self._sockets: dict[str, list[socket.socket]] = {}

    def open(self, endpoint: str, fds: list[int]) -> None:
        self.close(endpoint)
        self._sockets[endpoint] = [socket.socket(fileno=fd) for fd in fds]
        for sock in self._sockets[endpoint]:
            sock.setblocking(False)
            self._watch(sock)

    def close(self, endpoint: str) -> None:
        for sock in self._sockets.pop(endpoint, ()):
            asyncio.get_running_loop().remove_reader(sock.fileno())
            sock.close()

    def close_all(self) -> None:
        for endpoint in list(self._sockets):
            self.close(endpoint)

    def _watch(self, listener: socket.socket) -> None:
        if listener.fileno() >= 0:  # not closed meanwhile
            asyncio.get_running_loop().add_reader(listener.fileno(), self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                sock, address = listener.accept()
            except (BlockingIOError, ConnectionError):  # nothing left, or a client that left first
                return
            except OSError:  # no descriptor, no memory
                loop = asyncio.get_running_loop()
                loop.remove_reader(listener.fileno())
                loop.call_later(_PAUSE_S, self._watch, listener)
                return
            sock.setblocking(False)
            local = sock.getsockname()
            self._accepted(HandedConnection(sock, b"", str(local[0]), int(local[1]), str(address[0]), int(address[1]), encrypted=self._encrypted))
