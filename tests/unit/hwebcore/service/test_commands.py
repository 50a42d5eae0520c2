"""What consoles may ask: hwebcore/service/commands.py, through a real control socket."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwebcore.client import Refused
from hwebcore.plan import Generation, Problem, RouteTable
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, running, site, until


async def _is_closed(port: int) -> bool:
    try:
        await get(port)
    except ConnectionRefusedError:
        return True
    return False


async def test_a_private_connection_is_served_and_traced_under_its_tag(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        console = await run.client()
        private = await console.connect_worker("Pool", ("127.0.0.1", port), 4711)
        reader = await console.ring(private.ring)
        client = await HttpClient.over(private.sock)
        assert (await client.get("/x"))[0] == 200
        record = (await until(reader.poll, "the record"))[0].unpacked()
        assert (record.port, record.client, record.url, private.shadow) == (4711, "127.0.0.1", "/x", False)
        await client.close()
        await console.close()


async def test_the_other_mode_runs_in_a_shadow_that_is_not_logged(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        console = await run.client()
        private = await console.connect_worker("Pool", ("127.0.0.1", port), 1, "Classic")
        reader = await console.ring(private.ring)
        client = await HttpClient.over(private.sock)
        await client.get("/x")
        await until(reader.poll, "the record")
        assert private.shadow
        assert run.pool()["workers"] == []
        ring = next(ring for ring in run.service.snapshot()["rings"] if ring["ring"] == private.ring)
        assert (ring["mode"], ring["shadow"]) == ("Classic", True)
        again = await console.connect_worker("Pool", ("127.0.0.1", port), 2, "Classic")
        assert again.pid == private.pid
        again.sock.close()
        await client.close()
        await console.close()


async def test_opening_is_not_running(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),)), start=False) as run:
        console = await run.client()
        snapshot = await console.status()
        assert snapshot["service"]["running"] is False
        assert [site["state"] for site in snapshot["sites"]] == ["Stopped"]
        assert [(pool["name"], pool["state"]) for pool in snapshot["pools"]] == [("Pool", "Stopped")]
        with pytest.raises(ConnectionRefusedError):
            await get(port)
        await console.request("run", ports={"80": 8080}, drives={"C": str(tmp_path)}, accepted=["a"])
        assert run.source.answers == ({"C": tmp_path}, {80: 8080}, frozenset({"a"}))
        assert (await get(port))[0] == 200
        assert (await console.status())["service"]["running"] is True
        await console.close()


async def test_apply_answers_when_applied_or_refused(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        console = await run.client()
        assert (await console.request("apply"))["generation"] == 1
        run.source.newest = Generation(None, RouteTable(), (Problem("error", "x", "broken", None),))
        with pytest.raises(Refused) as refused:
            await console.request("apply")
        assert refused.value.answer["problems"][0]["message"] == "broken"
        await console.close()


async def test_pools_and_sites_obey_and_unknown_names_are_refused(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        console = await run.client()
        await console.request("stop_pool", pool="Pool")
        assert (await get(port))[0] == 503
        with pytest.raises(Refused, match="nothing to recycle"):
            await console.request("recycle_pool", pool="Pool")
        await console.request("start_pool", pool="Pool")
        assert (await get(port))[0] == 200
        await console.request("stop_site", site="Site")
        await until(lambda: _is_closed(port), "the closed endpoint")
        await console.request("start_site", site="Site")
        assert (await get(port))[0] == 200
        for kind, fields in (("stop_pool", {"pool": "no"}), ("stop_site", {"site": 3}), ("ring", {"ring": "r9"}), ("nonsense", {})):
            with pytest.raises(Refused):
                await console.request(kind, **fields)
        await console.close()
