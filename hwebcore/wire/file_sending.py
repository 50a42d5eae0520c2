"""A file's bytes from the page cache to a plain connection's socket: os.sendfile, a step a turn while the socket takes them.

Knows no HTTP and no transport; whoever uses it has seen everything before leave the transport's own buffer. uvloop has no
loop.sendfile, and refuses to watch a transport's descriptor: once the socket is full a duplicate is watched, and let go before it
is closed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import struct
import termios

#: The most that one step asks the kernel to take: other connections have their turn in between.
STEP_BYTES = 2 * 1024 * 1024


class FileSending:
    """`start` sends what the socket takes at once. `error`: why it broke off; `left` without one: the file was shorter than told."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: int, file: int, offset: int, count: int) -> None:
        self._loop = loop
        self._socket = sock
        self._file = file
        self._offset = offset
        self.left = count
        self.sent = 0
        self.error: OSError | None = None
        self._full = False
        self._watched = -1
        self._turn: asyncio.Handle | None = None
        self._done: asyncio.Future[None] | None = None

    def start(self) -> asyncio.Future[None] | None:
        """None: it is over already. Otherwise it goes on by itself until the future is done; setting its result ends it early."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file, self._offset, self.left, os.POSIX_FADV_SEQUENTIAL)
        if self._step():
            return None
        self._done = self._loop.create_future()
        self._next()
        return self._done

    def stop(self) -> None:
        """Let the socket go. To be called when it is over, however it ended."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        if self._watched >= 0:
            self._loop.remove_writer(self._watched)
            os.close(self._watched)
            self._watched = -1

    def _next(self) -> None:
        """A turn of the others, then on; once the socket was full, only when it has room."""
        if not self._full:
            self._turn = self._loop.call_soon(self._go_on)
        elif self._watched < 0:
            self._watched = os.dup(self._socket)
            self._loop.add_writer(self._watched, self._go_on)

    def _go_on(self) -> None:
        assert self._done is not None
        self._turn = None
        if self._done.done() or self._step():
            self.stop()
            if not self._done.done():
                self._done.set_result(None)
        else:
            self._next()

    def _step(self) -> bool:
        """Send once. True: there is nothing more to do."""
        wanted = min(self.left, STEP_BYTES)
        try:
            taken = os.sendfile(self._socket, self._file, self._offset, wanted)
        except (BlockingIOError, InterruptedError):
            self._full = True
            return False
        except OSError as error:
            self.error = error
            return True
        self._offset += taken
        self.sent += taken
        self.left -= taken
        self._full = self._full or taken < wanted
        return not taken or not self.left


def drop_unsent(sock: int) -> None:
    """Have the socket's close be a reset: the kernel then keeps nothing for a client that takes nothing."""
    with socket.socket(fileno=os.dup(sock)) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def unsent_bytes(sock: int) -> int:
    """What the kernel holds of a socket that its other end has not taken; 0 where that cannot be told."""
    try:
        found: int = struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]
    except OSError:
        return 0
    return found
