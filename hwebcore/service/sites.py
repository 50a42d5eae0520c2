"""Which sites are started: serverAutoStart at first, then what a user's start or stop gave them.

Knows routes only; traffic.py carries them to whom they concern.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable

from hwebcore.plan import RouteTable
from hwebcore.service.traffic import Traffic


class Sites:
    """Keeps each site's state over generations."""

    def __init__(self, traffic: Traffic, changed: Callable[[], None], connections_per_address: int = RouteTable.connections_per_address) -> None:
        self._traffic = traffic
        self._changed = changed
        self._per_address = connections_per_address
        self._states: dict[str, bool] = {}
        #: Whether what is new stays stopped: the server stands still.
        self.hold = False
        self._table = RouteTable()
        self._lock = asyncio.Lock()

    async def route(self, routes: RouteTable) -> None:
        """A new table of the configuration; known sites keep their state."""
        self._table = routes
        self._states = {site.name: self._states.get(site.name, site.auto_start and not self.hold) for site in routes.sites}
        await self._push()

    def knows(self, site: str) -> bool:
        return site in self._states

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self._states)

    @property
    def started(self) -> frozenset[str]:
        return frozenset(name for name, started in self._states.items() if started)

    @property
    def automatic(self) -> frozenset[str]:
        """Those that start by themselves."""
        return frozenset(site.name for site in self._table.sites if site.auto_start)

    async def set_all(self, sites: Iterable[str], started: bool) -> None:
        """Start or stop them together: told once. Those that are not there any more are left out."""
        self._states.update(dict.fromkeys((site for site in sites if site in self._states), started))
        await self._push()

    async def set(self, site: str, started: bool) -> None:
        """Start or stop one site: recycles nobody."""
        if self._states.get(site) is started:
            return
        self._states[site] = started
        await self._push()

    async def _push(self) -> None:
        async with self._lock:
            names = tuple(name for name, started in self._states.items() if started)
            await self._traffic.route(dataclasses.replace(self._table, started=names, connections_per_address=self._per_address))
            self._changed()
