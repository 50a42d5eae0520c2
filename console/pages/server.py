"""The server's home: the features of this level, by area, as IIS Manager's home page lists them.

Knows no widget, file or process; each feature's sentence is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from console.before_start import Effects, effects
from console.home import GROUP_ORDER, GROUPS, feature_row, page_of, reason
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.wording.features import SERVER_FEATURES
from model.hierarchy import Hierarchy

#: How many types are named.
MOST_NAMES = 4

COLUMNS = (Column("name", "Feature", 22, grow=28), Column("about", "What it is for", 30, grow=90), Column("count", "", 6, "right", drop=1))


def rows(view: View) -> Sequence[Row]:
    hierarchy = view.session.workspace.hierarchy
    counts = {"pools": len(hierarchy.pools()), "sites": len(hierarchy.sites()), "problems": len(view.session.workspace.known_problems)}
    found = []
    for feature in SERVER_FEATURES:
        number = counts.get(feature.page, 0)
        role = "warning" if feature.page == "problems" and number else "quiet"
        found.append(feature_row(feature, count=cell(number or "", role, order=float(number))))
    return found


def detail(view: View, target: Target | None) -> Sequence[Line]:
    missing = reason(target)
    if missing:
        return missing
    session = view.session
    service = session.snapshot.get("service") or {}
    lines = [line(run("Configuration  ", "quiet"), run(session.workspace.root))]
    if not session.running:
        lines += _before_start(view)
    if service.get("pid"):
        stays = "stays after the console" if service.get("stay") else "ends with the last console"
        lines.append(line(run("Service        ", "quiet"), run(f"pid {service['pid']}, {stays}")))
    return lines


def _before_start(view: View) -> list[Line]:
    """What Start would do, in a line each. Opening is not running."""
    session = view.session
    broken = session.workspace.unreadable
    if broken is not None:
        return [line(run("✖ ", "bad"), run(f"{session.workspace.root.name} cannot be read: {broken.message}", "bad"))]
    found = _effects(session.workspace.hierarchy, tuple(sorted(session.ports.items())))
    lines = [line(run("Start would    ", "quiet"), run("listen on ", "quiet"), run(", ".join(found.endpoints) or "nothing"))]
    for name, paths in found.unmapped.items():
        way = run("   Map Drives…", "link", link="map_drives")
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        first = f"  {paths[0]}{more}" if paths[0] != name else more  # a variable may be all of a path
        lines.append(
            line(
                run("  not mapped   ", "quiet"),
                run(name, "warning", bold=True),
                run(first, "quiet"),
                way,
            )
        )
    names = list(dict.fromkeys(name for names in found.code.values() for name in names))
    what = ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else "")
    where = f"   in {len(found.code)} folder{'s' if len(found.code) != 1 else ''}: {', '.join(found.code)}"
    told = (run(what), run(where, "quiet")) if names else (run("no code of yours: static files and what the server brings", "quiet"),)
    return [*lines, line(run("  and run      ", "quiet"), *told)]


@lru_cache(maxsize=2)
def _effects(hierarchy: Hierarchy, ports: tuple[tuple[int, int], ...]) -> Effects:
    """A hierarchy is made anew with each change, so it stands for its text."""
    return effects(hierarchy, dict(ports))


def opens(view: View, target: Target) -> Place | None:
    if page_of(target) == "source":
        return Place("source", detail=str(view.session.workspace.root))
    page = page_of(target)
    return Place(page) if page else None


PAGE = ListPage(
    "server", "Home", "Everything that this server's configuration says, by area.", COLUMNS, rows,
    groups=GROUPS, detail=detail, opens=opens, group_order=GROUP_ORDER, icons=True,
)  # fmt: skip
