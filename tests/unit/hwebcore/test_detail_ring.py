"""The detail ring: what was written is read whole or counted as lost, whatever the writer does meanwhile; hostile bytes are survived."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator

import pytest

from hwebcore.detail_ring import HEADER_BYTES, MOST_REQUEST_BODY, Detail, DetailReader, DetailWriter
from hwebcore.platform import memory_file

ROOM = 64 << 10


@pytest.fixture
def fd() -> Iterator[int]:
    made = memory_file("details", HEADER_BYTES + ROOM)
    yield made
    os.close(made)


def detail(request: int, body: bytes = b"", answer: bytes = b"") -> Detail:
    return Detail(request, 3, "127.0.0.1", 80, b"GET / HTTP/1.1\r\n\r\n", body, len(body), b"HTTP/1.1 200 OK\r\n\r\n", answer, len(answer))


def test_what_is_written_is_read(fd: int) -> None:
    reader = DetailReader(os.dup(fd))
    assert not reader.is_written
    assert reader.take() == []
    writer = DetailWriter(fd, 7)
    assert reader.is_written
    first, second = detail(1, b"a=1", bytes(range(256))), detail(9)
    writer.write(first)
    assert reader.take() == [first]
    writer.write(second)
    writer.leave_out()
    assert reader.take() == [second]
    assert (reader.lost, reader.left_out) == (0, 1)
    assert first.secure
    assert first.request_cut
    assert not first.response_cut
    writer.close()
    writer.write(first)
    writer.leave_out()
    assert reader.take() == []
    reader.close()


def test_round_and_round_each_is_read_once_or_counted(fd: int) -> None:
    """Whatever the sizes, and however late the reader."""
    dice = random.Random(7)
    reader, writer = DetailReader(os.dup(fd)), DetailWriter(fd, 7)
    seen: list[int] = []
    written = 0
    for _ in range(400):
        for _ in range(dice.choice((1, 1, 2, 40))):
            written += 1
            body = bytes([written & 255]) * dice.choice((0, 1, 7, 900, 9000))
            writer.write(detail(written, body))
        for taken in reader.take():
            assert taken.request_body == bytes([taken.request & 255]) * taken.request_bytes
            seen.append(taken.request)
    assert seen == sorted(set(seen))
    last = written - seen[-1]
    assert len(seen) + reader.lost + last == written
    assert reader.lost
    reader.close()
    writer.close()


def test_what_is_overwritten_while_it_is_read_is_no_detail(fd: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = DetailReader(os.dup(fd)), DetailWriter(fd, 7)
    writer.write(detail(1, b"old"))
    read = os.pread

    def slow(descriptor: int, size: int, offset: int) -> bytes:
        memory = read(descriptor, size, offset)
        if offset >= HEADER_BYTES:
            monkeypatch.setattr(os, "pread", read)
            for number in range(2, 12):
                writer.write(detail(number, b"n" * 9000))
        return memory

    monkeypatch.setattr(os, "pread", slow)
    assert reader.take() == []
    writer.write(detail(12))
    assert [taken.request for taken in reader.take()] == [12]
    assert reader.lost == 11
    reader.close()
    writer.close()


def test_what_is_too_long_is_cut_and_a_giant_is_left_away(fd: int) -> None:
    reader, writer = DetailReader(os.dup(fd)), DetailWriter(fd, 7)
    writer.write(detail(1, b"x" * (MOST_REQUEST_BODY + 1)))  # more than half of this small ring
    writer.write(detail(2))
    assert [taken.request for taken in reader.take()] == [2]
    reader.close()
    writer.close()


def test_hostile_bytes_end_in_nothing(fd: int) -> None:
    """A worker runs users' code: whatever it writes over its ring, the reader comes back, and soon."""
    dice = random.Random(11)
    writer = DetailWriter(fd, 7)
    for _ in range(300):
        reader = DetailReader(os.dup(fd))
        os.pwrite(fd, dice.randbytes(dice.choice((8, 64, 4000))), HEADER_BYTES + dice.randrange(0, 200))
        if dice.random() < 0.5:
            os.pwrite(fd, bytes(dice.choice((4, 8, 5000))), HEADER_BYTES + dice.randrange(0, 100))
        counts = [dice.choice((0, 8, 96, 4096, ROOM, ROOM + 8, 1 << 40, (1 << 64) - 1)) for _ in range(3)]
        os.pwrite(fd, struct.pack("<QQQ", *counts), 16)
        for taken in reader.take():
            assert taken.size <= ROOM
        reader.close()
    writer.close()


def test_a_detail_tells_nothing_by_itself() -> None:
    """What a traceback or a log would show of it."""
    assert "secret" not in repr(detail(1, b"secret"))
    assert "secret" not in f"{detail(1, b'secret')}"
