"""One HTTP request over a private connection to a worker, and the trace that the worker wrote of it.

Knows HTTP/1.1 as a client and the rings; no configuration and no output. The client's port in the record is the tag that it asked with.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import secrets
import socket
from dataclasses import dataclass
from typing import cast

from console.cli.target import Target
from hwebcore.client import Client, Connected
from hwebcore.trace_building import TraceReader
from hwebcore.traces import Trace

MOST_BYTES = 64 << 20
_POLL_S = 0.01
#: How long after the answer its trace may come: it is written a moment after the last byte.
_TRACE_S = 3.0


@dataclass(frozen=True)
class Asked:
    """What the user wants to be sent. `exact`: a request that was captured; nothing is added but what this connection needs."""

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    exact: bool = False


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class NoTrace(Exception):
    """The request was answered before any pipeline ran, as HTTP.sys does with what is no proper request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.reason} was answered before any pipeline ran: there is no trace")
        self.answer = answer


@dataclass(frozen=True)
class Exchange:
    trace: Trace
    answer: Answer
    shadow: bool


async def exchange(client: Client, target: Target, asked: Asked, mode: str | None) -> Exchange:
    """Ask the pool's worker (or, where `mode` is not the pool's, a shadow of it). Raises Refused, EOFError, ValueError."""
    tag = 1024 + secrets.randbelow(64512)
    connected = await client.connect_worker(target.pool, target.endpoint, tag, mode, target.secure)
    reader = TraceReader(await client.ring(connected.ring, from_now=True))
    answer = _parsed(await _talk(connected, request_bytes(target, asked)), asked.method)
    try:
        async with asyncio.timeout(_TRACE_S):
            trace = await _trace(reader, tag)
    except TimeoutError as error:
        raise NoTrace(answer) from error
    return Exchange(trace, answer, connected.shadow)


def request_bytes(target: Target, asked: Asked) -> bytes:
    """As it is sent, on a connection of its own."""
    given = {name.lower() for name, _ in asked.headers}
    lines = [f"{asked.method} {target.path} HTTP/1.1"]
    if "host" not in given:
        lines.append(f"Host: {target.host}")
    lines += [f"{name}: {value}" for name, value in asked.headers]
    if (asked.body or asked.method in ("POST", "PUT", "PATCH")) and "content-length" not in given:
        lines.append(f"Content-Length: {len(asked.body)}")
    if asked.method == "POST" and asked.body and "content-type" not in given and not asked.exact:
        lines.append("Content-Type: application/x-www-form-urlencoded")
    if "connection" not in given:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + asked.body


async def _talk(connected: Connected, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(sock=connected.sock)
    try:
        writer.write(request)
        await writer.drain()
        received = bytearray()
        while piece := await reader.read(1 << 16):
            received += piece
            if len(received) > MOST_BYTES:
                raise ValueError(f"the answer is longer than {MOST_BYTES >> 20} MiB")
        return bytes(received)
    finally:
        writer.close()


class _Received:
    """What http.client takes for a socket: bytes that have all come."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._data)


def _parsed(data: bytes, method: str) -> Answer:
    if not data:
        raise EOFError("the worker closed the connection without an answer")
    response = http.client.HTTPResponse(cast(socket.socket, _Received(data)), method=method)
    try:
        response.begin()
        body = response.read()
    except http.client.HTTPException as error:
        raise EOFError(f"the answer is not whole: {type(error).__name__} {error}") from error
    return Answer(response.status, response.reason, tuple(response.getheaders()), body)


async def _trace(reader: TraceReader, tag: int) -> Trace:
    """The trace of the request that came from port `tag`; the caller's time limit is its end."""
    while True:
        for trace in reader.poll():
            if trace.port == tag:
                return trace
        await asyncio.sleep(_POLL_S)
