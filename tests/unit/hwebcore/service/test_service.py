"""The service end to end, on real processes: hwebcore/service/service.py with worker and front. Stories of the whole house are in tests/e2e."""

from __future__ import annotations

from pathlib import Path

from tests.support.server_driver import free_port, generation, get, plan, running, site


async def test_a_request_starts_the_worker_and_is_answered(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        assert run.pool()["workers"] == []
        status, body = await get(port, "/x")
        assert status == 200
        assert body.startswith(f"{run.pool()['workers'][0]['pid']} /x")
