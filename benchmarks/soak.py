"""make soak: what could go wrong, for long: recycles and saved configurations, slow clients, idle ones, a mixed load with faults.

Never in CI. Chance has a fixed seed. Prints a line a scene and the whole as JSON (--json FILE); exits 1 where something did not hold.
Look next at counted_traffic.py, slow_clients.py, idle_connections.py and mixed_load.py; tests/e2e has the same scenes small.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import idle_connections
import process_tree
import recycling
from counted_traffic import CountedTraffic
from mixed_load import MixedLoad
from our_server import OurServer, allow_descriptors, our_server
from rounds import wait_for
from slow_clients import SlowClients, in_background

from hwebcore.client import Client  # recycling.py has put the project's folder on the path

#: What a slow client may take at most: the time-out itself, and a look every five seconds.
LIMITS_S = {"header": 32.0, "body": 20.0, "read": 20.0}
SHORT = {"recycles": 10, "reloads": 4, "long_request": 8, "slow": 300, "slow_seconds": 35, "idle": 2000, "mixed_minutes": 0.4}


@contextlib.contextmanager
def fresh_server() -> Iterator[OurServer]:
    """A service of each scene's own."""
    with tempfile.TemporaryDirectory(prefix="poolhouse-soak-") as name, our_server(Path(name)) as server:
        for site, path in (("integrated", "/pid"), ("classic", "/hello"), ("static", "/1k.txt")):
            wait_for(server.url(site, path))
        yield server


# --- recycles and saved configurations ------------------------------------------------------------------------------


def recycles(options: argparse.Namespace) -> dict[str, Any]:
    with fresh_server() as server:
        return asyncio.run(_recycles(server, options))


async def _recycles(server: OurServer, options: argparse.Namespace) -> dict[str, Any]:
    traffic = CountedTraffic(server.ports["integrated"], options.seed)
    patient = CountedTraffic(server.ports["integrated"], options.seed, path=f"/slow?{options.long_request}")
    client = await Client.connect(Path(server.control))
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(traffic.run(8, 4, 50))
        patient.stopping = False
        long = group.create_task(_once(patient))
        deeds = ["recycle"] * options.recycles + ["reload"] * options.reloads
        try:
            for number, deed in enumerate(_mixed(deeds)):
                before = await _pids(client)
                await (recycling.recycle(client) if deed == "recycle" else recycling.reload(client, server, number))
                applied = time.monotonic()
                for pid in before - await _pids(client):
                    traffic.retired[pid] = applied
            await long
        finally:
            traffic.stopping = True
    await client.close()
    replaced = len(traffic.retired)
    held = replaced >= len(deeds) and not traffic.lost and not traffic.late and not patient.lost and set(traffic.statuses) == {200}
    return {
        "held": held, "recycles": options.recycles, "reloads": options.reloads, "replaced": replaced, "took_s": round(time.monotonic() - began),
        "long_request": {"seconds": options.long_request, **patient.told()}, **traffic.told(),
    }  # fmt: skip


async def _once(patient: CountedTraffic) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", patient.port)
    await patient._ask("long", reader, writer, b"Connection: close\r\n")
    writer.close()


async def _pids(client: Client) -> set[str]:
    """Of the workers that may begin requests."""
    pools = (await client.status())["pools"]
    return {str(one["pid"]) for pool in pools if pool["name"] == recycling.POOL for one in pool["workers"] if one["state"] == "running"}


def _mixed(deeds: list[str]) -> list[str]:
    """The rarer ones spread evenly."""
    return [deed for _, deed in sorted((index / max(deeds.count(deed), 1), deed) for deed in set(deeds) for index in range(deeds.count(deed)))]


# --- slow clients ---------------------------------------------------------------------------------------------------


def slow(options: argparse.Namespace) -> dict[str, Any]:
    with fresh_server() as server:
        slow_ones = SlowClients(server.ports["integrated"], options.slow * 2 // 3, ("header", "body"))
        readers = SlowClients(server.ports["static"], options.slow - slow_ones.count, ("read",), "/10m.txt")
        threads = [in_background(one.run) for one in (slow_ones, readers)]
        others = asyncio.run(_others(server, options))
        for thread, stop in threads:
            stop.set()
            thread.join()
        rows = slow_ones.told(LIMITS_S) | readers.told(LIMITS_S)
    in_time = all(row["in_time"] for row in rows.values())
    p99 = float(others["p99_ms"])
    return {"held": in_time and p99 < 100 and not others["lost"], "others": others, "slow": rows, "refused": slow_ones.refused + readers.refused}


async def _others(server: OurServer, options: argparse.Namespace) -> dict[str, Any]:
    traffic = CountedTraffic(server.ports["integrated"], options.seed)
    running = asyncio.ensure_future(traffic.run(4, 2, 20))
    await asyncio.sleep(options.slow_seconds)
    traffic.stopping = True
    await running
    return traffic.told()


# --- idle connections -----------------------------------------------------------------------------------------------


def idle(options: argparse.Namespace) -> dict[str, Any]:
    with fresh_server() as server:
        found = idle_connections.measure(server.pid, server.url("static", "/1k.txt"), options.idle)
    return {"held": not found["failed"] and found["open"] == found["connections"] and found["kb_each"] < 20, **found}


# --- a mixed load with faults ---------------------------------------------------------------------------------------


def mixed(options: argparse.Namespace) -> dict[str, Any]:
    with fresh_server() as server:
        return asyncio.run(_mixed_load(server, options))


async def _mixed_load(server: OurServer, options: argparse.Namespace) -> dict[str, Any]:
    load = MixedLoad(server.ports, options.seed)
    client = await Client.connect(Path(server.control))
    running = asyncio.ensure_future(load.run(16))
    seconds = options.mixed_minutes * 60
    samples: list[tuple[float, process_tree.Totals]] = []
    began = time.monotonic()
    faults = 0
    while (passed := time.monotonic() - began) < seconds and not running.done():
        await asyncio.sleep(min(5.0, seconds / 20))
        samples.append((passed, process_tree.totals(server.pid)))
        if passed > (faults + 1) * max(150.0, seconds / 12) or (not faults and passed > seconds / 4):
            await _fault(client, load, server, faults)
            faults += 1
    load.stopping = True
    await running
    await client.close()
    growth = _growth([totals for _, totals in samples])
    return {
        "held": not load.wrong and growth["held"], "minutes": options.mixed_minutes, "faults": faults, "answered": sum(load.answered.values()),
        "kinds": dict(load.answered), "excused": load.excused, "wrong": len(load.wrong), "wrong_first": load.wrong[:10], "growth": growth,
    }  # fmt: skip


async def _fault(client: Client, load: MixedLoad, server: OurServer, number: int) -> None:
    """In turn: a worker is killed; a broken web.config is saved, and the good one again."""
    if number % 2 == 0:
        load.killed_at = time.monotonic()
        os.kill(int((await _pids(client)).pop()), signal.SIGKILL)
        return
    await recycling.reload(client, server, number)


def _growth(samples: list[process_tree.Totals]) -> dict[str, Any]:
    """The last third beside the second: the first is warm-up. A process more or a tenth of memory is growth."""
    third = max(len(samples) // 3, 1)
    middle, last = samples[third : 2 * third] or samples, samples[-third:]
    found: dict[str, Any] = {}
    for name in ("private_mb", "descriptors", "processes"):
        one, other = (statistics.median(getattr(sample, name) for sample in part) for part in (middle, last))
        found[name] = {"middle": round(one, 1), "last": round(other, 1)}
    found["held"] = (
        found["private_mb"]["last"] <= found["private_mb"]["middle"] * 1.1 + 2
        and found["descriptors"]["last"] <= found["descriptors"]["middle"] + 40  # connections come and go
        and found["processes"]["last"] <= found["processes"]["middle"]
    )
    return found


SCENES = {"recycles": recycles, "slow": slow, "idle": idle, "mixed": mixed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recycles", type=int, default=1000)
    parser.add_argument("--reloads", type=int, default=200)
    parser.add_argument("--long-request", type=int, default=60, metavar="SECONDS", help="one request that takes so long meanwhile")
    parser.add_argument("--slow", type=int, default=1000, help="slow clients")
    parser.add_argument("--slow-seconds", type=int, default=60)
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections")
    parser.add_argument("--mixed-minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="everything small: some minutes")
    parser.add_argument("--only", nargs="*", choices=list(SCENES), metavar="SCENE", help=f"of {', '.join(SCENES)}")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.short:
        vars(options).update(SHORT)
    allow_descriptors()
    result: dict[str, Any] = {"schema": 1, "seed": options.seed}
    for name in options.only or SCENES:
        found = result[name] = SCENES[name](options)
        print(f"{name}: {'held' if found['held'] else 'DID NOT HOLD'}", flush=True)
        print(json.dumps(found, indent=1), flush=True)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    sys.exit(0 if all(result[name]["held"] for name in SCENES if name in result) else 1)


if __name__ == "__main__":
    main()
