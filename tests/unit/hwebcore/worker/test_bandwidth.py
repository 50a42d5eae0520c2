"""A site's share of its bandwidth: hwebcore/worker/bandwidth.py, and on a real worker."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Any

from hwebcore.plan import SiteLimits
from hwebcore.worker.bandwidth import Bandwidth
from tests.support.server_driver import free_port, generation, get, plan, running, site


def _limited(most: int) -> Any:
    return dataclasses.replace(site(80), limits=SiteLimits(max_bandwidth=most))


def test_members_share_the_limit_and_a_site_keeps_its_pace() -> None:
    bandwidth = Bandwidth(4)
    pace = bandwidth.of(_limited(4096))
    assert pace is not None
    assert pace.rate == 1024
    assert bandwidth.of(_limited(4096)) is pace
    assert bandwidth.of(_limited(8192)) is not pace
    assert bandwidth.of(site(80)) is None


# rules: limits.bandwidth
async def test_a_sites_answers_take_their_time(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "answers_app.py").write_text(
        "def app(environ, start_response):\n start_response('200 OK', [('Content-Length', '60000')])\n return [b'x' * 60000]\n"
    )
    route = dataclasses.replace(site(port), limits=SiteLimits(max_bandwidth=200_000))
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (route,))):
        assert (await get(port))[0] == 200
        before = time.monotonic()
        assert len((await get(port))[1]) == 60_000
        assert 0.2 < time.monotonic() - before < 10
