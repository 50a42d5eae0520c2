"""The service's side of a worker: hwebcore/service/worker_process.py. Its life in a pool is in test_pools.py."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path

import pytest

from hwebcore.service import worker_process
from hwebcore.service.failure import WorkerFailed
from tests.support.server_driver import alive, free_port, generation, plan, running, site


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


async def test_one_that_cannot_be_told_its_plan_ends_and_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No descriptor is left, say: the process is there by then, and nobody else would end it."""

    def none_left(name: str, data: bytes) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        worker = run.service.make_worker(pool, run.service.pools["Pool"])
        with monkeypatch.context() as patch:
            patch.setattr(worker_process, "memory_text", none_left)
            with pytest.raises(WorkerFailed, match="Too many open files"):
                await worker.begin()
        assert worker.gone
        assert not alive(worker.pid)
        assert worker.handover.fileno() == -1


async def test_what_a_worker_says_of_itself_has_limits(tmp_path: Path) -> None:
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        worker = run.service.make_worker(pool, run.service.pools["Pool"])
        lost = {"0": 2, "1": 3, "77": 4, "x": 5}
        worker._heard({"type": "pong", "requests": 7, "lost": lost, "under_way": {str(number): ["s" * 9000, "", ""] for number in range(9000)}})
        assert (worker.requests, worker.log_lost) == (7, {0: 2, 1: 3})  # of no site but its own
        assert (len(worker.steps), len(worker.steps[1][0])) == (100, 1000)
        for requests in (-1, 10**4000, True, "8"):
            worker._heard({"type": "pong", "requests": requests, "lost": {}})
        assert worker.requests == 7
        os.close(worker._start.launch.output)


async def test_more_accounts_than_a_frame_holds_are_told_all_the_same(tmp_path: Path) -> None:
    record = {"name": "ada", "groups": ["staff"] * 10, "scrypt": {"n": 16384, "r": 8, "p": 1, "salt": "00" * 16, "hash": "00" * 32}}
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        worker = run.service.make_worker(pool, run.service.pools["Pool"])
        worker._start = dataclasses.replace(worker._start, accounts=lambda: [record | {"name": f"u{number}"} for number in range(8000)])
        await worker.begin()
        assert worker.state == "running"
        await worker.stop()
