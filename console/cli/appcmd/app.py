"""appcmd's APP: list.

Knows the applications of sites; nothing of their content.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server


def items(server: Server) -> Iterator[Item]:
    for site in server.hierarchy.sites():
        for application in site.applications:
            pool = application.application_pool
            attributes = {"path": application.path, "APPPOOL.NAME": pool, "applicationPool": pool, "SITE.NAME": site.name}
            yield Item("APP", f"{site.name}{application.path}", (("applicationPool", pool),), attributes)
