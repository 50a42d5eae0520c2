"""Pipeline Mode Findings: what changes for applications when their pool's mode does, worst first, each with what settles it.

Knows no widget, file or process; model/migration.py finds, console/findings.py keeps.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target

if TYPE_CHECKING:
    from model.migration import Finding

COLUMNS = (
    Column("message", "What changes", 30, grow=90),
    Column("code", "Code", 15, drop=3),
    Column("application", "Application", 22, drop=2, grow=30),
    Column("fix", "Fix", 14, drop=1, grow=40),
    Column("where", "Where", 16, drop=4, grow=30),
)
_GROUPS = {
    "now": ("Answers 500 now", "bad"),
    "Integrated": ("Fails in Integrated mode", "warning"),
    "Classic": ("Fails in Classic mode", "warning"),
    "integrated-only": ("Runs in Integrated mode only", "integrated"),
    "classic-only": ("Runs in Classic mode only", "classic"),
    "": ("Behaves differently", "heading"),
}
#: The mode in which a request gets this status.
_FAILS_IN = {"500.21": "Classic", "500.22": "Integrated", "500.23": "Integrated", "500.24": "Integrated"}
_WIDTH = 76


def rows(view: View) -> Sequence[Row]:
    return [_row(finding, mode, pool) for finding, mode, pool in _here(view)]


def _here(view: View) -> Iterator[tuple[Finding, str, str]]:
    """(finding, its pool's mode, its pool) of the place: an application, a site, a pool (the detail), or all."""
    hierarchy, place = view.session.workspace.hierarchy, view.place
    modes = {pool.name.lower(): pool.managed_pipeline_mode for pool in hierarchy.pools()}
    pools = {(site.name, application.path): application.application_pool for site in hierarchy.sites() for application in site.applications}
    for finding in view.session.findings.known:
        pool = pools.get((finding.site, finding.application), "")
        if place.detail and pool.lower() != place.detail.lower():
            continue
        if place.site and (finding.site != place.site or (place.app not in ("", "/") and finding.application != place.app)):
            continue
        yield finding, modes.get(pool.lower(), "Integrated"), pool


def _row(finding: Finding, mode: str, pool: str) -> Row:
    fails = _FAILS_IN.get(finding.code, "")
    kind = "now" if fails == mode else fails or (finding.code if finding.code in _GROUPS else "")
    source = finding.source
    where = f"{source.file.rsplit('/', 1)[-1]}:{source.line}:{source.column}" if source else ""
    application = f"{finding.site}{finding.application if finding.application != '/' else ''}"
    cells = {
        "message": cell(finding.message),
        "code": cell(finding.code, "quiet"),
        "application": cell(application),
        "fix": cell(finding.fix.label if finding.fix else "none by itself", "text" if finding.fix else "quiet"),
        "where": cell(where, "link"),
    }
    groups = {"kind": _GROUPS[kind], "application": (application, "heading"), "pool": (pool, "heading")}
    glyph = run("✖", "bad") if kind == "now" else run("▲", "warning") if fails else run("·", "quiet")
    return Row(Target("finding", f"{application} {finding.code} {finding.message}", finding), cells, groups=groups, glyph=glyph)


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """The whole sentence: columns cut it. And what F would do."""
    finding = getattr(target, "value", None)
    if finding is None:
        return ()
    both = " It holds in either mode." if finding.both_modes else ""
    found = [line(run(piece)) for piece in textwrap.wrap(f"{finding.message}.{both}", _WIDTH)]
    if finding.fix is None:
        return [*found, line(run("No edit settles it by itself.", "quiet"))]
    return [*found, line(run("Fix  ", "heading", bold=True), run(f"{finding.fix.label}   "), run("F shows it first", "quiet"))]


def opens(view: View, target: Target) -> Place | None:
    source = getattr(target.value, "source", None)
    return Place("source", detail=f"{source.file}:{source.line}") if source is not None else None


PAGE = ListPage(
    "migration",
    "Pipeline Mode Findings",
    "What changes for applications when their pool's pipeline mode does, and what settles it.",
    COLUMNS,
    rows,
    groups=(("kind", "What Happens"), ("application", "Application"), ("pool", "Application Pool"), ("", "No Grouping")),
    detail=detail,
    opens=opens,
    empty="Nothing here has to be edited for the other mode. c in Live Requests shows what still differs.",
    group_order=tuple(heading for heading, _ in _GROUPS.values()),
)
