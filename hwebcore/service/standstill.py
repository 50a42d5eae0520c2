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
    """What somebody stopped by itself before stays stopped when the server starts again."""

    def __init__(self, sites: Sites, pools: Mapping[str, AppPool]) -> None:
        self._sites, self._pools = sites, pools
        self._ran: tuple[frozenset[str], frozenset[str]] | None = None

    async def stop(self) -> None:
        """Sites first: nobody new is let in while pools finish what runs."""
        sites, pools = self._sites.started, [pool for pool in self._pools.values() if pool.enabled]
        if sites or pools:
            before = self._ran or (frozenset(), frozenset())
            self._ran = (before[0] | sites, before[1] | {pool.name for pool in pools})
        await self._sites.set_all(sites, False)
        await asyncio.gather(*(pool.stop(_REASON) for pool in pools))

    async def start(self) -> None:
        """What ran before; without a stop before it, what starts by itself. A pool that failed begins anew."""
        ran, self._ran = self._ran, None
        sites, pools = ran if ran is not None else (self._sites.automatic, frozenset(self._automatic()))
        failed = {pool.name for pool in self._pools.values() if pool.enabled and pool.failed}
        await asyncio.gather(*(pool.start() for name, pool in self._pools.items() if name in pools | failed))
        await self._sites.set_all(sites, True)

    def _automatic(self) -> list[str]:
        return [pool.name for pool in self._pools.values() if pool.plan.process.auto_start]
