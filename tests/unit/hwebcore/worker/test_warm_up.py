"""Preload and warm-up in a real worker: hwebcore/worker/warm_up.py."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from hwebcore.plan import ApplicationPlan, ModuleEntry, PoolPlan, SiteLog, SitePlan
from tests.support.server_driver import free_port, generation, get, plan, running, site, until

#: Notes every request with its user agent; /sleep hangs, /fails raises.
NOTES = """
import os, time
open(__file__ + ".notes", "a").write(f"imported {os.getpid()}\\n")

def app(environ, start_response):
    path = environ["PATH_INFO"]
    open(__file__ + ".notes", "a").write(f"{path}?{environ['QUERY_STRING']} {environ['HTTP_HOST']} {environ.get('HTTP_USER_AGENT')}\\n")
    if path == "/sleep":
        time.sleep(60)
    if path == "/fails":
        raise RuntimeError("not warm")
    start_response("200 OK", [("Content-Length", "0")])
    return []
"""


def _pool(root: Path, preload: bool = True, pages: tuple[tuple[str, str], ...] = (), **process: Any) -> PoolPlan:
    root.mkdir()
    (root / "answers_app.py").write_text(NOTES)
    made = plan(root, always_running=True, **process)
    application: ApplicationPlan = dataclasses.replace(made.applications[0], preload=preload, warm_up=pages)
    return dataclasses.replace(made, applications=(application,))


def _notes(root: Path) -> list[str]:
    file = root / "answers_app.py.notes"
    return file.read_text().splitlines() if file.exists() else []


async def test_what_is_preloaded_has_had_its_first_request_when_the_worker_is_ready(tmp_path: Path) -> None:
    port, root = free_port(), tmp_path / "app"
    pages = (("/warm?a=1", "shop.example"), ("/fails", ""), ("/last", ""))
    made = _pool(root, pages=pages)
    settings = dataclasses.replace(made.settings[0], modules=(*made.settings[0].modules, ModuleEntry("HttpLoggingModule", "native", "loghttp.dll")))
    logged = dataclasses.replace(made, sites=(SitePlan("Site", 1, log=SiteLog(directory=str(tmp_path / "logs"))),), settings=(settings,))
    async with running(tmp_path, generation((logged,), (site(port),))) as run:
        worker = await until(lambda: run.service.pools["Pool"].worker, "a ready worker without a request")
        assert _notes(root) == [
            f"imported {worker.pid}",
            "/? localhost IIS Application Initialization Preload",
            "/warm?a=1 shop.example IIS Application Initialization Warmup",
            "/fails? localhost IIS Application Initialization Warmup",
            "/last? localhost IIS Application Initialization Warmup",
        ]
        assert "GET /fails answered 500.0" in (run.service.options.logs / "pools" / "Pool.log").read_text()
        assert (await get(port, "/visitor"))[0] == 200
        folder = tmp_path / "logs" / "W3SVC1"
        await until(lambda: any(" /visitor " in path.read_text() for path in folder.iterdir()), "the visitor's line")
        assert not any("/warm" in path.read_text() for path in folder.iterdir())


async def test_without_preload_nothing_is_imported_before_a_request(tmp_path: Path) -> None:
    port, root = free_port(), tmp_path / "app"
    async with running(tmp_path, generation((_pool(root, preload=False),), (site(port),))) as run:
        await until(lambda: run.service.pools["Pool"].worker, "a ready worker without a request")
        assert _notes(root) == []


async def test_a_warm_up_that_takes_too_long_is_a_late_start(tmp_path: Path) -> None:
    port, root = free_port(), tmp_path / "app"
    made = _pool(root, pages=(("/sleep", ""),), startup_time_limit_s=1.5)
    async with running(tmp_path, generation((made,), (site(port),))) as run:
        await until(lambda: run.pool()["last_failure"], "the failure")
        assert run.pool()["last_failure"]["kind"] == "time-out"
        assert run.pool()["last_failure"]["requests"] == ["GET /sleep"]
        assert " 5012 " in run.service.log.path.read_text()
        await run.service.pools["Pool"].stop()
