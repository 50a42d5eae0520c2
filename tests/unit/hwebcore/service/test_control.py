"""The control socket against what must not get through: hwebcore/service/control.py."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import stat
from pathlib import Path

import pytest

from hwebcore.client import Busy, Client
from hwebcore.service import control
from tests.support.server_driver import free_port, generation, plan, running, site, until

JUNK = [
    b"\xff\xff\xff\xff",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x00\x00\x00\x02{}",
    b"\x00\x00\x00\x04null",
    b"\x00\x00\x00\x03{x}",
    b'\x00\x00\x00\x1e{"type":"hello","version":99.5}',
    b"\x00\x10\x00\x00" + b"[" * (1 << 20),
    b'\x00\x00\x00\x09{"fds":3}',
]


# rules: control.frames
async def test_junk_closes_the_connection_and_the_service_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        path = run.service.options.control
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700
        for junk in JUNK:
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(junk)
            while await asyncio.wait_for(reader.read(4096), 10):
                pass
            writer.close()
        console = await Client.connect(path)
        assert (await console.status())["schema"] == 1
        await console.close()
        assert run.service.consoles() == 0 or await until(lambda: run.service.consoles() == 0, "no console")


async def test_a_subscriber_sees_each_change_and_never_lags(tmp_path: Path) -> None:
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        console = await run.client()
        snapshots = console.snapshots()
        assert (await anext(snapshots))["pools"][0]["state"] == "Started"
        await console.request("stop_pool", pool="Pool")
        async for snapshot in snapshots:
            if snapshot["pools"][0]["state"] == "Stopped":
                break
        await console.close()


@pytest.mark.parametrize("message", [{"type": "connect", "pool": "Pool"}, {"type": None}, {"type": ["x"]}, {"type": "run", "ports": 7}])
async def test_a_request_without_sense_is_refused_not_fatal(tmp_path: Path, message: dict[str, object]) -> None:
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        console = await run.client()
        with pytest.raises(Exception, match=r"request|connect|ports"):
            await console.exchange(message["type"], message)  # type: ignore[arg-type]  # a type without sense is tried
        assert console.open
        await console.close()


async def test_whoever_comes_when_all_connections_are_taken_hears_by_whom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "MOST_CLIENTS", 2)
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        held = [await run.client(), await run.client()]
        with pytest.raises(Busy, match=f"all 2 control connections are taken: 2 by process {os.getpid()};"):
            await run.client()
        for one in held:
            await one.close()
        await until(lambda: run.service.consoles() == 0, "they have gone")
        await (await run.client()).close()


async def test_without_a_descriptor_to_spare_nobody_spins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[None] = []
    accept = control.ControlSocket._accept

    def counted(self: control.ControlSocket) -> None:
        tries.append(None)
        accept(self)

    monkeypatch.setattr(control.ControlSocket, "_accept", counted)
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        with socket.socket(socket.AF_UNIX) as sock:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(map(int, os.listdir("/proc/self/fd"))), limits[1]))
            try:
                sock.connect(str(run.service.options.control))
                await until(lambda: tries, "it comes")
                for _ in range(100):
                    await asyncio.sleep(0)
                assert len(tries) == 1
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            await until(lambda: len(tries) > 1, "it is taken later")
        await (await run.client()).close()
