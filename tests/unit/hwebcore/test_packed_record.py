"""A packed record says of itself what it is unpacked to."""

from __future__ import annotations

from typing import Any

import pytest

from hwebcore.records import (
    BEGIN,
    FLAG_URL_CUT,
    MARKS_IN_HEAD,
    PackedRecord,
    RingReader,
    RingWriter,
    flights_bytes,
    gist,
    refers_to,
    ring_bytes,
    told,
)
from tests.support.pipeline_driver import memory_file

FIELDS = ("flags", "status", "substatus", "bytes_sent", "start", "end", "wall", "client", "method", "url", "user", "auth_type", "managed_user",
          "request", "parent", "marks")  # fmt: skip


def written(marks: list[Any], url: bytes = b"/a") -> bytes:
    fds = [memory_file(ring_bytes(64)), memory_file(flights_bytes(4)), memory_file(4096)]
    same = told(7, 3, 4, 80, b"PUT", b"::1", b"anna", b"Basic", b"\x01", url)
    RingWriter(fds[0], 1).write(4, 9, 12, 1.0, 2.5, 3.0, 404, 8, 2, same, marks)
    reader = RingReader(*fds)
    (packed,) = reader.take()
    reader.close()
    return packed


@pytest.mark.parametrize("count", [0, 3, MARKS_IN_HEAD, MARKS_IN_HEAD + 1, 300])
@pytest.mark.parametrize("url", [b"/a", "/caf\xe9".encode(), b"/" + b"x" * 400], ids=["short", "not ascii", "cut"])
def test_each_field_alone_and_all_together(count: int, url: bytes) -> None:
    packed = written([part for index in range(count) for part in (index | (BEGIN if index % 3 == 0 else 0), float(index))], url)
    record, whole = PackedRecord(packed), PackedRecord(packed).unpacked()
    assert {name: getattr(record, name) for name in FIELDS} == {name: getattr(whole, name) for name in FIELDS}
    assert (whole.sequence, whole.handler) == refers_to(packed) == (3, 4)
    assert gist(packed) == (4, 9, 1.0, 2.5, 3.0, 404, 7)
    assert (len(whole.marks), record.ends) == (count, sum(1 for mark in whole.marks if not mark.begin))
    assert bool(whole.flags & FLAG_URL_CUT) == (len(url) > 256)
    assert (whole.url, whole.user, whole.managed_user) == (url[:256].decode(), "anna", "")


def test_what_is_held_is_short() -> None:
    assert type(written([])) is bytes
    assert len(written([0, 1.0])) < 300
