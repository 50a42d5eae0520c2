"""The control socket's other end: hwebcore/client.py. Commands themselves are in service/test_commands.py."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from hwebcore.channel import Channel
from hwebcore.client import Client, NoService


async def _serving(path: Path, version: int) -> asyncio.Task[Channel]:
    listener = socket.socket(socket.AF_UNIX)
    listener.setblocking(False)
    listener.bind(str(path))
    listener.listen()

    async def greet() -> Channel:
        sock, _ = await asyncio.get_running_loop().sock_accept(listener)
        listener.close()
        channel = Channel(sock)
        channel.send({"type": "hello", "version": version})
        await channel.receive()
        return channel

    return asyncio.ensure_future(greet())


async def test_no_service_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(NoService, match="no service at"):
        await Client.connect(tmp_path / "control")


async def test_another_protocol_is_refused(tmp_path: Path) -> None:
    server = await _serving(tmp_path / "c", 2)
    with pytest.raises(NoService, match="speaks version 2"):
        await Client.connect(tmp_path / "c")
    (await server).close()


async def test_a_service_that_vanishes_ends_what_waits(tmp_path: Path) -> None:
    server = await _serving(tmp_path / "c", 1)
    client = await Client.connect(tmp_path / "c")
    channel = await server
    waiting = asyncio.ensure_future(client.request("status"))
    await channel.receive()
    channel.close()
    with pytest.raises(NoService, match="gone"):
        await waiting
    with pytest.raises(NoService):
        await client.request("status")
    assert not client.open
    await client.close()
