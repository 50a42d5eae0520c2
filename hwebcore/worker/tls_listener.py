"""Accepts on endpoints that speak TLS, for whoever owns them: a worker, or the front. Every connection goes to the door.

Knows no certificate. listener.py is the same for plain endpoints of a worker, where the loop accepts by itself.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from hwebcore.worker.handover import HandedConnection

_AT_ONCE = 64


class TlsListeners:
    """By endpoint. The sockets are duplicates: closing one here leaves the service's open."""

    def __init__(self, accepted: Callable[[HandedConnection], None]) -> None:
        self._accepted = accepted
        self._sockets: dict[str, list[socket.socket]] = {}

    def open(self, endpoint: str, fds: list[int]) -> None:
        self.close(endpoint)
        loop = asyncio.get_running_loop()
        self._sockets[endpoint] = [socket.socket(fileno=fd) for fd in fds]
        for sock in self._sockets[endpoint]:
            sock.setblocking(False)
            loop.add_reader(sock.fileno(), self._accept, sock)

    def close(self, endpoint: str) -> None:
        for sock in self._sockets.pop(endpoint, ()):
            asyncio.get_running_loop().remove_reader(sock.fileno())
            sock.close()

    def close_all(self) -> None:
        for endpoint in list(self._sockets):
            self.close(endpoint)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                sock, address = listener.accept()
            except OSError:  # nothing left; or no descriptor, and the next turn tries again
                return
            sock.setblocking(False)
            local = sock.getsockname()
            self._accepted(HandedConnection(sock, b"", str(local[0]), int(local[1]), str(address[0]), int(address[1]), encrypted=True))
