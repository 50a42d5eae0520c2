"""Generations: what a PlanSource yields is compared with what serves, and applied pool by pool, or refused whole.

Knows digests, pools and the traffic; no module and no file. Nothing changed: nothing happens. A refused generation leaves the
last good one serving and says why.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from hwebcore.plan import Generation, PoolPlan, Problem, RouteTable
from hwebcore.service.failure import WorkerFailed
from hwebcore.service.pools import AppPool
from hwebcore.service.worker_process import WorkerProcess

#: Worker processes that start at the same time.
_STARTS_AT_ONCE = 4


@dataclass(slots=True)
class GenerationState:
    """What the snapshot says of generations."""

    number: int = 0
    applied_at: float = 0.0
    compiled_ms: float = 0.0
    state: str = "applying"
    digests: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refused: dict[str, Any] | None = None


class Generations:
    """`apply` is called with each generation, one at a time; pools live in the mapping that the service shares with traffic.py."""

    def __init__(
        self, pools: dict[str, AppPool], make_pool: Callable[[PoolPlan], AppPool], drop_pool: Callable[[AppPool], None],
        route: Callable[[RouteTable], Awaitable[None]], changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self.state = GenerationState()
        self.current: Generation | None = None
        self._pools = pools
        self._make_pool = make_pool
        self._drop_pool = drop_pool
        self._route = route
        self._changed = changed
        self._routes_digest = ""
        self._lock = asyncio.Lock()

    async def apply(self, generation: Generation) -> bool:
        """Whether it serves now (True as well when it changes nothing)."""
        async with self._lock:
            try:
                return await self._apply(generation)
            except Exception as error:
                self._refuse(generation, (Problem("error", "service", f"could not be applied: {type(error).__name__}: {error}", None),))
                raise

    async def _apply(self, generation: Generation) -> bool:
        if generation.pools is None:
            self._refuse(generation, generation.problems)
            return False
        changed = [plan for plan in generation.pools if self._is_another(plan)]
        names = {plan.name for plan in generation.pools}
        gone = [pool for name, pool in self._pools.items() if name not in names]
        if not changed and not gone and self.current is not None and not self._routes_differ(generation.routes):
            self._applied(generation)
            return True
        self.state.state = "applying"
        if gone or any(plan.name in self._pools and self._pools[plan.name].live for plan in changed):  # otherwise it is done at once
            self._changed()
        prepared = await self._prepare([plan for plan in changed if plan.name in self._pools])
        refusals = [failure for failure in prepared.values() if isinstance(failure, WorkerFailed) and failure.failure.kind == "refused"]
        if refusals:
            await self._discard(prepared)
            self._refuse(generation, (*generation.problems, *(_problem(refusal) for refusal in refusals)))
            return False
        await self._commit(generation, changed, gone, prepared)
        return True

    def _is_another(self, plan: PoolPlan) -> bool:
        """Whether a pool's worker has to be another one. A plan that moved in its files is taken for the workers to come."""
        pool = self._pools.get(plan.name)
        if pool is None:
            return True
        if pool.plan is plan or pool.plan == plan:
            return False
        if pool.plan.digest != plan.digest:
            return True
        pool.plan = plan
        return False

    def _routes_differ(self, routes: RouteTable) -> bool:
        current = self.current.routes if self.current is not None else None
        return current is None or (current.sites != routes.sites and routes.digest != self._routes_digest)

    async def _prepare(self, plans: list[PoolPlan]) -> dict[str, list[WorkerProcess] | WorkerFailed]:
        gate = asyncio.Semaphore(_STARTS_AT_ONCE)

        async def one(plan: PoolPlan) -> list[WorkerProcess] | WorkerFailed:
            async with gate:
                try:
                    return await self._pools[plan.name].prepare(plan)
                except WorkerFailed as failed:
                    return failed

        results = await asyncio.gather(*(one(plan) for plan in plans))
        return {plan.name: result for plan, result in zip(plans, results, strict=True)}

    async def _discard(self, prepared: dict[str, list[WorkerProcess] | WorkerFailed]) -> None:
        await asyncio.gather(*(worker.stop() for workers in prepared.values() if isinstance(workers, list) for worker in workers))

    async def _commit(
        self, generation: Generation, changed: list[PoolPlan], gone: list[AppPool], prepared: dict[str, list[WorkerProcess] | WorkerFailed]
    ) -> None:
        fresh = []
        for plan in changed:
            if plan.name not in self._pools:
                self._pools[plan.name] = pool = self._make_pool(plan)
                fresh.append(pool)
        self.state.number += 1
        if self._routes_differ(generation.routes) or not self._routes_digest:
            self._routes_digest = generation.routes.digest
        await self._route(dataclasses.replace(generation.routes, generation=self.state.number))
        for pool in fresh:
            if pool.enabled and pool.plan.process.always_running:
                pool.demand()
        # A replacement that did not start is no reason to stop serving: the next start takes the new plan.
        ready = {
            name: [worker for worker in result if worker.state == "running"] if isinstance(result, list) else [] for name, result in prepared.items()
        }
        await asyncio.gather(*(self._pools[plan.name].commit(plan, ready[plan.name]) for plan in changed if plan.name in ready))
        for pool in gone:
            await pool.stop("no longer configured")
            self._pools.pop(pool.name, None)
            self._drop_pool(pool)
        self._applied(generation)

    def _applied(self, generation: Generation) -> None:
        state = self.state
        self.current = generation
        state.number = max(state.number, 1)
        state.state = "applied"
        state.applied_at = time.time()
        state.compiled_ms = generation.compiled_ms
        state.digests = dict(generation.digests)
        state.problems = generation.problems
        state.refused = None
        self._changed()

    def _refuse(self, generation: Generation, problems: tuple[Problem, ...]) -> None:
        """The last good generation stays: its number, digests and problems too."""
        self.state.state = "refused"
        self.state.refused = {"at": time.time(), "problems": problems, "digests": dict(generation.digests)}
        self._changed()


def _problem(failed: WorkerFailed) -> Problem:
    return Problem("error", "refused-plan", str(failed), None)
