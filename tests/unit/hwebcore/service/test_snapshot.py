"""The snapshot's form: hwebcore/service/snapshot.py."""

from __future__ import annotations

import json
from pathlib import Path

from hwebcore.plan import Problem, Source
from hwebcore.service.snapshot import problems_json
from tests.support.server_driver import free_port, generation, get, plan, running, site


def test_problems_keep_their_source_and_do_not_flood() -> None:
    problem = Problem("error", "500.19", "m", Source("web.config", 1, 2, "p"))
    assert problems_json([problem]) == [
        {"severity": "error", "code": "500.19", "message": "m", "source": {"file": "web.config", "line": 1, "column": 2, "config_path": "p"}}
    ]
    assert len(problems_json([problem] * 10_000)) == 300


async def test_it_is_json_and_says_what_runs(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),), digests=(("a", "b"),), compiled_ms=3.0)) as run:
        await get(port)
        seen = json.loads(json.dumps(run.service.snapshot()))
        assert set(seen) == {"schema", "service", "generation", "pools", "sites", "rings", "requests", "totals", "certificates", "endpoints"}
        assert seen["generation"]["digests"] == {"a": "b"}
        assert seen["pools"][0]["workers"][0]["ring"] == seen["rings"][0]["ring"]
        assert seen["pools"][0]["workers"][0]["state"] == "running"
        assert seen["sites"][0]["urls"] == [f"http://127.0.0.1:{port}/"]
        assert seen["sites"][0]["patterns"] == []
        assert seen["endpoints"] == [{"ip": "127.0.0.1", "port": port, "secure": False, "owner": "worker", "problem": ""}]
