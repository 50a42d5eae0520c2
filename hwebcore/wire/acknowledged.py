"""How much of what was sent a client's system has acknowledged: the one measure of progress that no buffer of ours is in front of.

Knows sockets of TCP on Linux; elsewhere there is no answer. Used for TLS, whose transports do not tell what they have passed on.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import Any

#: tcpi_bytes_acked in Linux's struct tcp_info: eight bytes, twenty-four words of four, two of eight.
_PLACE = 8 + 24 * 4 + 2 * 8


def acknowledged_bytes(sock: Any) -> int | None:
    """Bytes that the other end has acknowledged since the connection began; None where the system does not say."""
    if sys.platform != "linux":
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _PLACE + 8)
    except OSError:
        return None
    return int(struct.unpack_from("=Q", info, _PLACE)[0]) if len(info) >= _PLACE + 8 else None
