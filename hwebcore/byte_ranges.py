"""The Range header and what answers it: which bytes, and several of them in one body (RFC 9110 14, reliability.md C 27).

Knows no file and no response. Look next at validators.py and handlers/static_file.py.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Sequence

MAX_RANGES = 5
# Possessive quantifiers: blanks, however many, cost one pass.
_ONE = re.compile(r"\s*+([0-9]{1,19}+)?+\s*+-\s*+([0-9]{1,19}+)?+\s*+\Z")


class RangeRefused(Exception):
    """No byte of the file lies in what was asked for, or ranges overlap (each byte is sent once): 416."""


def read_range(value: str, size: int) -> list[tuple[int, int]]:
    """(first, last) of each range within `size` bytes; empty where the header is to be ignored. Raises RangeRefused."""
    unit, equals, spec = value.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return []
    specs = spec.split(",", MAX_RANGES)
    if len(specs) > MAX_RANGES:
        return []
    ranges = []
    for text in specs:
        found = _ONE.match(text)
        if found is None or not (found[1] or found[2]):
            return []
        within = _within(found[1], found[2], size)
        if within is None:
            return []
        if within[0] <= within[1]:
            ranges.append(within)
    if not ranges:
        raise RangeRefused(f"none of the ranges lies within {size:,} bytes")
    ordered = sorted(ranges)
    if any(later[0] <= earlier[1] for earlier, later in itertools.pairwise(ordered)):
        raise RangeRefused("the ranges overlap")
    return ranges


def _within(first: str | None, last: str | None, size: int) -> tuple[int, int] | None:
    """A range cut to the file; (1, 0) where it lies outside; None where it is none."""
    if first is None:
        count = min(int(last or 0), size)
        return (size - count, size - 1) if count else (1, 0)
    start = int(first)
    if last is not None and int(last) < start:
        return None
    if start >= size:
        return (1, 0)
    return (start, size - 1 if last is None else min(int(last), size - 1))


def make_boundary() -> str:
    """A line that no content holds by accident or on purpose."""
    return "part-" + secrets.token_hex(16)


def multipart(ranges: Sequence[tuple[int, int]], chunks: Sequence[bytes], mime: str, size: int, boundary: str) -> bytes:
    """The body of a multipart/byteranges answer."""
    body = []
    for (first, last), chunk in zip(ranges, chunks, strict=True):
        head = f"--{boundary}\r\nContent-Type: {mime}\r\nContent-Range: bytes {first}-{last}/{size}\r\n\r\n"
        body += [head.encode("latin-1", "replace"), chunk, b"\r\n"]
    body.append(f"--{boundary}--\r\n".encode())
    return b"".join(body)
