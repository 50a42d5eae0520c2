"""Several worker processes of one pool, on real processes: hwebcore/service/pools.py, front/pool_gate.py."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import signal
from pathlib import Path

from tests.support.server_driver import HttpClient, Running, alive, free_port, generation, get, plan, running, site, until

COUNT = 3


async def _all_there(run: Running, without: frozenset[int] = frozenset()) -> set[int]:
    """The pids of the garden's live workers, once none is missing and none of `without` is among them."""
    pool = run.service.pools["Pool"]

    def pids() -> set[int]:
        return {worker.pid for worker in pool.live}

    await until(lambda: len(pids()) == COUNT and not pids() & without, "all workers of the garden")
    return pids()


async def test_connections_are_spread_and_a_dead_member_is_replaced(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=COUNT),), (site(port),))) as run:
        await get(port)
        pids = await _all_there(run)
        clients = [await HttpClient.open(port) for _ in range(COUNT * 2)]
        answers = [await client.get() for client in clients]
        spread = [int(body.split()[0]) for _, body in answers]
        assert {spread.count(pid) for pid in pids} == {2}
        assert [int((await client.get())[1].split()[0]) for client in clients] == spread  # a kept connection stays where it is
        dead = spread[0]
        os.kill(dead, signal.SIGKILL)
        after = await _all_there(run, frozenset({dead}))
        assert after > pids - {dead}
        assert run.pool()["failures"] == 1
        assert [(await get(port))[0] for _ in range(COUNT)] == [200] * COUNT
        for client in clients:
            await client.close()


async def test_recycling_replaces_all_and_loses_no_request(tmp_path: Path) -> None:
    port = free_port()
    first = plan(tmp_path / "app", max_processes=COUNT)
    async with running(tmp_path, generation((first,), (site(port),))) as run:
        await get(port)
        old = await _all_there(run)
        ending = asyncio.Event()
        answered: list[int] = []

        async def kept() -> None:
            client = await HttpClient.open(port)
            while not ending.is_set():
                answered.append((await client.get("/kept"))[0])
            await client.close()

        async with asyncio.TaskGroup() as load:
            for _ in range(6):
                load.create_task(kept())
            await run.service.pools["Pool"].recycle("on_demand")
            middle = await _all_there(run, frozenset(old))
            await run.service.pools["Pool"].recycle("time", run.service.pools["Pool"].live[0])
            assert len(middle & await _all_there(run)) == COUNT - 1
            run.source.push(generation((dataclasses.replace(first, code_digest="new code"),), (site(port),)))
            await _all_there(run, frozenset(middle))
            count = len(answered)
            await until(lambda: len(answered) > count + 50, "requests afterwards")
            ending.set()
        assert set(answered) == {200}
        await until(lambda: not any(map(alive, old | middle)), "the old workers' end")


async def test_failures_of_all_members_count_for_the_pool(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=2),), (site(port),))) as run:
        while run.pool()["state"] != "Failed":
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await get(port, "/die")
        assert run.pool()["failures"] == 5
        assert (await get(port))[0] == 503
        await until(lambda: not run.pool()["workers"], "the end of the members that had not failed")


async def test_an_idle_garden_ends_whole(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=2, idle_timeout_s=0.2),), (site(port),))) as run:
        await get(port)
        await until(lambda: run.service.log.path.read_text().count(" 5186 ") == 2, "both ends")
        assert run.pool()["state"] == "Started"
        assert (await get(port))[0] == 200
