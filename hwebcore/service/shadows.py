"""Shadow workers: a pool's plan in the other mode, for Compare and `trace --mode both`. Not logged, not counted, ended when idle.

Knows how to have a worker made; a shadow listens nowhere and serves only connections that a console passes in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hwebcore.plan import PoolPlan
from hwebcore.service.failure import Failure
from hwebcore.service.worker_process import WorkerProcess
from hwebcore.tasks import Tasks

IDLE_S = 60.0
_LOOK_S = 2.0


class Shadows:
    """One shadow worker a (pool, mode), of the newest plan."""

    def __init__(
        self,
        tasks: Tasks,
        make: Callable[[PoolPlan, Callable[[WorkerProcess, Failure | None], None]], WorkerProcess],
        died: Callable[[WorkerProcess], None],
    ) -> None:
        self._tasks = tasks
        self._make = make
        self._died = died
        self._workers: dict[tuple[str, str], WorkerProcess] = {}
        self._used: dict[int, tuple[float, int]] = {}
        self._starting: list[WorkerProcess] = []
        self._lock = asyncio.Lock()

    @property
    def workers(self) -> list[WorkerProcess]:
        return [*self._starting, *self._workers.values()]

    async def get(self, plan: PoolPlan) -> WorkerProcess:
        """A ready worker for exactly this plan. Raises WorkerFailed."""
        key = (plan.name, plan.mode)
        async with self._lock:
            worker = self._workers.get(key)
            if worker is not None and worker.digest != plan.digest:
                self._retire(key, worker)
                worker = None
            if worker is None:
                worker = self._make(plan, self._ended)
                self._starting = [worker]
                try:
                    await worker.begin()
                except BaseException:
                    self._died(worker)
                    raise
                finally:
                    self._starting = []
                self._workers[key] = worker
                self._tasks.start(self._rest(key, worker), f"shadow {plan.name}")
        self._used[worker.pid] = (time.monotonic(), -1)
        return worker

    async def stop(self) -> None:
        await asyncio.gather(*(worker.stop() for worker in self._workers.values()))

    def _retire(self, key: tuple[str, str], worker: WorkerProcess) -> None:
        self._workers.pop(key, None)
        self._tasks.start(worker.stop(), f"shadow {worker.pid} ends")

    async def _rest(self, key: tuple[str, str], worker: WorkerProcess) -> None:
        while self._workers.get(key) is worker:
            await asyncio.sleep(_LOOK_S)
            at, written = self._used.get(worker.pid, (0.0, -1))
            now = worker.rings.written()
            if now != written or worker.rings.in_flight():
                self._used[worker.pid] = (time.monotonic(), now)
            elif time.monotonic() - at > IDLE_S:
                self._retire(key, worker)

    def _ended(self, worker: WorkerProcess, failure: Failure | None) -> None:
        self._used.pop(worker.pid, None)
        for key, known in list(self._workers.items()):
            if known is worker:
                del self._workers[key]
        self._died(worker)
