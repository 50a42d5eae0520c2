"""An application pool's life (IIS: WAS): states, start, stop, recycle with overlap, demand start, rapid-fail protection.

Knows plans by digest and workers by their process, never a module or a request. Look next at worker_process.py (one worker),
traffic.py (who listens) and watch.py (why a worker is recycled or stopped for idleness).
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from hwebcore.plan import PoolPlan
from hwebcore.service.failure import RECYCLE_EVENTS, Failure, RapidFail, WorkerFailed, told
from hwebcore.service.worker_process import WorkerProcess
from hwebcore.tasks import Tasks

_RETRY_S = 0.1
#: A web garden has at most so many worker processes.
MOST_PROCESSES = 16


class Surroundings(Protocol):
    """What a pool needs of the service."""

    tasks: Tasks

    def make_worker(self, plan: PoolPlan, pool: AppPool) -> WorkerProcess: ...

    async def switched(self, pool: AppPool) -> None:
        """The pool's live worker or state is another: tell the front and the listeners. Returns when they know."""
        ...

    def died(self, worker: WorkerProcess) -> None: ...

    def buried(self, worker: WorkerProcess) -> None:
        """An orphan's process is gone; that it had failed is long known."""
        ...

    def changed(self) -> None: ...

    def event(self, number: int, text: str) -> None: ...

    def hire(self, program: tuple[str, str], plan: PoolPlan, pid: int) -> None:
        """Run a program that the pool names for what happened to the process; ("", …) is none."""
        ...


class AppPool:
    """One pool. Requests go to the `live` workers (several in a web garden); draining ones end by themselves."""

    def __init__(self, plan: PoolPlan, around: Surroundings) -> None:
        self.plan = plan
        self.name = plan.name
        self.enabled = plan.process.auto_start
        self.failed = False
        #: Its workers used too much processor time: none is started until the interval is over.
        self.held = False
        self.reason = "" if self.enabled else "autoStart is false"
        self.live: list[WorkerProcess] = []
        self.starting: list[WorkerProcess] = []
        #: Ready ones that do not serve yet: they hear of routes, logs and accounts as those that do.
        self.begun: list[WorkerProcess] = []
        self.draining: set[WorkerProcess] = set()
        #: Failed workers that are left to a debugger until somebody ends them, or the service ends.
        self.orphans: list[WorkerProcess] = []
        self.last_failure: dict[str, Any] | None = None
        self.rapid_fail = RapidFail()
        self.recycles = 0
        self.crashes = 0
        self._stopping = False
        self._recycling = False
        self._wanted = False
        self._filling = False
        self._around = around
        self._lock = asyncio.Lock()

    @property
    def worker(self) -> WorkerProcess | None:
        """A live worker: the one that is there longest."""
        return self.live[0] if self.live else None

    @property
    def processes(self) -> int:
        """How many workers there are to be; more than one is a web garden (0 in IIS: one a NUMA node, of which we know one)."""
        return min(max(self.plan.process.max_processes, 1), MOST_PROCESSES)

    @property
    def state(self) -> str:
        if self.failed:
            return "Failed"
        if self._stopping:
            return "Stopping"
        if not self.enabled or self.held:
            return "Stopped"
        if self._recycling or self._is_changing:
            return "Recycling"
        return "Starting" if self.starting and not self.live else "Started"

    @property
    def _is_changing(self) -> bool:
        """Whether workers with another plan begin beside the live ones: the configuration changed (`prepare`)."""
        return bool(self.live) and any(worker.digest != self.plan.digest for worker in (*self.starting, *self.begun))

    @property
    def traffic_state(self) -> str:
        """What the front is told: live, starting (a demand will be answered), stopped, failed, held."""
        if self.failed:
            return "failed"
        if self.held and self.enabled:
            return "held"
        if not self.enabled or self._stopping:
            return "stopped"
        return "live" if self.live else "starting"

    @property
    def workers(self) -> list[WorkerProcess]:
        return [*self.starting, *self.begun, *self.live, *self.draining, *self.orphans]

    # --- commands

    async def start(self) -> None:
        """Start a stopped or failed pool. Its worker starts on demand, or now where startMode says AlwaysRunning."""
        async with self._lock:
            self.enabled, self.failed, self.held, self.reason = True, False, False, ""
            self.rapid_fail.clear()
            await self._around.switched(self)
        if self.plan.process.always_running:
            self.demand()

    async def stop(self, reason: str = "") -> None:
        """No request is begun any more; what runs is finished within shutdownTimeLimit."""
        self.enabled, self.reason = False, reason
        for worker in self.starting:
            worker.kill()  # nobody waits for it now
        async with self._lock:
            self._stopping = True
            old, self.live = self.live, []
            await self._around.switched(self)
            try:
                await self._finish_all(old)
            finally:
                self._stopping = False
            await self._around.switched(self)

    async def recycle(self, why: str, only: WorkerProcess | None = None) -> None:
        """Replace the workers (or only one of them) with overlap. Without any there is nothing to do: the next demand starts one."""
        async with self._lock:
            old = [worker for worker in self.live if only is None or worker is only]
            if old:
                self._tell_recycle(why, old, self.plan)
                await self._replace(old)

    async def rest(self) -> None:
        """End the idle workers; the next request starts another."""
        async with self._lock:
            old, self.live = self.live, []
            if not old:
                return
            minutes = self.plan.process.idle_timeout_s / 60
            for worker in old if self.plan.process.log_idle_timeout else ():
                self._around.event(5186, f"A worker process (pid {worker.pid}) of application pool '{self.name}' ends: idle for {minutes:g} minutes.")
            await self._around.switched(self)
            await self._finish_all(old)

    def demand(self) -> None:
        """A request waits for a worker."""
        self._wanted = True
        if self.enabled and not self.failed and not self.held and len(self.live) < self.processes and not self._filling:
            self._filling = True
            self._around.tasks.start(self._fill(), f"pool {self.name} demand start")

    async def over_cpu_limit(self, left_s: float) -> None:
        """cpu/limit was passed, with so much of the interval left. NoAction tells; KillW3wp ends the workers until it is over."""
        cpu = self.plan.cpu
        limit = f"{cpu.limit / 1000:g} % within {cpu.reset_interval_s / 60:g} minutes"
        words = f"Application pool '{self.name}' used more processor time than its limit of {limit}"
        if not cpu.kill:
            self._around.event(0, f"{words}.")
            return
        self._around.event(0, f"{words}: its worker processes are ended, and none is started for {left_s:.0f} s.")
        self.held, self.reason = True, f"cpu limit: held for {left_s:.0f} s"
        for worker in [*self.starting, *self.live]:
            worker.dismiss()
        await self._around.switched(self)
        self._around.tasks.start(self._release(left_s), f"pool {self.name} held")

    async def _release(self, left_s: float) -> None:
        await asyncio.sleep(left_s)
        if self.held:
            self.held, self.reason = False, ""
            await self._around.switched(self)
            if self.plan.process.always_running:
                self.demand()

    # --- a new plan (generations.py): prepare, then commit or discard

    async def prepare(self, plan: PoolPlan) -> list[WorkerProcess]:
        """Ready workers with `plan` beside the serving ones; none where none is needed now. Raises WorkerFailed."""
        if not self.live or not self.enabled or plan.recycling.disallow_rotation_on_config_change or plan.recycling.disallow_overlapping_rotation:
            return []
        return await self._begin_all(plan, min(len(self.live), min(max(plan.process.max_processes, 1), MOST_PROCESSES)))

    async def commit(self, plan: PoolPlan, prepared: list[WorkerProcess]) -> None:
        """Take `plan` and switch to `prepared`. Returns when the old workers begin no request any more."""
        async with self._lock:
            old, self.plan = list(self.live), plan
            if plan.recycling.disallow_rotation_on_config_change and old and self.enabled:
                return
            if prepared and (self.failed or not self.enabled):
                await self._finish_all(prepared)
                return
            self._tell_recycle("configuration", old, plan)
            if prepared:
                await self._switch(prepared, old)
            else:
                self.live = []
                await self._around.switched(self)
                await self._finish_all(old)  # without overlap: the old ones first
        if not self.live and (plan.process.always_running or old):
            self.demand()

    # --- inside

    def _tell_recycle(self, why: str, old: list[WorkerProcess], plan: PoolPlan) -> None:
        """The event of each, where logEventOnRecycle asks for it."""
        number, flag, words = RECYCLE_EVENTS[why]
        self.recycles += len(old)
        for worker in old if flag in plan.recycling.log_events else ():
            self._around.event(number, f"A worker process (pid {worker.pid}) of application pool '{self.name}' {words}.")

    async def _replace(self, old: list[WorkerProcess]) -> None:
        if self.plan.recycling.disallow_overlapping_rotation:
            self.live = [worker for worker in self.live if worker not in old]
            await self._around.switched(self)
            await self._finish_all(old)
            self.demand()
            return
        self._recycling = True
        self._around.changed()
        try:
            fresh = await self._begin_all(self.plan, len(old))
        except WorkerFailed as failed:
            self._around.event(5093, f"Application pool '{self.name}' could not replace its worker process with overlap: {failed}.")
            return
        finally:
            self._recycling = False
            self._around.changed()
        await self._switch(fresh, old)

    async def _switch(self, fresh: list[WorkerProcess], old: list[WorkerProcess]) -> None:
        self.begun = [worker for worker in self.begun if worker not in fresh]
        self.live = [*(worker for worker in self.live if worker not in old), *fresh]
        await self._around.switched(self)
        self.draining.update(worker for worker in old if not worker.gone)
        await asyncio.gather(*(worker.drain() for worker in old))
        for worker in old:
            self._around.tasks.start(self._finish(worker), f"pool {self.name} drains {worker.pid}")
        if len(self.live) < self.processes:  # the rest of a web garden
            self.demand()

    async def _begin_all(self, plan: PoolPlan, count: int) -> list[WorkerProcess]:
        """As many of `count` as become ready. Raises WorkerFailed where none does, or one refuses the plan."""
        results = await asyncio.gather(*(self._begin(plan) for _ in range(count)), return_exceptions=True)
        ready = [result for result in results if isinstance(result, WorkerProcess) and result.state == "running"]
        failed = [result for result in results if isinstance(result, BaseException)]
        refused = [error for error in failed if not isinstance(error, WorkerFailed) or error.failure.kind == "refused"]
        if ready and not refused:
            return ready
        await self._finish_all(ready)
        raise (*refused, *failed, WorkerFailed(Failure("exit", "ended as soon as it was ready", 5009)))[0]

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
        self.starting.append(worker)
        self._around.changed()
        try:
            await worker.begin()
        except WorkerFailed as failed:
            self._around.died(worker)
            self._count(worker, failed.failure)
            raise
        finally:
            self.starting.remove(worker)
            self._around.changed()
        if worker.affinity_problem:
            self._around.event(5058, f"A worker process (pid {worker.pid}) of application pool '{self.name}' {worker.affinity_problem}.")
        self.begun.append(worker)
        return worker

    async def _fill(self) -> None:
        """Start a worker because somebody waits for one, again after a failure until rapid-fail protection says stop."""
        try:
            while self._wanted and self.enabled and not self.failed and not self.held:
                try:
                    async with self._lock:
                        if len(self.live) >= self.processes or not self.enabled:
                            break
                        fresh = await self._begin(self.plan)
                        if self.failed or not self.enabled:  # stopped meanwhile
                            await self._finish(fresh)
                            break
                        self.begun.remove(fresh)
                        self.live.append(fresh)
                        self._wanted = len(self.live) < self.processes
                        await self._around.switched(self)
                except WorkerFailed:
                    await asyncio.sleep(_RETRY_S * 2 ** min(self.rapid_fail.count, 7))
        finally:
            self._filling = False

    async def _finish_all(self, workers: list[WorkerProcess]) -> None:
        await asyncio.gather(*(self._finish(worker) for worker in workers))

    async def _finish(self, worker: WorkerProcess) -> None:
        if worker.gone:  # quicker than we were: it would stay among those that drain for ever
            return
        self._forget_begun(worker)
        self.draining.add(worker)
        self._around.changed()
        failure = await worker.stop()
        if failure is not None:
            self._count(worker, failure)

    def _forget_begun(self, worker: WorkerProcess) -> None:
        if worker in self.begun:
            self.begun.remove(worker)

    def ended(self, worker: WorkerProcess, failure: Failure | None) -> None:
        """A worker's process is gone."""
        was_live = worker in self.live
        self._forget_begun(worker)
        self.draining.discard(worker)
        if worker in self.orphans:  # somebody ended it: it had failed long ago
            self.orphans.remove(worker)
            self._around.buried(worker)
            self._around.changed()
            return
        if worker.state == "orphaned":
            self.orphans.append(worker)
            self._around.event(0, f"A worker process (pid {worker.pid}) of application pool '{self.name}' is left to a debugger.")
            self._around.hire(self.plan.failure.orphan_program, self.plan, worker.pid)
        if worker in self.starting:
            return  # begin() raises, and counts
        self._around.died(worker)
        if failure is not None and failure.event != 5013:
            self._count(worker, failure)
        if was_live:
            self.live.remove(worker)
            self._around.tasks.start(self._replenish(), f"pool {self.name} lost {worker.pid}")
        self._around.changed()

    async def _replenish(self) -> None:
        await self._around.switched(self)
        if self._wanted or self.live or self.plan.process.always_running:
            self.demand()

    def _count(self, worker: WorkerProcess | None, failure: Failure) -> None:
        """Note a failure; the fifth inside the interval stops the pool, and only it."""
        if (self.failed or self.held or not self.enabled) and failure.kind == "exit":
            return  # it was ended while it started
        requests = worker.rings.in_flight() if worker is not None else []
        others = worker.rings.others() if worker is not None else []
        pid = worker.pid if worker is not None else 0
        self.last_failure = told(failure, pid, requests, others)
        self._around.event(failure.event, f"The worker process (pid {pid}) of application pool '{self.name}' {failure.text}.")
        if worker is not None and worker.shadow:
            return
        self.crashes += 1
        settings = self.plan.failure
        count = self.rapid_fail.add(settings.rapid_fail_interval_s)
        if settings.rapid_fail_protection and count >= settings.rapid_fail_max_crashes and self.enabled and not self.failed:
            self.failed = True
            self.reason = f"{count} failures within {settings.rapid_fail_interval_s / 60:g} minutes; the last: {failure.text}"
            self._around.event(5002, f"Application pool '{self.name}' is being disabled: {self.reason}.")
            self._around.hire(self.plan.failure.shutdown_program, self.plan, pid)
            self._around.tasks.start(self._give_up(), f"pool {self.name} rapid-fail")
        self._around.changed()

    async def _give_up(self) -> None:
        for worker in self.starting:
            worker.kill()
        old, self.live = self.live, []
        await self._around.switched(self)
        await self._finish_all(old)
