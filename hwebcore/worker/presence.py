"""Which connections are here: told to whoever outlives this worker, counted by site for maxConnections, with their hand-overs.

Knows no request. Sites are counted over all workers of the service (site_counts.py), connections named in held_connections.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hwebcore.held_connections import HeldConnections
from hwebcore.plan import SiteLimits, SiteRoute
from hwebcore.site_counts import SiteCounts
from hwebcore.wire.gate import Refusal
from hwebcore.worker.address_counts import AddressCounts

if TYPE_CHECKING:
    from hwebcore.wire.protocol import HttpConnection

_UNLIMITED = SiteLimits().max_connections


class Presence:
    """`open` gives it the service's tables; without them it counts for this worker alone, and tells nobody."""

    def __init__(self, addresses: AddressCounts) -> None:
        self._at: dict[str, set[HttpConnection]] = {}
        self._sites: dict[HttpConnection, str] = {}
        self._hops: dict[HttpConnection, int] = {}
        self._rows: dict[HttpConnection, int] = {}
        self._addresses = addresses
        self._held: HeldConnections | None = None
        self._counts: SiteCounts | None = None

    def open(self, held: int, counts: int, row: int, columns: Mapping[str, int]) -> None:
        self._held = HeldConnections(held)
        if row >= 0:
            self._counts = SiteCounts(counts, row, columns)

    def made(self, connection: HttpConnection) -> bool:
        """It is here. False: its client's address has as many as one may have, and it is to be turned away."""
        client, local = connection.client or ("", 0), connection.local or ("", 0)
        room = self._addresses.has_room(client[0], local[0])
        self._addresses.add(client[0])
        self._rows[connection] = self._held.take(client) if self._held is not None and client[0] else -1
        return room

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
        elsewhere = self._counts.elsewhere(site.name) if self._counts is not None else 0
        if len(present) + elsewhere >= site.limits.max_connections:
            raise Refusal(503, "Service Unavailable", "The service is unavailable.", "ConnLimit")
        present.add(connection)
        self._sites[connection] = site.name
        if self._counts is not None:
            self._counts.add(site.name, 1)

    def left(self, connection: HttpConnection) -> None:
        """It is closed, or gone elsewhere."""
        self._hops.pop(connection, None)
        row = self._rows.pop(connection, None)
        if row is not None:
            self._addresses.remove((connection.client or ("", 0))[0])
            if self._held is not None:
                self._held.free(row)
        self._leave(connection)

    def _leave(self, connection: HttpConnection) -> None:
        site = self._sites.pop(connection, None)
        if site is not None:
            self._at[site].discard(connection)
            if self._counts is not None:
                self._counts.add(site, -1)
