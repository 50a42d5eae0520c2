"""appcmd's WP: list the worker processes of the running service.

Knows the service's snapshot only.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server


def items(server: Server) -> Iterator[Item]:
    for pool in server.snapshot["pools"] if server.snapshot else ():
        for worker in pool["workers"]:
            name = str(pool["name"])
            yield Item(
                "WP", str(worker["pid"]), (("applicationPool", name),), {"APPPOOL.NAME": name, "applicationPool": name, "WP.STATE": worker["state"]}
            )
