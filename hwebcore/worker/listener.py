"""The inherited listeners of a worker: accepts on endpoints that are wholly its pool's, until they are taken back.

Knows no HTTP and no route; the service decides who listens where.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

_BACKLOG = 1024


class Listeners:
    """Servers by endpoint. The sockets are duplicates: closing one here leaves the service's open."""

    def __init__(self, factory: Callable[[], asyncio.Protocol]) -> None:
        self._factory = factory
        self._servers: dict[str, list[asyncio.Server]] = {}

    async def open(self, endpoint: str, fds: list[int]) -> None:
        self.close(endpoint)
        loop = asyncio.get_running_loop()
        self._servers[endpoint] = [await loop.create_server(self._factory, sock=socket.socket(fileno=fd), backlog=_BACKLOG) for fd in fds]

    def close(self, endpoint: str) -> None:
        for server in self._servers.pop(endpoint, ()):
            server.close()

    def close_all(self) -> None:
        for endpoint in list(self._servers):
            self.close(endpoint)
