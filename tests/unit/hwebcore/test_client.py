"""The control socket's other end: hwebcore/client.py. Commands themselves are in service/test_commands.py."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from hwebcore import client
from hwebcore.channel import Channel
from hwebcore.client import PROTOCOL, Busy, Client, NoService


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
        if version == PROTOCOL:
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


async def test_a_service_that_says_nothing_is_busy_and_not_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_GREETING_S", 0.05)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "c"))
        listener.listen()
        with pytest.raises(Busy, match="said nothing"):
            await Client.connect(tmp_path / "c")


async def test_changes_are_taken_in_and_what_they_leave_stays_the_same_object(tmp_path: Path) -> None:
    server = await _serving(tmp_path / "c", 1)
    client = await Client.connect(tmp_path / "c")
    channel = await server
    snapshots = client.snapshots()
    first = asyncio.ensure_future(anext(snapshots))
    asked = (await channel.receive())[0]
    assert (asked["type"], asked["changes"]) == ("subscribe", True)
    channel.send({"re": asked["id"], "ok": True})
    channel.send({"type": "snapshot", "revision": 7, "snapshot": {"pools": [{"n": "A"}, {"n": "B"}], "sites": [{"n": "S"}]}})
    before = await first
    channel.send({"type": "changes", "of": 7, "revision": 8, "changes": {"pools": {"1": {"n": ["C"]}}}})
    after = await anext(snapshots)
    assert after == {"pools": [{"n": "A"}, {"n": "C"}], "sites": [{"n": "S"}]}
    assert before["pools"][1] == {"n": "B"}
    assert after["sites"] is before["sites"]
    assert after["pools"][0] is before["pools"][0]
    await client.close()
    channel.close()


@pytest.mark.parametrize(
    "changes", [{"of": 6, "changes": {"n": [2]}}, {"of": 7, "changes": {"x": {"y": [1]}}}, {"of": 7, "changes": [5]}, {"of": 7, "changes": 5}]
)
async def test_after_a_gap_the_whole_state_is_asked_for_once(tmp_path: Path, changes: dict[str, object]) -> None:
    server = await _serving(tmp_path / "c", 1)
    client = await Client.connect(tmp_path / "c")
    channel = await server
    snapshots = client.snapshots()
    first = asyncio.ensure_future(anext(snapshots))
    channel.send({"re": (await channel.receive())[0]["id"], "ok": True})
    same = {"many": [1, 2]}
    channel.send({"type": "snapshot", "revision": 7, "snapshot": {"n": 1, "same": same}})
    before = await first
    for _ in range(2):
        channel.send({"type": "changes", "revision": 8, **changes})
    assert (await channel.receive())[0]["type"] == "subscribe"
    channel.send({"type": "snapshot", "revision": 9, "snapshot": {"n": 3, "same": same}})
    after = await anext(snapshots)
    assert after == {"n": 3, "same": same}
    assert after["same"] is before["same"]
    channel.send({"type": "changes", "of": 9, "revision": 10, "changes": {"n": [4]}})
    assert (await anext(snapshots))["n"] == 4
    asked = asyncio.ensure_future(client.request("status"))
    assert (await channel.receive())[0]["type"] == "status"  # nothing else was asked for
    asked.cancel()
    await client.close()
    channel.close()


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
