"""Sends one request over a connection of its own to an address of this computer, as any client would. A small HTTP client; no Textual.

Knows no worker and no configuration: what it sends passes the front door. Answers are read to their end, with a limit.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass

MOST_BYTES = 1 << 20
LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Sent:
    """`port`: our own end's, by which the request's trace is known."""

    status: int
    port: int


async def send(host: str, port: int, request: bytes, server_name: str | None = None) -> Sent:
    """`server_name`: that of TLS; None without. Raises OSError, ValueError or TimeoutError."""
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await _connection(host, port, server_name)
        try:
            own = int(writer.get_extra_info("sockname")[1])
            writer.write(request)
            await writer.drain()
            first = await _status_line(reader)
            received = len(first)
            while received < MOST_BYTES and (piece := await reader.read(65536)):
                received += len(piece)
        finally:
            writer.close()
    words = first.split()
    if len(words) < 2 or not words[1].isdigit():
        raise ValueError(f"{host}:{port}: no HTTP answer")
    return Sent(int(words[1]), own)


async def _status_line(reader: asyncio.StreamReader) -> bytes:
    """Of the answer; a 100 may come before it."""
    while True:
        first = await reader.readline()
        if first.split(b" ")[1:2] != [b"100"]:
            return first
        while (await reader.readline()).strip():
            pass


async def _connection(host: str, port: int, server_name: str | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To the site's own address on this computer: its certificate need not be one that anybody trusts, nor its name be known here."""
    import ssl

    context = None
    if server_name is not None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return await asyncio.open_connection(host, port, ssl=context, server_hostname=server_name)
    except socket.gaierror:
        return await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=server_name)
