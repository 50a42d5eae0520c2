"""Plays one script of a raw-byte case over a real connection, and says what was not as it should be.

Knows no server. Look next at wire_case.py (what a script is) and test_wire.py (against whom it is played).
"""

from __future__ import annotations

import asyncio
import contextlib

from tests.conformance.wire_case import Answer, Script

WAIT_S = 10.0
AFTER = b"GET /kept HTTP/1.1\r\nHost: site.test\r\n\r\n"


class Wrong(Exception):
    """An expectation that did not hold."""


class Player:
    """One connection. `port` is its own, by which HTTPERR names it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.port: int = writer.get_extra_info("sockname")[1]
        #: HTTPERR's words for what happened here.
        self.reasons: list[str] = []

    @classmethod
    async def open(cls, port: int) -> Player:
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def play(self, script: Script) -> None:
        """Raises Wrong."""
        line = script.line
        try:
            for step in script.steps:
                with contextlib.suppress(ConnectionError):  # refused before all was sent: what came back is what counts
                    self._writer.write(step.data)
                    if step.end:
                        self._writer.write_eof()
                    await self._writer.drain()
                for answer in step.answers:
                    line = answer.line
                    await asyncio.wait_for(self._answer(answer), WAIT_S)
        except TimeoutError:
            raise Wrong(f"{line}: nothing came within {WAIT_S:g} s") from None
        except asyncio.IncompleteReadError as error:
            raise Wrong(f"{line}: the connection closed after {error.partial!r}") from None
        except ConnectionError as error:
            raise Wrong(f"{line}: {error}") from None

    async def _answer(self, answer: Answer) -> None:
        if answer.status:
            first, headers = await self._head()
            if not first.startswith(f"HTTP/1.1 {answer.status} "):
                raise Wrong(f"{answer.line}: expected {answer.status}, was {first!r}")
            body = b"" if answer.bodiless else await self._body(dict(headers))
            for kind, wanted in answer.expected:
                problem = self._check(kind, wanted, headers, body.decode("utf-8", "replace"))
                if problem:
                    raise Wrong(f"{answer.line}: {kind} {wanted}: {problem}")
        if answer.after == "closed":
            more = await self._reader.read(200)
            if more:
                raise Wrong(f"{answer.line}: the connection is to be closed, but there came {more!r}")
        elif answer.after == "kept":
            self._writer.write(AFTER)
            first, headers = await self._head()
            if " 200 " not in first or not (await self._body(dict(headers))).startswith(b"GET /kept "):
                raise Wrong(f"{answer.line}: the connection is to be kept, but the next request got {first!r}")

    async def _head(self) -> tuple[str, list[tuple[str, str]]]:
        """The status line, and the headers with their names in lower case."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        return first, [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    async def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            pieces = []
            while size := int(await self._reader.readuntil(b"\r\n"), 16):
                pieces.append((await self._reader.readexactly(size + 2))[:-2])
            await self._reader.readexactly(2)
            return b"".join(pieces)
        if "content-length" not in headers:
            return await self._reader.read()
        try:
            return await self._reader.readexactly(int(headers["content-length"]))
        except asyncio.IncompleteReadError as error:  # shorter than declared: the case says that it closes
            return error.partial

    def _check(self, kind: str, wanted: str, headers: list[tuple[str, str]], body: str) -> str:
        """What is wrong, "" where nothing is. Reasons are looked up later."""
        name, _, value = wanted.partition(":")
        found = [text for key, text in headers if key == name.strip().lower()]
        if kind == "header":
            return "" if found == [value.strip()] or (value.strip() == "*" and len(found) == 1) else f"was {found}"
        if kind == "no header":
            return "" if not found else f"was {found}"
        if kind == "body":
            return "" if body == wanted else f"was {body!r}"
        if kind in ("body has", "body has not"):
            return "" if (wanted in body) is (kind == "body has") else f"was {body[:300]!r}"
        self.reasons.append(wanted)
        return ""

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
