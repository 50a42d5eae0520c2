"""A file's bytes from the page cache to a plain connection's socket: os.sendfile, a step a turn while the socket takes them.

Knows no HTTP and no transport; whoever uses it has seen everything before leave the transport's own buffer. uvloop has no
loop.sendfile; room_watch.py tells when the socket has room.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import termios
from collections.abc import Callable

from hwebcore.open_file import OpenFile
from hwebcore.pipeline.later import Later
from hwebcore.wire.room_watch import RoomWatch

#: The most that one step asks the kernel to take: other connections have their turn in between. As much as a socket holds at most.
STEP_BYTES = 8 * 1024 * 1024


class FileSending(Later[None]):
    """It goes on by itself once it is started, and is settled when it is over. `failed`: why it broke off; `left` without it: the
    file was shorter than told. `onwards` is told before each step what was sent."""

    __slots__ = ("_file", "_offset", "_onwards", "_room", "_socket", "failed", "left", "sent")

    def __init__(
        self, room: RoomWatch, sock: int, file: OpenFile, offset: int, count: int, onwards: Callable[[int], None] | None = None
    ) -> None:  # fmt: skip
        Later.__init__(self)
        self._room = room
        self._socket = sock
        self._file = file
        self._offset = offset
        self._onwards = onwards
        self.left = count
        self.sent = 0
        self.failed: OSError | None = None

    def start(self) -> None:
        self._room.wait(self._socket, self._go_on)

    def stop(self) -> None:
        """Leave it where it is; it is settled when this returns."""
        self._room.forget(self._socket)
        if not self._settled:
            self.settle()

    def _go_on(self) -> None:
        if self._onwards is not None:
            self._onwards(self.sent)
        try:
            taken = os.sendfile(self._socket, self._file.descriptor, self._offset, min(self.left, STEP_BYTES))
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self.failed, taken = error.with_traceback(None), 0  # which would refer back: the file would stay open
        self._offset += taken
        self.sent += taken
        self.left -= taken
        if not (taken and self.left):
            self.stop()


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
