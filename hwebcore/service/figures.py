"""What the workers use and do: CPU, memory, requests begun, requests under way, log records lost. Sampled while somebody looks.

Knows processes by pid and reads their shared tables; changes nothing. snapshot.py shows what was sampled last.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hwebcore.plan import PoolPlan
from hwebcore.platform import cpu_seconds, memory_kb
from hwebcore.records import Flight, RingReader
from hwebcore.service.pools import AppPool
from hwebcore.service.worker_process import WorkerProcess

#: Requests under way that a snapshot lists, the oldest ones; all are counted.
MOST_REQUESTS = 100
#: A share of a processor over less time than this says nothing.
_LEAST_INTERVAL_S = 0.2
_PATIENCE_S = 0.1


@dataclass(slots=True)
class _Usage:
    """One worker at its last sample. `cpu_percent`: of one processor, since the sample before."""

    at: float
    cpu_s: float
    cpu_percent: float = 0.0
    private_kb: int = 0
    virtual_kb: int = 0
    under_way: int = 0
    requests: int = 0


@dataclass(slots=True)
class Figures:
    pools: Mapping[str, AppPool]
    #: The requests under way, the oldest first, with their worker and its pool's plan.
    _flights: list[tuple[Flight, WorkerProcess, PoolPlan]] = field(default_factory=list)
    _usage: dict[int, _Usage] = field(default_factory=dict)
    _at: float = 0.0
    #: Of workers that have ended: requests by pool, lost log records by site.
    _served: Counter[str] = field(default_factory=Counter)
    _lost: Counter[int] = field(default_factory=Counter)

    def sample(self) -> bool:
        """Look again; whether anything to show is another."""
        now = self._at = time.monotonic()
        usage, flying = self._usage, bool(self._flights)
        self._usage, self._flights = {}, []
        for pool in self.pools.values():
            for worker in pool.workers:
                if worker.pid and worker.state in ("running", "draining"):
                    worker.ping_now(under_way=True)
                    flights = [flight for flight in RingReader(*worker.rings.descriptors).flights() if not flight.parent]
                    self._usage[worker.pid] = _usage(worker, now, usage.get(worker.pid), len(flights))
                    self._flights += [(flight, worker, worker.plan) for flight in flights]
        self._flights.sort(key=lambda entry: entry[0].wall)
        # What runs grows older: that is to be shown too.
        return flying or bool(self._flights) or [*map(_shown, usage.values())] != [*map(_shown, self._usage.values())]

    @property
    def under_way(self) -> int:
        return len(self._flights)

    def requests(self) -> list[dict[str, Any]]:
        """The oldest requests under way, as the snapshot shows them."""
        now = time.time()
        return [_request(flight, worker, plan, now) for flight, worker, plan in self._flights[:MOST_REQUESTS]]

    async def look(self) -> None:
        """Look again unless that was a moment ago, and give the workers time to say how many requests they have begun."""
        if time.monotonic() - self._at >= _LEAST_INTERVAL_S:
            self.sample()
        asked, end = self._at, self._at + _PATIENCE_S
        while time.monotonic() < end and any(
            worker.counted_at < asked for pool in self.pools.values() for worker in pool.live if worker.state == "running"
        ):
            await asyncio.sleep(_PATIENCE_S / 20)

    def ended(self, worker: WorkerProcess) -> None:
        """Keep what an ended worker had counted."""
        if not worker.shadow:
            self._served[worker.plan.name] += worker.requests
            self._lost.update(worker.log_lost)

    def of(self, worker: WorkerProcess) -> dict[str, Any]:
        """What the snapshot says of a worker besides its state."""
        usage = self._usage.get(worker.pid) or _Usage(0.0, 0.0)
        return {
            "requests": worker.requests, "under_way": usage.under_way, "cpu_percent": usage.cpu_percent, "cpu_s": round(usage.cpu_s, 2),
            "private_kb": usage.private_kb, "virtual_kb": usage.virtual_kb,
        }  # fmt: skip

    def served(self, pool: AppPool) -> int:
        """Requests that the pool's workers have begun since the service started."""
        return self._served[pool.name] + sum(worker.requests for worker in pool.workers)

    def lost(self, site: int) -> int:
        """Records of a site's log (0: HTTPERR) that could not be written."""
        return self.lost_by_site()[site]

    def lost_by_site(self) -> Counter[int]:
        found = Counter(self._lost)
        for pool in self.pools.values():
            for worker in pool.workers:
                found.update(worker.log_lost)
        return found


def _usage(worker: WorkerProcess, now: float, before: _Usage | None, under_way: int) -> _Usage:
    cpu_s = cpu_seconds(worker.pid)
    private, virtual = memory_kb(worker.pid)
    usage = _Usage(now, cpu_s, 0.0, private, virtual, under_way, worker.requests)
    if before is not None and now - before.at < _LEAST_INTERVAL_S:
        usage.at, usage.cpu_s, usage.cpu_percent = before.at, before.cpu_s, before.cpu_percent
    elif before is not None:
        usage.cpu_percent = round(max(0.0, cpu_s - before.cpu_s) / (now - before.at) * 100, 1)
    return usage


def _shown(usage: _Usage) -> tuple[int, int, int, int, int]:
    """What differs enough to be shown: an idle worker's own second must not wake every console."""
    return int(usage.cpu_percent / 2), usage.private_kb // 256, usage.virtual_kb // 4096, usage.under_way, usage.requests


def _request(flight: Flight, worker: WorkerProcess, plan: PoolPlan, now: float) -> dict[str, Any]:
    """A worker whose loop is held cannot say where its requests are: notification and module are "" then."""
    site, notification, module = worker.steps.get(flight.request) or (_site(plan, flight.url), "", "")
    return {
        "id": f"{worker.pid:08x}{flight.request:08x}", "pool": plan.name, "pid": worker.pid, "site": site, "url": flight.url,
        "verb": flight.method, "client": flight.client, "elapsed_ms": _elapsed_ms(now, flight.wall),
        "notification": notification, "module": module,
    }  # fmt: skip


def _elapsed_ms(now: float, wall: float) -> int:
    """`wall` is the worker's word, and may be no number."""
    elapsed_s = now - wall
    return round(elapsed_s * 1000) if 0 < elapsed_s <= now else 0


def _site(plan: PoolPlan, url: str) -> str:
    """The site of a URL as far as its pool tells: "" where several of the pool's sites could be meant."""
    path = url.partition("?")[0].lower().rstrip("/") + "/"
    fitting = [(len(one.path), one.site) for one in plan.applications if path.startswith(one.path.lower().rstrip("/") + "/")]
    longest = max((length for length, _ in fitting), default=0)
    sites = {site for length, site in fitting if length == longest}
    return sites.pop() if len(sites) == 1 else ""
