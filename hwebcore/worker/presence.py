"""Which connections are at which site, for maxConnections, and how often each was handed over before it got an answer here.

Knows no request. Counts are this worker's: a site of several pools, or of a web garden, has its limit in each worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.plan import SiteLimits, SiteRoute
from hwebcore.wire.gate import Refusal

if TYPE_CHECKING:
    from hwebcore.wire.protocol import HttpConnection

_UNLIMITED = SiteLimits().max_connections


class Presence:
    def __init__(self) -> None:
        self._at: dict[str, set[HttpConnection]] = {}
        self._sites: dict[HttpConnection, str] = {}
        self._hops: dict[HttpConnection, int] = {}

    def came(self, connection: HttpConnection, hops: int) -> None:
        """It was handed to us, `hops` times so far."""
        if hops:
            self._hops[connection] = hops

    def hops(self, connection: HttpConnection) -> int:
        """How often it was handed over without an answer."""
        return self._hops.get(connection, 0)

    def entered(self, connection: HttpConnection, site: SiteRoute) -> None:
        """It has a request for the site, and counts there from now on. Raises Refusal (ConnLimit) where too many are there."""
        self._hops.pop(connection, None)
        if self._sites.get(connection) == site.name:
            return
        self._leave(connection)
        if site.limits.max_connections >= _UNLIMITED:
            return
        present = self._at.setdefault(site.name, set())
        if len(present) >= site.limits.max_connections:
            raise Refusal(503, "Service Unavailable", "The service is unavailable.", "ConnLimit")
        present.add(connection)
        self._sites[connection] = site.name

    def left(self, connection: HttpConnection) -> None:
        """It is closed, or gone elsewhere."""
        self._hops.pop(connection, None)
        self._leave(connection)

    def _leave(self, connection: HttpConnection) -> None:
        site = self._sites.pop(connection, None)
        if site is not None:
            self._at[site].discard(connection)
