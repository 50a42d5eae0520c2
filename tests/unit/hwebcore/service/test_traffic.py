"""Who accepts where: owned and shared endpoints, connections that change pools, hosts and sites that nobody serves. hwebcore/service/traffic.py."""

from __future__ import annotations

import asyncio
import errno
from dataclasses import replace
from pathlib import Path

import pytest

from hwebcore.routes import BindingRoute, RouteTable
from hwebcore.service.traffic import users_of
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, running, site, until


def test_whose_a_place_is() -> None:
    alone, shared, stopped, plain = (site(80, name, number, name) for number, name in enumerate(("A", "B", "C", "D"), 1))
    shared = replace(shared, bindings=(BindingRoute("http", "*", 80, "b.test"), BindingRoute("https", "10.0.0.1", 443)))
    plain = replace(plain, bindings=(BindingRoute("net.tcp", "10.0.0.1", 443), BindingRoute("http", "10.0.0.1", 81)))
    found = users_of(RouteTable((alone, shared, stopped, plain), started=("A", "B", "D")))
    assert found == {
        (False, "*", 80): {"A", "B"},
        (False, "127.0.0.1", 80): {"A"},
        (True, "*", 443): {"B"},
        (True, "10.0.0.1", 443): {"B"},
        (False, "*", 81): {"D"},
        (False, "10.0.0.1", 81): {"D"},
    }


async def test_an_endpoint_of_one_pool_goes_to_its_worker_and_back(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        assert run.service.snapshot()["endpoints"][0]["owner"] == "front"
        await get(port)
        assert run.service.snapshot()["endpoints"][0]["owner"] == "worker"
        await run.service.pools["Pool"].stop()
        assert run.service.snapshot()["endpoints"][0]["owner"] == "front"


async def test_one_kept_connection_reaches_two_pools(tmp_path: Path) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    async with running(tmp_path, generation(pools, (site(port, paths=(("/", "Pool"), ("/other", "Other"))),))):
        client = await HttpClient.open(port)
        answers = [(await client.get(path)) for path in ("/", "/other/1", "/2", "/other/3")]
        pids = [body.split()[0] for _, body in answers]
        assert [status for status, _ in answers] == [200] * 4
        assert pids[0] == pids[2] != pids[1] == pids[3]
        await client.close()


async def test_pipelined_requests_of_two_pools_are_answered_in_order(tmp_path: Path) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    async with running(tmp_path, generation(pools, (site(port, paths=(("/", "Pool"), ("/other", "Other"))),))):
        client = await HttpClient.open(port)
        await client.send(b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in (b"/1", b"/other/2", b"/3")))
        bodies = [(await client.answer())[1] for _ in range(3)]
        assert [body.split()[1] for body in bodies] == ["/1", "/2", "/3"]
        await client.close()


async def test_an_unknown_host_is_400_in_the_front_and_in_a_worker(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port, host="known.example"),))) as run:
        status, body = await get(port, host="other.example")
        assert (status, "Invalid Hostname" in body) == (400, True)
        assert (await get(port, host="known.example"))[0] == 200
        assert (await get(port, host="other.example"))[0] == 400
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: log.read_text().count(" 400 - Hostname -") == 2, "two lines in HTTPERR")


async def test_a_stopped_site_is_404_and_recycles_nobody(tmp_path: Path) -> None:
    port = free_port()
    sites = (site(port, host="a.example"), site(port, "Second", 2, host="b.example"))
    pool = plan(tmp_path / "app", sites=(("Site", 1, "/"), ("Second", 2, "/")))
    async with running(tmp_path, generation((pool,), sites)) as run:
        pid = (await get(port, host="a.example"))[1].split()[0]
        await run.service.sites.set("Second", False)
        assert (await get(port, host="b.example"))[0] == 404
        assert (await get(port, host="a.example"))[1].split()[0] == pid
        await run.service.sites.set("Second", True)
        assert (await get(port, host="b.example"))[1].split()[0] == pid


async def test_all_who_ask_at_once_share_one_telling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pools = tuple(plan(tmp_path / "app", f"Pool{number}") for number in range(40))
    async with running(tmp_path, generation(pools, (site(free_port(), pool="Pool0"),))) as run:
        told, tell_all = [], run.service.traffic._tell_all
        monkeypatch.setattr(run.service.traffic, "_tell_all", lambda: told.append(1) or tell_all())
        await asyncio.gather(*(pool.stop() for pool in run.service.pools.values()))
        assert len(told) <= 4
        assert {pool["state"] for pool in run.service.snapshot()["pools"]} == {"Stopped"}


async def test_who_shares_a_telling_that_was_broken_off_is_told_by_another(tmp_path: Path) -> None:
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        traffic = run.service.traffic
        first, second = (asyncio.ensure_future(traffic.update()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait_for(second, 10)
        assert first.cancelled()
        assert traffic._next is None


async def test_what_could_not_be_told_for_a_moment_is_told_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No descriptor was left, say: a worker that nobody hears of would serve nobody."""
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(free_port()),))) as run:
        traffic, tell_all = run.service.traffic, run.service.traffic._tell_all
        tries: list[None] = []

        def refused_twice() -> None:
            tries.append(None)
            if len(tries) < 3:
                raise OSError(errno.EMFILE, "Too many open files")
            tell_all()

        monkeypatch.setattr(traffic, "_tell_all", refused_twice)
        await run.service.pools["Pool"].stop()
        assert traffic._told["Pool"][0] == "stopped"
