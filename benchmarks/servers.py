"""make bench, the second part: Poolhouse beside its peers, in one run, every one of its requests traced and logged.

Measures and asserts nothing: a goal that is missed is told with its figure. Writes servers.json, servers.md and servers.svg into
this folder (or --into). Look next at rounds.py (how a scene is played) and table.py, chart.py (how it is told).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import chart
import idle_connections
import load
import peers
import process_tree
import recycling
import table
import worker_start
from goals import judge
from our_server import OurServer, allow_descriptors, our_server
from rounds import Scene, Target, play, reach

HERE = Path(__file__).resolve().parent
BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.7,de;q=0.3",
    "Accept-Encoding": "gzip, deflate",
    "Referer": "http://127.0.0.1/index.html",
    "Cookie": "theme=dark; consent=1; visitor=8f14e45fceea167a5a36dedd4bea2543",
    "Upgrade-Insecure-Requests": "1",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
}
PARTS = ("start", "hello", "modes", "browser", "fresh", "static-1k", "static-100k", "static-10m", "idle", "recycling")
STATIC = (("1k", "1 KB", 64), ("100k", "100 KB", 64), ("10m", "10 MB", 16))


def scenes(ours: OurServer, others: dict[str, peers.RunningPeer]) -> list[Scene]:
    """Whom a goal compares stands side by side."""

    def mine(name: str, site: str, path: str) -> Target:
        return Target(name, ours.pid, ours.url(site, path))

    def theirs(*names: str, path: str = "/hello") -> tuple[Target, ...]:
        return tuple(Target(name, others[name].pid, others[name].url(path)) for name in names if name in others)

    handler = mine("Poolhouse, class handler", "integrated", "/hello")
    asgi, wsgi = mine("Poolhouse, ASGI", "integrated", "/asgi"), mine("Poolhouse, WSGI", "integrated", "/wsgi")
    seldom = frozenset(("granian ASGI", "granian WSGI", "hypercorn", "Starlette StaticFiles"))
    found = [
        Scene(
            "hello", "Hello, kept connections",
            (wsgi, *theirs("gunicorn gthread"), asgi, *theirs("uvicorn"), handler, *theirs("granian ASGI", "granian WSGI", "hypercorn", "nginx")),
            "uvicorn", seldom=seldom | {"nginx"},
        ),
        Scene("modes", "The same managed page in both modes", (handler, mine("Poolhouse, Classic", "classic", "/hello")), handler.server),
        Scene(
            "browser", "A browser's request: 11 headers",
            (wsgi, asgi, *theirs("uvicorn"), handler, *theirs("granian ASGI", "nginx")),
            "uvicorn", headers=BROWSER, seldom=seldom | {"nginx"},
        ),
        Scene(
            "fresh", "A connection for each request", (*theirs("uvicorn"), handler, *theirs("granian ASGI", "gunicorn gthread", "nginx")), "uvicorn",
            headers={"Connection": "close"}, seldom=seldom | {"gunicorn gthread", "nginx"},
        ),
    ]  # fmt: skip
    for name, size, connections in STATIC:
        path = f"/{name}.txt"
        targets = (mine("Poolhouse", "static", path), *theirs("nginx", "Starlette StaticFiles", path=path))
        found.append(Scene(f"static-{name}", f"Static file, {size}", targets, "nginx", connections, seldom=seldom))
    return found


def run(options: argparse.Namespace) -> dict[str, Any]:
    server_core, load_core = process_tree.cores()
    allow_descriptors()
    come_first()
    began = time.time()

    def wanted(name: str) -> bool:
        return not options.scene or name in options.scene

    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name:
        folder = Path(name)
        (folder / "peers").mkdir()
        started = worker_start.measure(folder, options.rounds) if wanted("start") else {}
        reach(server_core)
        with our_server(folder) as ours, peers.peers(folder / "peers") as others:
            reach(load_core)
            played = []
            for scene in scenes(ours, others):
                if not wanted(scene.name):
                    continue
                say(scene.title)
                for target in scene.targets:  # a worker that was started on demand inherited its core; one that wandered is brought back
                    process_tree.pin(process_tree.members(target.pid), server_core)
                played.append(play(scene, options.rounds, options.seconds))
                say(table.scene(played[-1]))
            result = {
                "schema": 1,
                "when": time.strftime("%Y-%m-%d %H:%M", time.gmtime(began)) + " UTC",
                "machine": machine(server_core, load_core),
                "rounds": options.rounds,
                "seconds": options.seconds,
                "generator": load.generator(),
                "versions": peers.versions(),
                "absent": peers.absent(),
                "scenes": played,
                "worker_start": started,
                "idle": idle(ours, others, options) if wanted("idle") else {},
                "recycling": recycling.measure(ours, max(4.0, options.seconds * 3), 32) if wanted("recycling") else [],
            }
    result["goals"] = judge(result)
    result["took_s"] = round(time.time() - began)
    return result


def come_first() -> None:
    """Before whatever else runs on the machine, where that is allowed: what this process starts inherits it."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)


def idle(ours: OurServer, others: dict[str, peers.RunningPeer], options: argparse.Namespace) -> dict[str, Any]:
    say("Idle connections")
    asked = {"Poolhouse": (ours.pid, ours.url("static", "/1k.txt"))}
    asked |= {name: (one.pid, one.url("/hello")) for name, one in others.items() if name in ("uvicorn", "granian ASGI", "hypercorn")}
    asked |= {name: (one.pid, one.url("/1k.txt")) for name, one in others.items() if name == "nginx"}
    return {name: idle_connections.measure(pid, url, options.idle) for name, (pid, url) in asked.items()}


def machine(server_core: int | None, load_core: int | None) -> dict[str, Any]:
    return {
        "python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}", "cpus": os.cpu_count(),
        "server_core": server_core, "load_core": load_core, "load_average": round(os.getloadavg()[0], 1),
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
    }  # fmt: skip


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=24, help="an even number: who begins alternates")
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections")
    parser.add_argument("--short", action="store_true", help="two rounds of a second, 1,000 idle connections; nothing is written")
    parser.add_argument("--scene", nargs="+", metavar="NAME", help=f"of {', '.join(PARTS)}: these alone; nothing is written")
    parser.add_argument("--into", type=Path, default=HERE, help="where servers.json, .md and .svg go")
    options = parser.parse_args()
    if options.short:
        options.rounds, options.seconds, options.idle = 2, 1, 1000
    result = run(options)
    text = table.markdown(result)
    say(text)
    if not (options.short or options.scene):
        (options.into / "servers.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        (options.into / "servers.md").write_text(text, "utf-8")
        (options.into / "servers.svg").write_text(chart.svg(result), "utf-8")


if __name__ == "__main__":
    main()
