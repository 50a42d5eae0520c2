"""A finished request's record, packed as it stands in the ring: a console holds 100,000 of them and looks at few.

Knows no ring and no file: how records get there and are found again is records.py. A field is unpacked when it is asked for; every
one of them may be hostile.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SLOT_BYTES = 1024
URL_BYTES = 256
# parent, sequence, handler, port, method, client, user, auth type, managed user, length of the URL: then the URL
_TOLD_FIXED = "QIII16s46s40s16s40sH"
# parent, sequence, handler, port, method, client, user, auth type, managed user, length of the URL, URL: alike in requests that repeat
TOLD = struct.Struct(f"<{_TOLD_FIXED}{URL_BYTES}s4x")
# commit, part, parts, flags, times, request, bytes, start, end, wall, status, substatus, set_by, marks; then what is told above
_HEAD_FIXED = "QHHHHQQdddHHHH"
HEAD = f"{_HEAD_FIXED}{TOLD.size}s"
HEAD_BYTES = struct.calcsize("<" + HEAD)
#: The marks' times (8 bytes each) and then their codes (4 bytes each), as far as a slot has room: those of one end where the next begins.
ROOM_IN_HEAD = SLOT_BYTES - HEAD_BYTES
TIME_BYTES, CODE_BYTES = 8, 4
MARKS_IN_HEAD = ROOM_IN_HEAD // (TIME_BYTES + CODE_BYTES)
# commit, part, parts, bytes held
TAIL = struct.Struct("<QHHI")
ROOM_IN_TAIL = SLOT_BYTES - TAIL.size
MOST_PARTS = 16

#: Bits of a mark's code: step index, SAME_TIME, BEGIN where the step has others inside it, the outcome's index above.
STEP_MASK = 0x3FFF
#: It has no time of its own but that of the mark before it, or the request's start: nothing was called.
SAME_TIME = 0x4000
BEGIN = 0x8000
OUTCOME_SHIFT = 16

FLAG_URL_CUT = 1

_FIXED = struct.Struct("<" + _HEAD_FIXED + _TOLD_FIXED)
_URL_AT = _FIXED.size
_COUNT_AT = struct.calcsize("<" + _HEAD_FIXED) - 2
_LENGTH_AT = _URL_AT - 2
_TWO = struct.Struct("<H").unpack_from
# flags, request, start, end, wall, status, parent
_GIST = struct.Struct("<12xH2xQ8xdddH6xQ").unpack_from
_TIMES_AT = struct.calcsize("<QHHH")
_STATUS_AT = struct.calcsize("<QHHHHQQddd")
_REFERS_TO = struct.Struct("<II").unpack_from
_REFERS_AT = struct.calcsize("<" + _HEAD_FIXED + "Q")
_TIMES = struct.Struct("<ddd").unpack_from
_START_AT = struct.calcsize("<QHHHHQQ")

#: The bytes of a mark's code.
mark_code = struct.Struct("<I").pack


def codes_of(packed: bytes) -> tuple[int, ...]:
    """The codes that lie one behind the other there."""
    count = len(packed) // CODE_BYTES
    return struct.unpack_from(f"<{count}I", packed)


def holds(packed: bytes, code: bytes) -> bool:
    """Whether `code` is one of them."""
    place = packed.find(code)
    while place % CODE_BYTES and place >= 0:
        place = packed.find(code, place + 1)
    return place >= 0


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
    #: The marks' codes, and the times of those that have one.
    codes: tuple[int, ...]
    times: tuple[float, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Made now."""
        marks, times, time = [], iter(self.times), self.start
        for code in self.codes:
            if not code & SAME_TIME:
                time = next(times, time)
            marks.append(Mark(code & STEP_MASK, bool(code & BEGIN), code >> OUTCOME_SHIFT, time))
        return tuple(marks)


class PackedRecord(bytes):
    """The first slot up to the URL's end, then the marks of all slots. Who holds many holds plain bytes, which no garbage collection
    looks at, and makes this of them when they are looked at."""

    __slots__ = ()

    @property
    def times(self) -> tuple[float, float, float]:
        """start, end, wall."""
        return _TIMES(self, _START_AT)

    @property
    def flags(self) -> int:
        return gist(self)[0] | (FLAG_URL_CUT if _TWO(self, _LENGTH_AT)[0] > URL_BYTES else 0)

    @property
    def status(self) -> int:
        return int(_TWO(self, _STATUS_AT)[0])

    @property
    def substatus(self) -> int:
        return int(_TWO(self, _STATUS_AT + 2)[0])

    @property
    def bytes_sent(self) -> int:
        return int(_FIXED.unpack_from(self)[6])

    @property
    def start(self) -> float:
        return self.times[0]

    @property
    def end(self) -> float:
        return self.times[1]

    @property
    def wall(self) -> float:
        return self.times[2]

    @property
    def client(self) -> str:
        return _known_text(_FIXED.unpack_from(self)[19])

    @property
    def port(self) -> int:
        """The client's."""
        return int(_FIXED.unpack_from(self)[17])

    @property
    def method(self) -> str:
        return _known_text(_FIXED.unpack_from(self)[18])

    @property
    def url(self) -> str:
        return url_of(self)

    @property
    def user(self) -> str | None:
        return _name(_FIXED.unpack_from(self)[20])

    @property
    def auth_type(self) -> str:
        return _known_text(_FIXED.unpack_from(self)[21])

    @property
    def managed_user(self) -> str | None:
        return _name(_FIXED.unpack_from(self)[22])

    @property
    def request(self) -> int:
        return gist(self)[1]

    @property
    def parent(self) -> int:
        return gist(self)[6]

    @property
    def refers_to(self) -> tuple[int, int]:
        """The indexes of its sequence and its handler."""
        return refers_to(self)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self.unpacked().marks

    @property
    def ends(self) -> int:
        """How many steps ended: the marks that begin nothing."""
        return sum(1 for code in self._marks()[0] if not code & BEGIN)

    def _marks(self) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Codes and times."""
        packed = self[_URL_AT + min(_TWO(self, _LENGTH_AT)[0], URL_BYTES) :]
        count = min(_TWO(self, _TIMES_AT)[0], len(packed) // TIME_BYTES)
        return codes_of(packed[count * TIME_BYTES :]), struct.unpack_from(f"<{count}d", packed)

    def unpacked(self) -> Record:
        """All of it."""
        (
            commit, _, _, flags, _, request, bytes_sent, start, end, wall, status, substatus, set_by, _, parent, sequence, handler, port, method,
            client, user, auth, managed, length,
        ) = _FIXED.unpack_from(self)  # fmt: skip
        if length > URL_BYTES:
            flags |= FLAG_URL_CUT
        return Record(
            commit - 1, request, parent, flags, sequence, handler, status, substatus, set_by, bytes_sent, start, end, wall, _known_text(client), port,
            _known_text(method), self.url, _name(user), _known_text(auth), _name(managed), *self._marks(),
        )  # fmt: skip


def gist(packed: bytes) -> tuple[int, int, float, float, float, int, int]:
    """flags, request, start, end, wall, status, parent: what a reader asks of every record."""
    return _GIST(packed)


def refers_to(packed: bytes) -> tuple[int, int]:
    """The indexes of its sequence and its handler."""
    return _REFERS_TO(packed, _REFERS_AT)


def url_of(packed: bytes) -> str:
    """What a filter asks of 100,000 records."""
    return packed[_URL_AT : _URL_AT + min(_TWO(packed, _LENGTH_AT)[0], URL_BYTES)].decode("utf-8", "replace")


def of_slot(memory: memoryview, offset: int) -> bytes:
    """The record that has one slot, at `offset`."""
    url_end = offset + _URL_AT + min(_TWO(memory, offset + _LENGTH_AT)[0], URL_BYTES)
    marks = offset + HEAD_BYTES
    held = _TWO(memory, offset + _TIMES_AT)[0] * TIME_BYTES + _TWO(memory, offset + _COUNT_AT)[0] * CODE_BYTES
    marks_end = marks + min(held, ROOM_IN_HEAD)
    return b"".join((memory[offset:url_end], memory[marks:marks_end]))


def of_slots(pieces: Sequence[bytes | memoryview]) -> bytes | None:
    """The record that has several slots; None where they are not parts of one."""
    found = [of_slot(memoryview(pieces[0]), 0)]
    for index, piece in enumerate(pieces[1:], 1):
        _, part, _, held = TAIL.unpack_from(piece)
        if part != index or held > ROOM_IN_TAIL:
            return None
        found.append(bytes(piece[TAIL.size : TAIL.size + held]))
    return b"".join(found)


def text(field: bytes) -> str:
    return field.rstrip(b"\x00").decode("utf-8", "replace")


#: Clients and methods repeat: one text for all records.
_known_text: Callable[[bytes], str] = functools.lru_cache(maxsize=4096)(text)


def _name(field: bytes) -> str | None:
    """A user as `RingWriter.write` takes it: nothing is None, the single byte 1 anonymous."""
    found = field.rstrip(b"\x00")
    if not found:
        return None
    return "" if found == b"\x01" else found.decode("utf-8", "replace")
