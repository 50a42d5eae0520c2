"""The ring, the flights and the names: written by one, read by hostile-minded others."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hwebcore.records import (
    BEGIN,
    CODE_BYTES,
    HEADER_BYTES,
    MARKS_IN_HEAD,
    NAMES_HEADER_BYTES,
    OUTCOME_SHIFT,
    SLOT_BYTES,
    FlightsWriter,
    NamesReader,
    NamesWriter,
    RingReader,
    RingWriter,
    flight_told,
    flights_bytes,
    mark_code,
    ring_bytes,
    told,
)
from tests.support.finished_request import AnAnswer, FinishedRequest
from tests.support.pipeline_driver import memory_file

SLOTS = 64


class Files:
    def __init__(self) -> None:
        self.fds = [memory_file(ring_bytes(SLOTS)), memory_file(flights_bytes(4)), memory_file(4096)]
        self.writer = RingWriter(self.fds[0], 42)

    def reader(self, **more: Any) -> RingReader:
        return RingReader(*self.fds, **more)

    def write(self, number: int, marks: int = 3, url: bytes = b"/x") -> None:
        codes = b"".join(map(mark_code, range(marks)))
        same = told(0, 1, 1, 80, b"GET", b"127.0.0.1", b"", b"", b"\x01", url)
        self.writer.write(0, FinishedRequest(number, codes, [float(number)] * marks, float(number), float(number)), same)


@pytest.fixture
def files() -> Iterator[Files]:
    made = Files()
    yield made
    for fd in made.fds:
        os.close(fd)


def test_what_was_written_is_read_once(files: Files) -> None:
    reader = files.reader()
    files.write(7, url=b"/caf\xc3\xa9")
    (record,) = reader.poll()
    assert (record.request, record.method, record.url, record.client, record.user, record.managed_user) == (7, "GET", "/café", "127.0.0.1", None, "")
    assert [mark.step for mark in record.marks] == [0, 1, 2]
    assert reader.poll() == []
    assert reader.pid == 42


@pytest.mark.parametrize("marks", [0, MARKS_IN_HEAD, MARKS_IN_HEAD + 1, 300])
def test_long_traces_take_several_slots(files: Files, marks: int) -> None:
    reader = files.reader()
    files.write(1, marks)
    files.write(2)
    first, second = reader.poll()
    assert [mark.step for mark in first.marks] == list(range(marks))
    assert second.request == 2


def test_what_writes_a_record_is_kept_for_short_ones_alone(files: Files) -> None:
    for number, marks in enumerate((3, MARKS_IN_HEAD + 1, 5000, 3)):
        files.write(number, marks)
    assert [len(codes) for codes in files.writer.writers] == [3 * CODE_BYTES]


def test_the_oldest_are_dropped_and_counted(files: Files) -> None:
    reader = files.reader()
    for number in range(1, 201):
        files.write(number)
    records = reader.poll()
    assert records[-1].request == 200
    assert reader.lost + len(records) == 200


def test_from_now_skips_what_is_there(files: Files) -> None:
    files.write(1)
    reader = files.reader(from_now=True)
    files.write(2)
    assert [record.request for record in reader.poll()] == [2]


def test_no_read_is_torn_while_the_writer_runs(files: Files) -> None:
    """A record's fields all hold its number: a mixture would show."""
    reader = files.reader()
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            files.write(number, 60)

    thread = threading.Thread(target=write)
    thread.start()
    seen = 0
    try:
        while seen < 1000:
            for record in reader.poll():
                seen += 1
                assert record.start == record.end == float(record.request)
                assert {mark.time for mark in record.marks} == {float(record.request)}
    finally:
        stop.set()
        thread.join()


def test_a_slot_under_way_is_not_read(files: Files) -> None:
    files.write(1)
    os.pwrite(files.fds[0], struct.pack("<Q", 0), HEADER_BYTES)
    reader = files.reader()
    assert reader.poll() == []
    assert reader.lost == 1


def test_hostile_bytes_never_raise(files: Files) -> None:
    for number in range(SLOTS):
        files.write(number + 1)
    junk = bytes(range(256)) * 4
    for slot in range(SLOTS):
        commit = os.pread(files.fds[0], 8, HEADER_BYTES + slot * SLOT_BYTES)
        os.pwrite(files.fds[0], commit + junk[8 + slot :][: SLOT_BYTES - 8 - slot], HEADER_BYTES + slot * SLOT_BYTES)
    files.reader().poll()
    os.pwrite(files.fds[0], b"\xff" * HEADER_BYTES, 0)
    files.reader().poll()
    os.ftruncate(files.fds[0], 100)
    files.reader().poll()


def test_flights_tell_what_is_under_way(files: Files) -> None:
    writer = FlightsWriter(files.fds[1])
    slots = [writer.free.pop() for _ in range(4)]
    assert not writer.free
    for number, slot in enumerate(slots):
        writer.put(slot, number + 1, 0, 1.0, 2.0, flight_told(b"GET", b"::1", 80, b"/x"))
    writer.words[slots[1] >> 3] = 0
    assert [flight.request for flight in files.reader().flights()] == [0, 2, 3]


def test_numbers_that_fit_no_record_are_cut_to_what_does(files: Files) -> None:
    same = told(0, 1, 1, 80, b"GET", b"::1", b"", b"", b"", b"/")
    for marks in (1, MARKS_IN_HEAD + 1):
        answer = AnAnswer(status=200 + 0x10000, substatus=-1)
        files.writer.write(0, FinishedRequest(7, mark_code(1) * marks, [1.0] * marks, response=answer), same)
    assert [(record.request, record.status, record.substatus) for record in files.reader().poll()] == [(7, 200, 0xFFFF)] * 2


def test_names_are_interned_and_a_full_table_answers_0(files: Files) -> None:
    writer, reader = NamesWriter(files.fds[2]), NamesReader(files.fds[2])
    index = writer.intern("outcome", "a", {"reason": "é\x1b"})
    assert writer.intern("outcome", "a", {}) == index
    assert reader.get("outcome", index)["reason"] == "é\x1b"
    assert reader.get("outcome", 99) == {}
    while writer.intern("outcome", object(), {"reason": "x" * 100}):
        pass
    assert reader.get("outcome", index)["index"] == index


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"kind":"outcome","index":1e999}', '{"kind":"outcome","index":"' + "9" * 5000 + '"}', '{"kind":[]}']
)
def test_a_line_that_is_no_name_is_passed_over(line: str) -> None:
    """The worker's code may have written it."""
    names = memory_file(1 << 18)
    writer, reader = NamesWriter(names), NamesReader(names)
    os.pwrite(names, line.encode() + b"\n", NAMES_HEADER_BYTES)
    writer._end += len(line) + 1
    index = writer.intern("outcome", "a", {"reason": "x"})
    assert reader.get("outcome", index)["reason"] == "x"
    reader.close()


def test_a_mark_holds_step_begin_and_outcome(files: Files) -> None:
    reader = files.reader()
    same = told(0, 1, 1, 80, b"GET", b"::1", b"", b"", b"", b"/")
    files.writer.write(0, FinishedRequest(1, mark_code(5 | BEGIN) + mark_code(5 | 9 << OUTCOME_SHIFT), [1.0, 2.0]), same)
    begin, end = reader.poll()[0].marks
    assert (begin.step, begin.begin, begin.outcome) == (5, True, 0)
    assert (end.step, end.begin, end.outcome) == (5, False, 9)
