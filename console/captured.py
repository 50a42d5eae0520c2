"""A captured request as people read it: its lines and its body's text without secrets, as values and as JSON. No Textual.

Knows what hwebcore/detail_ring.py keeps; masking.py decides what is secret. What is sent again is resending.py's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from console.masking import MOST_UNPACKED, masked_body, masked_headers, masked_url
from hwebcore.detail_ring import Detail


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """Half an exchange. `first`: request line or status line; headers as they were, secrets too."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: How long the body was, kept or not.
    length: int
    cut: bool

    def value(self, name: str) -> str:
        """The first value of a header, "" where there is none."""
        return next((value for key, value in self.headers if key.casefold() == name), "")

    @property
    def shown_first(self) -> str:
        method, *more = self.first.split(" ", 2)  # a target holds no blank
        return " ".join([method, *map(masked_url, more[:1]), *more[1:]])

    @property
    def shown_headers(self) -> list[tuple[str, str]]:
        return masked_headers(self.headers)

    def shown_body(self, most: int = MOST_UNPACKED) -> str | None:
        """Without its secrets, of `most` bytes; None where it cannot be looked through."""
        return masked_body(self.value("content-type"), self.value("content-encoding"), self.body, most)

    def to_json(self) -> dict[str, Any]:
        return {
            "first_line": self.shown_first, "headers": [list(header) for header in self.shown_headers],
            "body": self.shown_body() if self.body else None, "body_bytes": self.length, "body_cut": self.cut,
        }  # fmt: skip


def request(detail: Detail) -> Message:
    first, headers = _parted(detail.request_head)
    return Message(first, headers, detail.request_body, detail.request_bytes, detail.request_cut)


def response(detail: Detail) -> Message:
    first, headers = _parted(detail.response_head)
    return Message(first, headers, detail.response_body, detail.response_bytes, detail.response_cut)


def to_json(detail: Detail) -> dict[str, Any]:
    """For an exported trace: "captured", beside what every trace has."""
    return {"request": request(detail).to_json(), "response": response(detail).to_json()}


def _parted(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Bytes that are no ASCII stay what they are on the way back (surrogateescape)."""
    first, *lines = head.decode("ascii", "surrogateescape").split("\r\n")
    return first, tuple(_fields(lines))


def _fields(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            yield name, value.strip(" \t")
