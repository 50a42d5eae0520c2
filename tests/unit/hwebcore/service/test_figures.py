"""CPU, memory, requests under way and totals, of real processes: hwebcore/service/figures.py."""

from __future__ import annotations

import asyncio
import dataclasses
import os
from pathlib import Path
from typing import Any

import pytest

from hwebcore.plan import ModuleEntry, SiteLog, SitePlan
from hwebcore.service import figures
from tests.support.server_driver import Running, free_port, generation, get, plan, release, running, site, until


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_LEAST_INTERVAL_S", 0.01)


async def _status(run: Running) -> dict[str, Any]:
    client = await run.client()
    try:
        seen: dict[str, Any] = (await client.request("status"))["snapshot"]
        return seen
    finally:
        await client.close()


async def test_requests_under_way_are_listed_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_REQUESTS", 2)
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        await get(port)
        slow = [asyncio.ensure_future(get(port, "/slow")) for _ in range(3)]
        await until(lambda: len(run.in_flight()) == 3, "the requests in flight")

        async def all_seen() -> Any:
            seen = await _status(run)
            return seen if seen["totals"]["under_way"] == 3 and seen["requests"][0]["module"] else None

        seen = await until(all_seen, "all three, with where they are")
        first = seen["requests"][0]
        assert (len(seen["requests"]), seen["totals"]["under_way"]) == (2, 3)
        assert {name: first[name] for name in ("pool", "site", "url", "verb", "client", "notification", "module")} == {
            "pool": "Pool", "site": "Site", "url": "/slow", "verb": "GET", "client": "127.0.0.1",
            "notification": "EXECUTE_REQUEST_HANDLER", "module": "ManagedPipelineHandler",
        }  # fmt: skip
        assert first["pid"] == seen["pools"][0]["workers"][0]["pid"]
        later = await until(lambda: _grown(run, first), "more elapsed time")
        assert later["elapsed_ms"] > first["elapsed_ms"]
        release(tmp_path / "app")
        await asyncio.gather(*slow)

        async def over() -> bool:
            seen = await _status(run)
            return bool(seen["totals"]["under_way"] == 0 and not seen["requests"] and seen["totals"]["requests"] == 4)

        await until(over, "no request under way, and four counted")


async def _grown(run: Running, first: dict[str, Any]) -> dict[str, Any] | None:
    requests = (await _status(run))["requests"]
    return next((one for one in requests if one["id"] == first["id"] and one["elapsed_ms"] > first["elapsed_ms"]), None)


async def test_a_workers_cpu_and_memory_are_told(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        await get(port)
        await _status(run)

        async def busy() -> Any:
            await asyncio.gather(*(get(port) for _ in range(20)))
            worker = (await _status(run))["pools"][0]["workers"][0]
            return worker if worker["cpu_percent"] > 0 else None

        worker = await until(busy, "processor time")
        assert worker["cpu_s"] > 0
        assert 1000 < worker["private_kb"] < worker["virtual_kb"]


async def test_totals_outlive_the_workers_that_counted(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        await get(port)
        await run.service.pools["Pool"].recycle("on_demand")
        await until(lambda: len(run.pool()["workers"]) == 1, "the old worker's end")
        await get(port)

        async def counted() -> bool:
            totals = (await _status(run))["totals"]
            return (totals["requests"], totals["recycles"], totals["failures"]) == (2, 1, 0)

        await until(counted, "both requests and the recycle")


async def test_a_full_disk_is_a_counted_gap_and_no_error(tmp_path: Path) -> None:
    port = free_port()
    pool = plan(tmp_path / "app")
    settings = dataclasses.replace(pool.settings[0], modules=(*pool.settings[0].modules, ModuleEntry("HttpLoggingModule", "native", "loghttp.dll")))
    logged = dataclasses.replace(pool, sites=(SitePlan("Site", 1, log=SiteLog(directory=str(tmp_path / "logs"))),), settings=(settings,))
    async with running(tmp_path, generation((logged,), (site(port),))) as run:
        await get(port)
        worker = run.service.pools["Pool"].worker
        assert worker is not None
        full = os.open("/dev/full", os.O_WRONLY)
        worker.send_logs({1: full})
        os.close(full)
        assert [(await get(port))[0] for _ in range(3)] == [200] * 3

        async def lost() -> bool:
            return int((await _status(run))["sites"][0]["log_lost"]) == 3

        await until(lost, "the gap in the status")
        worker.send_logs(run.service.site_logs.descriptors())
        await get(port)
        folder = tmp_path / "logs" / "W3SVC1"
        await until(lambda: any("#Remark: 3 records before this were lost" in path.read_text() for path in folder.iterdir()), "the gap in the log")


async def test_the_site_of_a_request_is_the_workers_word(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    pool = plan(tmp_path / "app", sites=(("Site", 1, "/"), ("Second", 2, "/")))
    async with running(tmp_path, generation((pool,), (site(ports[0]), site(ports[1], "Second", 2)))) as run:
        await get(ports[0])
        slow = asyncio.ensure_future(get(ports[1], "/slow"))
        await until(lambda: run.in_flight(), "the request in flight")

        async def told() -> bool:
            return [request["site"] for request in (await _status(run))["requests"]] == ["Second"]

        await until(told, "the site")
        release(tmp_path / "app")
        await slow


@pytest.mark.parametrize(("wall", "elapsed"), [(99.5, 500), (float("nan"), 0), (float("inf"), 0), (float("-inf"), 0), (101.0, 0), (-1e300, 0)])
def test_how_long_a_request_runs_is_a_workers_word_and_may_be_no_number(wall: float, elapsed: int) -> None:
    """The snapshot is made of it: no console would hear of anything any more."""
    assert figures._elapsed_ms(100.0, wall) == elapsed
