"""Worker Processes: what runs now for each pool; Enter shows the requests that one has under way.

Knows no widget, file or process; rows come from the service's snapshot, requests under way from the feed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from console.lines import Cell, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.settings_test import runs_as
from console.units import clock, count, duration

COLUMNS = (
    Column("pool", "Application Pool", 16, grow=36),
    Column("pid", "Process ID", 10, "right"),
    Column("state", "State", 9),
    Column("cpu", "CPU %", 6, "right"),
    Column("private", "Private (KB)", 12, "right", drop=1),
    Column("virtual", "Virtual (KB)", 12, "right", drop=3),
    Column("user", "User", 8, drop=2, grow=24),
    Column("mode", "Pipeline", 10, drop=5),
    Column("requests", "Requests", 8, "right"),
    Column("started", "Started", 8, "right", drop=4),
)
REQUEST_COLUMNS = (
    Column("elapsed", "Time Elapsed", 12, "right"),
    Column("site", "Site", 12, drop=2, grow=24),
    Column("verb", "Verb", 6),
    Column("url", "Url", 24, grow=90),
    Column("client", "Client IP Address", 17, drop=3),
    Column("state", "State", 23, drop=4, grow=32),
    Column("module", "Module Name", 14, drop=1, grow=36),
    Column("pid", "Process ID", 10, "right", drop=5),
)


def rows(view: View) -> Sequence[Row]:
    found = []
    flights: dict[int, int] = {}
    for info, _ in view.feed.flights():
        flights[info.pid] = flights.get(info.pid, 0) + 1
    for pool in view.session.snapshot.get("pools") or ():
        mode, user = str(pool.get("mode") or ""), runs_as(str(pool.get("identity") or ""))
        for worker in pool.get("workers") or ():
            pid, state = int(worker.get("pid") or 0), str(worker.get("state") or "")
            cells = {
                "pool": cell(pool.get("name"), bold=True),
                "pid": cell(pid, order=float(pid)),
                "state": cell(state, "text" if state == "running" else "warning"),
                **_used(worker),
                "user": cell(user, "quiet"),
                "mode": cell(mode, "classic" if mode == "Classic" else "integrated"),
                "requests": cell(flights.get(pid, 0), order=float(flights.get(pid, 0))),
                "started": cell(clock(float(worker.get("started") or 0), milliseconds=False), "quiet"),
            }
            groups = {"state": (state, "heading"), "pool": (str(pool.get("name")), "heading"), "user": (user or "?", "heading")}
            found.append(Row(Target("worker", str(pid)), cells, groups=groups))
    return found


def _used(worker: Mapping[str, Any]) -> dict[str, Cell]:
    """What the service measured once a second; nothing before it did."""
    private, virtual = int(worker.get("private_kb") or 0), int(worker.get("virtual_kb") or 0)
    if not private:
        return {}
    cpu = float(worker.get("cpu_percent") or 0)
    return {
        "cpu": cell(f"{cpu:.1f}", order=cpu),
        "private": cell(count(private), order=float(private)),
        "virtual": cell(count(virtual), "quiet", order=float(virtual)),
    }


def requests(view: View) -> Sequence[Row]:
    """What the rings have under way; where each one is in the pipeline is the service's word, of the oldest of them."""
    now = time.time()
    found = []
    places = {str(told.get("id")): told for told in view.session.snapshot.get("requests") or ()}
    for info, flight in view.feed.flights():
        if view.place.detail in ("", str(info.pid)):
            elapsed = max(0.0, now - flight.wall) * 1_000_000
            told = places.get(f"{info.pid:08x}{flight.request:08x}", {})
            cells = {
                "elapsed": cell(duration(elapsed), order=elapsed),
                "site": cell(told.get("site", ""), "quiet"),
                "verb": cell(flight.method),
                "url": cell(flight.url, bold=True),
                "client": cell(flight.client, "quiet"),
                "state": cell(told.get("notification", "")),
                "module": cell(told.get("module", "")),
                "pid": cell(info.pid, "quiet", order=float(info.pid)),
            }
            found.append(Row(Target("flight", f"{info.pid} {flight.request}"), cells, groups={"pid": (f"{info.pool} {info.pid}", "heading")}))
    return sorted(found, key=lambda row: row.cells["elapsed"].sort_key, reverse=True)


def detail(view: View, target: Target | None) -> Sequence[Line]:
    if not view.session.running:
        return [line(run("The configuration is not running: no worker runs.", "warning"))]
    idle = [str(pool.get("name")) for pool in view.session.snapshot.get("pools") or () if not pool.get("workers")]
    return [line(run("no worker yet  ", "quiet"), run(", ".join(idle)), run("   the first request starts one", "quiet"))] if idle else ()


def request_detail(view: View, target: Target | None) -> Sequence[Line]:
    shown = len(requests(view))
    return [line(run(f"{count(shown)} under way, looked at once a second; finished ones are in Live Requests", "quiet"))]


def opens(view: View, target: Target) -> Place | None:
    return Place("requests", detail=target.name)


PAGE = ListPage(
    "worker_processes", "Worker Processes", "What runs now. Enter shows the requests that a worker has under way.", COLUMNS, rows,
    groups=(("", "No Grouping"), ("pool", "Application Pool"), ("state", "State"), ("user", "User")), detail=detail, opens=opens, live=True,
    empty="No worker runs.",
)  # fmt: skip
REQUESTS = ListPage(
    "requests", "Requests", "What has begun and not ended, the longest first.", REQUEST_COLUMNS, requests,
    groups=(("", "No Grouping"), ("pid", "Process")), detail=request_detail, live=True, empty="Nothing is under way.",
)  # fmt: skip
