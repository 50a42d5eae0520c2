"""An application pool's life (IIS: WAS): states, start, stop, recycle with overlap, demand start, rapid-fail protection.

Knows plans by digest and workers by their process, never a module or a request. Look next at worker_process.py (one worker),
traffic.py (who listens) and watch.py (why a worker is recycled or stopped for idleness).
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from hwebcore.plan import PoolPlan
from hwebcore.service.failure import RECYCLE_EVENTS, Failure, RapidFail, WorkerFailed
from hwebcore.service.worker_process import WorkerProcess
from hwebcore.tasks import Tasks

_RETRY_S = 0.1


class Surroundings(Protocol):
    """What a pool needs of the service."""

    tasks: Tasks

    def make_worker(self, plan: PoolPlan, pool: AppPool) -> WorkerProcess: ...

    async def switched(self, pool: AppPool) -> None:
        """The pool's live worker or state is another: tell the front and the listeners. Returns when they know."""
        ...

    def died(self, worker: WorkerProcess) -> None: ...

    def changed(self) -> None: ...

    def event(self, number: int, text: str) -> None: ...


class AppPool:
    """One pool. `worker` is the one that requests go to; draining ones end by themselves."""

    def __init__(self, plan: PoolPlan, around: Surroundings) -> None:
        self.plan = plan
        self.name = plan.name
        self.enabled = plan.process.auto_start
        self.failed = False
        self.reason = "" if self.enabled else "autoStart is false"
        self.worker: WorkerProcess | None = None
        self.starting: WorkerProcess | None = None
        self.draining: set[WorkerProcess] = set()
        self.last_failure: dict[str, Any] | None = None
        self.rapid_fail = RapidFail()
        self._stopping = False
        self._recycling = False
        self._wanted = False
        self._filling = False
        self._around = around
        self._lock = asyncio.Lock()

    @property
    def state(self) -> str:
        if self.failed:
            return "Failed"
        if self._stopping:
            return "Stopping"
        if not self.enabled:
            return "Stopped"
        if self._recycling:
            return "Recycling"
        return "Starting" if self.starting is not None and self.worker is None else "Started"

    @property
    def traffic_state(self) -> str:
        """What the front is told: live, starting (a demand will be answered), stopped, failed."""
        if self.failed:
            return "failed"
        if not self.enabled or self._stopping:
            return "stopped"
        return "live" if self.worker is not None else "starting"

    @property
    def workers(self) -> list[WorkerProcess]:
        return [worker for worker in (self.starting, self.worker, *self.draining) if worker is not None]

    # --- commands

    async def start(self) -> None:
        """Start a stopped or failed pool. Its worker starts on demand, or now where startMode says AlwaysRunning."""
        async with self._lock:
            self.enabled, self.failed, self.reason = True, False, ""
            self.rapid_fail.clear()
            await self._around.switched(self)
        if self.plan.process.always_running:
            self.demand()

    async def stop(self, reason: str = "") -> None:
        """No request is begun any more; what runs is finished within shutdownTimeLimit."""
        self.enabled, self.reason = False, reason
        if self.starting is not None:
            self.starting.kill()  # nobody waits for it now
        async with self._lock:
            self._stopping = True
            worker, self.worker = self.worker, None
            await self._around.switched(self)
            try:
                if worker is not None:
                    await self._finish(worker)
            finally:
                self._stopping = False
            await self._around.switched(self)

    async def recycle(self, why: str) -> None:
        """Replace the worker with overlap. Without one there is nothing to do: the next demand starts a new one."""
        async with self._lock:
            if self.worker is None:
                return
            number, words = RECYCLE_EVENTS[why]
            self._around.event(number, f"A worker process (pid {self.worker.pid}) of application pool '{self.name}' {words}.")
            await self._replace(self.plan)

    async def rest(self) -> None:
        """End the idle worker; the next request starts another."""
        async with self._lock:
            worker, self.worker = self.worker, None
            if worker is None:
                return
            minutes = self.plan.process.idle_timeout_s / 60
            self._around.event(
                5186,
                f"A worker process (pid {worker.pid}) of application pool '{self.name}' ends: idle for {minutes:g} minutes.",
            )
            await self._around.switched(self)
            await self._finish(worker)

    def demand(self) -> None:
        """A request waits for a worker."""
        self._wanted = True
        if self.enabled and not self.failed and self.worker is None and not self._filling:
            self._filling = True
            self._around.tasks.start(self._fill(), f"pool {self.name} demand start")

    # --- a new plan (generations.py): prepare, then commit or discard

    async def prepare(self, plan: PoolPlan) -> WorkerProcess | None:
        """A ready worker with `plan` beside the serving one; None where none is needed now. Raises WorkerFailed."""
        if (
            self.worker is None
            or not self.enabled
            or plan.recycling.disallow_rotation_on_config_change
            or plan.recycling.disallow_overlapping_rotation
        ):
            return None
        return await self._begin(plan)

    async def commit(self, plan: PoolPlan, prepared: WorkerProcess | None) -> None:
        """Take `plan` and switch to `prepared`. Returns when the old worker begins no request any more."""
        async with self._lock:
            old, self.plan = self.worker, plan
            if plan.recycling.disallow_rotation_on_config_change and old is not None and self.enabled:
                return
            if prepared is not None and not self.enabled:
                await self._finish(prepared)
                return
            if old is not None:
                number, words = RECYCLE_EVENTS["configuration"]
                self._around.event(number, f"A worker process (pid {old.pid}) of application pool '{self.name}' {words}.")
            if prepared is None:
                self.worker = None
                await self._around.switched(self)
                if old is not None:
                    await self._finish(old)  # without overlap: the old one first
            else:
                await self._switch(prepared)
        if self.worker is None and (plan.process.always_running or old is not None):
            self.demand()

    # --- inside

    async def _replace(self, plan: PoolPlan) -> None:
        if plan.recycling.disallow_overlapping_rotation:
            old, self.worker = self.worker, None
            await self._around.switched(self)
            if old is not None:
                await self._finish(old)
            self.demand()
            return
        self._recycling = True
        self._around.changed()
        try:
            fresh = await self._begin(plan)
        except WorkerFailed as failed:
            self._around.event(5093, f"Application pool '{self.name}' could not replace its worker process with overlap: {failed}.")
            return
        finally:
            self._recycling = False
            self._around.changed()
        await self._switch(fresh)

    async def _switch(self, fresh: WorkerProcess) -> None:
        old, self.worker = self.worker, fresh
        await self._around.switched(self)
        if old is not None:
            self.draining.add(old)
            await old.drain()
            self._around.tasks.start(self._finish(old), f"pool {self.name} drains {old.pid}")

    async def _begin(self, plan: PoolPlan) -> WorkerProcess:
        try:
            worker = self._around.make_worker(plan, self)
        except WorkerFailed as failed:
            self._count(None, failed.failure)
            raise
        except OSError as error:  # its log cannot be opened, or there is no memory for its rings
            failure = Failure("exit", f"could not be started: {error}", 5059)
            self._count(None, failure)
            raise WorkerFailed(failure) from error
        self.starting = worker
        self._around.changed()
        try:
            await worker.begin()
        except WorkerFailed as failed:
            self._around.died(worker)
            self._count(worker, failed.failure)
            raise
        finally:
            self.starting = None
            self._around.changed()
        return worker

    async def _fill(self) -> None:
        """Start a worker because somebody waits for one, again after a failure until rapid-fail protection says stop."""
        try:
            while self._wanted and self.enabled and not self.failed and self.worker is None:
                try:
                    async with self._lock:
                        if self.worker is not None or not self.enabled:
                            break
                        fresh = await self._begin(self.plan)
                        self.worker = fresh
                        self._wanted = False
                        await self._around.switched(self)
                except WorkerFailed:
                    await asyncio.sleep(_RETRY_S * 2 ** min(self.rapid_fail.count, 7))
        finally:
            self._filling = False

    async def _finish(self, worker: WorkerProcess) -> None:
        self.draining.add(worker)
        self._around.changed()
        failure = await worker.stop()
        if failure is not None:
            self._count(worker, failure)

    def ended(self, worker: WorkerProcess, failure: Failure | None) -> None:
        """A worker's process is gone."""
        was_live = worker is self.worker
        self.draining.discard(worker)
        if worker is self.starting:
            return  # begin() raises, and counts
        self._around.died(worker)
        if failure is not None and failure.event != 5013:
            self._count(worker, failure)
        if was_live:
            self.worker = None
            self._around.tasks.start(self._replenish(), f"pool {self.name} lost {worker.pid}")
        self._around.changed()

    async def _replenish(self) -> None:
        await self._around.switched(self)
        if self._wanted or self.plan.process.always_running:
            self.demand()

    def _count(self, worker: WorkerProcess | None, failure: Failure) -> None:
        """Note a failure; the fifth inside the interval stops the pool, and only it."""
        if not self.enabled and failure.kind == "exit":
            return  # it was stopped while it started
        requests = worker.rings.in_flight() if worker is not None else []
        pid = worker.pid if worker is not None else 0
        self.last_failure = {"at": time.time(), "pid": pid, "kind": failure.kind, "text": failure.text, "requests": requests}
        self._around.event(failure.event, f"The worker process (pid {pid}) of application pool '{self.name}' {failure.text}.")
        if worker is not None and worker.shadow:
            return
        settings = self.plan.failure
        count = self.rapid_fail.add(settings.rapid_fail_interval_s)
        if settings.rapid_fail_protection and count >= settings.rapid_fail_max_crashes and self.enabled and not self.failed:
            self.failed = True
            self.reason = f"{count} failures within {settings.rapid_fail_interval_s / 60:g} minutes; the last: {failure.text}"
            self._around.event(5002, f"Application pool '{self.name}' is being disabled: {self.reason}.")
            self._around.tasks.start(self._give_up(), f"pool {self.name} rapid-fail")
        self._around.changed()

    async def _give_up(self) -> None:
        worker, self.worker = self.worker, None
        await self._around.switched(self)
        if worker is not None:
            await self._finish(worker)
