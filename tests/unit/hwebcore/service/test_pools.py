"""An application pool's life, on real worker processes: hwebcore/service/pools.py."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.plan import CpuSettings, FailureSettings, PoolPlan
from hwebcore.service.pools import AppPool
from tests.support.server_driver import HttpClient, Running, alive, free_port, generation, get, plan, release, running, site, until

#: Worker processes of a web garden.
GARDEN = 3

#: /die, and what a worker must never do to its channel.
HARMFUL = """
import contextlib, os, pathlib, signal, socket, time

words = pathlib.Path("/proc/self/cmdline").read_text().split(chr(0))
channel = int(words[words.index("--channel") + 1])

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.endswith("/die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if path.endswith("/junk"):
        os.write(channel, bytes([0, 0, 0, 14]) + b'{"type":"odd"}')
    if path.endswith("/unlink"):
        for fd in map(int, os.listdir("/proc/self/fd")):
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(fd)) as link:
                if link.type == socket.SOCK_SEQPACKET:
                    link.send(b"Z")
    if path.endswith("/endless"):
        pong = '{"type":"pong","requests":1,"lost":{},"under_way":{"%s":["","",""]}}' % ("9" * 5000)
        os.write(channel, len(pong).to_bytes(4, "big") + pong.encode())
    if path.endswith("/break"):
        socket.socket(fileno=os.dup(channel)).shutdown(socket.SHUT_RDWR)
        time.sleep(5)
    start_response("200 OK", [("Content-Length", "0")])
    return []
"""


async def _worker(run: Running, port: int) -> int:
    """The pid that answers."""
    status, body = await get(port)
    assert status == 200
    return int(body.split()[0])


async def test_recycle_under_load_loses_no_request(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        pids = {await _worker(run, port)}
        ending = asyncio.Event()
        answered: list[int] = []

        async def kept() -> None:
            client = await HttpClient.open(port)
            while not ending.is_set():
                answered.append((await client.get("/kept"))[0])
            await client.close()

        async def fresh() -> None:
            while not ending.is_set():
                answered.append((await get(port, "/fresh"))[0])

        async with asyncio.TaskGroup() as load:
            for _ in range(4):
                load.create_task(kept())
                load.create_task(fresh())
            client = await run.client()
            for _ in range(3):
                await client.request("recycle_pool", pool="Pool")
                count = len(answered)
                await until(lambda count=count: len(answered) > count + 40, "requests after the recycle")
                pids.update(worker["pid"] for worker in run.pool()["workers"])
            ending.set()
        await client.close()
        assert set(answered) == {200}
        assert len(pids) >= 3


async def test_an_idle_kept_connection_survives_a_recycle(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        client = await HttpClient.open(port)
        first = (await client.get())[1].split()[0]
        await run.service.pools["Pool"].recycle("on_demand")
        await until(lambda: not alive(int(first)), "the old worker's end")
        status, body = await client.get()
        assert status == 200
        assert body.split()[0] != first
        await client.close()


async def test_a_running_request_is_finished_by_the_old_worker(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        old = await _worker(run, port)
        slow = asyncio.ensure_future(get(port, "/slow"))
        await until(lambda: "GET /slow" in run.in_flight(), "the request in flight")
        await run.service.pools["Pool"].recycle("on_demand")
        assert await _worker(run, port) != old
        release(tmp_path / "app")
        status, body = await slow
        assert (status, int(body.split()[0])) == (200, old)


async def test_a_killed_worker_is_replaced_and_its_requests_are_named(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        old = await _worker(run, port)
        stuck = asyncio.ensure_future(get(port, "/stuck?x=1"))
        await until(lambda: "GET /stuck?x=1" in run.in_flight(), "the request in flight")
        os.kill(old, signal.SIGKILL)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await stuck
        assert await _worker(run, port) != old
        failure = run.pool()["last_failure"]
        assert failure["requests"] == ["GET /stuck?x=1"]
        assert (failure["pid"], failure["kind"]) == (old, "exit")
        assert "SIGKILL" in failure["text"]
        assert [ring["alive"] for ring in run.service.snapshot()["rings"]] == [False, True]
        httperr = (run.service.options.logs / "HTTPERR" / "httperr1.log").read_text()
        assert " GET /stuck?x=1 - - - Connection_Abandoned_By_ReqQueue Pool\n" in httperr


async def test_the_fifth_failure_stops_that_pool_alone(tmp_path: Path) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a", sites=(("Site", 1, "/"),)), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    routes = (site(port, paths=(("/", "Pool"), ("/other", "Other"))),)
    async with running(tmp_path, generation(pools, routes)) as run:
        for _ in range(5):
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await get(port, "/die")
        await until(lambda: run.pool()["state"] == "Failed", "rapid-fail")
        assert run.pool()["failures"] == 5
        assert (await get(port, "/"))[0] == 503
        assert (await get(port, "/other/x"))[0] == 200
        assert "5002" in run.service.log.path.read_text()
        await run.service.pools["Pool"].start()
        assert (await get(port, "/"))[0] == 200


async def test_a_stopped_pool_answers_503_until_it_is_started(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        old = await _worker(run, port)
        pool = run.service.pools["Pool"]
        await pool.stop("by the test")
        assert not alive(old)
        assert (run.pool()["state"], run.pool()["reason"]) == ("Stopped", "by the test")
        status, body = await get(port)
        assert (status, "Service Unavailable" in body) == (503, True)
        await pool.start()
        assert (await get(port))[0] == 200


async def test_a_worker_that_does_not_become_ready_is_a_failure(tmp_path: Path) -> None:
    port = free_port()
    slow = plan(tmp_path / "app", startup_time_limit_s=0.001)
    limited = dataclasses.replace(slow, failure=FailureSettings(rapid_fail_max_crashes=2))
    async with running(tmp_path, generation((limited,), (site(port),))) as run:
        assert (await get(port))[0] == 503
        failure = run.pool()["last_failure"]
        assert (failure["kind"], run.pool()["state"]) == ("time-out", "Failed")


async def test_a_worker_that_misses_a_ping_is_replaced(tmp_path: Path) -> None:
    port = free_port()
    pool = plan(tmp_path / "app", ping_interval_s=0.05, ping_response_time_s=1.0)
    async with running(tmp_path, generation((pool,), (site(port),))) as run:
        old = await _worker(run, port)
        os.kill(old, signal.SIGSTOP)
        await until(lambda: run.pool()["last_failure"], "the missed ping")
        assert run.pool()["last_failure"]["kind"] == "ping"
        assert await _worker(run, port) != old


# rules: pools.failures
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="a worker's channel is found in /proc")
async def test_each_kind_of_failure_counts_for_rapid_fail(tmp_path: Path) -> None:
    """Of its own pool alone, and each with its event."""
    port = free_port()
    once = FailureSettings(rapid_fail_max_crashes=1)

    def pool(name: str, **process: Any) -> PoolPlan:
        (tmp_path / name).mkdir()
        (tmp_path / name / f"answers_{name}.py").write_text(HARMFUL)
        return dataclasses.replace(plan(tmp_path / name, name, (("Site", 1, f"/{name}"),), **process), failure=once)

    late = pool("late", startup_time_limit_s=0.001)
    silent = pool("silent", ping_interval_s=0.05, ping_response_time_s=0.5)
    strange = dataclasses.replace(pool("strange"), bitness="x")  # type: ignore[arg-type]  # a value that no plan has
    pools = (pool("crash"), late, silent, strange, pool("junk"), pool("number"), pool("unlinked"), pool("broken"), pool("sound"))
    routes = site(port, paths=tuple((f"/{one.name}", one.name) for one in pools))
    async with running(tmp_path, generation(pools, (routes,))) as run:
        assert (await get(port, "/silent/"))[0] == 200
        os.kill(run.pool("silent")["workers"][0]["pid"], signal.SIGSTOP)
        await asyncio.gather(
            *(
                get(port, path)
                for path in ("/crash/die", "/late/", "/strange/", "/junk/junk", "/number/endless", "/unlinked/unlink", "/broken/break")
            ),
            return_exceptions=True,
        )
        kinds = {
            "crash": ("exit", 5009),
            "late": ("time-out", 5012),
            "silent": ("ping", 5010),
            "strange": ("refused", 5059),
            "junk": ("channel", 5127),
            "number": ("channel", 5127),
            "unlinked": ("channel", 5011),
            "broken": ("channel", 5011),
        }
        for name in kinds:
            await until(lambda name=name: run.pool(name)["state"] == "Failed", f"rapid-fail of {name}")
        log = run.service.log.path.read_text()
        for name, (kind, event) in kinds.items():
            assert run.pool(name)["last_failure"]["kind"] == kind
            assert re.search(rf" {event} The worker process \(pid [0-9]+\) of application pool '{name}'", log)
            assert f" 5002 Application pool '{name}'" in log
        assert (await get(port, "/sound/"))[0] == 200


# rules: pools.dead-connections
async def test_the_clients_of_a_dead_worker_are_named(tmp_path: Path) -> None:
    """Also those whose request it had not read: it held its loop."""
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        idle, unread = await HttpClient.open(port), await HttpClient.open(port)
        for client in (idle, unread):
            assert (await client.get())[0] == 200
        pid = run.pool()["workers"][0]["pid"]
        await until(lambda: not run.in_flight(), "the end of what was answered")
        os.kill(pid, signal.SIGSTOP)
        await until(lambda: " T " in Path(f"/proc/{pid}/stat").read_text(), "the stop")
        await unread.send(b"GET /lost HTTP/1.1\r\nHost: a\r\n\r\n")
        os.kill(pid, signal.SIGKILL)
        await until(lambda: run.pool()["last_failure"], "the failure")
        names = sorted(f"127.0.0.1:{client.port}" for client in (idle, unread))
        failure = run.pool()["last_failure"]
        assert (failure["connections"], sorted(failure["idle_or_unread"]), failure["requests"]) == (2, names, [])
        httperr = (run.service.options.logs / "HTTPERR" / "httperr1.log").read_text()
        assert httperr.count(" Connection_Dropped Pool\n") == 2
        assert f" 127.0.0.1 {unread.port} " in httperr
        for client in (idle, unread):
            await client.close()


# rules: pools.orphan
async def test_a_failed_worker_may_be_left_to_a_debugger(tmp_path: Path) -> None:
    port = free_port()
    told, program = tmp_path / "told", tmp_path / "tell"
    program.write_text(f'#!/bin/sh\necho "$1 $2" > {told}.new && mv {told}.new {told}\n')
    program.chmod(0o755)
    pool = plan(tmp_path / "app", ping_interval_s=0.05, ping_response_time_s=0.5)
    pool = dataclasses.replace(pool, failure=FailureSettings(orphan=True, orphan_program=(str(program), "-p %1%")))
    async with running(tmp_path, generation((pool,), (site(port),))) as run:
        old = await _worker(run, port)
        os.kill(old, signal.SIGSTOP)
        await until(lambda: run.pool()["last_failure"], "the missed ping")
        assert await _worker(run, port) != old
        assert alive(old)
        (seat,) = (worker.seat for worker in run.service.pools["Pool"].orphans)
        assert [worker["state"] for worker in run.pool()["workers"] if worker["pid"] == old] == ["orphaned"]
        await until(told.exists, "the program")
        assert told.read_text() == f"-p {old}\n"
        assert run.pool()["failures"] == 1
        os.kill(old, signal.SIGKILL)  # whoever debugged it has seen enough
        await until(lambda: len(run.pool()["workers"]) == 1, "the orphan's end")
        assert seat.row in run.service._seats._free
        assert run.pool()["failures"] == 1
        assert "is left to a debugger" in run.service.log.path.read_text()
        last = await _worker(run, port)
        os.kill(last, signal.SIGSTOP)
        await until(lambda: [one for one in run.pool()["workers"] if (one["pid"], one["state"]) == (last, "orphaned")], "another orphan")
    assert not alive(last)  # the service's end is an orphan's too


async def test_a_worker_that_ended_before_it_was_asked_to_is_not_drained_for_ever(tmp_path: Path) -> None:
    """Its rings are let go two deaths later, and every status would have read them."""
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        pool = run.service.pools["Pool"]
        await get(port)
        [worker] = pool.live
        os.kill(worker.pid, signal.SIGKILL)
        await until(lambda: worker.gone, "its end")
        await pool._finish(worker)
        await worker.drain()
        assert (worker.state, worker in pool.workers) == ("ended", False)


# rules: pools.cpu-limit
async def test_too_much_processor_time_is_told_or_ends_the_workers(tmp_path: Path) -> None:
    port = free_port()
    held = dataclasses.replace(plan(tmp_path / "a", always_running=True), cpu=CpuSettings(1, True, 600.0))
    told = dataclasses.replace(plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)), cpu=CpuSettings(1, False, 600.0))
    async with running(tmp_path, generation((held, told), (site(port, paths=(("/", "Pool"), ("/other", "Other"))),))) as run:
        other = int((await get(port, "/other/"))[1].split()[0])

        async def work(path: str, done: Callable[[], bool]) -> bool:
            with contextlib.suppress(EOFError, ConnectionError):  # the limit ends a worker in the midst of a request, too
                await get(port, path)
            return done()

        await until(lambda: work("/", lambda: run.pool()["reason"].startswith("cpu limit")), "the limit")
        assert run.pool()["state"] == "Stopped"
        assert (await get(port))[0] == 503
        event = "'Other' used more processor time than its limit of 0.001 % within 10 minutes."
        await until(lambda: work("/other/", lambda: event in run.service.log.path.read_text()), "the event")
        assert int((await get(port, "/other/"))[1].split()[0]) == other
        assert run.pool()["failures"] == 0
        httperr = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: "AppShutdown" in httperr.read_text(), "the reason in HTTPERR")
        await run.service.pools["Pool"].start()
        assert (await get(port))[0] in (200, 503)  # the interval is not over: the limit may be passed again before the answer


# rules: pools.affinity
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to processors")
async def test_workers_run_on_the_processors_that_the_pool_names(tmp_path: Path) -> None:
    port, mine = free_port(), min(os.sched_getaffinity(0))
    bound = dataclasses.replace(plan(tmp_path / "a"), cpu=CpuSettings(affinity=1 << mine))
    nowhere = dataclasses.replace(plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)), cpu=CpuSettings(affinity=1 << 63))
    async with running(tmp_path, generation((bound, nowhere), (site(port, paths=(("/", "Pool"), ("/other", "Other"))),))) as run:
        assert os.sched_getaffinity(await _worker(run, port)) == {mine}
        assert (await get(port, "/other/"))[0] == 200
        assert " 5058 A worker process" in run.service.log.path.read_text()


async def test_a_pool_that_always_runs_starts_and_is_started_again(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", always_running=True),), (site(port),))) as run:
        await until(lambda: run.service.pools["Pool"].worker, "a worker without a request")
        old = run.pool()["workers"][0]["pid"]
        os.kill(old, signal.SIGKILL)
        begin = time.monotonic()
        await until(lambda: [worker for worker in run.pool()["workers"] if worker["pid"] not in (0, old) and worker["state"] == "running"], "another")
        assert time.monotonic() - begin < 5


async def test_a_pool_can_be_stopped_while_its_worker_starts(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", always_running=True),), (site(port),))) as run:
        pool = run.service.pools["Pool"]
        await until(lambda: any(worker.pid for worker in pool.starting), "a starting worker")
        begin = time.monotonic()
        await pool.stop("by the test")
        assert time.monotonic() - begin < 5
        assert (run.pool()["state"], run.pool()["failures"], run.pool()["workers"]) == ("Stopped", 0, [])


async def test_a_pool_that_does_not_start_by_itself_is_stopped_until_it_is_started(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", auto_start=False, always_running=True),), (site(port),))) as run:
        assert (run.pool()["state"], run.pool()["workers"]) == ("Stopped", [])
        assert (await get(port))[0] == 503
        await run.service.pools["Pool"].start()
        await until(lambda: run.service.pools["Pool"].worker, "its worker, without a request")


async def test_a_worker_that_does_not_end_in_time_is_killed_with_its_event(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", shutdown_time_limit_s=0.2),), (site(port),))) as run:
        old = await _worker(run, port)
        stuck = asyncio.ensure_future(get(port, "/stuck"))
        await until(lambda: "GET /stuck" in run.in_flight(), "the request in flight")
        begin = time.monotonic()
        await run.service.pools["Pool"].stop("by the test")
        assert time.monotonic() - begin < 5
        assert not alive(old)
        assert " 5013 " in run.service.log.path.read_text()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await stuck


async def test_a_pools_environment_is_its_workers(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", environment=(("MARK", "of the pool"),)),), (site(port),))):
        assert (await get(port))[1].endswith(" of the pool")


async def _all_there(run: Running, without: frozenset[int] = frozenset()) -> set[int]:
    """The pids of the garden's live workers, once none is missing and none of `without` is among them."""
    pool = run.service.pools["Pool"]

    def pids() -> set[int]:
        return {worker.pid for worker in pool.live}

    await until(lambda: len(pids()) == GARDEN and not pids() & without, "all workers of the garden")
    return pids()


async def test_connections_are_spread_and_a_dead_member_is_replaced(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=GARDEN),), (site(port),))) as run:
        await get(port)
        pids = await _all_there(run)
        clients = [await HttpClient.open(port) for _ in range(GARDEN * 2)]
        answers = [await client.get() for client in clients]
        spread = [int(body.split()[0]) for _, body in answers]
        assert {spread.count(pid) for pid in pids} == {2}
        assert [int((await client.get())[1].split()[0]) for client in clients] == spread  # a kept connection stays where it is
        dead = spread[0]
        os.kill(dead, signal.SIGKILL)
        after = await _all_there(run, frozenset({dead}))
        assert after > pids - {dead}
        assert run.pool()["failures"] == 1
        assert [(await get(port))[0] for _ in range(GARDEN)] == [200] * GARDEN
        for client in clients:
            await client.close()


async def test_recycling_replaces_all_and_loses_no_request(tmp_path: Path) -> None:
    port = free_port()
    first = plan(tmp_path / "app", max_processes=GARDEN)
    async with running(tmp_path, generation((first,), (site(port),))) as run:
        await get(port)
        old = await _all_there(run)
        ending = asyncio.Event()
        answered: list[int] = []

        async def kept() -> None:
            client = await HttpClient.open(port)
            while not ending.is_set():
                answered.append((await client.get("/kept"))[0])
            await client.close()

        async with asyncio.TaskGroup() as load:
            for _ in range(6):
                load.create_task(kept())
            await run.service.pools["Pool"].recycle("on_demand")
            middle = await _all_there(run, frozenset(old))
            await run.service.pools["Pool"].recycle("time", run.service.pools["Pool"].live[0])
            assert len(middle & await _all_there(run)) == GARDEN - 1
            run.source.push(generation((dataclasses.replace(first, code_digest="new code"),), (site(port),)))
            await _all_there(run, frozenset(middle))
            count = len(answered)
            await until(lambda: len(answered) > count + 50, "requests afterwards")
            ending.set()
        assert set(answered) == {200}
        await until(lambda: not any(map(alive, old | middle)), "the old workers' end")


async def test_failures_of_all_members_count_for_the_pool(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=2),), (site(port),))) as run:
        while run.pool()["state"] != "Failed":
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await get(port, "/die")
        assert run.pool()["failures"] == 5
        assert (await get(port))[0] == 503
        await until(lambda: not run.pool()["workers"], "the end of the members that had not failed")


async def test_an_idle_garden_ends_whole(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=2, idle_timeout_s=0.2),), (site(port),))) as run:
        await get(port)
        await until(lambda: run.service.log.path.read_text().count(" 5186 ") == 2, "both ends")
        assert run.pool()["state"] == "Started"
        assert (await get(port))[0] == 200


async def test_a_pool_that_failed_meanwhile_takes_no_new_workers(tmp_path: Path) -> None:
    """Nobody would ever send them a request, or end them."""

    class Fresh:
        gone = False

        async def stop(self) -> None:
            self.gone = True

        async def drain(self) -> None:
            return

    async def switched(pool: AppPool) -> None:
        return

    around: Any = SimpleNamespace(changed=lambda: None, switched=switched)
    fresh: Any = Fresh()
    pool = AppPool(plan(tmp_path / "app"), around)
    pool.failed = True
    await pool.commit(pool.plan, [fresh])
    assert (fresh.gone, pool.live) == (True, [])
