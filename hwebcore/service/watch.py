"""Why a pool's worker is recycled or ended without anybody's command: time, requests, schedule, memory, idleness.

Knows the plan's limits and reads the worker's figures from outside; asks pools.py to act.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from hwebcore.platform import memory_kb
from hwebcore.service.pools import AppPool
from hwebcore.service.worker_process import WorkerProcess

_TICK_S = 1.0


class WorkerWatch:
    """Looks at one pool's live worker once a second."""

    def __init__(self, pool: AppPool) -> None:
        self._pool = pool
        self._worker: WorkerProcess | None = None
        self._since = 0.0
        self._written = -1
        self._busy_at = 0.0
        self._day_s = 0.0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            worker = self._pool.worker
            if worker is None or not self._pool.enabled:
                self._worker = None
                continue
            if worker is not self._worker:
                self._worker, self._since, self._written = worker, time.monotonic(), -1
                self._day_s = _seconds_of_day()
            why = await self._why(worker)
            if why is not None:
                await self._pool.recycle(why)
            elif self._idle(worker):
                await self._pool.rest()

    async def _why(self, worker: WorkerProcess) -> str | None:
        """The limit that was reached (a key of RECYCLE_EVENTS), or None."""
        limits = worker.plan.recycling
        if limits.time_s and time.monotonic() - self._since >= limits.time_s:
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
        before, self._day_s = self._day_s, _seconds_of_day()
        if any(before < moment <= self._day_s for moment in limits.schedule_s):
            return "schedule"
        return None

    def _idle(self, worker: WorkerProcess) -> bool:
        limit = worker.plan.process.idle_timeout_s
        if not limit or worker.plan.process.always_running:
            return False
        written = worker.rings.written()
        if written != self._written:
            self._written, self._busy_at = written, time.monotonic()
            return False
        if time.monotonic() - self._busy_at < limit:
            return False
        if worker.rings.in_flight():
            self._busy_at = time.monotonic()
            return False
        return True


def _seconds_of_day() -> float:
    now = datetime.now()
    return now.hour * 3600 + now.minute * 60 + now.second + now.microsecond / 1e6
