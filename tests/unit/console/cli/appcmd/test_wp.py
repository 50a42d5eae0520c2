from collections.abc import Callable
from pathlib import Path

from console.cli.appcmd import wp
from console.cli.appcmd.server import Server
from console.cli.instance import locate


def test_the_workers_of_the_running_service(sample: Callable[[str], Path]) -> None:
    server = Server(locate(str(sample("first-run"))))
    assert list(wp.items(server)) == []
    server.__dict__["snapshot"] = {"pools": [{"name": "P", "workers": [{"pid": 7, "state": "running"}, {"pid": 8, "state": "draining"}]}]}
    items = list(wp.items(server))
    assert [item.text for item in items] == ['WP "7" (applicationPool:P)', 'WP "8" (applicationPool:P)']
    assert items[1].get("wp.state") == "draining"
