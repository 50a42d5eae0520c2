"""What the runtime is meant to reach beside its peers, held against what was measured. A goal that is missed is told, not hidden.

Knows the names of scenes and servers in servers.py, and no process.
"""

from __future__ import annotations

from typing import Any

from rounds import CPU, RATE, between

HELLO = "Poolhouse, class handler"


def judge(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Each goal with its figure, as far as its scene was played."""
    scenes = {scene["name"]: scene["rows"] for scene in result["scenes"]}
    found = []

    def told(what: str, measured: float, least: float, goal: float, *, most: bool = False, spread: dict[str, float] | None = None) -> None:
        met = measured <= least if most else measured >= least
        found.append({"what": what, "measured": measured, "spread": spread, "least": least, "goal": goal, "most": most, "met": met})

    def ratio(scene: str, one: str, other: str, what: str, least: float, goal: float, by: int = RATE) -> None:
        rows = scenes.get(scene, {})
        if one in rows and other in rows:
            spread = between(rows[one]["rounds"], rows[other]["rounds"], by)
            told(what, spread["median"], least, goal, spread=spread)

    ratio("hello", HELLO, "uvicorn", "Hello: requests a second, times uvicorn's bare ASGI hello", 1.6, 2.5)
    ratio("hello", "Poolhouse, ASGI", "uvicorn", "Hosted ASGI, times uvicorn", 1.2, 1.5)
    ratio("hello", "Poolhouse, WSGI", "gunicorn gthread", "Hosted WSGI, times gunicorn's gthread", 4.0, 7.0)
    ratio("static-1k", "Poolhouse", "nginx", "Static 1 KB: requests a second, times nginx", 0.65, 1.0)
    ratio("static-100k", "Poolhouse", "nginx", "Static 100 KB, times nginx", 0.8, 1.0)
    ratio("static-10m", "nginx", "Poolhouse", "Static 10 MB: nginx's CPU a request, times ours", 0.95, 0.95, CPU)
    ratio("modes", "Poolhouse, Classic", HELLO, "Classic, times Integrated, for the same managed page", 0.75, 0.75)
    pools = result["worker_start"].get("pools", {})
    for name, row in pools.items():
        what = f"Worker spawn to ready, times a bare interpreter with the libraries ({name})"
        told(what, row["ratio"]["median"], 1.5, 1.5, most=True, spread=row["ratio"])
    for name, row in pools.items():
        told(f"Private memory of a worker without its ring, MB ({name})", row["private_mb"]["median"], 22, 22, most=True)
    if "Poolhouse" in result["idle"]:
        told("An idle kept connection, KB", result["idle"]["Poolhouse"]["kb_each"], 20, 20, most=True)
    if result["recycling"]:
        told(
            "Errors while workers are recycled and the configuration is saved, under load",
            sum(row["errors"] for row in result["recycling"]),
            0,
            0,
            most=True,
        )
    return found
