"""appcmd's WP: list the worker processes of the running service.

Knows the service's snapshot only.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server

#: Attribute → the snapshot's figure.
_FIGURES = {
    "cpuPercent": "cpu_percent", "privateKB": "private_kb", "virtualKB": "virtual_kb", "requests": "requests", "executingRequests": "under_way",
}  # fmt: skip


def items(server: Server) -> Iterator[Item]:
    for pool in server.snapshot["pools"] if server.snapshot else ():
        for worker in pool["workers"]:
            name = str(pool["name"])
            known = {"APPPOOL.NAME": name, "applicationPool": name, "WP.STATE": str(worker["state"])}
            known |= {shown: str(worker[figure]) for shown, figure in _FIGURES.items() if figure in worker}
            yield Item("WP", str(worker["pid"]), (("applicationPool", name),), known)
