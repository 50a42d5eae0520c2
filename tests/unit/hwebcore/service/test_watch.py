"""Recycling by limits and rest for the idle: hwebcore/service/watch.py."""

from __future__ import annotations

import asyncio
import dataclasses
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.plan import RecyclingSettings
from hwebcore.service import watch
from tests.support.server_driver import alive, free_port, generation, get, plan, running, site, until


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_TICK_S", 0.05)


@pytest.mark.parametrize(
    ("limits", "event"),
    [({"requests": 3}, "5075"), ({"time_s": 0.3}, "5074"), ({"private_memory_kb": 1}, "5117"), ({"virtual_memory_kb": 1}, "5077")],
)
async def test_a_limit_recycles_with_its_event(tmp_path: Path, limits: dict[str, Any], event: str) -> None:
    port = free_port()
    pool = dataclasses.replace(plan(tmp_path / "app"), recycling=RecyclingSettings(**limits))
    async with running(tmp_path, generation((pool,), (site(port),))) as run:
        old = (await get(port))[1].split()[0]
        await get(port)
        await get(port)
        await until(lambda: f" {event} " in run.service.log.path.read_text(), "the event")
        await until(lambda: not alive(int(old)), "the old worker's end")
        assert run.pool()["failures"] == 0


# rules: pools.memory-pause
async def test_a_memory_limit_below_what_a_worker_needs_does_not_recycle_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    pool = dataclasses.replace(plan(tmp_path / "app"), recycling=RecyclingSettings(private_memory_kb=1))

    class Worker:
        pid, plan = os.getpid(), pool

    live: list[Any] = []
    recycled: list[str] = []

    async def recycle(why: str, worker: Any) -> None:
        recycled.append(f"{why} at {clock[0]:g}")
        live[:] = [Worker()]

    live.append(Worker())
    watched: Any = SimpleNamespace(plan=pool, workers=live, live=live, enabled=True, recycle=recycle)
    looking = watch.WorkerWatch(watched)
    looking._idle = lambda worker, now: False  # type: ignore[method-assign]  # memory alone is looked at
    for moment in (1000.0, 1001.0, 1002.0, 1059.0, 1060.0, 1061.0, 1062.0):
        clock[0] = moment
        await looking._look()
    assert recycled == ["private_memory at 1000", "private_memory at 1060"]


async def test_the_schedule_recycles_at_its_time_and_over_midnight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port, clock = free_port(), [80_000.0]
    monkeypatch.setattr(watch, "_seconds_of_day", lambda: clock[0])
    limits = RecyclingSettings(schedule_s=(0.0, 85_000.0))
    pool = dataclasses.replace(plan(tmp_path / "app"), recycling=limits)
    async with running(tmp_path, generation((pool,), (site(port),))) as run:
        for moment in (85_000.5, 3.0):
            old = (await get(port))[1].split()[0]
            clock[0] = moment
            await until(lambda old=old: not alive(int(old)), "the old worker's end")
        clock[0] = 2.0  # put back a little: no new day
        await get(port)
        assert run.service.log.path.read_text().count(" 5076 ") == 2


async def test_events_that_nobody_asked_for_are_not_written(tmp_path: Path) -> None:
    port = free_port()
    pool = dataclasses.replace(plan(tmp_path / "app"), recycling=RecyclingSettings(requests=1, log_events=("Time",)))
    async with running(tmp_path, generation((pool,), (site(port),))) as run:
        old = (await get(port))[1].split()[0]
        await until(lambda: not alive(int(old)), "the old worker's end")
        assert " 5075 " not in run.service.log.path.read_text()
        assert run.service.pools["Pool"].recycles == 1


async def test_an_idle_worker_ends_and_the_next_request_starts_another(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", idle_timeout_s=0.2),), (site(port),))) as run:
        old = (await get(port))[1].split()[0]
        await until(lambda: not alive(int(old)), "the idle worker's end")
        assert run.pool()["state"] == "Started"
        assert " 5186 " in run.service.log.path.read_text()
        assert (await get(port))[0] == 200


async def test_a_look_that_failed_for_want_of_room_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []

    async def look(self: watch.WorkerWatch) -> None:
        looks.append(None)
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(watch.WorkerWatch, "_look", look)
    pool: Any = SimpleNamespace()
    watching = asyncio.ensure_future(watch.WorkerWatch(pool).run())
    await until(lambda: len(looks) > 1, "another look")
    watching.cancel()
