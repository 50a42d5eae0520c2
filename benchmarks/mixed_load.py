"""What a day brings, in a fixed order of chance: pages, files, ranges, bodies, faults of applications, clients that leave, garbage.

Knows the bench's site and HTTP/1.1 as a client. Every answer must be the one that its request calls for; a request that a killed
worker takes with it is excused for a moment. Look next at soak.py, which watches memory meanwhile.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from counted_traffic import read_answer

_EXCUSED_S = 5.0
_ANSWER_S = 60.0


@dataclass
class MixedLoad:
    """`ports`: of the sites integrated, classic and static. `killed_at`: when a worker was last killed on purpose."""

    ports: dict[str, int]
    seed: int
    answered: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    excused: int = 0
    killed_at: float = -1e9
    stopping: bool = False

    async def run(self, clients: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(self._client(random.Random(self.seed * 1000 + number)))

    async def _client(self, chance: random.Random) -> None:
        while not self.stopping:
            site = chance.choice(("integrated", "integrated", "classic", "static"))
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[site])
            except OSError as error:
                self._fault(site, "connect", f"{type(error).__name__} {error}")
                continue
            try:
                for _ in range(chance.choice((1, 1, 5, 40))):
                    if not await self._ask(site, chance, reader, writer):
                        break
            finally:
                writer.close()
            await asyncio.sleep(chance.uniform(0, 0.02))

    async def _ask(self, site: str, chance: random.Random, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        name, request, wanted = _request(site, chance)
        writer.write(request)
        if name in ("leaves", "half a body"):  # the client goes away: nothing is owed
            self.answered[name] += 1
            return False
        try:
            async with asyncio.timeout(_ANSWER_S):
                status, goes_on, _ = await (_head_only(reader) if name == "head" else read_answer(reader))
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self._fault(site, name, f"{type(error).__name__} {error}")
            return False
        if status not in wanted:
            self._fault(site, name, f"answered {status}")
            return False
        self.answered[name] += 1
        return goes_on

    def _fault(self, site: str, name: str, what: str) -> None:
        if time.monotonic() - self.killed_at < _EXCUSED_S:
            self.excused += 1
        elif not self.stopping or name != "connect":
            self.wrong.append(f"{site}, {name}: {what}")


async def _head_only(reader: asyncio.StreamReader) -> tuple[int, bool, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head.split(b" ")[1]), b"\r\nconnection: close\r\n" not in head.lower(), b""


def _request(site: str, chance: random.Random) -> tuple[str, bytes, tuple[int, ...]]:
    """(name, bytes, the statuses that are right)"""
    kinds = _STATIC if site == "static" else _APPLICATION
    name, line, more, body, wanted = chance.choice(kinds)
    if site == "classic" and line.split(" ")[1] in _NEW:
        name, line, more, body, wanted = "hello", "GET /hello HTTP/1.1", "", b"", (200,)
    if site == "classic" and name == "not allowed":  # a picture meets no managed code there
        name, wanted = "a picture", (200,)
    length = f"Content-Length: {1_000_000 if name == 'half a body' else len(body)}\r\n" if body else ""
    return name, f"{line}\r\nHost: 127.0.0.1\r\n{more}{length}\r\n".encode() + body, wanted


#: Handlers that only the Integrated site has.
_NEW = ("/wsgi", "/asgi", "/fault", "/slow?0.05")
_APPLICATION: tuple[tuple[str, str, str, bytes, tuple[int, ...]], ...] = (
    ("hello", "GET /hello HTTP/1.1", "", b"", (200,)),
    ("hello with a query", "GET /hello?a=1&b=%20 HTTP/1.1", "User-Agent: soak\r\nCookie: a=b\r\n", b"", (200,)),
    ("wsgi", "GET /wsgi HTTP/1.1", "", b"", (200,)),
    ("asgi", "GET /asgi HTTP/1.1", "", b"", (200,)),
    ("slow", "GET /slow?0.05 HTTP/1.1", "", b"", (200,)),
    ("fault", "GET /fault HTTP/1.1", "", b"", (500,)),
    ("form", "POST /guestbook HTTP/1.1", "Content-Type: application/x-www-form-urlencoded\r\n", b"words=" + b"w" * 500, (303,)),
    ("large form", "POST /guestbook HTTP/1.1", "Content-Type: application/x-www-form-urlencoded\r\n", b"words=" + b"w" * 200_000, (303,)),
    ("half a body", "POST /guestbook HTTP/1.1", "", b"half", (303,)),
    ("default document", "GET / HTTP/1.1", "", b"", (200,)),
    ("not there", "GET /nothing/here.txt HTTP/1.1", "", b"", (404,)),
    ("hidden", "GET /bin/secret.txt HTTP/1.1", "", b"", (404,)),
    ("not allowed", "GET /members/photo.png HTTP/1.1", "", b"", (302, 401)),
    ("head", "HEAD /hello HTTP/1.1", "", b"", (200,)),
    ("garbage", "GET\x01 /hello HTTP/1.1", "", b"", (400,)),
    ("too many headers", "GET /hello HTTP/1.1", "X-Long: " + "x" * 20_000 + "\r\n", b"", (400, 431)),
)
_STATIC: tuple[tuple[str, str, str, bytes, tuple[int, ...]], ...] = (
    ("1 KB", "GET /1k.txt HTTP/1.1", "", b"", (200,)),
    ("100 KB", "GET /100k.txt HTTP/1.1", "", b"", (200,)),
    ("10 MB", "GET /10m.txt HTTP/1.1", "", b"", (200,)),
    ("leaves", "GET /10m.txt HTTP/1.1", "", b"", (200,)),
    ("range", "GET /10m.txt HTTP/1.1", "Range: bytes=5000000-5999999\r\n", b"", (206,)),
    ("ranges", "GET /100k.txt HTTP/1.1", "Range: bytes=0-9,100-199\r\n", b"", (206,)),
    ("no such range", "GET /1k.txt HTTP/1.1", "Range: bytes=9999-\r\n", b"", (416,)),
    ("condition", "GET /1k.txt HTTP/1.1", 'If-None-Match: "x"\r\n', b"", (200,)),
    ("head", "HEAD /100k.txt HTTP/1.1", "", b"", (200,)),
    ("not there", "GET /none.txt HTTP/1.1", "", b"", (404,)),
)
