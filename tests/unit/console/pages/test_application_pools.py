"""What the Application Pools page says of the pool that the cursor is on."""

from __future__ import annotations

from pathlib import Path

from console.figures import Figures
from console.pages import application_pools
from console.places import Target
from tests.support.console_views import view


def test_a_recycle_is_there_to_be_seen(tmp_path: Path) -> None:
    seen = view(tmp_path)
    workers = [{"pid": 12, "state": "running"}, {"pid": 13, "state": "starting"}, {"pid": 11, "state": "draining"}]
    seen.session.take({"service": {"running": True}, "pools": [{"name": "P", "state": "Started", "workers": workers, "identity": "x (runs as www)"}]})
    seen.feed.figures["P"] = figures = Figures()
    figures.count(1, error=False, duration_us=10.0)
    (row,) = application_pools.rows(seen)
    assert isinstance(row.key, Target)
    told = "".join(run.text.plain for line in application_pools.detail(seen, row.key) for run in line.left)
    assert "workers 3  pid 12, 13 starts, 11 finishes what it has" in told
