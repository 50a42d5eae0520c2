"""What a TLS client has yet to take of all that it was given: when such a connection may be closed without cutting an answer.

Knows sockets and uvloop's transports, no HTTP. Asked by flow.py for a worker's connections and by front/relay.py for the front's.
"""

from __future__ import annotations

from typing import Any

from hwebcore.wire.acknowledged import acknowledged_bytes
from hwebcore.wire.file_sending import unsent_bytes

#: How long a connection that has sent all waits for the client's own goodbye. It drops what uvloop still holds: nobody closes before.
SHUTDOWN_S = 2.0
#: With less than this in the system's queue, nothing waits before it.
_LITTLE_BYTES = 32_768
_NEVER = -1
#: Until the first look, and between two where little is left.
SMALL_LOOK_S = 0.01
_LARGE_LOOK_S = 0.1


class TlsRemainder:
    """uvloop's close waits for the client's goodbye for a limited time and then drops what it still holds, and its transport does not tell
    how much that is. So the system's queue has to tell."""

    __slots__ = ("_before", "_socket", "_transport")

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._socket = transport.get_extra_info("socket")
        self._before = _NEVER

    def is_large(self) -> bool:
        return bool(self._transport.get_write_buffer_size()) or unsent_bytes(self._socket.fileno()) > _LITTLE_BYTES

    def look(self) -> float:
        """Seconds until the next look; 0 once the system has all of it. Ask from timers: a client may have emptied the queue just now, and the
        loop has had no turn to fill it again. With room in it and nothing more taken from one timer to the next, nothing was left to fill it."""
        if self.is_large():
            self._before = _NEVER
            return _LARGE_LOOK_S
        before, self._before = self._before, acknowledged_bytes(self._socket) or 0
        return 0.0 if self._before == before else SMALL_LOOK_S
