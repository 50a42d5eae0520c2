"""Why a pool's worker is recycled or ended without anybody's command: time, requests, schedule, memory, idleness.

Knows the plan's limits and reads the worker's figures from outside; asks pools.py to act.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import datetime

from hwebcore.platform import memory_kb
from hwebcore.service.cpu_watch import CpuWatch
from hwebcore.service.pools import AppPool
from hwebcore.service.worker_process import WorkerProcess

_TICK_S = 1.0
_HALF_DAY_S = 43200.0
#: A limit of memory that is below what a new worker needs would recycle it for ever: once in so long is enough to tell.
_MEMORY_PAUSE_S = 60.0
_OF_MEMORY = ("private_memory", "virtual_memory")


@dataclass(slots=True)
class _Seen:
    """One live worker: since when, and when its ring last moved."""

    since: float
    busy_at: float
    written: int = -1


class WorkerWatch:
    """Looks at one pool's live workers once a second."""

    def __init__(self, pool: AppPool) -> None:
        self._pool = pool
        self._seen: dict[WorkerProcess, _Seen] = {}
        self._day_s = _seconds_of_day()
        self._cpu = CpuWatch()
        self._memory_at: float | None = None

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            with contextlib.suppress(OSError):  # no descriptor, no memory: the next look may find some, and the service's own tells of it
                await self._look()

    async def _look(self) -> None:
        pool, now = self._pool, time.monotonic()
        left_s = self._cpu.look(pool.plan.cpu, [worker.pid for worker in pool.workers if worker.pid], now)
        if left_s:
            await pool.over_cpu_limit(left_s)
            return
        scheduled = self._scheduled()
        live = list(pool.live) if pool.enabled else []
        self._seen = {worker: self._seen.get(worker) or _Seen(now, now) for worker in live}
        if live and scheduled:
            await pool.recycle("schedule")
            return
        for worker in live:
            why = self._why(worker, now - self._seen[worker].since)
            if why in _OF_MEMORY and not self._may_for_memory(now, self._seen[worker].since):
                continue
            if why is not None:
                await pool.recycle(why, worker)
                return
        if live and all([self._idle(worker, now) for worker in live]):
            await pool.rest()

    def _why(self, worker: WorkerProcess, age_s: float) -> str | None:
        """The limit that was reached (a key of RECYCLE_EVENTS), or None."""
        limits = worker.plan.recycling
        if limits.time_s and age_s >= limits.time_s:
            return "time"
        if limits.requests:
            worker.ping_now()
            if worker.requests >= limits.requests:
                return "requests"
        if limits.private_memory_kb or limits.virtual_memory_kb:
            private, virtual = memory_kb(worker.pid)
            if limits.private_memory_kb and private >= limits.private_memory_kb:
                return "private_memory"
            if limits.virtual_memory_kb and virtual >= limits.virtual_memory_kb:
                return "virtual_memory"
        return None

    def _may_for_memory(self, now: float, since: float) -> bool:
        """Whether a worker, alive since then, may go for its memory: not where the one that went for it last did so a moment ago."""
        last = self._memory_at
        if last is not None and since > last and now - last < _MEMORY_PAUSE_S:
            return False
        self._memory_at = now
        return True

    def _scheduled(self) -> bool:
        """Whether a time of the schedule (local time) has come since the last look, midnight included."""
        before, self._day_s = self._day_s, _seconds_of_day()
        moments = self._pool.plan.recycling.schedule_s
        if self._day_s < before - _HALF_DAY_S:  # midnight, not a clock that was put back a little
            return any(moment > before or moment <= self._day_s for moment in moments)
        return any(before < moment <= self._day_s for moment in moments)

    def _idle(self, worker: WorkerProcess, now: float) -> bool:
        limit = worker.plan.process.idle_timeout_s
        if not limit or worker.plan.process.always_running:
            return False
        seen, written = self._seen[worker], worker.rings.written()
        if written != seen.written:
            seen.written, seen.busy_at = written, now
            return False
        if now - seen.busy_at < limit:
            return False
        if worker.rings.in_flight():
            seen.busy_at = now
            return False
        return True


def _seconds_of_day() -> float:
    now = datetime.now()
    return now.hour * 3600 + now.minute * 60 + now.second + now.microsecond / 1e6
