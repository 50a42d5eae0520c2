"""make bench: the sample's /hello behind its whole Integrated pipeline, traced and logged, beside uvicorn's bare ASGI hello.

Measures and asserts nothing. Both run at once and are asked in turn, round after round, so that a slow minute of the machine is
slow for both; the ratio is taken round by round. Text for people, JSON (--json FILE) for machines.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import load

ROOT = Path(__file__).resolve().parent.parent
METHOD = """Method. Poolhouse serves the first-run sample from a copy: one worker process of DefaultAppPool (Integrated), every module
of the sample in the pipeline (managed ones for all requests), request log and trace of every request on. The peer is uvicorn with
one process, uvloop and httptools, its access log off, and an ASGI application that answers the same five bytes and does nothing
else. Both are warmed up, then asked in turn for {seconds:g} s a round over {connections} kept connections by {generator} on the same machine;
{rounds} rounds, and who begins alternates. The ratio is Poolhouse's rate over uvicorn's in the same round: median and extremes."""
PEER = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"Hello"})
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(command: list[str], environment: dict[str, str], folder: Path, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        child = subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=output)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def poolhouse(folder: Path) -> Iterator[str]:
    port, other = free_port(), free_port()
    configuration = folder / "configuration"
    shutil.copytree(ROOT / "sample_configs" / "first-run", configuration)
    environment = {**os.environ, **{f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CONFIG", "DATA")}}
    command = [sys.executable, "-m", "console", "serve", str(configuration), "--port", f"17080={port}", "--port", f"17081={other}"]
    with process(command, environment, ROOT, folder / "poolhouse.log"):
        yield f"http://127.0.0.1:{port}/hello"


@contextlib.contextmanager
def uvicorn(folder: Path) -> Iterator[str]:
    port = free_port()
    (folder / "peer.py").write_text(PEER, "utf-8")
    command = [sys.executable, "-m", "uvicorn", "peer:app", "--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    with process(command, dict(os.environ), folder, folder / "uvicorn.log"):
        yield f"http://127.0.0.1:{port}/hello"


def wait_for(url: str, seconds: float = 30) -> None:
    """Until the URL answers Hello."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.read() == b"Hello":
                    return
        except OSError:
            pass
        if time.monotonic() > end:
            raise SystemExit(f"{url} does not answer Hello")
        time.sleep(0.05)


def measure(urls: dict[str, str], rounds: int, seconds: float, connections: int) -> list[dict[str, load.Figures]]:
    for url in urls.values():
        load.run(url, 1, connections)
    results = []
    for number in range(rounds):
        order = list(urls) if number % 2 == 0 else list(reversed(urls))
        results.append({name: load.run(urls[name], seconds, connections) for name in order})
    return results


def report(results: list[dict[str, load.Figures]], options: argparse.Namespace) -> dict[str, object]:
    ratios = [entry["poolhouse"].requests_per_s / entry["uvicorn"].requests_per_s for entry in results]
    servers = {}
    for name in ("poolhouse", "uvicorn"):
        rates = [entry[name].requests_per_s for entry in results]
        servers[name] = {
            "requests_per_s": round(statistics.median(rates)),
            "lowest": round(min(rates)),
            "highest": round(max(rates)),
            "p50_ms": round(statistics.median(entry[name].p50_ms for entry in results), 3),
            "p99_ms": round(statistics.median(entry[name].p99_ms for entry in results), 3),
            "errors": sum(entry[name].errors for entry in results),
        }
    method = METHOD.format(seconds=options.seconds, connections=options.connections, rounds=options.rounds, generator=load.generator())
    return {
        "schema": 1,
        "ratio": {"median": round(statistics.median(ratios), 3), "lowest": round(min(ratios), 3), "highest": round(max(ratios), 3)},
        "servers": servers,
        "method": method,
        "machine": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cpus": os.cpu_count(),
            "uvicorn": version("uvicorn"),
        },
    }


def write(result: dict[str, object]) -> None:
    servers, ratio = result["servers"], result["ratio"]
    assert isinstance(servers, dict)
    assert isinstance(ratio, dict)
    print(f"{'':12}{'req/s':>9}{'lowest':>9}{'highest':>9}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}")
    for name, row in servers.items():
        cells = f"{row['requests_per_s']:>9}{row['lowest']:>9}{row['highest']:>9}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{row['errors']:>8}"
        print(f"{name:12}{cells}")
    print(f"\nPoolhouse / uvicorn: {ratio['median']:.2f} (from {ratio['lowest']:.2f} to {ratio['highest']:.2f})\n")
    print(result["method"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name:
        folder = Path(name)
        with poolhouse(folder) as ours, uvicorn(folder) as theirs:
            for url in (ours, theirs):
                wait_for(url)
            result = report(measure({"poolhouse": ours, "uvicorn": theirs}, options.rounds, options.seconds, options.connections), options)
    write(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
