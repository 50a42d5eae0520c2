"""Trace records: the shared ring that a worker writes, the table of requests in flight, and the table of names behind both.

Knows neither plans nor pipelines. Three files per worker, made by the service: the *ring* (fixed slots, one writer, drop-oldest),
the *flights* (one slot a request under way) and the *names* (append-only JSON lines: sequences, handlers, outcomes that records
refer to by index). The worker maps them; readers use pread and treat every field as hostile. traces.py makes traces of records.
"""

from __future__ import annotations

import functools
import json
import mmap
import os
import struct
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from hwebcore.frozen import frozen
from hwebcore.packed_record import BEGIN as BEGIN
from hwebcore.packed_record import CODE_BYTES, HEAD, MOST_PARTS, ROOM_IN_HEAD, ROOM_IN_TAIL, TAIL, TIME_BYTES, TOLD, of_slot, of_slots, text
from hwebcore.packed_record import FLAG_URL_CUT as FLAG_URL_CUT
from hwebcore.packed_record import MARKS_IN_HEAD as MARKS_IN_HEAD
from hwebcore.packed_record import OUTCOME_SHIFT as OUTCOME_SHIFT
from hwebcore.packed_record import SAME_TIME as SAME_TIME
from hwebcore.packed_record import SLOT_BYTES as SLOT_BYTES
from hwebcore.packed_record import STEP_MASK as STEP_MASK
from hwebcore.packed_record import Mark as Mark
from hwebcore.packed_record import PackedRecord as PackedRecord
from hwebcore.packed_record import Record as Record
from hwebcore.packed_record import codes_of as codes_of
from hwebcore.packed_record import gist as gist
from hwebcore.packed_record import holds as holds
from hwebcore.packed_record import mark_code as mark_code
from hwebcore.packed_record import refers_to as refers_to
from hwebcore.packed_record import url_of as url_of

MAGIC = b"PHRING02"
HEADER_BYTES = 4096
FLIGHT_BYTES = 384
NAMES_HEADER_BYTES = 16
_FIRST = struct.Struct("<QHH").unpack_from  # commit, part, parts
#: Slots that a reader takes at once.
STRETCH = 256
_COMMIT = struct.Struct("<Q")
_RING_HEADER = struct.Struct("<8sIIIIQ")  # magic, slot size, slots, pid, reserved, next sequence number
_NEXT_WORD = 3
_FLIGHT_TOLD = struct.Struct("<16s46sI256s")  # method, client, port, URL
_FLIGHT = struct.Struct(f"@QQdd{_FLIGHT_TOLD.size}s")  # request + 1 (0: free), parent, start, wall, and what is told above

NO_PARENT = 0
NO_STEP = 0xFFFF

FLAG_MARKS_CUT = 2
FLAG_SHADOW = 4


@frozen
class Flight:
    """A request under way: written when it starts, so that a worker's death tells which requests died with it."""

    request: int
    parent: int
    start: float
    wall: float
    method: str
    client: str
    port: int
    url: str


def ring_bytes(slots: int) -> int:
    return HEADER_BYTES + slots * SLOT_BYTES


def flights_bytes(slots: int) -> int:
    return slots * FLIGHT_BYTES


def told(
    parent: int, sequence: int, handler: int, port: int, method: bytes, client: bytes, user: bytes, auth_type: bytes, managed_user: bytes,
    url: bytes,
) -> bytes:  # fmt: skip
    """What a record says of its request but for what differs each time. `user` and `managed_user`: b"" stands for None, b"\\x01" for
    anonymous. What is too long is cut; the URL's length says that it was."""
    return TOLD.pack(parent, sequence, handler, port, method, client, user, auth_type, managed_user, min(len(url), 0xFFFF), url)


def flight_told(method: bytes, client: bytes, port: int, url: bytes) -> bytes:
    """The same of a request under way."""
    return _FLIGHT_TOLD.pack(method, client, port, url)


def _words(memory: mmap.mmap) -> memoryview:
    """The memory as 64-bit words: a commit is one store. Every slot and every commit lies on a multiple of eight."""
    return memoryview(memory)[: len(memory) & ~7].cast("Q")


_MOST_WRITERS = 1024
_pack_first = struct.Struct(f"@{HEAD}{ROOM_IN_HEAD}s").pack_into
_MOST_BYTES = ROOM_IN_HEAD + (MOST_PARTS - 1) * ROOM_IN_TAIL


def _cut(codes: bytes, times: list[float]) -> tuple[bytes, list[float]]:
    """The first of the marks, as many as a record can hold."""
    size = kept = own = 0
    for code in codes_of(codes):
        timed = not code & SAME_TIME
        size += CODE_BYTES + TIME_BYTES * timed
        if size > _MOST_BYTES:
            break
        kept, own = kept + 1, own + timed
    return codes[: kept * CODE_BYTES], times[:own]


class Answer(Protocol):
    """What a record says of a response."""

    status: int
    substatus: int
    set_by: int
    bytes_sent: int


class Finished(Protocol):
    """What a record says of a request whose `response` has left. `codes`: those of its marks; `times`: of each that has its own."""

    number: int
    start: float
    end: float
    wall: float
    codes: bytes
    times: list[float]

    @property
    def response(self) -> Answer: ...


class _InBounds:
    """An answer whose numbers, which users' code may have set, fit into a record."""

    def __init__(self, response: Answer) -> None:
        self.status = response.status & 0xFFFF
        self.substatus = response.substatus & 0xFFFF
        self.set_by = response.set_by
        self.bytes_sent = response.bytes_sent


#: Writes a record: `ring`, flags, request, and what is told of it.
Write = Callable[["RingWriter", int, Finished, bytes], None]


@functools.lru_cache(maxsize=64)
def _one_slot(size: int, count: int) -> Write:
    """For `size` bytes of codes and `count` times, which one slot has room for. A function that names each time: to hand a list on as
    arguments takes longer."""
    # Native, for doubles: they are stored as they are. The layout is the same, all of them lie on multiples of eight.
    space: dict[str, Any] = {"pack": struct.Struct(f"@{HEAD}{count}d{size}s").pack_into, "error": struct.error, "InBounds": _InBounds}
    times = "".join(f"time{number}, " for number in range(count))
    arguments = f"""0, 0, 1, flags, {count}, request.number, response.bytes_sent, request.start, request.end, request.wall, response.status,
            response.substatus, response.set_by, {size // CODE_BYTES}, told, {times}request.codes"""
    # The first field packed is the commit, 0: who reads meanwhile sees that the slot is being written.
    source = f"""def write(ring, flags, request, told):
    offset, words, response = ring.offset, ring.words, request.response
    {times or "()"} = request.times
    try:
        pack(ring.memory, offset, {arguments})
    except error:
        response = InBounds(response)
        pack(ring.memory, offset, {arguments})
    ring.written = number = ring.written + 1
    ring.offset = offset + {SLOT_BYTES} if offset != ring.last else {HEADER_BYTES}
    words[offset >> 3] = number
    words[{_NEXT_WORD}] = number
"""
    exec(source, space)  # made of numbers and of the texts above alone
    return space["write"]  # type: ignore[no-any-return]  # what exec made


class RingWriter:
    """The only writer of a ring. `write` costs one pack and two commits; it never waits."""

    def __init__(self, fd: int, pid: int) -> None:
        size = os.fstat(fd).st_size
        self._slots = (size - HEADER_BYTES) // SLOT_BYTES
        self.memory = mmap.mmap(fd, size)
        self.words = _words(self.memory)
        #: Slots written since the start; where the next one begins, and where the last does, in bytes.
        self.written = 0
        self.offset = HEADER_BYTES
        self.last = HEADER_BYTES + (self._slots - 1) * SLOT_BYTES
        #: By marks' codes, what writes a record that has them: `writer` finds those that are not here.
        self.writers: dict[bytes, Write] = {}
        _RING_HEADER.pack_into(self.memory, 0, MAGIC, SLOT_BYTES, self._slots, pid, 0, 0)

    def write(self, flags: int, request: Finished, told: bytes) -> None:
        """`told`: as the function of this name made it. What is too long is cut."""
        (self.writers.get(request.codes) or self.writer(request))(self, flags, request, told)

    def writer(self, request: Finished) -> Write:
        """What writes it, kept for those like it, unless it is long: a visitor may make it so."""
        codes = request.codes
        if len(request.times) * TIME_BYTES + len(codes) > ROOM_IN_HEAD:
            return RingWriter._write_parts
        count = sum(not code & SAME_TIME for code in codes_of(codes))
        if len(self.writers) >= _MOST_WRITERS:
            self.writers.clear()
        made = self.writers[codes] = _one_slot(len(codes), count)
        return made

    def _write_parts(self, flags: int, request: Finished, told: bytes) -> None:
        number, codes, times = self.written, request.codes, request.times
        if len(times) * TIME_BYTES + len(codes) > _MOST_BYTES:
            codes, times = _cut(codes, times)
            flags |= FLAG_MARKS_CUT
        marks = struct.pack(f"<{len(times)}d", *times) + codes
        parts = 1 + (len(marks) - ROOM_IN_HEAD + ROOM_IN_TAIL - 1) // ROOM_IN_TAIL
        memory, offset, answer = self.memory, self.offset, _InBounds(request.response)
        _pack_first(
            memory, offset, 0, 0, parts, flags, len(times), request.number, answer.bytes_sent, request.start, request.end, request.wall,
            answer.status, answer.substatus, answer.set_by, len(codes) // CODE_BYTES, told, marks[:ROOM_IN_HEAD],
        )  # fmt: skip
        words = self.words
        words[offset >> 3] = number + 1
        for part in range(1, parts):
            begin = ROOM_IN_HEAD + (part - 1) * ROOM_IN_TAIL
            piece = marks[begin : begin + ROOM_IN_TAIL]
            offset = HEADER_BYTES + ((number + part) % self._slots) * SLOT_BYTES
            _COMMIT.pack_into(memory, offset, 0)
            TAIL.pack_into(memory, offset, 0, part, parts, len(piece))
            memory[offset + TAIL.size : offset + TAIL.size + len(piece)] = piece
            _COMMIT.pack_into(memory, offset, number + part + 1)
        self.written = number + parts
        self.offset = HEADER_BYTES + self.written % self._slots * SLOT_BYTES
        words[_NEXT_WORD] = self.written


class FlightsWriter:
    """Slots of the requests under way. Each request takes one and gives it back, which is no call of ours (tracing.py): it is done too often."""

    def __init__(self, fd: int) -> None:
        size = os.fstat(fd).st_size
        memory = mmap.mmap(fd, size)
        #: Those that are free, by the byte that each begins with.
        self.free = list(range(size - size % FLIGHT_BYTES - FLIGHT_BYTES, -1, -FLIGHT_BYTES))
        #: `put(slot, request + 1, parent, start, wall, told)`; `told`: as flight_told made it.
        self.put: Callable[[int, int, int, float, float, bytes], None] = functools.partial(_FLIGHT.pack_into, memory)
        #: Where a slot's first word is set to 0 when its request ends.
        self.words = _words(memory)


class NamesWriter:
    """Interns what records refer to. Index 0 of every kind means "nothing to tell"; a full table answers 0 from then on."""

    def __init__(self, fd: int) -> None:
        size = os.fstat(fd).st_size
        self._map = mmap.mmap(fd, size)
        self._end = NAMES_HEADER_BYTES
        self._limit = size
        self._indexes: dict[tuple[str, Any], int] = {}
        self._counts: dict[str, int] = {}

    def intern(self, kind: str, key: Any, value: dict[str, Any], share: float = 1.0) -> int:
        """The index of `value` under `kind` ("sequence", "handler", "outcome"); `key` is hashable and tells equal values.

        `share`: how much of the table may be taken for this; what visitors can multiply must leave room for the rest.
        """
        known = self._indexes.get((kind, key))
        if known is not None:
            return known
        index = self._counts.get(kind, 0) + 1
        line = json.dumps({"kind": kind, "index": index, **value}, separators=(",", ":")).encode("ascii") + b"\n"
        if index > 0xFFFF * share or self._end + len(line) > self._limit * share:
            return 0
        self._map[self._end : self._end + len(line)] = line
        self._end += len(line)
        _COMMIT.pack_into(self._map, 0, self._end)
        self._counts[kind] = index
        self._indexes[(kind, key)] = index
        return index


class NamesReader:
    """Reads the table of names as it grows. Unknown indexes answer an empty mapping."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._read = NAMES_HEADER_BYTES
        self._values: dict[tuple[str, int], dict[str, Any]] = {}

    def get(self, kind: str, index: int) -> dict[str, Any]:
        if index == 0:
            return {}
        value = self._values.get((kind, index))
        if value is None:
            self._grow()
            value = self._values.get((kind, index), {})
        return value

    def close(self) -> None:
        """Take in what is there, and let go of the file: the names of records that are kept stay known."""
        if self._fd >= 0:
            self._grow()
            os.close(self._fd)
            self._fd = -1

    def _grow(self) -> None:
        if self._fd < 0:
            return
        head = os.pread(self._fd, 8, 0)
        if len(head) < 8:
            return
        end = min(_COMMIT.unpack(head)[0], os.fstat(self._fd).st_size)
        if end <= self._read:
            return
        text = os.pread(self._fd, end - self._read, self._read)
        complete = text.rfind(b"\n") + 1
        self._read += complete
        for line in text[:complete].splitlines():
            try:
                value = json.loads(line)
                self._values[(str(value["kind"]), int(value["index"]))] = value
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                continue


_threads = threading.local()


def _stretch_memory() -> memoryview:
    found: memoryview | None = getattr(_threads, "memory", None)
    if found is None:
        found = _threads.memory = memoryview(bytearray(STRETCH * SLOT_BYTES))
    return found


class RingReader:
    """Follows a ring from its oldest record that is still there. `lost` counts slots overwritten before they were read."""

    def __init__(self, ring_fd: int, flights_fd: int, names_fd: int, *, from_now: bool = False) -> None:
        self._fd = ring_fd
        self._flights_fd = flights_fd
        self.names = NamesReader(names_fd)
        self._slots = max(1, (os.fstat(ring_fd).st_size - HEADER_BYTES) // SLOT_BYTES)
        self._position = self._written() if from_now else 0
        self.lost = 0

    def close(self) -> None:
        """Let go of the descriptors of a ring whose worker is gone; records that were read stay whole."""
        os.close(self._fd)
        os.close(self._flights_fd)
        self.names.close()

    @property
    def pid(self) -> int:
        """Of the worker that wrote the ring."""
        head = os.pread(self._fd, _RING_HEADER.size, 0)
        return int(_RING_HEADER.unpack(head)[3]) if len(head) == _RING_HEADER.size else 0

    def poll(self, most: int = 4096) -> list[PackedRecord]:
        """The records finished since the last call, oldest first, at most `most` slots of them."""
        return [PackedRecord(packed) for packed in self.take(most)]

    def take(self, most: int = 4096) -> list[bytes]:
        """The same as plain bytes, for who holds many."""
        end = self._written()
        oldest = max(0, end - self._slots + MOST_PARTS) if end > self._slots else 0
        if self._position < oldest:
            self.lost += oldest - self._position
            self._position = oldest
        end = min(end, self._position + most)
        records: list[bytes] = []
        while self._position < end:
            memory, safe = self._stretch(self._position, end)
            before = self._position
            self._take(memory, safe, records)
            if self._position == before:  # a record that continues behind this stretch, or one that the writer has lapped
                self._take_one(records)
        return records

    def _stretch(self, first: int, end: int) -> tuple[memoryview, int]:
        """Slots from `first` on that lie side by side, and the number below which the writer has overwritten none of them meanwhile.

        A writer says what it has written only after a record's last slot, and a record has at most MOST_PARTS: what lies that far
        ahead of what it says after the read was whole while it was read.
        """
        place = first % self._slots
        count = min(end - first, self._slots - place, STRETCH)
        # Always the same memory: what is kept of a stretch would be strewn between stretches that have gone.
        memory = _stretch_memory()[: count * SLOT_BYTES]
        memory = memory[: os.preadv(self._fd, [memory], HEADER_BYTES + place * SLOT_BYTES)]
        return memory, self._written() + MOST_PARTS - self._slots

    def _take(self, memory: memoryview, safe: int, records: list[bytes]) -> None:
        """The records that lie whole in a stretch that begins at the position."""
        position = self._position
        if position < safe:
            return
        offset, size = 0, len(memory) - SLOT_BYTES + 1
        while offset < size:
            commit, part, parts = _FIRST(memory, offset)
            if commit != position + 1:
                break
            if parts == 1 and not part:  # nearly all
                records.append(of_slot(memory, offset))
                position += 1
                offset += SLOT_BYTES
                continue
            if offset + max(1, parts) * SLOT_BYTES > len(memory):
                break
            pieces = [memory[at : at + SLOT_BYTES] for at in range(offset, offset + max(1, parts) * SLOT_BYTES, SLOT_BYTES)]
            if any(_COMMIT.unpack_from(piece)[0] != position + number + 1 for number, piece in enumerate(pieces)):
                break
            taken = self._add(pieces, records)
            position += taken
            offset += taken * SLOT_BYTES
        self._position = position

    def _take_one(self, records: list[bytes]) -> None:
        """The record at the position, slot by slot."""
        number = self._position
        memory = self._slot(number)
        parts = _FIRST(memory)[2] if memory is not None else 1
        pieces = [self._slot(number + part) for part in range(1, parts if 1 < parts <= MOST_PARTS else 1)]
        whole = [piece for piece in (memory, *pieces) if piece is not None]
        if len(whole) <= len(pieces):
            self.lost += 1
            self._position += 1 + len(pieces)
        else:
            self._position += self._add(whole, records)

    def _add(self, pieces: Sequence[bytes | memoryview], records: list[bytes]) -> int:
        """Take the record that has these slots, or count it as lost; how many slots that were."""
        _, part, parts = _FIRST(pieces[0])
        if part or not 1 <= parts <= MOST_PARTS:
            self.lost += 1
            return 1
        record = of_slots(pieces)
        if record is None:
            self.lost += 1
        else:
            records.append(record)
        return int(parts)

    def flights(self) -> list[Flight]:
        """The requests under way now (or at the worker's death)."""
        size = os.fstat(self._flights_fd).st_size
        found: list[Flight] = []
        memory = os.pread(self._flights_fd, size, 0)
        for offset in range(0, len(memory) - FLIGHT_BYTES + 1, FLIGHT_BYTES):
            request, parent, start, wall, told = _FLIGHT.unpack_from(memory, offset)
            if request:
                method, client, port, url = _FLIGHT_TOLD.unpack(told)
                found.append(Flight(request - 1, parent, start, wall, text(method), text(client), port, text(url)))
        return found

    def _written(self) -> int:
        head = os.pread(self._fd, _RING_HEADER.size, 0)
        if len(head) < _RING_HEADER.size or not head.startswith(MAGIC):
            return 0
        return int(_RING_HEADER.unpack(head)[5])

    def _slot(self, number: int) -> bytes | None:
        """The slot of `number`, or None when the writer was in it or has lapped it: commit, body, commit again (a seqlock)."""
        offset = HEADER_BYTES + (number % self._slots) * SLOT_BYTES
        for _ in range(3):
            memory = os.pread(self._fd, SLOT_BYTES, offset)
            if len(memory) < SLOT_BYTES:
                return None
            if memory[:8] == os.pread(self._fd, 8, offset) and _COMMIT.unpack_from(memory)[0] == number + 1:
                return memory
        return None
