"""How much of a long answer the system holds for one client: more for one that takes files fast, as far as the system allows.

Most of a file then leaves in one call, and the system sends on by itself: a wake less, each of which finds cold caches. Knows sockets,
and no file. Look next at file_sending.py.
"""

from __future__ import annotations

import functools
import socket
import weakref
from collections.abc import Callable
from time import perf_counter

from hwebcore.platform import send_buffer_limits
from hwebcore.wire.file_sending import unsent_bytes

#: The most that one socket holds. A client gets it who takes that much in a second, so that the memory is not held for long.
MOST_BYTES = 8 * 1024 * 1024
#: How much it has to have taken before that is said of it.
_PROOF_BYTES = 2 * 1024 * 1024
#: So many connections of a process, and no more: whoever stops reading keeps what was given.
_MOST_WIDE = 32

_wide: weakref.WeakSet[SendBuffer] = weakref.WeakSet()


class SendBuffer:
    """Of one connection, for as long as that is there."""

    __slots__ = ("__weakref__", "_began", "_held", "_socket", "_weighs")

    def __init__(self, sock: int) -> None:
        self._socket = sock
        self._weighs = bool(wider())
        self._began = 0.0
        self._held = 0

    def begin(self) -> Callable[[int], None] | None:
        """A file leaves. What to call whenever there is room for more of it, with what the system took of it so far; None: nothing."""
        if not self._weighs:
            return None
        self._began, self._held = perf_counter(), unsent_bytes(self._socket)
        return self._weigh

    def _weigh(self, sent: int) -> None:
        taken = self._held + sent - unsent_bytes(self._socket)
        if self._weighs and taken >= _PROOF_BYTES and taken >= (perf_counter() - self._began) * MOST_BYTES and len(_wide) < _MOST_WIDE:
            self._weighs = False
            _wide.add(self)
            same = socket.socket(fileno=self._socket)
            try:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, wider())
            finally:
                same.detach()  # it is the transport's


@functools.cache
def wider() -> int:
    """What to ask for (the system doubles it, for its own needs); 0 where it gives more unasked: asking would end that."""
    asked, unasked = send_buffer_limits()
    asked = min(asked, MOST_BYTES // 2)
    return asked if 2 * asked > unasked else 0
