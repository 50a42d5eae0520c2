"""One scene of the bench: the same request to each server in turn, round after round, with the CPU time of each server's processes.

Knows no server. Who begins alternates, and a ratio is taken round by round: a slow minute of the machine is slow for all.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import load
import process_tree


@dataclass(frozen=True)
class Target:
    """One server's part in a scene. `pid` is the root of its processes."""

    server: str
    pid: int
    url: str


@dataclass(frozen=True)
class Scene:
    """`base`: the server that the others are told as a ratio of."""

    name: str
    title: str
    targets: tuple[Target, ...]
    base: str
    connections: int = 64
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    requests_per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    errors: int


def play(scene: Scene, rounds: int, seconds: float) -> dict[str, Any]:
    """Rows by server. Every target is asked a little first, so that nothing is cold."""
    for target in scene.targets:
        wait_for(target.url)
        load.run(target.url, 1, min(16, scene.connections), scene.headers)
    samples: dict[str, list[Sample]] = {target.server: [] for target in scene.targets}
    for number in range(rounds):
        for target in scene.targets if number % 2 == 0 else reversed(scene.targets):
            samples[target.server].append(_ask(target, scene, seconds))
    rows = {server: _row(taken, samples.get(scene.base, [])) for server, taken in samples.items()}
    return {"name": scene.name, "title": scene.title, "base": scene.base, "connections": scene.connections, "rows": rows}


def _ask(target: Target, scene: Scene, seconds: float) -> Sample:
    before = process_tree.cpu_seconds(process_tree.members(target.pid))
    figures = load.run(target.url, seconds, scene.connections, scene.headers)
    spent = process_tree.cpu_seconds(process_tree.members(target.pid)) - before
    return Sample(figures.requests_per_s, spent / max(figures.requests, 1) * 1e6, figures.p50_ms, figures.p99_ms, figures.errors)


def _row(taken: list[Sample], base: list[Sample]) -> dict[str, Any]:
    return {
        "requests_per_s": spread([one.requests_per_s for one in taken], 0),
        "cpu_us": spread([one.cpu_us for one in taken], 1),
        "p50_ms": spread([one.p50_ms for one in taken], 3),
        "p99_ms": spread([one.p99_ms for one in taken], 3),
        "errors": sum(one.errors for one in taken),
        "ratio": spread([one.requests_per_s / other.requests_per_s for one, other in zip(taken, base, strict=False)], 3),
        "cpu_ratio": spread([other.cpu_us / one.cpu_us for one, other in zip(taken, base, strict=False) if one.cpu_us], 3),
    }


def spread(values: list[float], digits: int) -> dict[str, float]:
    """Median and extremes."""
    if not values:
        return {}
    return {name: round(value, digits) for name, value in (("median", statistics.median(values)), ("lowest", min(values)), ("highest", max(values)))}


def between(one: dict[str, Any], other: dict[str, Any], what: str = "ratio") -> float:
    """How two servers of one scene compare, by the medians of their ratios to its base."""
    first, second = one[what].get("median", 0.0), other[what].get("median", 0.0)
    return round(first / second, 3) if second else 0.0


def wait_for(url: str, seconds: float = 60) -> None:
    """Until the URL answers 200."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                return
        except OSError as error:
            seen = error
        if time.monotonic() > end:
            raise SystemExit(f"{url} does not answer: {seen}")
        time.sleep(0.05)


def reach(core: int | None) -> None:
    """Let this process, and what it starts from now on, run on one core only."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def bare_start_s() -> float:
    """How long an interpreter takes that only imports what every worker needs."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import asyncio, ssl, uvloop, httptools"], check=True)
    return time.perf_counter() - began
