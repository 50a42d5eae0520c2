"""A request's body as the pipeline reads it: bytes wait here, reading from the socket pauses when too many do.

Knows the connection only as something that pauses and resumes. pipeline.context.Body is the protocol it fulfils.
"""

from __future__ import annotations

import asyncio
import collections
import io
from collections.abc import Callable
from typing import Any, Protocol

from hwebcore.pipeline.contract import HttpFault
from hwebcore.wire.chunks import ChunkedReader

HIGH_WATER_BYTES = 262_144
SPOOL_BYTES = 65_536


class Source(Protocol):
    """What a body needs of its connection."""

    def pause_body(self) -> None: ...

    def resume_body(self) -> None:
        """More is wanted; the first time this sends "100 Continue" where the client waits for it."""
        ...


class NoBody:
    """Of a request without one."""

    def __init__(self) -> None:
        # Its own and not the class's, here and below: each request asks, and what an object has itself is found without a search.
        self.length: int | None = None
        self.expected = False
        self.complete = True
        self.received = 0

    async def read(self, most: int = 65536) -> bytes:
        return b""

    async def collect(self) -> Any:
        return io.BytesIO()

    def fail(self, error: Exception) -> None:
        """There is nobody to tell."""


NO_BODY = NoBody()


class RequestBody:
    """`limit`: bytes that a chunked body may have (413.1 while it is read); a declared length was judged before."""

    def __init__(self, length: int | None, source: Source) -> None:
        self.expected = True
        self.length = length
        self.limit = -1
        self.received = 0
        self.complete = length == 0
        self._left = length or 0
        self._chunked = ChunkedReader() if length is None else None
        self._source = source
        self._chunks: collections.deque[bytes] = collections.deque()
        self._held = 0
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._heard: Callable[[bytes], None] | None = None
        self.discarding = False

    def feed(self, data: bytes) -> bytes:
        """Take what is the body's and answer the rest. Raises BadChunk."""
        if self._chunked is None:
            piece, rest = data[: self._left], data[self._left :]
            self._left -= len(piece)
            self._take([piece] if piece else [])
            self.complete = not self._left
        else:
            self._take(self._chunked.feed(data))
            self.complete, rest = self._chunked.done, self._chunked.rest
        if self.complete:
            self._wake()
        return rest

    def overhear(self, heard: Callable[[bytes], None]) -> None:
        """Let `heard` have what is here and what still comes."""
        self._heard = heard
        for piece in self._chunks:
            heard(piece)

    def _take(self, pieces: list[bytes]) -> None:
        if self._heard is not None:
            for piece in pieces:
                self._heard(piece)
        for piece in pieces:
            self.received += len(piece)
            if not self.discarding:
                self._chunks.append(piece)
                self._held += len(piece)
        if pieces:
            self._wake()
        if self._held > HIGH_WATER_BYTES and not self._paused and not self.complete:
            self._paused = True
            self._source.pause_body()

    def fail(self, error: Exception) -> None:
        """The rest will never come."""
        if not self.complete and self._failure is None:
            self._failure = error
            self._wake()

    def discard(self) -> None:
        """Nobody reads it any more."""
        self.discarding = True
        self._chunks.clear()
        self._held = 0
        self._go_on()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _go_on(self) -> None:
        self._paused = False
        self._source.resume_body()

    async def read(self, most: int = 65536) -> bytes:
        """Some bytes, b"" at the end. Raises ConnectionError when the client is gone, HttpFault 413.1 beyond the limit."""
        while not self._chunks:
            if 0 <= self.limit < self.received and self.length is None:
                raise HttpFault(413, 1, "the chunked body is longer than maxAllowedContentLength")
            if self.complete:
                return b""
            if self._failure is not None:
                raise self._failure
            self._go_on()
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if 0 <= self.limit < self.received and self.length is None:
            raise HttpFault(413, 1, "the chunked body is longer than maxAllowedContentLength")
        piece = self._chunks.popleft()
        if len(piece) > most:
            self._chunks.appendleft(piece[most:])
            piece = piece[:most]
        self._held -= len(piece)
        if self._paused and self._held < HIGH_WATER_BYTES // 2:
            self._go_on()
        return piece

    async def collect(self) -> Any:
        """The whole body as a file at position 0: in memory up to 64 KiB, above in a nameless file of mode 0600."""
        import tempfile  # most workers never see a body

        spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the reader closes it
        try:
            while True:
                piece = await self.read()
                if not piece:
                    break
                spool.write(piece)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return spool
