"""A worker's life on a real process: hwebcore/worker/worker.py. Pools of them are in service/test_pools.py."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import sys
from pathlib import Path

from hwebcore.plan import SiteLog, SitePlan
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, release, running, site, until

#: An application whose own modules are named like ours; it tells what a worker leaves on the path.
NAMESAKES = """
import json, sys
import model, console, themes

def app(environ, start_response):
    try:
        import sample_configs
        found = True
    except ModuleNotFoundError:
        found = False
    told = {"owners": [module.OWNER for module in (model, console, themes)], "path": sys.path, "found": found}
    body = json.dumps({**told, "beside": open("beside.txt").read()}).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


async def test_a_users_own_model_console_and_themes_are_theirs(tmp_path: Path) -> None:
    port, root = free_port(), tmp_path / "app"
    root.mkdir()
    (root / "answers_app.py").write_text(NAMESAKES)
    for name in ("model", "console", "themes"):
        (root / f"{name}.py").write_text("OWNER = 'user'\n")
    (root / "beside.txt").write_text("where its developer runs it")
    async with running(tmp_path, generation((plan(root),), (site(port),))):
        status, body = await get(port)
        assert status == 200, body
        told = json.loads(body)
        assert told["owners"] == ["user"] * 3
        assert told["found"] is False
        assert told["beside"] == "where its developer runs it", "relative paths begin in the application's folder"
        assert str(Path(__file__).resolve().parents[4]) not in told["path"]


async def test_a_request_is_logged_to_the_sites_file(tmp_path: Path) -> None:
    port = free_port()
    pool = plan(tmp_path / "app")
    settings = dataclasses.replace(pool.settings[0], modules=(*pool.settings[0].modules, _logging()))
    logged = dataclasses.replace(pool, sites=(SitePlan("Site", 1, log=SiteLog(directory=str(tmp_path / "logs"))),), settings=(settings,))
    async with running(tmp_path, generation((logged,), (site(port),))):
        await get(port, "/a?q=%1b[31m")
        folder = tmp_path / "logs" / "W3SVC1"
        await until(lambda: any(" GET " in path.read_text() for path in folder.iterdir()), "the line")
        text = next(folder.iterdir()).read_text()
        assert "\x1b" not in text
        assert text.startswith("#Software:")


def _logging() -> object:
    from hwebcore.plan import ModuleEntry

    return ModuleEntry("HttpLoggingModule", "native", "loghttp.dll")


async def test_requests_behind_a_slow_one_are_handed_over_when_the_worker_drains(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        old = (await get(port))[1].split()[0]
        client = await HttpClient.open(port)
        await client.send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: "GET /slow" in run.in_flight(), "the request in flight")
        await run.service.pools["Pool"].recycle("on_demand")
        release(tmp_path / "app")
        first, second = await client.answer(), await client.answer()
        assert first[1].split()[0] == old
        assert second[1].split()[0] != old
        await client.close()


def _with_descriptors(folder: Path, most: int) -> str:
    """An interpreter whose processes may have so many."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nulimit -n {most}\nexec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return str(path)


async def test_a_worker_with_more_connections_than_descriptors_left_hands_all_of_them_over(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),)), python=_with_descriptors(tmp_path, 160)) as run:
        first = int((await get(port))[1].split()[0])
        clients = [await HttpClient.open(port) for _ in range(75)]
        for client in clients:
            assert (await client.get())[1].split()[0] == str(first)
        await run.service.pools["Pool"].recycle("on_demand")
        answers = await asyncio.gather(*(client.get() for client in clients))
        assert {status for status, _ in answers} == {200}
        assert str(first) not in {body.split()[0] for _, body in answers}
        assert run.pool()["last_failure"] is None
        for client in clients:
            await client.close()


async def test_a_worker_takes_as_many_connections_as_leave_it_room_for_files(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),)), python=_with_descriptors(tmp_path, 64)) as run:
        assert (await get(port))[0] == 200
        clients: list[HttpClient] = []
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while len(clients) < 40:
                clients.append(await HttpClient.open(port))
                assert (await clients[-1].get())[0] == 200
        assert 30 <= len(clients) <= 33  # the last one was refused; the first of all may not have gone yet
        for client in clients:
            await client.close()
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: " Connections_Refused " in log.read_text(), "the line in HTTPERR")
