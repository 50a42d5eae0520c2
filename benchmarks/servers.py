"""make bench, the second part: Poolhouse beside its peers, in one run, every one of its requests traced and logged.

Measures and asserts nothing: a goal that is missed is told with its figure. Writes servers.json, servers.md and servers.svg into
this folder (or --into). Look next at rounds.py (how a scene is played) and table.py, chart.py (how it is told).
"""

from __future__ import annotations

import argparse
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
STATIC = (("1k", "1 KB", 64), ("100k", "100 KB", 64), ("10m", "10 MB", 16))


def scenes(ours: OurServer, others: dict[str, peers.RunningPeer]) -> list[Scene]:
    def mine(name: str, site: str, path: str) -> Target:
        return Target(name, ours.pid, ours.url(site, path))

    def theirs(*names: str, path: str = "/hello") -> tuple[Target, ...]:
        return tuple(Target(name, others[name].pid, others[name].url(path)) for name in names if name in others)

    handler = mine("Poolhouse, class handler", "integrated", "/hello")
    hosted = (mine("Poolhouse, ASGI", "integrated", "/asgi"), mine("Poolhouse, WSGI", "integrated", "/wsgi"))
    asgi = theirs("uvicorn", "granian ASGI", "hypercorn")
    found = [
        Scene("hello", "Hello, kept connections", (handler, *hosted, *asgi, *theirs("granian WSGI", "gunicorn gthread", "nginx")), "uvicorn"),
        Scene("modes", "The same managed page in both modes", (handler, mine("Poolhouse, Classic", "classic", "/hello")), handler.server),
        Scene("browser", "A browser's request: 11 headers", (handler, *hosted, *asgi[:2], *theirs("nginx")), "uvicorn", headers=BROWSER),
        Scene(
            "fresh", "A connection for each request", (handler, *asgi[:2], *theirs("gunicorn gthread", "nginx")), "uvicorn",
            headers={"Connection": "close"},
        ),
    ]  # fmt: skip
    for name, size, connections in STATIC:
        path = f"/{name}.txt"
        targets = (mine("Poolhouse", "static", path), *theirs("Starlette StaticFiles", "nginx", path=path))
        found.append(Scene(f"static-{name}", f"Static file, {size}", targets, "nginx", connections))
    return found


def run(options: argparse.Namespace) -> dict[str, Any]:
    server_core, load_core = process_tree.cores()
    allow_descriptors()
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name:
        folder = Path(name)
        (folder / "peers").mkdir()
        started = worker_start.measure(folder, options.rounds)
        reach(server_core)
        with our_server(folder) as ours, peers.peers(folder / "peers") as others:
            reach(load_core)
            played = []
            for scene in scenes(ours, others):
                if options.only and scene.name not in options.only:
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
                "idle": idle(ours, others, options) if not options.only else {},
                "recycling": recycling.measure(ours, max(4.0, options.seconds * 3), 32) if not options.only else [],
            }
    result["goals"] = judge(result)
    result["took_s"] = round(time.time() - began)
    return result


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
    }  # fmt: skip


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections")
    parser.add_argument("--short", action="store_true", help="two rounds of a second, 1,000 idle connections; nothing is written")
    parser.add_argument("--only", nargs="*", metavar="SCENE", help="these scenes alone; nothing is written")
    parser.add_argument("--into", type=Path, default=HERE, help="where servers.json, .md and .svg go")
    options = parser.parse_args()
    if options.short:
        options.rounds, options.seconds, options.idle = 2, 1, 1000
    result = run(options)
    text = table.markdown(result)
    say(text)
    if not (options.short or options.only):
        (options.into / "servers.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        (options.into / "servers.md").write_text(text, "utf-8")
        (options.into / "servers.svg").write_text(chart.svg(result), "utf-8")


if __name__ == "__main__":
    main()
