"""Requests without pause on kept and on fresh connections, in one loop, while a story does something to the server.

Knows HTTP/1.1 as a client; no server. Lost (DESIGN.md 2): the client had sent the request whole and got no complete answer. A
kept connection that closes under a request counts as lost too, unless the answer before had announced it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

_ANSWER_S = 20.0
_CONNECT_S = 5.0


@dataclass
class Traffic:
    """`lost`: what happened to each request without an answer; `slowest_s`: the longest that an answer took."""

    port: int
    path: str = "/hello"
    answered: int = 0
    slowest_s: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: Counter[bytes] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    #: What the Host header says.
    name: str = "127.0.0.1"
    _stopping: bool = False

    async def kept(self) -> None:
        while not self._stopping:
            reader, writer = await self._open()
            try:
                while not self._stopping and await self._ask(reader, writer, b""):
                    pass
            finally:
                writer.close()

    async def fresh(self) -> None:
        while not self._stopping:
            reader, writer = await self._open()
            try:
                await self._ask(reader, writer, b"Connection: close\r\n")
            finally:
                writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(_CONNECT_S):
            return await asyncio.open_connection("127.0.0.1", self.port)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, extra: bytes) -> bool:
        """One request. False: the connection ends here."""
        began = time.monotonic()
        writer.write(b"GET %s HTTP/1.1\r\nHost: %s:%d\r\n%s\r\n" % (self.path.encode(), self.name.encode(), self.port, extra))
        try:
            async with asyncio.timeout(_ANSWER_S):
                status, goes_on, body = await _answer(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            kind = "fresh" if extra else "kept"
            self.lost.append(f"{kind}, {time.monotonic() - began:.3f} s after it was sent: {type(error).__name__} {error}")
            return False
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.answered += 1
        self.statuses[status] += 1
        self.bodies[body] += 1
        return goes_on and not extra

    async def more(self, count: int) -> None:
        """Wait until so many more requests were answered (or a request was lost)."""
        wanted = self.answered + count
        async with asyncio.timeout(_ANSWER_S):
            while self.answered < wanted and not self.lost:
                await asyncio.sleep(0.005)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool, bytes]:
    """Status, whether the connection goes on, the body. Raises where the answer is not whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = head.split("\r\n")
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        raise ValueError(f"an answer without length: {head!r}")
    return int(lines[0].split(" ")[1]), headers.get("connection") != "close", body


@contextlib.asynccontextmanager
async def traffic(port: int, path: str = "/hello", *, kept: int = 16, fresh: int = 4) -> AsyncIterator[Traffic]:
    """Runs until the block ends; what is under way then is waited for."""
    made = Traffic(port, path)
    async with asyncio.TaskGroup() as group:
        for _ in range(kept):
            group.create_task(made.kept())
        for _ in range(fresh):
            group.create_task(made.fresh())
        try:
            yield made
        finally:
            made._stopping = True
