"""Story: processes are killed under load; what was in them is named, and everything serves again."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program_driver import Page, Program, eventually
from tests.support.server_driver import alive
from tests.support.traffic import traffic

WAITING = """import asyncio

async def application(scope, receive, send):
    await asyncio.sleep(60)
"""
ROW = '<add name="Waiting" path="waiting" verb="GET" type="asgi:waiting:application" preCondition="integratedMode" />'
WAITERS = 3
KEPT, FRESH = 4, 4


async def test_what_was_in_a_killed_worker_is_named_and_the_pool_serves_again(first_run: Program, capsys: pytest.CaptureFixture[str]) -> None:
    site = first_run.config / "sites/integrated"
    (site / "waiting.py").write_text(WAITING)
    first_run.edit(site / "web.config", "<handlers>", f"<handlers>{ROW}")
    port = first_run.ports["integrated"]
    with first_run.serving():
        async with traffic(port, kept=KEPT, fresh=FRESH) as load:
            await load.more(50)
            waiting = [asyncio.ensure_future(_lost(port, f"/waiting?{number}")) for number in range(WAITERS)]
            pid = first_run.pool("DefaultAppPool")["workers"][0]["pid"]
            await load.more(100)
            os.kill(pid, signal.SIGKILL)
            killed = time.monotonic()
            assert all(await asyncio.gather(*waiting))
            await asyncio.to_thread(eventually, lambda: first_run.get("/hello").status == 200, "an answer of the next worker")
            again_s = time.monotonic() - killed
            lost = list(load.lost)
            load.lost.clear()
            await load.more(100)
        assert load.lost == [], "the next worker loses nothing"
        pool = await asyncio.to_thread(first_run.pool, "DefaultAppPool")
    failure = pool["last_failure"]
    named = failure["requests"]
    assert (pool["failures"], failure["pid"], failure["kind"]) == (1, pid, "exit")
    assert {f"GET /waiting?{number}" for number in range(WAITERS)} <= set(named)
    assert len(lost) <= KEPT + FRESH, lost  # at most the one on each connection
    assert load.statuses.keys() == {200}
    with capsys.disabled():
        print(f"\n  killed to first answer: {again_s:.2f} s; named {len(named)}, lost {WAITERS + len(lost)} of {load.answered}", end=" ")


async def _lost(port: int, path: str) -> bool:
    """Whether the connection ends without an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    received = b""
    with contextlib.suppress(ConnectionError):
        received = await reader.read()
    writer.close()
    return received == b""


def test_the_fifth_failure_stops_that_pool_and_no_other(program: Callable[[str], Program], capsys: pytest.CaptureFixture[str]) -> None:
    world = program("crash-loop")
    times = []
    with world.serving():
        for _ in range(5):
            assert world.get("/fragile/", "site").status == 200
            crashed = time.monotonic()
            with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
                world.get("/fragile/crash", "site")
            eventually(lambda: world.get("/fragile/", "site"), "an answer after the crash")
            times.append(time.monotonic() - crashed)
        final = eventually(lambda: _with_status(world.get("/fragile/", "site"), 503), "503 after the fifth failure")
        assert world.get("/", "site").status == 200
        other, fragile = sorted(world.status()["pools"], key=lambda pool: pool["failures"])
        assert (fragile["state"], fragile["failures"], other["state"], other["failures"]) == ("Failed", 5, "Started", 0)
        assert fragile["last_failure"]["requests"] == ["GET /fragile/crash"]
        assert world.appcmd("start", "apppool", fragile["name"]).code == 0
        assert world.get("/fragile/", "site").status == 200
    assert b"Service Unavailable" in final.body
    with capsys.disabled():
        print(f"\n  crashed to next answer: {', '.join(f'{seconds:.2f}' for seconds in times)} s", end=" ")


def _with_status(page: Page, status: int) -> Page | None:
    return page if page.status == status else None


def test_workers_end_with_a_killed_service_and_the_next_takes_over(first_run: Program, capsys: pytest.CaptureFixture[str]) -> None:
    with first_run.serving() as ready:
        left = _all_pids(first_run)
        os.kill(ready["pid"], signal.SIGKILL)
        killed = time.monotonic()
        eventually(lambda: not any(map(_runs, left)), "the workers and the front end", 10)
        ended_s = time.monotonic() - killed
    with first_run.serving() as ready:
        left = _all_pids(first_run)
        os.kill(ready["pid"], signal.SIGKILL)
        killed = time.monotonic()
        with first_run.serving():
            assert first_run.get("/hello").status == 200
            taken_s = time.monotonic() - killed
            assert not any(map(_runs, left))
    with capsys.disabled():
        print(f"\n  service killed: the last process ended after {ended_s:.2f} s; next one serves after {taken_s:.2f} s", end=" ")


def _all_pids(program: Program) -> set[int]:
    """Workers of both pools, and the front."""
    for site in program.ports:
        assert program.get("/hello", site).status == 200
    found = _children(program)
    assert len(found) == 3
    return found


def _children(program: Program) -> set[int]:
    file = next((program.folder / "state").rglob("processes.json"))
    return {entry["pid"] for entry in json.loads(file.read_text())}


def _runs(pid: int) -> bool:
    """A zombie, which nobody may have asked for yet, has ended."""
    with contextlib.suppress(OSError):
        return alive(pid) and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def test_a_killed_front_heals(first_run: Program, capsys: pytest.CaptureFixture[str]) -> None:
    with first_run.serving():
        [front] = _children(first_run)  # no worker yet: the front accepts everything
        os.kill(front, signal.SIGKILL)
        killed = time.monotonic()
        assert eventually(lambda: first_run.get("/hello"), "a worker on demand").status == 200
        with capsys.disabled():
            print(f"\n  front killed to an answer on demand: {time.monotonic() - killed:.2f} s", end=" ")
        assert front not in _children(first_run)
