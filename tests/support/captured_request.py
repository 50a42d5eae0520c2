"""Details of requests as a worker would have captured them, made by hand."""

from __future__ import annotations

from collections.abc import Iterable

from hwebcore.detail_ring import FLAG_REQUEST_CUT, FLAG_SECURE, Detail

FORM = "application/x-www-form-urlencoded"


def detail(
    line: str = "GET / HTTP/1.1", headers: Iterable[tuple[str, str]] = (), body: bytes = b"", *, answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n",
    said: bytes = b"", request: int = 1, end: tuple[str, int] = ("127.0.0.1", 8080), secure: bool = False, cut: bool = False,
) -> Detail:  # fmt: skip
    lines = [line, f"Host: {end[0]}:{end[1]}", *(f"{name}: {value}" for name, value in headers)]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    flags = (FLAG_SECURE if secure else 0) | (FLAG_REQUEST_CUT if cut else 0)
    return Detail(request, flags, *end, head, body, len(body), answer, said, len(said))
