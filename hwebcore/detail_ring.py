"""The detail ring: heads and bodies of captured requests, of any length, in memory that the service makes and one worker writes.

Knows neither pipelines nor screens, and masks nothing: who shows or exports a detail does. Readers use pread and treat every field as
hostile. records.py has the trace ring, whose request numbers stand here too; worker/capturing.py writes, console/captures.py reads.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass

MAGIC = b"PHDETL01"
HEADER_BYTES = 4096
RING_BYTES = HEADER_BYTES + (4 << 20)
#: What is kept of a body; more is cut, and flagged.
MOST_REQUEST_BODY = 128 << 10
MOST_RESPONSE_BODY = 64 << 10
#: No head that passed the gate, and none that left, is longer by much; what an application adds beyond is cut.
MOST_HEAD = 32 << 10

FLAG_SECURE = 1
FLAG_REQUEST_CUT = 2
FLAG_RESPONSE_CUT = 4

#: magic, pid, reserved; bytes claimed, bytes written, requests that the rate limit left out.
_HEADER = struct.Struct("<8sIIQQQ")
_CLAIMED, _WRITTEN, _LEFT_OUT = 2, 3, 4  # words of the header
#: size (0: the rest up to the end is unused), number, request, flags, port, body bytes of request and response, five lengths.
_RECORD = struct.Struct("<IIQIIQQ5I")
_SIZE = struct.Struct("<I")


@dataclass(frozen=True, slots=True, repr=False)
class Detail:
    """What one request and its answer were on the wire. It has no repr: what a traceback shows must hold no secret."""

    #: The record's number in the trace ring of the same worker.
    request: int
    flags: int
    #: Where the connection was accepted.
    ip: str
    port: int
    #: With its request line and its empty line, as this server reads it.
    request_head: bytes
    request_body: bytes
    #: Bytes that came of the body, kept or not.
    request_bytes: int
    #: b"" where the client was gone before.
    response_head: bytes
    #: As it left, without its framing: filters (compression) have been at it.
    response_body: bytes
    response_bytes: int

    @property
    def secure(self) -> bool:
        return bool(self.flags & FLAG_SECURE)

    @property
    def request_cut(self) -> bool:
        """Whether its body is not all here: too long, or never read to its end."""
        return bool(self.flags & FLAG_REQUEST_CUT)

    @property
    def response_cut(self) -> bool:
        return bool(self.flags & FLAG_RESPONSE_CUT)

    @property
    def size(self) -> int:
        return sum(map(len, (self.request_head, self.request_body, self.response_head, self.response_body)))


class DetailWriter:
    """The only writer. Drops the oldest; never waits."""

    def __init__(self, fd: int, pid: int) -> None:
        size = os.fstat(fd).st_size
        self._room = (size - HEADER_BYTES) & ~7
        self._map = mmap.mmap(fd, size)
        _HEADER.pack_into(self._map, 0, MAGIC, pid, 0, 0, 0, 0)
        #: The header as 64-bit words: each is one store.
        self._words = memoryview(self._map)[:HEADER_BYTES].cast("Q")
        self._written = 0
        self._number = 0

    def close(self) -> None:
        self._words.release()
        self._map.close()

    def leave_out(self) -> None:
        """Count a request that the rate limit kept out."""
        if not self._map.closed:
            self._words[_LEFT_OUT] += 1

    def write(self, detail: Detail) -> None:
        """Nothing after `close`, and nothing of what is longer than half the ring."""
        parts = (
            detail.ip.encode(), detail.request_head[:MOST_HEAD], detail.request_body[:MOST_REQUEST_BODY], detail.response_head[:MOST_HEAD],
            detail.response_body[:MOST_RESPONSE_BODY],
        )  # fmt: skip
        size = (_RECORD.size + sum(map(len, parts)) + 7) & ~7
        memory = self._map
        if memory.closed or size > self._room // 2:
            return
        begin = self._written
        left = self._room - begin % self._room
        begin += left if left < size else 0  # a record lies in one piece: what is left up to the end stays unused
        self._words[_CLAIMED] = begin + size  # before a byte of it: who reads what is overwritten now looks here afterwards
        if begin != self._written:
            _SIZE.pack_into(memory, HEADER_BYTES + self._written % self._room, 0)
        at = HEADER_BYTES + begin % self._room
        _RECORD.pack_into(
            memory, at, size, self._number & 0xFFFFFFFF, detail.request, detail.flags, detail.port, detail.request_bytes, detail.response_bytes,
            *map(len, parts),
        )  # fmt: skip
        at += _RECORD.size
        for part in parts:
            memory[at : at + len(part)] = part
            at += len(part)
        self._number += 1
        self._words[_WRITTEN] = self._written = begin + size


class DetailReader:
    """Follows a detail ring from its beginning. `lost`: details overwritten before they were read."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._room = max(8, (os.fstat(fd).st_size - HEADER_BYTES) & ~7)
        self._position = 0
        self._number = 0
        self.lost = 0

    def close(self) -> None:
        os.close(self._fd)

    @property
    def is_written(self) -> bool:
        """Whether its worker has begun to capture."""
        return os.pread(self._fd, len(MAGIC), 0) == MAGIC

    @property
    def left_out(self) -> int:
        """Requests that were too many in their second."""
        return self._counts()[2]

    def take(self) -> list[Detail]:
        """What was captured since the last call, oldest first."""
        found: list[Detail] = []
        _, written, _ = self._counts()
        if written - self._position > self._room:
            self._position = written  # where the oldest whole one begins, nobody can say; the next one's number tells the loss
        while self._position < written:
            at = self._position % self._room
            memory = os.pread(self._fd, min(written - self._position, self._room - at), HEADER_BYTES + at)
            if self._is_lapped():
                self._position = self._counts()[1]
                break
            if not self._split(memory, found):
                self.lost += 1
                self._position = written
        return found

    def _split(self, memory: bytes, found: list[Detail]) -> bool:
        """Take the records of a piece that lies whole before us. False: it holds what no writer of ours writes."""
        offset = 0
        while offset < len(memory):
            (size,) = _SIZE.unpack_from(memory, offset)
            if not size:
                offset = len(memory)
                break
            if size < _RECORD.size or size % 8 or offset + size > len(memory):
                return False
            found.append(self._detail(memory, offset, size))
            offset += size
        self._position += offset
        return offset > 0

    def _detail(self, memory: bytes, offset: int, size: int) -> Detail:
        _, number, request, flags, port, request_bytes, response_bytes, *lengths = _RECORD.unpack_from(memory, offset)
        self.lost += (number - self._number) & 0xFFFFFFFF
        self._number = (number + 1) & 0xFFFFFFFF
        at, end = offset + _RECORD.size, offset + size
        parts = []
        for length in lengths:
            parts.append(memory[at : min(at + length, end)])
            at = min(at + length, end)
        ip, request_head, request_body, response_head, response_body = parts
        return Detail(
            request, flags, ip.decode("ascii", "replace"), port & 0xFFFF, request_head, request_body, request_bytes, response_head, response_body,
            response_bytes,
        )  # fmt: skip

    def _is_lapped(self) -> bool:
        """Whether the writer has begun to overwrite what lay at our position."""
        return self._counts()[0] - self._room > self._position

    def _counts(self) -> tuple[int, int, int]:
        head = os.pread(self._fd, _HEADER.size, 0)
        if len(head) < _HEADER.size or not head.startswith(MAGIC):
            return 0, 0, 0
        _, _, _, claimed, written, left_out = _HEADER.unpack(head)
        return claimed, written, left_out
