"""A packed record says of itself what it is unpacked to."""

from __future__ import annotations

import pytest

from hwebcore.records import (
    BEGIN,
    FLAG_MARKS_CUT,
    FLAG_URL_CUT,
    MARKS_IN_HEAD,
    SAME_TIME,
    PackedRecord,
    RingReader,
    RingWriter,
    flights_bytes,
    gist,
    holds,
    mark_code,
    refers_to,
    ring_bytes,
    told,
)
from tests.support.finished_request import AnAnswer, FinishedRequest
from tests.support.pipeline_driver import memory_file

FIELDS = ("flags", "status", "substatus", "bytes_sent", "start", "end", "wall", "client", "method", "url", "user", "auth_type", "managed_user",
          "request", "parent", "marks")  # fmt: skip


def written(codes: list[int], times: list[float], url: bytes = b"/a") -> bytes:
    fds = [memory_file(ring_bytes(64)), memory_file(flights_bytes(4)), memory_file(4096)]
    same = told(7, 3, 4, 80, b"PUT", b"::1", b"anna", b"Basic", b"\x01", url)
    answer = AnAnswer(404, 8, 2, 12)
    RingWriter(fds[0], 1).write(4, FinishedRequest(9, b"".join(map(mark_code, codes)), times, 1.0, 2.5, 3.0, answer), same)
    reader = RingReader(*fds)
    (packed,) = reader.take()
    reader.close()
    return packed


@pytest.mark.parametrize("count", [0, 3, MARKS_IN_HEAD, MARKS_IN_HEAD + 1, 300])
@pytest.mark.parametrize("url", [b"/a", "/caf\xe9".encode(), b"/" + b"x" * 400], ids=["short", "not ascii", "cut"])
def test_each_field_alone_and_all_together(count: int, url: bytes) -> None:
    packed = written([index | (BEGIN if index % 3 == 0 else 0) for index in range(count)], [float(index) for index in range(count)], url)
    record, whole = PackedRecord(packed), PackedRecord(packed).unpacked()
    assert {name: getattr(record, name) for name in FIELDS} == {name: getattr(whole, name) for name in FIELDS}
    assert (whole.sequence, whole.handler) == refers_to(packed) == (3, 4)
    assert gist(packed) == (4, 9, 1.0, 2.5, 3.0, 404, 7)
    assert (len(whole.marks), record.ends) == (count, sum(1 for mark in whole.marks if not mark.begin))
    assert bool(whole.flags & FLAG_URL_CUT) == (len(url) > 256)
    assert (whole.url, whole.user, whole.managed_user) == (url[:256].decode(), "anna", "")


def test_what_is_held_is_short() -> None:
    assert type(written([], [])) is bytes
    assert len(written([0], [1.0])) < 300


def test_a_mark_without_a_time_has_that_of_the_one_before() -> None:
    record = PackedRecord(written([0 | SAME_TIME, 1, 2 | SAME_TIME, 3 | SAME_TIME | BEGIN, 4], [1.5, 2.0]))
    assert [(mark.step, mark.begin, mark.time) for mark in record.marks] == [
        (0, False, 1.0), (1, False, 1.5), (2, False, 1.5), (3, True, 1.5), (4, False, 2.0)
    ]  # fmt: skip
    assert record.ends == 4


@pytest.mark.parametrize("same", [0, SAME_TIME])
def test_what_no_record_can_hold_is_cut(same: int) -> None:
    record = PackedRecord(written([index | same for index in range(5000)], [] if same else [float(index) for index in range(5000)]))
    marks = record.marks
    assert [mark.step for mark in marks] == list(range(len(marks)))
    assert (record.flags & FLAG_MARKS_CUT, len(marks)) == (FLAG_MARKS_CUT, 15640 // 4 if same else 15640 // 12)
    assert marks[-1].time == (1.0 if same else float(len(marks) - 1))


def test_a_code_is_found_where_one_stands() -> None:
    codes = b"".join(map(mark_code, (0x100, 1, 7)))
    assert [holds(codes, mark_code(code)) for code in (0x100, 1, 7, 2, 0x01000000, 0x70000)] == [True, True, True, False, False, False]
