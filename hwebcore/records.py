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
from dataclasses import dataclass
from typing import Any

MAGIC = b"PHRING01"
HEADER_BYTES = 4096
SLOT_BYTES = 1024
FLIGHT_BYTES = 384
NAMES_HEADER_BYTES = 16

# parent, sequence, handler, port, method, client, user, auth type, managed user, length of the URL, URL: alike in requests that repeat
_URL_BYTES = 256
_TOLD = struct.Struct(f"<QIII16s46s40s16s40sH{_URL_BYTES}s")
# commit, part, parts, flags, request, bytes, start, end, wall, status, substatus, set_by, marks; then what is told above
_HEAD = f"QHHIQQdddHHHH{_TOLD.size}s"
_HEAD_BYTES = struct.calcsize("<" + _HEAD)
_MARK_BYTES = 12
MARKS_IN_HEAD = (SLOT_BYTES - _HEAD_BYTES) // _MARK_BYTES
_HEAD_STRUCT = struct.Struct("<" + _HEAD)
_PARTS = struct.Struct("<HH")
_TAIL = struct.Struct("<QHHI")
MARKS_IN_TAIL = (SLOT_BYTES - _TAIL.size) // _MARK_BYTES
MOST_PARTS = 16
#: Slots that a reader takes at once.
STRETCH = 256
_COMMIT = struct.Struct("<Q")
_RING_HEADER = struct.Struct("<8sIIIIQ")  # magic, slot size, slots, pid, reserved, next sequence number
_NEXT_WORD = 3
_MARK = struct.Struct("<Id")
_FLIGHT_TOLD = struct.Struct("<16s46sI256s")  # method, client, port, URL
_FLIGHT = struct.Struct(f"<QQdd{_FLIGHT_TOLD.size}s")  # request + 1 (0: free), parent, start, wall, and what is told above
_pack_flight = _FLIGHT.pack_into

#: Bits of a mark's code: step index, BEGIN where the step has others inside it, the outcome's index above.
BEGIN = 0x8000
STEP_MASK = 0x7FFF
OUTCOME_SHIFT = 16

NO_PARENT = 0
NO_STEP = 0xFFFF

FLAG_URL_CUT = 1
FLAG_MARKS_CUT = 2
FLAG_SHADOW = 4
FLAG_MANAGED_IDENTITY = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """The end (or, with `begin`, the start) of a step. `time` is the worker's perf_counter, seconds."""

    step: int
    begin: bool
    outcome: int
    time: float


@dataclass(frozen=True, slots=True)
class Record:
    """One finished request. `parent` is 0 or the parent's `request`; times are the worker's perf_counter except `wall` (Unix time)."""

    number: int
    request: int
    parent: int
    flags: int
    sequence: int
    handler: int
    status: int
    substatus: int
    set_by: int
    bytes_sent: int
    start: float
    end: float
    wall: float
    client: str
    port: int
    method: str
    url: str
    user: str | None
    auth_type: str
    managed_user: str | None
    #: The marks as they stand in the ring: a console holds many records and looks at few.
    packed: bytes

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Unpacked now."""
        return tuple(Mark(code & STEP_MASK, bool(code & BEGIN), code >> OUTCOME_SHIFT, time) for code, time in _MARK.iter_unpack(self.packed))


@dataclass(frozen=True, slots=True)
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
    return _TOLD.pack(parent, sequence, handler, port, method, client, user, auth_type, managed_user, min(len(url), 0xFFFF), url)


def flight_told(method: bytes, client: bytes, port: int, url: bytes) -> bytes:
    """The same of a request under way."""
    return _FLIGHT_TOLD.pack(method, client, port, url)


#: By number of marks: packs a record's first slot.
_PACKERS = [struct.Struct("<" + _HEAD + "Id" * marks).pack_into for marks in range(MARKS_IN_HEAD + 1)]


def _words(memory: mmap.mmap) -> memoryview:
    """The memory as 64-bit words: a commit is one store. Every slot and every commit lies on a multiple of eight."""
    return memoryview(memory)[: len(memory) & ~7].cast("Q")


class RingWriter:
    """The only writer of a ring. `write` costs one pack and two commits; it never waits."""

    def __init__(self, fd: int, pid: int) -> None:
        size = os.fstat(fd).st_size
        self._slots = (size - HEADER_BYTES) // SLOT_BYTES
        self._map = mmap.mmap(fd, size)
        self._words = _words(self._map)
        self._next = 0
        _RING_HEADER.pack_into(self._map, 0, MAGIC, SLOT_BYTES, self._slots, pid, 0, 0)

    def write(
        self, flags: int, request: int, bytes_sent: int, start: float, end: float, wall: float, status: int, substatus: int, set_by: int,
        told: bytes, marks: list[Any],
    ) -> None:  # fmt: skip
        """`told`: as the function of this name made it. `marks` is flat: code, time, code, time; what is too long is cut."""
        number, count = self._next, len(marks) >> 1
        if count > MARKS_IN_HEAD:
            self._write_parts(flags, request, bytes_sent, start, end, wall, status, substatus, set_by, told, marks)
            return
        slot = HEADER_BYTES + (number % self._slots) * SLOT_BYTES
        # The first field packed is the commit, 0: who reads meanwhile sees that the slot is being written.
        _PACKERS[count](self._map, slot, 0, 0, 1, flags, request, bytes_sent, start, end, wall, status, substatus, set_by, count, told, *marks)
        words = self._words
        self._next = number = number + 1
        words[slot >> 3] = number
        words[_NEXT_WORD] = number

    def _write_parts(
        self, flags: int, request: int, bytes_sent: int, start: float, end: float, wall: float, status: int, substatus: int, set_by: int,
        told: bytes, marks: list[Any],
    ) -> None:  # fmt: skip
        number = self._next
        count = len(marks) >> 1
        parts = 1 + (count - MARKS_IN_HEAD + MARKS_IN_TAIL - 1) // MARKS_IN_TAIL
        if parts > MOST_PARTS:
            parts = MOST_PARTS
            count = MARKS_IN_HEAD + (MOST_PARTS - 1) * MARKS_IN_TAIL
            marks = marks[: count * 2]
            flags |= FLAG_MARKS_CUT
        memory = self._map
        offset = HEADER_BYTES + (number % self._slots) * SLOT_BYTES
        _PACKERS[MARKS_IN_HEAD](
            memory, offset, 0, 0, parts, flags, request, bytes_sent, start, end, wall, status, substatus, set_by, count, told,
            *marks[: MARKS_IN_HEAD * 2],
        )  # fmt: skip
        words = self._words
        words[offset >> 3] = number + 1
        for part in range(1, parts):
            begin = (MARKS_IN_HEAD + (part - 1) * MARKS_IN_TAIL) * 2
            piece = marks[begin : begin + MARKS_IN_TAIL * 2]
            offset = HEADER_BYTES + ((number + part) % self._slots) * SLOT_BYTES
            _COMMIT.pack_into(memory, offset, 0)
            struct.pack_into("<QHHI" + "Id" * (len(piece) >> 1), memory, offset, 0, part, parts, len(piece) >> 1, *piece)
            _COMMIT.pack_into(memory, offset, number + part + 1)
        self._next = number + parts
        words[_NEXT_WORD] = self._next

    @property
    def written(self) -> int:
        return self._next


class FlightsWriter:
    """Slots of the requests under way. `begin` gives a slot (or -1 when all are taken), `end` frees it."""

    def __init__(self, fd: int) -> None:
        size = os.fstat(fd).st_size
        self._map = mmap.mmap(fd, size)
        self._words = _words(self._map)
        self._free = [slot * FLIGHT_BYTES for slot in range(size // FLIGHT_BYTES - 1, -1, -1)]

    def begin(self, request: int, parent: int, start: float, wall: float, told: bytes) -> int:
        """`told`: as flight_told made it."""
        if not self._free:
            return -1
        slot = self._free.pop()
        _pack_flight(self._map, slot, request + 1, parent, start, wall, told)
        return slot

    def end(self, slot: int) -> None:
        if slot >= 0:
            self._words[slot >> 3] = 0
            self._free.append(slot)


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
            except (ValueError, KeyError, TypeError):
                continue


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

    def poll(self, most: int = 4096) -> list[Record]:
        """The records finished since the last call, oldest first, at most `most` slots of them."""
        end = self._written()
        oldest = max(0, end - self._slots + MOST_PARTS) if end > self._slots else 0
        if self._position < oldest:
            self.lost += oldest - self._position
            self._position = oldest
        end = min(end, self._position + most)
        records: list[Record] = []
        while self._position < end:
            memory, safe = self._stretch(self._position, end)
            before = self._position
            self._take(memory, safe, records)
            if self._position == before:  # a record that continues behind this stretch, or one that the writer has lapped
                self._take_one(records)
        return records

    def _stretch(self, first: int, end: int) -> tuple[bytes, int]:
        """Slots from `first` on that lie side by side, and the number below which the writer has overwritten none of them meanwhile.

        A writer says what it has written only after a record's last slot, and a record has at most MOST_PARTS: what lies that far
        ahead of what it says after the read was whole while it was read.
        """
        place = first % self._slots
        count = min(end - first, self._slots - place, STRETCH)
        memory = os.pread(self._fd, count * SLOT_BYTES, HEADER_BYTES + place * SLOT_BYTES)
        return memory, self._written() + MOST_PARTS - self._slots

    def _take(self, memory: bytes, safe: int, records: list[Record]) -> None:
        """The records that lie whole in a stretch that begins at the position."""
        first = self._position
        count = len(memory) // SLOT_BYTES
        while (index := self._position - first) < count:
            offset = index * SLOT_BYTES
            if self._position < safe or _COMMIT.unpack_from(memory, offset)[0] != self._position + 1:
                return
            parts = _PARTS.unpack_from(memory, offset + 8)[1]
            if index + max(1, parts) > count:
                return
            pieces = [memory[offset + part * SLOT_BYTES : offset + (part + 1) * SLOT_BYTES] for part in range(parts)] if parts > 1 else []
            if pieces and any(_COMMIT.unpack_from(piece)[0] != self._position + part + 1 for part, piece in enumerate(pieces)):
                return
            self._add(*_record(self._position, memory, offset, pieces), records)

    def _take_one(self, records: list[Record]) -> None:
        """The record at the position, slot by slot."""
        number = self._position
        memory = self._slot(number)
        parts = _PARTS.unpack_from(memory, 8)[1] if memory is not None else 1
        pieces = [self._slot(number + part) for part in range(parts if 1 < parts <= MOST_PARTS else 0)]
        whole = [piece for piece in pieces if piece is not None]
        if memory is None or len(whole) < len(pieces):
            self._add(None, max(1, len(pieces)), records)
        else:
            self._add(*_record(number, memory, 0, whole), records)

    def _add(self, record: Record | None, parts: int, records: list[Record]) -> None:
        self._position += parts
        if record is None:
            self.lost += 1
        else:
            records.append(record)

    def flights(self) -> list[Flight]:
        """The requests under way now (or at the worker's death)."""
        size = os.fstat(self._flights_fd).st_size
        found: list[Flight] = []
        memory = os.pread(self._flights_fd, size, 0)
        for offset in range(0, len(memory) - FLIGHT_BYTES + 1, FLIGHT_BYTES):
            request, parent, start, wall, told = _FLIGHT.unpack_from(memory, offset)
            if request:
                method, client, port, url = _FLIGHT_TOLD.unpack(told)
                found.append(Flight(request - 1, parent, start, wall, _text(method), _text(client), port, _text(url)))
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


def _record(number: int, memory: bytes, offset: int, pieces: list[bytes]) -> tuple[Record | None, int]:
    """The record whose first slot stands at `offset`, and how many slots it has. `pieces`: all of its slots, where it has several."""
    _, part, parts, flags, request, bytes_sent, start, end, wall, status, substatus, set_by, count, told = _HEAD_STRUCT.unpack_from(memory, offset)
    parent, sequence, handler, port, method, client, user, auth, managed, length, url = _TOLD.unpack(told)
    if part or not 1 <= parts <= MOST_PARTS:
        return None, 1
    if length > _URL_BYTES:
        flags |= FLAG_URL_CUT
    begin = offset + _HEAD_BYTES
    packed = memory[begin : begin + min(count, MARKS_IN_HEAD) * _MARK_BYTES]
    for index, piece in enumerate(pieces[1:], 1):
        _, part, _, held = _TAIL.unpack_from(piece)
        if part != index or held > MARKS_IN_TAIL:
            return None, parts
        packed += piece[_TAIL.size : _TAIL.size + held * _MARK_BYTES]
    return (
        Record(
            number, request, parent, flags, sequence, handler, status, substatus, set_by, bytes_sent, start, end, wall,
            _known_text(client), port, _known_text(method), url[:length].decode("utf-8", "replace"), _name(user), _known_text(auth), _name(managed),
            packed,
        ),
        parts,
    )  # fmt: skip


def _text(field: bytes) -> str:
    return field.rstrip(b"\x00").decode("utf-8", "replace")


#: Clients and methods repeat: one text for all records.
_known_text = functools.lru_cache(maxsize=4096)(_text)


def _name(field: bytes) -> str | None:
    """A user as `RingWriter.write` takes it: nothing is None, the single byte 1 anonymous."""
    text = field.rstrip(b"\x00")
    if not text:
        return None
    return "" if text == b"\x01" else text.decode("utf-8", "replace")
