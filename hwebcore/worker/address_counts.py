"""How many connections each client address has in this process: one address may not take the places of all others (reliability C 6).

Knows no connection and no site. worker/presence.py counts a worker's, front/front.py the front's, tls_door.py those before TLS.
"""

from __future__ import annotations

import socket
from functools import lru_cache

from hwebcore.local_client import is_local_client

_MAPPED = bytes(10) + b"\xff\xff"


class AddressCounts:
    """This machine's own connections are not counted: a proxy here speaks for everybody, and who is here has other means."""

    def __init__(self, most: int) -> None:
        """`most` 0: there is no limit."""
        self.most = most
        self._counts: dict[str, int] = {}

    def has_room(self, client: str, local: str) -> bool:
        """Whether one more of this client's may come to the address `local`."""
        return not self.most or is_local_client(client, local) or self._counts.get(holder(client), 0) < self.most

    def add(self, client: str) -> None:
        held_by = holder(client)
        self._counts[held_by] = self._counts.get(held_by, 0) + 1

    def remove(self, client: str) -> None:
        held_by = holder(client)
        left = self._counts.get(held_by, 0) - 1
        if left > 0:
            self._counts[held_by] = left
        else:
            self._counts.pop(held_by, None)


@lru_cache(maxsize=1024)
def holder(address: str) -> str:
    """Who has an address: of IPv6 the network of 64 bits, which one client has whole."""
    if ":" not in address:
        return address
    try:
        packed = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except OSError:
        return address
    return socket.inet_ntop(socket.AF_INET, packed[12:]) if packed.startswith(_MAPPED) else packed[:8].hex()
