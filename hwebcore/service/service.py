"""The service (IIS: W3SVC and WAS together): holds its parts together from the first bind to the last worker's end.

Knows no XML, no request and no module of any plan. Its parts: generations.py (what serves), pools.py (workers), traffic.py (who
accepts), control.py and commands.py (consoles), logs.py, rings.py, shadows.py, lifetime.py.
"""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from hwebcore.plan import Generation, PoolPlan, ProcessSettings, RouteTable, SitePlan
from hwebcore.plan_source import PlanSource
from hwebcore.platform import private_folder
from hwebcore.routes import url_of
from hwebcore.service.abandoned import AbandonedRequests
from hwebcore.service.account_records import AccountRecords
from hwebcore.service.capture import Capture
from hwebcore.service.certificates import Certificates
from hwebcore.service.child_process import Launch
from hwebcore.service.commands import Commands
from hwebcore.service.control import ControlSocket
from hwebcore.service.copy_folders import CopyFolders
from hwebcore.service.endpoints import Endpoints
from hwebcore.service.failure import Failure
from hwebcore.service.figures import Figures
from hwebcore.service.front_process import FrontProcess
from hwebcore.service.generations import Generations, GenerationState
from hwebcore.service.hired_program import run_program
from hwebcore.service.identity import Identity, identity_for
from hwebcore.service.interpreter import interpreter_for
from hwebcore.service.lifetime import Linger, ProcessList, ServiceLock
from hwebcore.service.logs import HttpErrLog, ServiceLog, SiteLogs, front_log_path, open_log, pool_log_path
from hwebcore.service.options import ServiceOptions
from hwebcore.service.output_logs import OutputLogs, Printing
from hwebcore.service.pools import AppPool
from hwebcore.service.rings import RingShelf
from hwebcore.service.seats import Seats
from hwebcore.service.shadows import Shadows
from hwebcore.service.shared_keys import SharedKeys
from hwebcore.service.shared_sign_outs import SharedSignOuts
from hwebcore.service.sites import Sites
from hwebcore.service.snapshot import Parts, snapshot
from hwebcore.service.standstill import Standstill
from hwebcore.service.traffic import Traffic
from hwebcore.service.watch import WorkerWatch
from hwebcore.service.worker_process import WorkerProcess, WorkerStart
from hwebcore.tasks import Tasks
from hwebcore.worker.httperr import HTTPERR

_HOUSEKEEPING_S = 1.0
_FRONT_RETRY_S = 0.2
_FRONT_LATEST_S = 5.0
_GENERATION_S = 120.0


class Service:
    """`await serve()` runs until `stop()`; raises AlreadyRuns where another service holds the configuration."""

    def __init__(self, source: PlanSource, options: ServiceOptions) -> None:
        self.source = source
        self.options = options
        self._lock = ServiceLock(options.state_dir)
        private_folder(options.logs)
        self.log = ServiceLog(options.logs / "service.log")
        self.tasks = Tasks(self.log.write)
        self.running = options.start
        self.started = time.time()
        self.pools: dict[str, AppPool] = {}
        self.rings = RingShelf()
        self.capture = Capture(self.rings)
        self._seats = Seats()
        self.figures = Figures(self.pools)
        self.endpoints = Endpoints(options.listen)
        self.site_logs = SiteLogs(options.logs)
        self._httperr = HttpErrLog(options.logs)
        self._abandoned = AbandonedRequests(self._httperr)
        self._outputs = OutputLogs(self.log.write)
        self._processes = ProcessList(options.state_dir, self.log.write)
        self._copies = CopyFolders(options.state_dir, self.log.write)
        self._keys = SharedKeys(options.state_dir, self.log.write)
        self._sign_outs = SharedSignOuts(options.state_dir, self.log.write)
        self._watches: dict[str, asyncio.Task[Any]] = {}
        self.front = FrontProcess(self.tasks, self._demanded, self._front_ended, self._cut_off)
        self._accounts = AccountRecords(options.state_dir, self.log.write)
        self.certificates = Certificates(options.state_dir, self.log.write)
        self.traffic = Traffic(self.endpoints, self.front, self.pools, self.certificates)
        self.sites = Sites(self.traffic, self.changed, options.connections_per_address)
        self.standstill = Standstill(self.sites, self.pools)
        self.generations = Generations(self.pools, self._make_pool, self._drop_pool, self.sites.route, self.changed)
        self.shadows = Shadows(self.tasks, self._make_shadow, self.died)
        self.linger = Linger(options.stay, options.linger_s, self.stop)
        self.commands = Commands(self)
        self._control: ControlSocket | None = None
        self._stop = asyncio.Event()
        self._seen = asyncio.Event()
        self._taken = 0
        self._busy = False
        self._front_started = 0.0
        self.waiting: Generation | None = None

    def stop(self) -> None:
        """End everything: what runs is finished within the pools' shutdown limits."""
        self._stop.set()

    async def serve(self) -> None:
        try:
            left = await self._processes.end_leftovers()
            if left:
                self.log.write(f"ended {len(left)} processes that a killed service left: {', '.join(map(str, left))}")
            self._control = ControlSocket(
                self.options.control, self.commands.run, self.snapshot, self.tasks, self.log.write, self.linger.attached, self.capture.ask
            )
            await self._start_front()
            self.tasks.start(self._follow(), "plan source")
            self.tasks.start(self._keep_house(), "housekeeping")
            self.log.write(f"service started, pid {os.getpid()}, configuration {self.options.config}")
            await self._announce()
            self.linger.attached(self.consoles())  # the first console has its time from when it can be served
            await self._stop.wait()
        finally:
            await self._shut_down()

    async def next_generation(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask the source for one and wait until it is applied, refused, or (while nothing runs) kept."""
        wanted = self._taken + (2 if self._busy else 1)  # the one being applied was made before
        await ask()
        async with asyncio.timeout(_GENERATION_S):
            while self._taken < wanted:
                self._seen.clear()
                await self._seen.wait()

    async def _announce(self) -> None:
        """Tell who started us, once the first generation stands (or is refused)."""
        stopping = self.tasks.start(self._stop.wait(), "stop")
        seen = self.tasks.start(self._seen.wait(), "first generation")
        await asyncio.wait([stopping, seen], return_when=asyncio.FIRST_COMPLETED)
        if self.options.on_ready is not None and self._taken:
            ends = [f"{end.ip}:{end.port}" for end in self.endpoints.all.values() if end.sockets]
            problems = [problem.message for problem in self.endpoints.problems(self.traffic.routes)]
            urls = [url for site in self.traffic.routes.sites for url in map(url_of, site.bindings) if url] if ends else []
            state = {"pid": os.getpid(), "control": str(self.options.control), "endpoints": ends, "urls": urls, "problems": problems}
            self.options.on_ready({**state, "errors": self._errors()})

    def _errors(self) -> list[str]:
        """Where the configuration is wrong, as people read it."""
        refused = self.generations.state.refused
        problems = refused["problems"] if refused is not None else self.generations.state.problems
        wrong = [problem for problem in problems if problem.severity == "error"]
        return [f"{problem.source}: {problem.message}" if problem.source is not None else problem.message for problem in wrong]

    async def _shut_down(self) -> None:
        self.linger.cancel()
        self.log.write("service stops")
        await asyncio.gather(*(pool.stop("the service stops") for pool in self.pools.values()), self.shadows.stop())
        await asyncio.gather(*(orphan.bury() for pool in self.pools.values() for orphan in pool.orphans))
        await self.front.stop()
        if self._control is not None:
            await self._control.close()
        await self.tasks.stop()
        for pid in [self.front.pid]:
            self._processes.remove(pid)
        self.endpoints.close()
        self.site_logs.close()
        self._httperr.close()
        self.rings.close()
        self._seats.close()
        self.log.write("service stopped")
        self.log.close()
        self._lock.release()

    # --- plans

    async def _follow(self) -> None:
        """Apply what the source yields, the newest first: what came while one was applied replaces what waited."""
        newest: list[Generation] = []
        arrived = asyncio.Event()

        async def collect() -> None:
            async for generation in self.source.generations():
                newest[:] = [generation]
                arrived.set()

        self.tasks.start(collect(), "plan source reader")
        while True:
            await arrived.wait()
            arrived.clear()
            self._busy = True
            try:
                await self.take(newest.pop())
            except Exception as error:
                self.log.write(f"a generation could not be applied: {''.join(traceback.format_exception(error))}")
            self._busy = False
            self._taken += 1
            self._seen.set()

    async def take(self, generation: Generation) -> bool:
        """Apply, or keep for `run` while nothing runs (opening is not running)."""
        if not self.running:
            self.waiting = generation
            self.changed()
            return generation.pools is not None
        current = self.generations.current
        known = set(map(id, current.pools or ())) if current is not None else set()
        self._open_logs([plan for plan in generation.pools or () if id(plan) not in known])
        done = await self.generations.apply(generation)
        if current is None:
            self._copies.keep(self.pools)
        if done:
            sites = [site for plan in generation.pools or () for site in plan.sites]
            self.site_logs.keep({site.id for site in sites})
            self._seats.keep(sites)
        state = self.generations.state
        self.log.write(
            f"generation {state.number} {state.state}"
            + ("" if done else f": {'; '.join(map(str, state.refused['problems'] if state.refused else ()))}")
        )
        return done

    async def run(self) -> None:
        """Start what was only opened."""
        self.running = True
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            await self.take(waiting)
        self.changed()

    # --- pools and workers (pools.Surroundings)

    def _make_pool(self, plan: PoolPlan) -> AppPool:
        pool = AppPool(plan, self)
        self.standstill.admit(pool)
        self._watches[plan.name] = self.tasks.start(WorkerWatch(pool).run(), f"pool {plan.name} watch")
        return pool

    def _drop_pool(self, pool: AppPool) -> None:
        self._watches.pop(pool.name).cancel()
        self._copies.drop(pool.name)
        self.rings.drop(pool.name)

    def make_worker(self, plan: PoolPlan, pool: AppPool) -> WorkerProcess:
        return self._worker(plan, shadow=False, ended=pool.ended)

    def _make_shadow(self, plan: PoolPlan, ended: Callable[[WorkerProcess, Failure | None], None]) -> WorkerProcess:
        return self._worker(plan, shadow=True, ended=ended)

    def _worker(self, plan: PoolPlan, *, shadow: bool, ended: Callable[[WorkerProcess, Failure | None], None]) -> WorkerProcess:
        identity = identity_for(plan.process, self.options.account)
        launch = self._launch("worker", pool_log_path(self.options.logs, plan.name), identity, plan)
        logs: Callable[[], dict[int, int]] = dict if shadow else self._log_descriptors
        rings = self.rings.make(plan.name, plan.mode, shadow)
        self.capture.begins(rings)
        seat, routes, accounts = self._seats.take(plan), lambda: self.traffic.encoded, lambda: self._accounts.of(plan)
        keys, copies = lambda: self._keys.of(plan), lambda: self._copies.open(plan, identity)
        start = WorkerStart(plan, rings, launch, routes, keys, logs, seat, copies, lambda: self._sign_outs.ended, shadow, accounts)
        worker = WorkerProcess(start, self.tasks, ended, self._processes)
        self.capture.joined(worker)
        self._keys.joined(worker)
        self._sign_outs.joined(worker)
        worker.signed_out = lambda message: self._sign_outs.heard(plan.name, message)
        return worker

    def _launch(self, role: str, log: Path, identity: Identity, plan: PoolPlan | None = None) -> Launch:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment.update(identity.environment)
        python = self.options.python
        if plan is not None:
            environment.update(plan.process.environment)
            python = interpreter_for(dict(plan.process.environment), python)
            environment["APP_POOL_ID"] = plan.name
        return Launch(role, python, open_log(log), environment, identity.uid, identity.gid, identity.groups)

    async def switched(self, pool: AppPool) -> None:
        await self.traffic.update()
        self.changed()

    def died(self, worker: WorkerProcess) -> None:
        self.rings.died(worker.rings)
        self.capture.left(worker)
        self._keys.left(worker)
        self._sign_outs.left(worker)
        self.figures.ended(worker)
        if worker.state != "orphaned":
            self._seats.leave(worker.seat)
        if not worker.shadow:
            self._abandoned.tell(worker)
        self.changed()

    def buried(self, worker: WorkerProcess) -> None:
        self._seats.leave(worker.seat)

    def changed(self) -> None:
        if self._control is not None:
            self._control.changed()

    def event(self, number: int, text: str) -> None:
        self.log.write(text, number)

    def hire(self, program: tuple[str, str], plan: PoolPlan, pid: int) -> None:
        path, parameters = program
        if path:
            self.tasks.start(self._hired(path, parameters.replace("%1%", str(pid)), plan), f"program of pool {plan.name}")

    async def _hired(self, path: str, parameters: str, plan: PoolPlan) -> None:
        log = pool_log_path(self.options.logs, plan.name)
        launch = self._launch("program", log, identity_for(plan.process, self.options.account), plan)
        self.log.write(f"{path} {parameters} is run for pool '{plan.name}'")
        problem = await run_program(path, parameters, launch, launch.output)
        if problem:
            self.log.write(problem)

    # --- the front

    async def _start_front(self) -> None:
        settings = identity_for(ProcessSettings(), self.options.account)
        launch = self._launch("front", front_log_path(self.options.logs), settings)
        self._front_started = time.monotonic()
        try:
            process = await self.front.start(launch, lambda: self._httperr.fd, lambda: self.traffic.encoded)
        finally:
            os.close(launch.output)
        self._processes.add(process.pid, process.started)

    def _demanded(self, name: str) -> None:
        pool = self.pools.get(name)
        if pool is not None:
            pool.demand()

    def _cut_off(self, name: str, pid: int) -> None:
        pool = self.pools.get(name)
        for worker in pool.live if pool is not None else ():
            if worker.pid == pid:
                self.tasks.start(worker.cut_off(), f"worker {pid} cut off")

    def _front_ended(self, reason: str) -> None:
        self._processes.remove(self.front.pid)
        self.log.write(f"the front (pid {self.front.pid}) ended: {reason}; it is started again")
        self.tasks.start(self._restart_front(), "front restart")

    async def _restart_front(self) -> None:
        now, pause_s = time.monotonic(), _FRONT_RETRY_S
        if now - self._front_started < _FRONT_RETRY_S * 10:  # one that dies at once must not make us spin
            await asyncio.sleep(pause_s)
        while True:
            try:
                await self._start_front()
                break
            except OSError as error:  # no process, no descriptor: nobody else would start it later
                self.log.write(f"the front could not be started: {error}; again in {pause_s:g} s")
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _FRONT_LATEST_S)
        await self.traffic.again()
        self.traffic.new_front()

    # --- what time brings

    async def _keep_house(self) -> None:
        said = ""
        while True:
            await asyncio.sleep(_HOUSEKEEPING_S)
            try:
                await self._look_round()
                said = ""
            except OSError as error:  # no descriptor, no memory: the next look may find some
                if str(error) != said:
                    self.log.write(f"housekeeping is late: {error}")
                said = str(error)

    async def _look_round(self) -> None:
        if self.endpoints.retry():
            await self.traffic.update()
            self.changed()
        await self.look_at_certificates()
        self._keys.refresh()
        if self._accounts.refresh():
            self.traffic.send_accounts(self._accounts)
        rolled = self._httperr.roll()
        if rolled:
            self.front.send_log(self._httperr.fd)
        self._open_logs([pool.plan for pool in self.pools.values()], rolled)
        self._outputs.roll(self._printing())
        if self.consoles() and self.figures.sample():
            self.changed()

    async def look_at_certificates(self) -> None:
        """Share out what is new in the store."""
        if self.certificates.refresh():
            self.log.write(f"certificates: {len(self.certificates.contents.certificates)} in the store, shared out again")
            await self.traffic.update()
            self.changed()

    def _printing(self) -> dict[Path, list[Printing]]:
        """Who prints into which file; two pools' names may come to the same one."""
        found: dict[Path, list[Printing]] = {front_log_path(self.options.logs): [self.front]}
        for worker in (*(worker for pool in self.pools.values() for worker in pool.workers), *self.shadows.workers):
            found.setdefault(pool_log_path(self.options.logs, worker.plan.name), []).append(worker)
        return found

    def _log_descriptors(self) -> dict[int, int]:
        return {HTTPERR: self._httperr.fd, **self.site_logs.descriptors()}

    def _open_logs(self, plans: Iterable[PoolPlan], rolled: bool = False) -> None:
        sites: dict[int, SitePlan] = {site.id: site for plan in plans for site in plan.sites}
        if self.site_logs.take(list(sites.values())) or rolled:
            logs = self._log_descriptors()
            for pool in self.pools.values():
                for worker in pool.workers:
                    if worker.pid and worker.state in ("starting", "running"):
                        worker.send_logs(logs)

    # --- what consoles see

    def snapshot(self) -> dict[str, Any]:
        routes, pools = self.traffic.routes, self.pools
        generation, waiting = self.generations.state, self.waiting
        opened: tuple[PoolPlan, ...] = ()
        if waiting is not None:  # opened, shown, not running
            routes, opened = waiting.routes, waiting.pools or ()
            refused = None if waiting.pools is not None else {"at": self.started, "problems": waiting.problems, "digests": dict(waiting.digests)}
            state = "applied" if refused is None else "refused"
            generation = GenerationState(0, 0.0, waiting.compiled_ms, state, dict(waiting.digests), waiting.problems, refused)
        parts = Parts(
            self.options,
            self.started,
            self.linger.stay,
            self.running,
            self.standstill.still,
            generation,
            pools,
            opened,
            routes,
            self.endpoints,
            self.rings,
            self.site_logs,
            self.figures,
            self.certificates,
            self.front.log_lost,
        )
        return snapshot(parts)

    @property
    def routes(self) -> RouteTable:
        return self.traffic.routes

    def consoles(self) -> int:
        return self._control.count() if self._control is not None else 0
