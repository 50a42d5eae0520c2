"""RoomWatch: tells when a socket has room again, of sockets that uvloop's transports own and let nobody else watch.

One epoll instance for all connections of a loop, which watches it like any other descriptor: to wait costs two calls of the system,
and no duplicate. Knows nothing of what is sent. Look next at file_sending.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import select
import weakref
from collections.abc import Callable

_watches: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, RoomWatch] = weakref.WeakKeyDictionary()
#: Whether this system has what it takes.
WATCHES_ROOM = hasattr(select, "epoll")


class RoomWatch:
    """Of one loop (`room_watch`)."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        # In nobody's context: who is told may begin a connection's next request.
        contextvars.Context().run(loop.add_reader, self._epoll.fileno(), self._tell)

    def wait(self, sock: int, call: Callable[[], None]) -> None:
        """Call it in each turn in which the socket takes something, or is broken, until `forget`."""
        self._calls[sock] = call
        self._epoll.register(sock, select.EPOLLOUT)

    def forget(self, sock: int) -> None:
        if self._calls.pop(sock, None) is not None:
            with contextlib.suppress(OSError):  # a closed one forgets itself
                self._epoll.unregister(sock)

    def _tell(self) -> None:
        for sock, _ in self._epoll.poll(0):
            call = self._calls.get(sock)
            if call is not None:
                call()


def room_watch(loop: asyncio.AbstractEventLoop) -> RoomWatch:
    watch = _watches.get(loop)
    if watch is None:
        watch = _watches[loop] = RoomWatch(loop)
    return watch
