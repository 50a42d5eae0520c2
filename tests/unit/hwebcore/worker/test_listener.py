"""Inherited listeners: hwebcore/worker/listener.py."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from hwebcore.worker.listener import Listeners


class _Greets(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"hello")
        transport.close()


async def test_closing_here_leaves_the_services_socket_open() -> None:
    own = socket.create_server(("127.0.0.1", 0))
    port = own.getsockname()[1]
    listeners = Listeners(_Greets)
    await listeners.open("a", [os.dup(own.fileno())])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await reader.read() == b"hello"
    writer.close()
    listeners.close_all()
    waiting = socket.create_connection(("127.0.0.1", port))  # nobody accepts, and nobody refuses
    own.settimeout(5)
    accepted, _ = own.accept()
    for sock in (accepted, waiting, own):
        sock.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
