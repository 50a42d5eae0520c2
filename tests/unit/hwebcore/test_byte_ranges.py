"""The Range header: RFC 9110 14, reliability.md C 27."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwebcore.byte_ranges import MAX_RANGES, RangeRefused, make_boundary, multipart, read_range


@pytest.mark.parametrize(
    ("value", "ranges"),
    [
        ("bytes=0-0", [(0, 0)]),
        ("bytes=0-", [(0, 99)]),
        ("bytes=10-19", [(10, 19)]),
        ("bytes=90-1000", [(90, 99)]),
        ("bytes=-10", [(90, 99)]),
        ("bytes=-1000", [(0, 99)]),
        ("BYTES = 1 - 2 , 5-6", [(1, 2), (5, 6)]),
        ("bytes=50-60,0-9", [(50, 60), (0, 9)]),
        ("bytes=0-1,200-300", [(0, 1)]),
    ],
)
def test_ranges(value: str, ranges: list[tuple[int, int]]) -> None:
    assert read_range(value, 100) == ranges


@pytest.mark.parametrize(
    "value", ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=5-1", "bytes=0-1,,2-3", "bytes=0-1;2-3", "bytes=--5"]
)
def test_what_is_no_range_is_ignored(value: str) -> None:
    assert read_range(value, 100) == []


@pytest.mark.parametrize("value", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=200-300,400-500"])
def test_nothing_within(value: str) -> None:
    with pytest.raises(RangeRefused, match="none of the ranges"):
        read_range(value, 100)


@pytest.mark.parametrize("value", ["bytes=0-10,10-20", "bytes=0-,0-", "bytes=5-6,0-9", "bytes=-5,98-99"])
def test_overlapping_ranges_are_refused(value: str) -> None:
    with pytest.raises(RangeRefused, match="overlap"):
        read_range(value, 100)


def test_a_thousand_ranges_are_ignored_without_being_read() -> None:
    many = "bytes=" + ",".join(f"{number}-{number}" for number in range(0, 2000, 2))
    assert read_range(many, 10_000) == []
    assert len(read_range("bytes=" + ",".join(f"{number}-{number}" for number in range(0, 2 * MAX_RANGES, 2)), 100)) == MAX_RANGES


@given(st.text(max_size=40), st.integers(0, 1000))
def test_whatever_comes_lies_within_the_file(text: str, size: int) -> None:
    try:
        ranges = read_range("bytes=" + text, size)
    except RangeRefused:
        return
    assert all(0 <= first <= last < size for first, last in ranges)


def test_multipart() -> None:
    body = multipart([(0, 1), (4, 4)], [b"ab", b"e"], "text/plain", 5, "B")
    assert body == (
        b"--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/5\r\n\r\nab\r\n"
        b"--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 4-4/5\r\n\r\ne\r\n--B--\r\n"
    )
    assert make_boundary() != make_boundary()


@pytest.mark.parametrize("value", ["bytes={}x", "bytes=1{}x", "bytes=1-{}x", "bytes=1{}-{}x"])
def test_no_header_costs_more_than_a_moment(value: str) -> None:
    """Half of all that a head may hold are blanks."""
    began = time.thread_time()
    assert read_range(value.format(" " * 8000, " " * 8000), 100) == []
    assert time.thread_time() - began < 0.1
