"""Application Pools: the list, grouped by pipeline mode, with what each does now and why one stopped.

Knows no widget, file or process: rows come from the hierarchy, the snapshot and the feed's figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from console.connections import state_glyph
from console.kept import Kept
from console.lines import BLANK, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.units import clock, duration, rate, sparkline
from model.hierarchy import Hierarchy
from model.sections.application_pools import AppPool

COLUMNS = (
    Column("name", "Name", 22, grow=34),
    Column("status", "Status", 11),
    Column("runtime", ".NET", 6, drop=3),
    Column("mode", "Pipeline", 10),
    Column("identity", "Identity", 18, drop=4, grow=40),
    Column("applications", "Apps", 4, "right", drop=2),
    Column("rate", "r/s", 6, "right", drop=1),
)
_STATE_ROLES = {"Started": "text", "Stopped": "bad", "Failed": "bad", "": "quiet"}


_ROWS: Kept[Row] = Kept()
_USERS: Kept[Counter[str]] = Kept()


def rows(view: View) -> Sequence[Row]:
    hierarchy = view.session.workspace.hierarchy
    users = _USERS.of("", _users, hierarchy)
    state, per_second = view.session.pool_state, view.feed.rate
    runs = view.session.running
    return [_ROWS.of(pool.name, _row, pool, state(pool.name), users[pool.name], per_second(pool.name), runs) for pool in hierarchy.pools()]


def _users(hierarchy: Hierarchy) -> Counter[str]:
    """How many applications each pool has."""
    return Counter(application.application_pool for site in hierarchy.sites() for application in site.applications)


def _row(pool: AppPool, state: Mapping[str, Any], applications: int, per_second: float, runs: bool) -> Row:
    status = str(state.get("state") or "")
    mode = pool.managed_pipeline_mode
    mode_role = "integrated" if mode == "Integrated" else "classic"
    identity = str(state.get("identity") or pool.process_model.identity_type).partition(" (")[0]
    runtime = pool.managed_runtime_version or "No Managed Code"
    return Row(
        Target("pool", pool.name, pool),
        {
            "name": cell(pool.name, bold=status == "Started"),
            "status": cell(status or "not running", _STATE_ROLES.get(status, "warning") if runs else "quiet", order=status),
            "runtime": cell(pool.managed_runtime_version or "none", "quiet"),
            "mode": cell(mode, mode_role),
            "identity": cell(identity, "quiet"),
            "applications": cell(applications, order=float(applications)),
            "rate": cell(rate(per_second), "text" if per_second else "quiet", order=per_second),
        },
        groups={
            "mode": (mode, mode_role), "status": (status or "Not running", "heading"),
            "runtime": (runtime, "heading"), "identity": (identity, "heading"),
        },
        glyph=run("✖", "bad") if runs and status == "Stopped" and state.get("reason") else state_glyph(status),
    )  # fmt: skip


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """What stopped, and the selected pool's last minute."""
    lines: list[Line] = []
    for state in view.session.snapshot.get("pools") or () if view.session.running else ():
        if state.get("state") in ("Stopped", "Failed") and state.get("reason"):
            lines += _stopped(state)
    if target is None:
        return lines
    figures = view.feed.figures_of(target.name)
    state = view.session.pool_state(target.name)
    if figures is not None and figures.total:
        lines += _last_minute(view, target, state)
    elif state.get("state") == "Started":
        lines.append(
            line(
                run(target.name, bold=True),
                run("   no request yet; the first starts a worker" if not state.get("workers") else "   no request yet", "quiet"),
            )
        )
    last = state.get("last_failure")
    if last and state.get("state") not in ("Stopped", "Failed"):
        lines.append(line(run("▲ ", "warning"), *_failure(last)))
    return lines


def _stopped(state: Any) -> list[Line]:
    found = [line(run("✖ ", "bad"), run(state["name"], "bad", bold=True), run(f" {state['reason']}"))]
    last = state.get("last_failure")
    if last:
        found.append(line(run("  "), *_failure(last), run("   show its log", "link", link=Place("log", detail=str(state["name"])))))
    return [*found, BLANK]


def _failure(last: Any) -> list[Any]:
    requests = ", ".join(str(request) for request in list(last.get("requests") or ())[:3])
    text = f"{clock(float(last.get('at') or 0), milliseconds=False)} worker {last.get('pid')}: {last.get('text') or last.get('kind')}"
    others = int(last.get("connections") or 0)
    beside = f"; {others} more {'client' if others == 1 else 'clients'} connected" if others else ""
    return [run(text, "quiet"), run(f" in {requests}" if requests else "", "quiet"), run(beside, "quiet")]


#: What a worker does that does not serve: a recycle is there to be seen.
_BESIDE = {"starting": " starts", "draining": " finishes what it has", "orphaned": " is left to a debugger"}


def _last_minute(view: View, target: Target, state: Any) -> list[Line]:
    figures = view.feed.figures_of(target.name)
    assert figures is not None
    seconds, errors = list(figures.requests)[-25:], list(figures.errors)[-12:]
    recent, failed = sum(figures.requests), sum(figures.errors)
    mode = getattr(target.value, "managed_pipeline_mode", "")
    workers: Sequence[Any] = state.get("workers") or ()
    pids = ", ".join(f"{worker.get('pid')}{_BESIDE.get(str(worker.get('state')), '')}" for worker in workers)
    return [
        line(run(f"{target.name}, last minute", bold=True)),
        line(
            run("  requests/s ", "quiet"), run(f"{rate(view.feed.rate(target.name)):>6}  "),
            run(sparkline([float(count) for count in seconds]), "classic" if mode == "Classic" else "integrated"),
            run("   errors ", "quiet"), run(f"{100 * failed / recent if recent else 0:>5.1f} %  ", "bad" if failed else "quiet"),
            run(sparkline([float(count) for count in errors]), "bad" if failed else "quiet"),
        ),
        line(
            run(f"  p50 {duration(figures.percentile(0.5))}   p99 ", "quiet"), run(duration(figures.percentile(0.99))),
            run(f"     workers {len(workers)}  pid {pids}" if pids else "     no worker now: the next request starts one", "quiet"),
            run(f"     {_account(state)}", "quiet"),
        ),
    ]  # fmt: skip


def _account(state: Any) -> str:
    """ "runs as www", from the identity that the service names: the column has no room for it."""
    return str(state.get("identity") or "").partition(" (")[2].rstrip(")")


def opens(view: View, target: Target) -> Place | None:
    return Place("live", detail=f'pool:"{target.name}"')


PAGE = ListPage(
    "pools",
    "Application Pools",
    "A pool is one or more worker processes; the applications in it share its fate.",
    COLUMNS,
    rows,
    groups=(("mode", "Managed Pipeline Mode"), ("status", "Status"), ("runtime", ".NET CLR Version"), ("identity", "Identity"), ("", "No Grouping")),
    sort="name",
    detail=detail,
    opens=opens,
    empty="No pool is defined. + adds one.",
    group_order=("Integrated", "Classic", "Started", "Stopped"),
    live=True,
)
