"""A worker from spawn to ready, beside an interpreter that only imports what every worker needs; and what of memory it has for itself.

Uses the service's own WorkerProcess on the bench's plans, without a service. Look next at servers.py, which puts it into the table.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process_tree
from our_server import ROOT, write_configuration
from rounds import bare_start_s, spread

sys.path.insert(0, str(ROOT))
from hwebcore.plan import PoolPlan, to_json
from hwebcore.plan_source import Generation
from hwebcore.service.child_process import Launch
from hwebcore.service.lifetime import ProcessList
from hwebcore.service.rings import WorkerRings
from hwebcore.service.worker_process import WorkerProcess, WorkerStart
from hwebcore.tasks import Tasks
from model.plan_source import FilePlanSource

#: Shared memory of ours: the service and the console read it too.
RING = "memfd:"
POOLS = ("Static", "DefaultAppPool", "Classic .NET AppPool")


@dataclass(frozen=True)
class Started:
    ready_s: float
    private_mb: float
    resident_mb: float


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """Rows by pool, and the bare interpreter's, in turn."""
    configuration = folder / "start" / "configuration"
    configuration.parent.mkdir()
    write_configuration(configuration)
    generation = asyncio.run(_compiled(configuration))
    plans = {plan.name: plan for plan in generation.pools if plan.name in POOLS}
    bare_start_s()
    bare: list[float] = []
    taken: dict[str, list[Started]] = {name: [] for name in plans}
    for _ in range(rounds):
        bare.append(bare_start_s())
        for name, plan in plans.items():
            taken[name].append(asyncio.run(_start(plan, generation, folder)))
    rows = {
        name: {
            "ready_ms": spread([one.ready_s * 1000 for one in found], 1),
            "ratio": spread([one.ready_s / other for one, other in zip(found, bare, strict=True)], 3),
            "private_mb": spread([one.private_mb for one in found], 1),
            "resident_mb": spread([one.resident_mb for one in found], 1),
        }
        for name, found in taken.items()
    }
    return {"bare_ms": spread([one * 1000 for one in bare], 1), "pools": rows}


async def _compiled(configuration: Path) -> Generation:
    generations = FilePlanSource(configuration).generations()
    found = await anext(generations)
    await generations.aclose()  # type: ignore[attr-defined]
    return found


async def _start(plan: PoolPlan, generation: Generation, folder: Path) -> Started:
    tasks = Tasks(lambda text: print(text, file=sys.stderr))
    rings = WorkerRings.make("bench", plan.name, plan.mode, False)
    keys = {f"{one.site}|{one.path}": secrets.token_hex(32) for one in plan.applications}
    output = os.open(folder / "workers.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    launch = Launch("worker", sys.executable, output, environment)
    start = WorkerStart(plan, rings, launch, to_json(generation.routes).encode(), keys, {})
    worker = WorkerProcess(start, tasks, lambda worker, failure: None, ProcessList(folder))
    began = time.perf_counter()
    await worker.begin()
    ready = time.perf_counter() - began
    private, resident = process_tree.memory_mb(worker.pid, without=RING)
    await worker.drain()
    await worker.stop()
    await tasks.stop()
    rings.close()
    return Started(ready, private, resident)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="poolhouse-start-") as name:
        print(measure(Path(name), 6))


if __name__ == "__main__":
    main()
