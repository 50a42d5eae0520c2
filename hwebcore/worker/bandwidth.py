"""Which pace each site has in this worker: its share of limits/maxBandwidth.

Knows no connection's bytes. wire/pace.py keeps the pace. A web garden's members share the limit out; a site in several pools has it
in each of them.
"""

from __future__ import annotations

from hwebcore.plan import SiteLimits, SiteRoute
from hwebcore.wire.pace import Pace

_UNLIMITED = SiteLimits().max_bandwidth


class Bandwidth:
    """`members`: the worker processes that share the limit."""

    def __init__(self, members: int) -> None:
        self._members = max(1, members)
        self._paces: dict[str, Pace] = {}

    def of(self, site: SiteRoute) -> Pace | None:
        """None where the site may send as fast as it can."""
        if site.limits.max_bandwidth >= _UNLIMITED:
            return None
        rate = max(1, site.limits.max_bandwidth // self._members)
        pace = self._paces.get(site.name)
        if pace is None or pace.rate != rate:
            pace = self._paces[site.name] = Pace(rate)
        return pace
