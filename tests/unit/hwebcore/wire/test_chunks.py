"""Chunked bodies: strict, limited, and the same whatever way the bytes are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwebcore.wire.chunks import BadChunk, ChunkedReader

BODY = b"5;x=1\r\nHello\r\n1\r\n!\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET /next"


def read(pieces: list[bytes]) -> tuple[bytes, bool, bytes]:
    reader = ChunkedReader()
    found: list[bytes] = []
    rest = b""
    for piece in pieces:
        if reader.done:
            rest += piece
            continue
        found += reader.feed(piece)
        rest = reader.rest
    return b"".join(found), reader.done, rest


@given(st.lists(st.integers(0, len(BODY)), max_size=12))
def test_any_split_reads_the_same(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(BODY)]
    pieces = [BODY[start:end] for start, end in itertools.pairwise(places)]
    assert read(pieces) == (b"Hello!0123456789", True, b"GET /next")


@pytest.mark.parametrize(
    "data",
    [
        b"5\nHello\r\n",
        b"\r\n",
        b"5 \r\nHello\r\n",
        b"0x5\r\nHello\r\n",
        b"-5\r\n",
        b"5\r\nHelloX\r\n",
        b"5\r\nHello\n",
        b"5;a\rb\r\nHello\r\n",
        b"1;" + b"x" * 5000 + b"\r\na\r\n",
        b"1;" + b"x" * 5000,
        b"f" * 16 + b"\r\n",
        b"0\r\nbad trailer\r\n\r\n",
        b"0\r\nX: " + b"a" * 5000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_exact_is_refused(data: bytes) -> None:
    with pytest.raises(BadChunk):
        ChunkedReader().feed(data)


def test_many_small_extensions_are_refused_too() -> None:
    reader = ChunkedReader()
    with pytest.raises(BadChunk):
        reader.feed(b"1;abcdef\r\nx\r\n" * 1000)
