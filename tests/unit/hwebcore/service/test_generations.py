"""What becomes of a generation: nothing, a recycle, or a refusal that leaves the last good one. hwebcore/service/generations.py."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from hwebcore.plan import Generation, Problem, RouteTable, Source
from tests.support.server_driver import Running, free_port, generation, get, plan, running, site, until


async def _applied(run: Running, number: int) -> None:
    await until(lambda: (run.service.generations.state.number, run.service.generations.state.state) == (number, "applied"), f"generation {number}")


async def test_nothing_changed_nothing_happens_but_the_digests_are_told(tmp_path: Path) -> None:
    port = free_port()
    first = generation((plan(tmp_path / "app"),), (site(port),), digests=(("f", "1"),))
    async with running(tmp_path, first) as run:
        pid = (await get(port))[1].split()[0]
        run.source.push(dataclasses.replace(first, digests=(("f", "2"),)))
        await until(lambda: run.service.snapshot()["generation"]["digests"] == {"f": "2"}, "the new digests")
        assert run.service.snapshot()["generation"]["number"] == 1
        assert (await get(port))[1].split()[0] == pid


async def test_a_changed_pool_is_recycled_and_the_others_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    routes = (site(port, paths=(("/", "Pool"), ("/other", "Other"))),)
    async with running(tmp_path, generation(pools, routes)) as run:
        before = ((await get(port))[1].split()[0], (await get(port, "/other/"))[1].split()[0])
        changed = dataclasses.replace(pools[0], code_digest="new code")
        told: dict[str, list[str]] = {"Pool": [], "Other": []}

        def tell() -> None:
            for name, states in told.items():
                states += [state for state in (run.service.pools[name].state,) if states[-1:] != [state]]

        monkeypatch.setattr(run.service, "changed", tell)
        run.source.push(generation((changed, pools[1]), routes))
        await _applied(run, 2)
        assert told == {"Pool": ["Recycling", "Started"], "Other": ["Started"]}
        assert (await get(port))[1].split()[0] != before[0]
        assert (await get(port, "/other/"))[1].split()[0] == before[1]


async def test_a_new_worker_knows_the_application_that_it_was_started_for(tmp_path: Path) -> None:
    """It is made ready before the routes are swapped."""
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        assert (await get(port, "/more/it"))[1].split()[1] == "/more/it"
        two = plan(tmp_path / "app", sites=(("Site", 1, "/"), ("Site", 1, "/more")))
        run.source.push(generation((two,), (site(port, paths=(("/", "Pool"), ("/more", "Pool"))),)))
        await _applied(run, 2)
        assert (await get(port, "/more/it"))[1].split()[1] == "/it"
        worker = run.service.pools["Pool"].worker
        assert worker is not None
        assert run.service.pools["Pool"].workers.count(worker) == 1


async def test_a_worker_that_still_starts_hears_of_new_routes(tmp_path: Path) -> None:
    first, second = free_port(), free_port()
    pool = plan(tmp_path / "app", sites=(("Site", 1, "/"), ("Second", 2, "/")))
    async with running(tmp_path, generation((pool,), (site(first),))) as run:
        run.service.pools["Pool"].demand()
        await until(lambda: run.service.pools["Pool"].starting, "the worker's start")
        run.source.push(generation((pool,), (site(first), site(second, "Second", 2))))
        await until(lambda: run.service.pools["Pool"].live, "the worker")
        assert [(await get(port))[0] for port in (first, second)] == [200, 200]
        assert [end["owner"] for end in run.service.snapshot()["endpoints"]] == ["worker", "worker"]


async def test_a_refused_generation_leaves_the_last_good_one(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        pid = (await get(port))[1].split()[0]
        problem = Problem("error", "0x8007000d", "not well-formed", Source("applicationHost.config", 3, 7, "MACHINE/WEBROOT/APPHOST"))
        run.source.push(Generation(None, RouteTable(), (problem,), (("f", "bad"),)))
        told = await until(lambda: run.service.snapshot()["generation"]["refused"], "the refusal")
        assert told["problems"][0]["source"]["line"] == 3
        assert told["digests"] == {"f": "bad"}
        assert run.service.snapshot()["generation"]["number"] == 1
        assert (await get(port))[1].split()[0] == pid


async def test_pools_and_sites_come_and_go(tmp_path: Path) -> None:
    first, second = free_port(), free_port()
    one = plan(tmp_path / "a")
    two = plan(tmp_path / "b", "Other", (("Second", 2, "/"),))
    async with running(tmp_path, generation((one,), (site(first),))) as run:
        await get(first)
        run.source.push(generation((one, two), (site(first), site(second, "Second", 2, "Other"))))
        await _applied(run, 2)
        assert (await get(second))[0] == 200
        run.source.push(generation((two,), (site(second, "Second", 2, "Other"),)))
        await _applied(run, 3)
        assert list(run.service.pools) == ["Other"]
        assert [end["port"] for end in run.service.snapshot()["endpoints"]] == [second]
        assert (await get(second))[0] == 200


async def test_a_defect_with_one_generation_is_said_and_the_next_is_applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    first = generation((plan(tmp_path / "app"),), (site(port),))
    async with running(tmp_path, first) as run:
        pid = (await get(port))[1].split()[0]
        changed = dataclasses.replace(first.pools[0], code_digest="new code") if first.pools else None
        assert changed is not None

        async def broken(*_: object) -> None:
            raise ZeroDivisionError("nobody thought of this")

        with monkeypatch.context() as patched:
            patched.setattr(run.service.generations, "_prepare", broken)
            run.source.push(generation((changed,), first.routes.sites))
            told = await until(lambda: run.service.snapshot()["generation"]["refused"], "the refusal")
        assert "nobody thought of this" in told["problems"][0]["message"]
        assert (await get(port))[1].split()[0] == pid
        run.source.push(generation((changed,), first.routes.sites))
        await _applied(run, 2)


async def test_a_plan_whose_sources_moved_recycles_nobody_and_is_taken_for_the_next_worker(tmp_path: Path) -> None:
    port = free_port()
    first = dataclasses.replace(plan(tmp_path / "a"), source=Source("applicationHost.config", 3, 7, "MACHINE/WEBROOT/APPHOST"))
    routes = (site(port),)
    async with running(tmp_path, generation((first,), routes)) as run:
        pid = (await get(port))[1].split()[0]
        moved = dataclasses.replace(first, source=Source("applicationHost.config", 9, 7, "MACHINE/WEBROOT/APPHOST"))
        run.source.push(generation((moved,), routes, digests=(("f", "2"),)))
        await until(lambda: run.service.snapshot()["generation"]["digests"] == {"f": "2"}, "the new digests")
        assert (await get(port))[1].split()[0] == pid
        assert run.service.pools["Pool"].plan is moved
