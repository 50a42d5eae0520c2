"""make bench: a 2 MB applicationHost.config with 1,000 sites of 5 applications, opened, edited, and the edit followed to the worker.

Measures and asserts nothing. The service is the real one (poolhouse serve), one pool of it has a running worker, and requests go on
being answered. Text for people, JSON (--json FILE) for machines. large_configuration.py writes the file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import large_configuration
from hello import ROOT, free_port, process

METHOD = """Method. {sites} sites of 5 applications, a pool each, 5,000 folders, a web.config in each site's root, 200 location tags: {size:,} bytes.
Opening, in a process of its own: from the file to what the console's first frame shows (sites, pools, where the service's state goes).
Problems are looked for afterwards ("first judged"), while the frame is there already. One edit: managedPipelineMode or queueLength of one
pool, or an environment variable added to it (which moves every later line), in turn, {edits} of them, each to another pool or to the one
with the running worker. "proposed" has the diff and the new problems; "saved" is on the disk (fsync) and in the history; "handed over" is
the moment at which the service has seen, read, compiled and compared it, and has it in force; of the pool with a worker, at which a process
is there which is sent the plan. "taken over" is what follows then: Python starts, loads the plan, and takes the requests from the old
worker. A console hears of it "console told" later (a snapshot of 1,000 pools). The service's own clock says "compiled". Memory is the
resident size, after opening and after {edits} edits, of the console's model ("editor", with the client and this program) and of the
service. The machine's load while this ran: {load}."""
STEPS = ("proposed", "saved", "handed over", "sum")
PARTS = (*STEPS, "compiled", "taken over", "console told")


def load_average() -> str:
    return f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} processors" if hasattr(os, "getloadavg") else "unknown"


def rss_mb(pid: int | str) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


OPENING = """
import json, sys, time
from pathlib import Path
import console.connections, console.session, model.workspace, model.hierarchy, model.compiler
started = time.perf_counter()
from console.connections import tree
from console.feed import Feed
from console.session import Session
session = Session(model.workspace.Workspace.open(Path(sys.argv[1]), {}, state=Path(sys.argv[2])))
opened = time.perf_counter()
{frame}
framed = time.perf_counter()
session.workspace.judge()
judged = time.perf_counter()
line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
times = {"opened_s": opened - started, "first_frame_s": framed - started, "first_judged_s": judged - framed}
print(json.dumps({**times, "rss_mb": int(line.split()[1]) / 1024}))
"""


def opening(config: Path, folder: Path) -> dict[str, float]:
    """The better of two: what disturbs is never faster."""
    frame = "from console.feed import Feed as _; tree(session, type('Quiet', (), {'seen': 0, 'rate': lambda self: 0.0})(), 'host')"
    code = OPENING.replace("{frame}", frame)
    found = []
    for number in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, str(config), str(folder / f"opened{number}")], cwd=ROOT, check=True, capture_output=True, text=True
        )
        found.append(json.loads(done.stdout))
    return {name: round(min(entry[name] for entry in found), 3) for name in found[0]}


class Editor:
    """A console without a screen: the same workspace, the same client."""

    def __init__(self, config: Path, state: Path, client: Any, service: int) -> None:
        from model.workspace import Workspace

        self.config = str(config)
        self.client = client
        self.service = service
        self.workspace = Workspace.open(config, {}, state=state)
        self.workspace.judge()

    async def edit(self, number: int, pool: str) -> dict[str, float]:
        from model.edits import AddEntry, SetAttribute, Step, Where

        where = Where("system.applicationHost/applicationPools")
        steps = (Step("add", (("name", pool),)),)
        edits = (
            SetAttribute(where, steps, "queueLength", str(1001 + number)),
            AddEntry(where, (*steps, Step("environmentVariables")), "add", (("name", f"EDIT{number}"), ("value", str(number)))),
            SetAttribute(where, steps, "managedPipelineMode", "Classic" if number % 2 else "Integrated"),
        )
        births = Births(self.service)
        began = time.perf_counter()
        proposal = self.workspace.propose(edits[number % 3])
        assert not proposal.errors  # judged, as the console does before it saves
        proposed = time.perf_counter()
        saved = self.workspace.save(proposal)
        done = time.perf_counter()
        offset = time.perf_counter() - time.time()
        if not saved.digests:
            births.end()
            return {}
        generation = await self._applied(saved.digests[0][1])
        told = time.perf_counter()
        applied = generation["applied_at"] + offset
        handed = births.end() or applied
        times = {"proposed": proposed - began, "saved": done - proposed, "handed over": handed - done, "sum": handed - began}
        if applied > handed:
            times["taken over"] = applied - handed
        times["console told"] = told - applied
        self.workspace.refresh()
        return {**{name: value * 1000 for name, value in times.items()}, "compiled": float(generation["compiled_ms"])}

    async def _applied(self, digest: str) -> Mapping[str, Any]:
        async with asyncio.timeout(60):
            async for snapshot in self.client.snapshots():
                generation: Mapping[str, Any] = snapshot["generation"]
                if generation["digests"].get(self.config) == digest and generation["state"] == "applied":
                    return generation
        raise RuntimeError("the service went away")


class Births:
    """When the service's next child process is there: its plan is sent in the same breath."""

    def __init__(self, service: int) -> None:
        self._children = Path(f"/proc/{service}/task/{service}/children")
        self._known = self._pids()
        self._born = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _pids(self) -> set[str]:
        return set(self._children.read_text().split()) if self._children.exists() else set()

    def _watch(self) -> None:
        while not self._born and not self._stop.wait(0.003):
            if self._pids() - self._known:
                self._born = time.perf_counter()

    def end(self) -> float:
        self._stop.set()
        self._thread.join()
        return self._born


def ask(port: int, host: str) -> bytes:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/index.html", headers={"Host": host})
        return connection.getresponse().read()
    finally:
        connection.close()


async def editing(config: Path, folder: Path, port: int, count: int, environment: dict[str, str]) -> dict[str, Any]:
    from hwebcore.client import Client

    log = folder / "serve.log"
    command = [sys.executable, "-m", "console", "serve", str(config.parent), "--json"]
    began = time.perf_counter()
    with process(command, environment, ROOT, log):
        ready = await told(log)
        served = time.perf_counter() - began
        client = await Client.connect(Path(ready["control"]))
        assert b"root of customer 1" in ask(port, "www.customer0001.example")
        editor = Editor(config, folder / "editor", client, ready["pid"])
        memory = {"service": rss_mb(ready["pid"]), "editor": rss_mb(os.getpid())}
        without, with_worker = [], []
        for number in range(count):
            has_worker = number % 10 == 9
            found = await editor.edit(number, "Pool0001" if has_worker else f"Pool{2 + number % 900:04}")
            if found:
                (with_worker if has_worker else without).append(found)
        assert b"root of customer 1" in ask(port, "www.customer0001.example")
        after = {"service": rss_mb(ready["pid"]), "editor": rss_mb(os.getpid())}
        return {
            "served_s": round(served, 3),
            "edits": figures(without),
            "edits_of_a_pool_with_a_worker": figures(with_worker),
            "memory_mb": {"opened": memory, "after_edits": after},
        }


async def told(log: Path, seconds: float = 120) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for line in log.read_text("utf-8").splitlines():
            if line.startswith("{") and '"ready"' in line:
                return dict(json.loads(line))
        await asyncio.sleep(0.02)
    raise SystemExit(f"the service did not come up: {log.read_text('utf-8')[-2000:]}")


def figures(edits: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    found = {}
    for name in PARTS:
        values = sorted(edit[name] for edit in edits if name in edit)
        if values:
            found[name] = {"median_ms": round(statistics.median(values), 1), "p95_ms": round(values[int(len(values) * 0.95)], 1)}
    return found


def report(opened: dict[str, float], edited: dict[str, Any], size: int, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "schema": 1,
        "opening": opened,
        **edited,
        "goals": {"first_frame_s": 2.0, "edit_sum_ms": 300, "memory_mb": 300},
        "method": METHOD.format(sites=options.sites, size=size, edits=options.edits, load=load_average()),
        "machine": {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}", "cpus": os.cpu_count()},
    }


def write(result: dict[str, Any]) -> None:
    opened, memory = result["opening"], result["memory_mb"]
    print(f"opening, to the first frame          {opened['first_frame_s']:7.2f} s    (goal 2)   first judged {opened['first_judged_s']:.2f} s later")
    print(f"service, to the first generation     {result['served_s']:7.2f} s")
    print(f"\n{'one edit, ms':28}{'median':>9}{'p95':>9}{'':5}{'of a pool with a worker':>25}{'p95':>9}")
    plain, loaded = result["edits"], result["edits_of_a_pool_with_a_worker"]
    for name in PARTS:
        rows = [part.get(name) for part in (plain, loaded)]
        first, second = (f"{row['median_ms']:.1f}".rjust(9) + f"{row['p95_ms']:.1f}".rjust(9) if row else " " * 18 for row in rows)
        print(f"{name:28}{first}{'':21}{second}{'   (goal 300)' if name == 'sum' else ''}".rstrip())
    print("\nmemory, MB (goal 300)         opened   after the edits")
    for name in ("editor", "service"):
        print(f"{name:28}{memory['opened'][name]:>9.0f}{memory['after_edits'][name]:>9.0f}")
    print(f"\n{result['method']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=large_configuration.SITES)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    parser.add_argument("--short", action="store_true", help="40 edits")
    options = parser.parse_args()
    options.edits = min(options.edits, 40) if options.short else options.edits
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name:
        folder = Path(name)
        port = free_port()
        config = large_configuration.write(folder / "configuration", port, options.sites)
        size = config.stat().st_size
        environment = {**os.environ, **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("STATE", "CONFIG", "DATA", "RUNTIME")}}
        opened = opening(config, folder)
        edited = asyncio.run(editing(config, folder, port, options.edits, environment))
        result = report(opened, edited, size, options)
    write(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
