"""The snapshot: the service's whole state as one JSON object, what consoles see. Its form is the control socket's contract.

Knows the service's parts from outside and changes none of them.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hwebcore.plan import BindingRoute, PoolPlan, Problem, ProcessSettings, RouteTable, SiteRoute, Source, pattern_of, url_of
from hwebcore.service.certificates import Certificates
from hwebcore.service.endpoints import Endpoints
from hwebcore.service.figures import Figures
from hwebcore.service.generations import GenerationState
from hwebcore.service.identity import identity_label
from hwebcore.service.logs import SiteLogs, pool_log_path
from hwebcore.service.options import ServiceOptions
from hwebcore.service.pools import AppPool
from hwebcore.service.rings import RingShelf
from hwebcore.service.worker_process import WorkerProcess

SCHEMA = 1
_MOST_PROBLEMS = 300


@dataclass(frozen=True, slots=True)
class Parts:
    """What a snapshot is made of."""

    options: ServiceOptions
    started: float
    stay: bool
    running: bool
    #: Stopped as a whole: what is new stays stopped, too.
    still: bool
    generation: GenerationState
    pools: Mapping[str, AppPool]
    #: Pools of a configuration that is opened and does not run.
    opened: tuple[PoolPlan, ...]
    routes: RouteTable
    endpoints: Endpoints
    rings: RingShelf
    logs: SiteLogs
    figures: Figures
    certificates: Certificates
    #: HTTPERR records that the front could not write.
    front_lost: int = 0


def snapshot(parts: Parts) -> dict[str, Any]:
    options = parts.options
    started, lost = frozenset(parts.routes.started), parts.figures.lost_by_site()
    label = functools.cache(lambda process: identity_label(process, options.account))
    service = {
        "pid": os.getpid(), "config": str(options.config), "started": parts.started, "stay": parts.stay, "running": parts.running,
        "stopped": parts.still, "log": str(options.logs / "service.log"), "state_dir": str(options.state_dir),
    }  # fmt: skip
    return {
        "schema": SCHEMA,
        "service": service,
        "generation": _generation(parts),
        "pools": [_pool(pool, options, parts.figures, label) for pool in parts.pools.values()]
        or [_opened(plan, options, label) for plan in parts.opened],
        "sites": [_site(site, parts, site.name in started, lost[site.id]) for site in parts.routes.sites],
        "rings": [
            {"ring": ring.name, "pool": ring.pool, "pid": ring.pid, "mode": ring.mode, "shadow": ring.shadow, "alive": ring.alive}
            for ring in parts.rings.all()
            if ring.pid
        ],
        "requests": parts.figures.requests(),
        "totals": _totals(parts),
        "certificates": parts.certificates.described(),
        "endpoints": [
            {
                "ip": end.ip, "port": end.port, "secure": end.secure, "problem": end.problem,
                "owner": "none" if not end.sockets else "worker" if end.owner else "front",
            }
            for end in parts.endpoints.all.values()
        ],
    }  # fmt: skip


def problems_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    found = [
        {"severity": problem.severity, "code": problem.code, "message": problem.message, "source": source_json(problem.source)}
        for problem in problems
    ]
    return found[:_MOST_PROBLEMS]


def source_json(source: Source | None) -> dict[str, Any] | None:
    return None if source is None else {"file": source.file, "line": source.line, "column": source.column, "config_path": source.config_path}


def _totals(parts: Parts) -> dict[str, int]:
    """Since the service started; `under_way` now, of which `requests` lists the oldest."""
    figures, pools = parts.figures, parts.pools.values()
    return {
        "requests": sum(map(figures.served, pools)), "under_way": figures.under_way, "recycles": sum(pool.recycles for pool in pools),
        "failures": sum(pool.crashes for pool in pools), "httperr_lost": figures.lost(0) + parts.front_lost,
    }  # fmt: skip


def _generation(parts: Parts) -> dict[str, Any]:
    state = parts.generation
    refused = state.refused
    own = [*parts.endpoints.problems(parts.routes), *parts.certificates.problems(parts.routes)]
    return {
        "number": state.number, "applied_at": state.applied_at, "compiled_ms": state.compiled_ms, "digests": state.digests, "state": state.state,
        "problems": problems_json((*own, *state.problems)),
        "refused": refused and {"at": refused["at"], "problems": problems_json(refused["problems"]), "digests": refused["digests"]},
    }  # fmt: skip


def _pool(pool: AppPool, options: ServiceOptions, figures: Figures, label: Callable[[ProcessSettings], str]) -> dict[str, Any]:
    plan = pool.plan
    return {
        "name": pool.name, "mode": plan.mode, "runtime_version": plan.managed_runtime_version, "state": pool.state, "reason": pool.reason,
        "identity": label(plan.process), "workers": [{**_worker(worker), **figures.of(worker)} for worker in pool.workers],
        "failures": pool.rapid_fail.count, "last_failure": pool.last_failure, "log": str(pool_log_path(options.logs, pool.name)),
        "applications": len(plan.applications),
    }  # fmt: skip


def _opened(plan: PoolPlan, options: ServiceOptions, label: Callable[[ProcessSettings], str]) -> dict[str, Any]:
    return {
        "name": plan.name, "mode": plan.mode, "runtime_version": plan.managed_runtime_version, "state": "Stopped", "reason": "opened, not started",
        "identity": label(plan.process), "workers": [], "failures": 0, "last_failure": None,
        "log": str(pool_log_path(options.logs, plan.name)), "applications": len(plan.applications),
    }  # fmt: skip


def _worker(worker: WorkerProcess) -> dict[str, Any]:
    return {"pid": worker.pid, "state": worker.state, "ring": worker.rings.name, "started": worker.started, "digest": worker.digest}


def _site(site: SiteRoute, parts: Parts, started: bool, lost: int) -> dict[str, Any]:
    state, problem = site_state(site, started, lambda binding: parts.endpoints.problem_of(binding) or parts.certificates.missing(binding))
    return {
        "name": site.name, "id": site.id, "state": state, "problem": problem or parts.logs.problems.get(site.id, ""),
        "bindings": [f"{binding.protocol}/{binding.ip}:{binding.port}:{binding.host}" for binding in site.bindings],
        "urls": [url for url in map(url_of, site.bindings) if url],
        "patterns": [pattern for pattern in map(pattern_of, site.bindings) if pattern], "log": parts.logs.path(site.id), "log_lost": lost,
    }  # fmt: skip


def site_state(site: SiteRoute, started: bool, problem_of: Callable[[BindingRoute], str]) -> tuple[str, str]:
    """Failed where not one of its bindings is served; a problem where some are not."""
    if not started:
        return "Stopped", ""
    problems = [problem_of(binding) for binding in site.bindings]
    words = next((problem for problem in problems if problem), "")
    return ("Failed" if problems and all(problems) else "Started"), words
