"""Stop and Start of the server as a whole: every site and pool, and which of them ran before.

Knows no socket and no process; sites.py and pools.py do what is said here. The service itself and its consoles go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from hwebcore.service.pools import AppPool
from hwebcore.service.sites import Sites

_REASON = "the server was stopped by an administrator"


class Standstill:
    """What somebody stopped by itself before stays stopped when the server starts again; what is added meanwhile stays stopped with the rest."""

    def __init__(self, sites: Sites, pools: Mapping[str, AppPool]) -> None:
        self._sites, self._pools = sites, pools
        #: Whether the server stands still now; what is new then starts with it.
        self.still = False
        self._ran: tuple[frozenset[str], frozenset[str]] | None = None
        self._known: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    def admit(self, pool: AppPool) -> None:
        """A pool that the configuration has begun to name."""
        if self.still and pool.enabled:
            pool.enabled, pool.reason = False, _REASON

    async def stop(self) -> None:
        """Sites first: nobody new is let in while pools finish what runs."""
        if not self.still:
            self._known = (self._sites.known, frozenset(self._pools))
        self.still = self._sites.hold = True
        sites, pools = self._sites.started, [pool for pool in self._pools.values() if pool.enabled]
        if sites or pools:
            before = self._ran or (frozenset(), frozenset())
            self._ran = (before[0] | sites, before[1] | {pool.name for pool in pools})
        await self._sites.set_all(sites, False)
        await asyncio.gather(*(pool.stop(_REASON) for pool in pools))

    async def start(self) -> None:
        """What ran before; without a stop before it, what starts by itself. A pool that failed begins anew."""
        ran, self._ran = self._ran, None
        self.still = self._sites.hold = False
        sites, pools = self._sites.automatic, frozenset(self._automatic())
        if ran is not None:
            sites, pools = ran[0] | (sites - self._known[0]), ran[1] | (pools - self._known[1])
        failed = {pool.name for pool in self._pools.values() if pool.enabled and pool.failed}
        await asyncio.gather(*(pool.start() for name, pool in self._pools.items() if name in pools | failed))
        await self._sites.set_all(sites, True)

    def _automatic(self) -> list[str]:
        return [pool.name for pool in self._pools.values() if pool.plan.process.auto_start]
