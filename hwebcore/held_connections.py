"""The table of a worker's open connections in shared memory: whoever outlives the worker can say whose connections went with it.

Knows addresses alone, no request: a row is written when a connection comes and freed when it goes. worker/presence.py writes,
service/abandoned.py reads. Look next at records.py (the requests under way).
"""

from __future__ import annotations

import mmap
import os
import struct

ROWS = 16_384
#: Port (0: the row is free) and address; an IPv6 address with its zone has at most 46 letters.
_ROW = struct.Struct("<H46s")


def table_bytes() -> int:
    return ROWS * _ROW.size


class HeldConnections:
    """The one writer. `take` answers a row, -1 where all are taken: such a connection is not told."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, table_bytes())
        self._free = list(range(ROWS - 1, -1, -1))

    def take(self, client: tuple[str, int]) -> int:
        if not self._free:
            return -1
        row = self._free.pop()
        _ROW.pack_into(self._map, row * _ROW.size, client[1], client[0].encode("ascii", "replace"))
        return row

    def free(self, row: int) -> None:
        if row >= 0:
            self._map[row * _ROW.size : row * _ROW.size + 2] = b"\0\0"
            self._free.append(row)


def held_connections(fd: int) -> list[tuple[str, int]]:
    """(address, port) of each client that is connected now, or was when the worker died. Every field is the worker's word alone."""
    found = []
    memory = os.pread(fd, table_bytes(), 0)
    for offset in range(0, len(memory) - _ROW.size + 1, _ROW.size):
        port, address = _ROW.unpack_from(memory, offset)
        if port:
            found.append((address.rstrip(b"\0").decode("ascii", "replace"), port))
    return found
