"""Requests on kept, fresh and idle-kept connections that ask which worker answers; each is counted, none may be lost.

Lost (DESIGN.md 2): the client had sent the request whole and got no complete answer. A kept connection that closes under a request
counts as lost too, unless the answer before had announced it. Knows HTTP/1.1 as a client; no server.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from rounds import spread

_ANSWER_S = 90.0


@dataclass
class CountedTraffic:
    """`retired`: process → when the service said that it begins no request any more. `late`: requests that it began all the same."""

    port: int
    seed: int
    path: str = "/pid"
    answered: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    retired: dict[str, float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    stopping: bool = False

    async def run(self, kept: int, fresh: int, idle: int) -> None:
        """Until `stopping`; what is under way then is waited for."""
        chance = random.Random(self.seed)
        async with asyncio.TaskGroup() as group:
            for _ in range(kept):
                group.create_task(self._kept("kept", lambda: 0.0))
            for _ in range(fresh):
                group.create_task(self._fresh())
            for _ in range(idle):
                group.create_task(self._kept("idle-kept", lambda: chance.uniform(0.5, 3.0)))

    async def _kept(self, kind: str, pause: object) -> None:
        while not self.stopping:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                while not self.stopping and await self._ask(kind, reader, writer, b""):
                    await asyncio.sleep(pause())  # type: ignore[operator]  # it is given a function
            finally:
                writer.close()

    async def _fresh(self) -> None:
        while not self.stopping:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                await self._ask("fresh", reader, writer, b"Connection: close\r\n")
            finally:
                writer.close()
            await asyncio.sleep(0.002)

    async def _ask(self, kind: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, extra: bytes) -> bool:
        """One request. False: the connection ends here."""
        sent = time.monotonic()
        writer.write(b"GET %b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%b\r\n" % (self.path.encode(), self.port, extra))
        try:
            async with asyncio.timeout(_ANSWER_S):
                status, goes_on, body = await read_answer(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.lost.append(f"{kind}, {time.monotonic() - sent:.3f} s after it was sent: {type(error).__name__} {error}")
            return False
        self.seconds.append(time.monotonic() - sent)
        self.answered[kind] += 1
        self.statuses[status] += 1
        ended = self.retired.get(body.decode("ascii", "replace"))
        if ended is not None and sent > ended:
            self.late.append(f"{kind}: sent {sent - ended:.3f} s after process {body.decode()} was said to begin none")
        return goes_on and not extra

    def told(self) -> dict[str, object]:
        self.seconds.sort()
        place = self.seconds[int(len(self.seconds) * 0.99)] if self.seconds else 0.0
        return {
            "answered": dict(self.answered), "statuses": {str(status): count for status, count in self.statuses.items()},
            "lost": len(self.lost), "lost_first": self.lost[:10], "late": len(self.late), "late_first": self.late[:10],
            "seconds": spread(self.seconds, 4), "p99_ms": round(place * 1000, 1),
        }  # fmt: skip


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bool, bytes]:
    """Status, whether the connection goes on, the body. Raises where the answer is not whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = head.split("\r\n")
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    status = int(lines[0].split(" ")[1])
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    elif status in (204, 304):
        body = b""
    else:
        raise ValueError(f"an answer without length: {head!r}")
    return status, headers.get("connection") != "close", body
