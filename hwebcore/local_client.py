"""Whether a client is this machine itself, by the socket's own two addresses: no header has a say.

Knows no request. Detailed errors are shown to it, and its connections are not counted.
"""

from __future__ import annotations

_LOOPBACK = frozenset(("127.0.0.1", "::1", "::ffff:127.0.0.1"))


def is_local_client(client: str, local: str) -> bool:
    return client in _LOOPBACK or (bool(client) and client == local)
