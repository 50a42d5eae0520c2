"""One scene of the bench: the same request to each server in turn, round after round, with the CPU time of each server's processes.

Knows no server. Who begins alternates, neighbours in a scene are asked one right after the other, and a ratio is taken round by
round: a slow moment of the machine is slow for both.
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

#: A server's figures by the round's number (text, as in JSON): requests a second, CPU in µs a request.
Rounds = dict[str, tuple[float, float]]
RATE, CPU = 0, 1


@dataclass(frozen=True)
class Target:
    """One server's part in a scene. `pid` is the root of its processes."""

    server: str
    pid: int
    url: str


@dataclass(frozen=True)
class Scene:
    """`base`: the server that the others are told as a ratio of. `seldom`: those that no goal is about, asked in half of the rounds."""

    name: str
    title: str
    targets: tuple[Target, ...]
    base: str
    connections: int = 64
    headers: Mapping[str, str] = field(default_factory=dict)
    seldom: frozenset[str] = frozenset()


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
        load.run(target.url, 1, scene.connections, scene.headers)
    samples: dict[str, dict[int, Sample]] = {target.server: {} for target in scene.targets}
    for number in range(rounds):
        for target in scene.targets if number % 2 == 0 else reversed(scene.targets):
            if number % 4 < 2 or target.server not in scene.seldom:  # so that these too are begun with from either end
                samples[target.server][number] = _ask(target, scene, seconds)
    rows = {server: _row(taken, samples.get(scene.base, {})) for server, taken in samples.items()}
    return {"name": scene.name, "title": scene.title, "base": scene.base, "connections": scene.connections, "rows": rows}


def _ask(target: Target, scene: Scene, seconds: float) -> Sample:
    before = process_tree.cpu_seconds(process_tree.members(target.pid))
    figures = load.run(target.url, seconds, scene.connections, scene.headers)
    spent = process_tree.cpu_seconds(process_tree.members(target.pid)) - before
    return Sample(figures.requests_per_s, spent / max(figures.requests, 1) * 1e6, figures.p50_ms, figures.p99_ms, figures.errors)


def _row(taken: dict[int, Sample], base: dict[int, Sample]) -> dict[str, Any]:
    found, rounds, measured_by = list(taken.values()), _figures(taken), _figures(base)
    return {
        "requests_per_s": spread([one.requests_per_s for one in found], 0),
        "cpu_us": spread([one.cpu_us for one in found], 1),
        "p50_ms": spread([one.p50_ms for one in found], 3),
        "p99_ms": spread([one.p99_ms for one in found], 3),
        "errors": sum(one.errors for one in found),
        "ratio": between(rounds, measured_by, RATE),
        "cpu_ratio": between(measured_by, rounds, CPU),
        "rounds": rounds,
    }


def _figures(taken: dict[int, Sample]) -> Rounds:
    return {str(number): (round(one.requests_per_s, 1), round(one.cpu_us, 2)) for number, one in taken.items()}


def spread(values: list[float], digits: int) -> dict[str, float]:
    """Median and extremes."""
    if not values:
        return {}
    return {name: round(value, digits) for name, value in (("median", statistics.median(values)), ("lowest", min(values)), ("highest", max(values)))}


def between(one: Rounds, other: Rounds, what: int) -> dict[str, float]:
    """How often one server has what the other has once, of the rounds that both were in."""
    pairs = [(figures[what], other[number][what]) for number, figures in one.items() if number in other]
    return spread([first / second for first, second in pairs if second], 3)


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
