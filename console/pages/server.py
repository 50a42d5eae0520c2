"""The server's home: the features of this level, by area, as IIS Manager's home page lists them.

Knows no widget, file or process; each feature's sentence is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.wording.features import SERVER_FEATURES

COLUMNS = (Column("name", "Feature", 22, grow=28), Column("about", "What it is for", 30, grow=90), Column("count", "", 6, "right", drop=1))


def rows(view: View) -> Sequence[Row]:
    hierarchy = view.session.workspace.hierarchy
    counts = {"pools": len(hierarchy.pools()), "sites": len(hierarchy.sites()), "problems": len(view.session.workspace.problems)}
    found = []
    for feature in SERVER_FEATURES:
        number = counts.get(feature.page, 0)
        role = "warning" if feature.page == "problems" and number else "quiet"
        cells = {
            "name": cell(feature.name, "link", bold=True),
            "about": cell(feature.about, "quiet"),
            "count": cell(number or "", role, order=float(number)),
        }
        found.append(Row(Target("feature", feature.page), cells, groups={"area": (feature.area, "heading")}))
    return found


def detail(view: View, target: Target | None) -> Sequence[Line]:
    session = view.session
    service = session.snapshot.get("service") or {}
    lines = [line(run("Configuration  ", "quiet"), run(session.workspace.root))]
    if service.get("pid"):
        stays = "stays after the console" if service.get("stay") else "ends with the last console"
        lines.append(line(run("Service        ", "quiet"), run(f"pid {service['pid']}, {stays}")))
    return lines


def opens(view: View, target: Target) -> Place | None:
    if target.name == "source":
        return Place("source", detail=str(view.session.workspace.root))
    return Place(target.name)


PAGE = ListPage(
    "server", "Home", "Everything that this server's configuration says, by area.", COLUMNS, rows,
    groups=(("area", "Area"), ("", "No Grouping")), detail=detail, opens=opens, group_order=("Poolhouse", "IIS", "Management"),
)  # fmt: skip
