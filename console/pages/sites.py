"""Sites: the list with states, bindings and folders.

Knows no widget, file or process. The applications of a site stand on its home page (site.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.addresses import address_text, addresses, told_addresses
from console.connections import mode_badge, state_glyph
from console.kept import Kept
from console.lines import Cell, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from model.hierarchy import Hierarchy
from model.sections.sites import Application, Site

COLUMNS = (
    Column("name", "Name", 18, grow=30),
    Column("id", "ID", 3, "right", drop=4),
    Column("status", "Status", 11),
    Column("mode", "Mode", 4, drop=2),
    Column("binding", "Binding", 22, grow=50),
    Column("path", "Path", 20, drop=3, grow=60),
)


_ALL: Kept[Sequence[Row]] = Kept()
_ROWS: Kept[Row] = Kept()


def rows(view: View) -> Sequence[Row]:
    return _ALL.of("", _rows, view.session.workspace.hierarchy, view.session.snapshot.get("sites") or ())


def _rows(hierarchy: Hierarchy, states: Sequence[Mapping[str, Any]]) -> Sequence[Row]:
    modes = {pool.name: pool.managed_pipeline_mode for pool in hierarchy.pools()}
    named = {state.get("name"): state for state in states}
    return [_ROWS.of(site.name, _row, site, named.get(site.name) or {}, _mode(site, modes)) for site in hierarchy.sites()]


def _root(site: Site) -> Application | None:
    return next((application for application in site.applications if application.path == "/"), None)


def _mode(site: Site, modes: Mapping[str, str]) -> str:
    root = _root(site)
    return modes.get(root.application_pool, "") if root else ""


def _row(site: Site, state: Mapping[str, Any], mode: str) -> Row:
    status = str(state.get("state") or "")
    root = _root(site)
    folder = root.root.folder if root and root.root else None
    role = "bad" if state.get("problem") or status == "Failed" else "text" if status == "Started" else "warning" if status else "quiet"
    return Row(
        Target("site", site.name, site),
        {
            "name": cell(site.name, bold=status == "Started"),
            "id": cell(site.id, "quiet", order=float(site.id)),
            "status": cell(status or "not running", role, order=status),
            "mode": Cell(mode_badge(mode)),
            "binding": cell(", ".join(address_text(route) for route in addresses(site))),
            "path": cell(folder or "not mapped", "quiet" if folder else "warning"),
        },
        groups={
            "status": (status or "Not running", "heading"),
            "mode": (mode or "?", "integrated" if mode == "Integrated" else "classic"),
            **_by_binding(site),
        },
        glyph=run("✖", "bad") if state.get("problem") else state_glyph(status),
    )


def _by_binding(site: Site) -> dict[str, tuple[str, str]]:
    """By the first binding that says it, as a site stands once in the list. What has no address:port:host has its protocol alone."""
    routes = addresses(site)
    first = site.bindings[0] if site.bindings else None
    return {
        "protocol": (first.protocol.lower() if first else "No binding", "heading"),
        "port": (f"Port {routes[0].port}" if routes else "No port", "heading"),
        "ip": ("No address" if not routes else "All Unassigned" if routes[0].ip in ("", "*") else routes[0].ip, "heading"),
    }


def detail(view: View, target: Target | None) -> Sequence[Line]:
    if target is None:
        return ()
    state = view.session.site_state(target.name)
    lines = []
    if state.get("problem"):
        lines.append(line(run("✖ ", "bad"), run(target.name, "bad", bold=True), run(f" {state['problem']}")))
    urls, patterns = told_addresses(state)
    if urls or patterns:
        lines.append(
            line(
                run(target.name, bold=True),
                run("  answers at " if state.get("state") == "Started" else "  would answer at ", "quiet"),
                run("  ".join(urls), "link", link="copy_address"),
                run(f"{'  ' if urls else ''}{'  '.join(patterns)}"),
                run("   y copies it" if urls else "", "quiet"),
            )
        )
    return lines


def opens(view: View, target: Target) -> Place | None:
    return Place("site", target.name)


PAGE = ListPage(
    "sites", "Sites", "A site is a set of addresses and the applications that answer there.", COLUMNS, rows,
    groups=(
        ("", "No Grouping"), ("status", "Status"), ("mode", "Managed Pipeline Mode"), ("protocol", "Protocol"), ("port", "Port"),
        ("ip", "IP Address"),
    ), sort="name", detail=detail, opens=opens,
    empty="No site is defined. + adds one.", group_order=("Integrated", "Classic", "Started", "Stopped"),
)  # fmt: skip
