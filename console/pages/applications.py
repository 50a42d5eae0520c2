"""Applications: those of a site, of a pool, or all of them, with pool and folder.

Knows no widget, file or process; rows come from the hierarchy.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.connections import mode_badge
from console.lines import Cell, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from model.sections.sites import Application

COLUMNS = (
    Column("path", "Virtual Path", 18, grow=36),
    Column("site", "Site", 12, drop=2, grow=30),
    Column("pool", "Application Pool", 16, grow=30),
    Column("mode", "Mode", 4),
    Column("folder", "Physical Path", 20, drop=1, grow=70),
)


def rows(view: View) -> Sequence[Row]:
    hierarchy = view.session.workspace.hierarchy
    modes = {pool.name: pool.managed_pipeline_mode for pool in hierarchy.pools()}
    found = []
    for site in hierarchy.sites():
        if view.place.site in ("", site.name):
            for application in sorted(site.applications, key=lambda entry: entry.path):
                if view.place.detail not in ("", application.application_pool):  # those of one pool
                    continue
                found.append(_row(site.name, application, modes.get(application.application_pool, "")))
    return found


def _row(site: str, application: Application, mode: str) -> Row:
    root = application.root
    mapped = root is not None and root.folder is not None
    return Row(
        Target("application", f"{site}{application.path}", application),
        {
            "path": cell(application.path, bold=True),
            "site": cell(site, "quiet"),
            "pool": cell(application.application_pool, "text" if mode else "warning"),
            "mode": Cell(mode_badge(mode)),
            "folder": cell(root.physical_path if root else "", "text" if mapped else "warning"),
        },
        groups={"site": (site, "heading"), "pool": (application.application_pool or "No pool", "heading")},
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    application = target.value if target is not None else None
    if target is None or not isinstance(application, Application):
        return ()
    alone = run(f"   those of the pool {view.place.detail} alone", "warning") if view.place.detail else run("")
    found = [line(run(target.name, bold=True), alone, run(f"   virtual directories: {len(application.virtual_directories)}", "quiet"))]
    if application.root is None or application.root.folder is None:
        found.append(line(run("▲ ", "warning"), run("its folder is not mapped on this system")))
    if application.source is not None:
        found.append(line(run("written in ", "quiet"), run(str(application.source), "link", link="view_source")))
    return found


def opens(view: View, target: Target) -> Place | None:
    site, _, path = target.name.partition("/")
    return Place("application", site, f"/{path}") if path else Place("site", site)


PAGE = ListPage(
    "applications", "Applications", "An application is a part of a site that runs in a pool of its own choosing.", COLUMNS, rows,
    groups=(("", "No Grouping"), ("site", "Site"), ("pool", "Application Pool")), detail=detail, opens=opens, sort="path",
    section="system.applicationHost/sites", empty="There is no application. + adds one.",
)  # fmt: skip
