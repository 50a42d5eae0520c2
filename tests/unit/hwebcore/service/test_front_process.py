"""The service's side of the front: hwebcore/service/front_process.py. What it does is in front/test_front.py."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from hwebcore.plan import RouteTable, to_json
from hwebcore.service import front_process
from hwebcore.service.child_process import Launch
from hwebcore.service.front_process import FrontProcess
from hwebcore.tasks import Tasks
from tests.support.server_driver import alive, until


async def test_it_answers_a_sync_tells_its_death_and_ends_when_told(tmp_path: Path) -> None:
    said: list[str] = []
    ended: list[str] = []
    tasks = Tasks(said.append)
    front = FrontProcess(tasks, said.append, ended.append)
    await front.sync()  # before it is there: nobody to wait for
    log = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    launch = Launch("front", sys.executable, log, {})
    first = await front.start(launch, lambda: log, lambda: to_json(RouteTable()).encode())
    begin = time.monotonic()
    await asyncio.gather(*(front.sync() for _ in range(5)))  # several pools at once must not take one another's answers
    assert time.monotonic() - begin < front_process._ANSWER_S
    first.kill()
    await until(lambda: ended, "its death")
    second = await front.start(launch, lambda: log, lambda: to_json(RouteTable()).encode())
    await front.sync()
    assert front.pid == second.pid != first.pid
    await front.stop()
    assert not alive(second.pid)
    assert len(ended) == 1
    await tasks.stop()
    os.close(log)
    assert said == []


async def test_one_that_answers_nobody_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    ended: list[str] = []
    tasks = Tasks(said.append)
    front = FrontProcess(tasks, said.append, ended.append)
    log = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    process = await front.start(Launch("front", sys.executable, log, {}), lambda: log, lambda: to_json(RouteTable()).encode())
    assert await front.sync()
    os.kill(process.pid, signal.SIGSTOP)
    monkeypatch.setattr(front_process, "_LOOK_S", 0.01)
    monkeypatch.setattr(front_process, "_SILENCE_S", 0.05)
    tasks.start(front._watch(process), "an impatient watch")
    await until(lambda: ended, "its end")
    assert not alive(process.pid)
    await front.stop()
    await tasks.stop()
    os.close(log)
    assert said == []
