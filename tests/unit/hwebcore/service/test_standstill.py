"""Stop and Start of the whole server, through a real control socket and real workers: hwebcore/service/standstill.py."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from hwebcore.client import Refused
from tests.support.server_driver import free_port, generation, get, plan, running, site, until


async def _is_closed(port: int) -> bool:
    try:
        await get(port)
    except ConnectionRefusedError:
        return True
    return False


async def test_start_runs_what_ran_and_nothing_else(tmp_path: Path) -> None:
    port, other = free_port(), free_port()
    sites = (site(port), site(other, "Other", 2))
    plans = (plan(tmp_path / "app"), plan(tmp_path / "idle", name="Idle"))
    async with running(tmp_path, generation(plans, sites)) as run:
        console = await run.client()
        await console.request("stop_site", site="Other")
        await console.request("stop_pool", pool="Idle")
        assert (await get(port))[0] == 200
        await console.request("stop_all")
        await console.request("stop_all")  # once more changes nothing of what is remembered
        await until(lambda: _is_closed(port), "the closed endpoint")
        snapshot = run.service.snapshot()
        assert {part["state"] for part in (*snapshot["sites"], *snapshot["pools"])} == {"Stopped"}
        assert run.pool()["reason"] == "the server was stopped by an administrator"
        assert snapshot["service"]["running"] is True
        await console.request("start_all")
        assert (await get(port))[0] == 200
        snapshot = run.service.snapshot()
        assert {part["name"]: part["state"] for part in snapshot["sites"]} == {"Site": "Started", "Other": "Stopped"}
        assert {part["name"]: part["state"] for part in snapshot["pools"]} == {"Pool": "Started", "Idle": "Stopped"}
        await console.request("start_all")  # without a stop before: what starts by itself
        assert {part["state"] for part in (*run.service.snapshot()["sites"], *run.service.snapshot()["pools"])} == {"Started"}
        await console.close()


async def test_what_is_added_meanwhile_stays_stopped_and_starts_with_the_rest(tmp_path: Path) -> None:
    port, other, third = free_port(), free_port(), free_port()
    first, added = plan(tmp_path / "app"), plan(tmp_path / "new", name="New", sites=(("New", 2, "/"),))
    async with running(tmp_path, generation((first,), (site(port),))) as run:
        console = await run.client()
        await console.request("stop_all")
        sites = (site(port), site(other, "New", 2, "New"), dataclasses.replace(site(third, "Off", 3), auto_start=False))
        run.source.newest = generation((first, added), sites)
        await console.request("apply")
        snapshot = run.service.snapshot()
        assert snapshot["service"]["stopped"] is True
        assert {part["name"]: part["state"] for part in snapshot["sites"]} == dict.fromkeys(("Site", "New", "Off"), "Stopped")
        assert {part["name"]: part["state"] for part in snapshot["pools"]} == dict.fromkeys(("Pool", "New"), "Stopped")
        assert await _is_closed(other)
        await console.request("start_all")
        assert [(await get(asked))[0] for asked in (port, other)] == [200, 200]
        assert run.service.snapshot()["service"]["stopped"] is False
        assert await _is_closed(third)
        await console.close()


async def test_what_was_only_opened_is_not_started_so(tmp_path: Path) -> None:
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),)), start=False) as run:
        console = await run.client()
        with pytest.raises(Refused, match="opened and not started"):
            await console.request("start_all")
        await console.request("stop_all")
        assert run.service.snapshot()["service"]["stopped"] is False
        await console.close()
