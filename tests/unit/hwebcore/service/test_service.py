"""The service end to end, on real processes: hwebcore/service/service.py with worker and front. Stories of the whole house are in tests/e2e."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from tests.support.server_driver import free_port, generation, get, plan, running, site, until


async def test_a_request_starts_the_worker_and_is_answered(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        assert run.pool()["workers"] == []
        status, body = await get(port, "/x")
        assert status == 200
        assert body.startswith(f"{run.pool()['workers'][0]['pid']} /x")


async def test_a_front_that_cannot_be_started_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else would: what it accepts would be refused until the service ends."""
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        service, first = run.service, run.service.front.pid
        start = service._start_front
        tries: list[None] = []

        async def refused_once() -> None:
            tries.append(None)
            if len(tries) == 1:
                raise OSError(errno.EMFILE, "Too many open files")
            await start()

        monkeypatch.setattr(service, "_start_front", refused_once)
        os.kill(first, signal.SIGKILL)
        await until(lambda: service.front.pid != first and len(tries) == 2, "another front")
        assert "the front could not be started" in service.log.path.read_text()
