"""Captures requests: heads and bodies as they were on the wire, into the detail ring, while a console watches.

Stands in the place of the applications' pipeline for that time and no longer: who is not watched pays nothing. A rate limit keeps the
cost small under load; what it leaves out is counted. Look next at detail_ring.py (what is kept) and wire/flow.py (who is overheard).
"""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING

from hwebcore.detail_ring import (
    FLAG_REQUEST_CUT,
    FLAG_RESPONSE_CUT,
    FLAG_SECURE,
    MOST_HEAD,
    MOST_REQUEST_BODY,
    MOST_RESPONSE_BODY,
    Detail,
    DetailWriter,
)
from hwebcore.pipeline.pipeline import Pipeline
from hwebcore.wire.body import RequestBody
from hwebcore.wire.chunks import BadChunk, ChunkedReader
from hwebcore.wire.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from hwebcore.pipeline.context import Context, Request
    from hwebcore.pipeline.tracing import Tracing

MOST_A_SECOND = 500
#: Held of requests that are under way, all together: what is beyond is cut.
MOST_UNDER_WAY = 32 << 20
_INTERIM = b"HTTP/1.1 100 "


class CapturingPipeline(Pipeline):
    """The same pipeline, which listens. Children write into their parents' answers and are not captured by themselves."""

    def __init__(self, tracing: Tracing, fd: int) -> None:
        """`fd`: the detail ring; closed here."""
        super().__init__(tracing)
        try:
            self._ring = DetailWriter(fd, os.getpid())
        finally:
            os.close(fd)
        self._room = _Room(MOST_UNDER_WAY)
        self._left = float(MOST_A_SECOND)
        self._last = perf_counter()

    def stop(self) -> None:
        """What still runs is not written any more."""
        self._ring.close()

    def run(self, context: Context) -> Awaitable[None] | None:
        if context.parent is None and isinstance(context.wire, Flow):
            if self._may():
                _Captured(context, context.wire, self._ring, self._room)
            else:
                self._ring.leave_out()
        return super().run(context)

    def _may(self) -> bool:
        now = perf_counter()
        self._left = min(float(MOST_A_SECOND), self._left + (now - self._last) * MOST_A_SECOND)
        self._last = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class _Room:
    """How many bytes may still be held."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


class _Heard:
    """The first `most` bytes of what is said, where there is room for them, and how many there were."""

    __slots__ = ("_left", "_pieces", "_room", "count")

    def __init__(self, most: int, room: _Room) -> None:
        self._pieces: list[bytes] = []
        self._left = most
        self._room = room
        self.count = 0

    def __call__(self, data: bytes) -> None:
        self.count += len(data)
        most = min(self._left, self._room.left)
        if most > 0:
            piece = bytes(data[:most])
            self._pieces.append(piece)
            self._left -= len(piece)
            self._room.left -= len(piece)
        else:
            self._left = 0  # what comes later would not follow what is here

    def taken(self) -> bytes:
        """All of it; the room is free again."""
        data = b"".join(self._pieces)
        self._room.left += len(data)
        return data


class _Captured:
    """One request that is being captured, from its begin to the moment when its answer has left."""

    def __init__(self, context: Context, flow: Flow, ring: DetailWriter, room: _Room) -> None:
        self._flow = flow
        self._ring = ring
        self._request = request = context.request
        self._head = _request_head(request)  # now: modules may change what they like
        self._body: RequestBody | None = None
        self._sent = _Heard(MOST_REQUEST_BODY, room)
        self._answer = _Heard(MOST_HEAD + MOST_RESPONSE_BODY, room)
        if isinstance(request.body, RequestBody):
            self._body = request.body
            self._body.overhear(self._sent)
        flow.overhear(self._answer)
        context.on_sent(self._done)

    def _done(self, context: Context) -> None:
        self._flow.overhear(None)
        request, sent, body = self._request, self._sent, self._body
        asked, heard = sent.taken(), self._answer.taken()
        head, answer, whole = _parted(heard)
        flags = FLAG_SECURE if request.scheme == "https" else 0
        if sent.count > len(asked) or (body is not None and not body.complete):
            flags |= FLAG_REQUEST_CUT
        length, left = len(answer), max(self._answer.count, context.response.bytes_sent)  # the system sends long files by itself, unheard
        if not whole or left > len(heard) or length > MOST_RESPONSE_BODY:
            flags |= FLAG_RESPONSE_CUT
            length = max(length, left - len(head))
        self._ring.write(
            Detail(
                context.number, flags, request.local_ip, request.local_port, self._head, asked, sent.count, head,
                answer[:MOST_RESPONSE_BODY], length,
            )
        )  # fmt: skip


def _request_head(request: Request) -> bytes:
    lines = [f"{request.method} {request.raw_url} HTTP/{request.http_version}", *(f"{name}: {value}" for name, value in request.headers.items)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _parted(heard: bytes) -> tuple[bytes, bytes, bool]:
    """Head, body without its framing, and whether that could be read to its end. A 100 before it is no part of the answer."""
    while heard.startswith(_INTERIM):
        heard = heard.partition(b"\r\n\r\n")[2]
    head, ended, body = heard.partition(b"\r\n\r\n")
    if b" 101 " in head[:13]:
        return head + ended, b"", False  # what follows is another protocol's
    if b"\r\ntransfer-encoding: chunked" not in head.lower():
        return head + ended, body, True
    chunks = ChunkedReader()
    try:
        return head + ended, b"".join(chunks.feed(body)), chunks.done
    except BadChunk:
        return head + ended, b"", False
