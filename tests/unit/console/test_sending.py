"""One request to a real socket: its status, and the port that its trace is known by."""

from __future__ import annotations

import asyncio

import pytest

from console.sending import send


async def test_the_status_and_the_port() -> None:
    ports: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.append(writer.get_extra_info("peername")[1])
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n" if b"/later" in head else b"")
        writer.write(b"nonsense\r\n" if b"/bad" in head else b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nok")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        for path in ("/a", "/later"):
            sent = await send("127.0.0.1", port, f"GET {path} HTTP/1.1\r\n\r\n".encode())
            assert (sent.status, sent.port) == (404, ports[-1])
        with pytest.raises(ValueError, match="no HTTP answer"):
            await send("127.0.0.1", port, b"GET /bad HTTP/1.1\r\n\r\n")
