"""A worker from spawn to ready, beside an interpreter that only imports what every worker needs; and what of memory it has for itself.

Has a service in this process make workers as it makes them for its pools. Look next at servers.py, which puts it into the table.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process_tree
from our_server import ROOT, STATIC_PORT, free_ports, write_configuration
from rounds import bare_start_s, spread

sys.path.insert(0, str(ROOT))
from hwebcore.service import ServiceOptions
from hwebcore.service.service import Service
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
    """Rows by pool, and the bare interpreter's, one of these right before each worker."""
    configuration = folder / "start" / "configuration"
    configuration.parent.mkdir()
    write_configuration(configuration)
    bare_start_s()
    return asyncio.run(_measure(folder / "start", configuration, rounds))


async def _measure(folder: Path, configuration: Path, rounds: int) -> dict[str, Any]:
    """With a service that serves nobody: no pool of it has started a worker of its own."""
    ready = asyncio.Event()
    ports = dict(zip((17080, 17081, STATIC_PORT), free_ports(3), strict=True))
    options = ServiceOptions(configuration / "applicationHost.config", folder / "s", on_ready=lambda told: ready.set())
    service = Service(FilePlanSource(configuration, ports=ports), options)
    serving = asyncio.ensure_future(service.serve())
    await asyncio.wait([serving, asyncio.ensure_future(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
    bare: dict[str, list[float]] = {name: [] for name in POOLS}
    taken: dict[str, list[Started]] = {name: [] for name in POOLS}
    for _ in range(rounds):
        for name in POOLS:
            bare[name].append(await asyncio.to_thread(bare_start_s))
            taken[name].append(await _start(service, name))
    service.stop()
    await serving
    rows = {
        name: {
            "ready_ms": spread([one.ready_s * 1000 for one in found], 1),
            "ratio": spread([one.ready_s / other for one, other in zip(found, bare[name], strict=True)], 3),
            "private_mb": spread([one.private_mb for one in found], 1),
            "resident_mb": spread([one.resident_mb for one in found], 1),
        }
        for name, found in taken.items()
    }
    return {"bare_ms": spread([one * 1000 for found in bare.values() for one in found], 1), "pools": rows}


async def _start(service: Service, name: str) -> Started:
    pool = service.pools[name]
    worker = service.make_worker(pool.plan, pool)
    began = time.perf_counter()
    await worker.begin()
    ready = time.perf_counter() - began
    private, resident = process_tree.memory_mb(worker.pid, without=RING)
    await worker.stop()
    return Started(ready, private, resident)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="poolhouse-start-") as name:
        print(measure(Path(name), 6))


if __name__ == "__main__":
    main()
