"""One service a configuration, and what is left of one that was killed: hwebcore/service/lifetime.py."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hwebcore.client import Client, NoService
from hwebcore.platform import control_path, start_time
from hwebcore.service.lifetime import AlreadyRuns, Linger, ProcessList, ServiceLock
from tests.support import service_process
from tests.support.server_driver import alive, free_port, get, until


@contextlib.asynccontextmanager
async def _service(folder: Path, port: int, *flags: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, service_process.__file__, str(folder / "x.config"), str(folder / "s"), str(port), str(folder / "app"), *flags,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


# rules: control.stale
async def test_workers_of_a_killed_service_end_and_the_next_one_takes_over(tmp_path: Path) -> None:
    port = free_port()
    async with _service(tmp_path, port) as (killed, _):
        worker = int((await get(port))[1].split()[0])
        began = start_time(worker)
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        begin = time.monotonic()
        await until(lambda: start_time(worker) != began, "the worker's end", 6)
        assert time.monotonic() - begin < 5
    async with _service(tmp_path, port) as (_, ready):
        assert ready["endpoints"] == [f"127.0.0.1:{port}"]
        assert (await get(port))[0] == 200


async def test_leftovers_are_ended_at_once_by_the_next_service(tmp_path: Path) -> None:
    port = free_port()
    async with _service(tmp_path, port) as (killed, _):
        worker = int((await get(port))[1].split()[0])
        os.kill(worker, signal.SIGSTOP)  # this one cannot end by itself
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
    async with _service(tmp_path, port):
        assert start_time(worker) == ""
        assert (await get(port))[0] == 200


async def test_a_service_that_was_not_told_to_stay_ends_after_its_last_console(tmp_path: Path) -> None:
    port = free_port()
    async with _service(tmp_path, port, "--leave") as (process, _):
        client = await Client.connect(control_path(tmp_path / "s"))
        await client.close()
        await asyncio.wait_for(process.wait(), 10)
        with pytest.raises(NoService):
            await Client.connect(control_path(tmp_path / "s"))


def test_a_second_service_is_told_who_runs(tmp_path: Path) -> None:
    first = ServiceLock(tmp_path)
    with pytest.raises(AlreadyRuns) as raised:
        ServiceLock(tmp_path)
    assert raised.value.pid == os.getpid()
    first.release()
    ServiceLock(tmp_path).release()


async def test_a_process_with_another_start_time_is_left_alone(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec("sleep", "30")
    try:
        listed = ProcessList(tmp_path, print)
        listed.add(process.pid, "1")
        assert await ProcessList(tmp_path, print).end_leftovers() == []
        assert alive(process.pid)
        listed.add(process.pid, start_time(process.pid))
        assert await ProcessList(tmp_path, print).end_leftovers() == [process.pid]
    finally:
        await process.wait()


async def test_a_list_that_is_no_list_is_no_reason_to_kill(tmp_path: Path) -> None:
    (tmp_path / "processes.json").write_text('[{"pid": -1, "started": "x"}, {"pid": "no"}]')
    assert await ProcessList(tmp_path, print).end_leftovers() == []


async def test_a_console_that_comes_back_keeps_the_service() -> None:
    ended: list[bool] = []
    linger = Linger(False, 0.01, lambda: ended.append(True))
    linger.attached(0)
    linger.attached(1)
    await asyncio.sleep(0.03)
    assert not ended
    linger.tell(True, 0)
    await asyncio.sleep(0.03)
    assert not ended
    linger.tell(False, 0)
    await until(lambda: ended, "the end")


def test_a_list_that_cannot_be_written_is_told_once_and_stops_nobody(tmp_path: Path) -> None:
    """A full disk: a worker starts, and its end is heard, all the same."""
    said: list[str] = []
    (tmp_path / "processes.new").mkdir()
    listed = ProcessList(tmp_path, said.append)
    listed.add(7, "1")
    listed.add(8, "1")
    listed.remove(7)
    assert ["cannot be written" in text for text in said] == [True]
    (tmp_path / "processes.new").rmdir()
    listed.remove(8)
    assert json.loads((tmp_path / "processes.json").read_text()) == []
