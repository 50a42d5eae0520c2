"""The service's side of a worker: hwebcore/service/worker_process.py. Its life in a pool is in test_pools.py."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from hwebcore.service.failure import WorkerFailed
from tests.support.server_driver import free_port, generation, plan, running, site


async def test_a_plan_that_the_worker_cannot_read_is_refused(tmp_path: Path) -> None:
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        worker = run.service.make_worker(dataclasses.replace(pool, bitness="x"), run.service.pools["Pool"])  # type: ignore[arg-type]  # a value that no plan has
        with pytest.raises(WorkerFailed) as raised:
            await worker.begin()
        assert raised.value.failure.kind == "refused"
        assert raised.value.failure.problems[0]["code"] == "refused-plan"
        assert "expected int" in raised.value.failure.text


async def test_a_process_that_cannot_be_started_is_a_failure(tmp_path: Path) -> None:
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        worker = run.service.make_worker(pool, run.service.pools["Pool"])
        worker._start = dataclasses.replace(worker._start, launch=dataclasses.replace(worker._start.launch, python=str(tmp_path / "none")))
        with pytest.raises(WorkerFailed, match="could not be started"):
            await worker.begin()


async def test_nothing_stays_open_of_one_that_the_service_did_not_wait_for(tmp_path: Path) -> None:
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        worker = run.service.make_worker(pool, run.service.pools["Pool"])
        await worker.begin()
        process = worker._process
    assert worker.handover.fileno() == -1
    await process.wait()
