"""Shadow workers: another plan, another worker; ended when idle. hwebcore/service/shadows.py. Serving is in test_commands.py."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from hwebcore.service import shadows
from tests.support.server_driver import alive, free_port, generation, plan, running, site, until


async def test_a_shadow_follows_the_plan_and_ends_when_nobody_uses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadows, "_LOOK_S", 0.05)
    pool = plan(tmp_path / "app")
    async with running(tmp_path, generation((pool,), (site(free_port()),))) as run:
        classic = dataclasses.replace(pool, mode="Classic")
        first = await run.service.shadows.get(classic)
        assert await run.service.shadows.get(classic) is first
        second = await run.service.shadows.get(dataclasses.replace(classic, code_digest="new"))
        assert second is not first
        await until(lambda: not alive(first.pid), "the end of the old one")
        monkeypatch.setattr(shadows, "IDLE_S", 0.0)
        await until(lambda: not alive(second.pid), "the end of the idle one")
        assert run.pool()["failures"] == 0
