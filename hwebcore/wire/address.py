"""The address of a socket's end, as a transport tells it.

Knows no connection; protocol.py asks for its own and the client's.
"""

from __future__ import annotations

from typing import Any


def address_of(value: Any) -> tuple[str, int]:
    """("ip", port) of what `get_extra_info` tells; a Unix socket has neither: ("", 0)."""
    if isinstance(value, tuple) and len(value) >= 2:
        return str(value[0]), int(value[1])
    return "", 0
