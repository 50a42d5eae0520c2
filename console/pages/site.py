"""A site's home, and an application's: its applications first, then the features of this level.

Knows no widget, file or process; both pages share their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.connections import mode_badge
from console.destination import own_file
from console.home import GROUP_ORDER, GROUPS, feature_row, page_of, reason
from console.lines import Cell, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.ways import config_path
from console.wording.features import SITE_FEATURES
from model.sections.sites import Application, Site

COLUMNS = (Column("name", "Name", 22, grow=30), Column("mode", "Mode", 4, drop=1), Column("about", "What it is", 30, grow=90))


def rows(view: View) -> Sequence[Row]:
    site = _site(view)
    if site is None:
        return ()
    modes = {pool.name: pool.managed_pipeline_mode for pool in view.session.workspace.hierarchy.pools()}
    found = []
    if view.place.page == "site":
        found = [_application(site, application, modes) for application in sorted(site.applications, key=lambda entry: entry.path)]
    for feature in SITE_FEATURES:
        found.append(feature_row(feature))
    return found


def _application(site: Site, application: Application, modes: Mapping[str, str]) -> Row:
    folder = application.root.folder if application.root else None
    mode = modes.get(application.application_pool, "")
    about = f"{application.application_pool} · {folder or 'folder not mapped'}"
    cells = {
        "name": cell(application.path, bold=True),
        "mode": Cell(mode_badge(mode)),
        "about": cell(about, "quiet" if mode and folder else "warning"),
    }
    groups = dict.fromkeys(("area", "category"), ("Applications", "heading"))
    return Row(Target("application", f"{site.name}{application.path}", application), cells, groups=groups)


def _site(view: View) -> Site | None:
    return next((site for site in view.session.workspace.hierarchy.sites() if site.name == view.place.site), None)


def detail(view: View, target: Target | None) -> Sequence[Line]:
    site = _site(view)
    if site is None:
        return (line(run(f"There is no site {view.place.site} any more.", "warning")),)
    missing = reason(target)
    if missing:
        return missing
    state = view.session.site_state(site.name)
    lines = []
    if state.get("problem"):
        lines.append(line(run("✖ ", "bad"), run(state["problem"])))
    urls = [str(url) for url in state.get("urls") or ()]
    if urls:
        lines.append(line(run("Address  ", "quiet"), run("  ".join(urls), "link", link="copy_address"), run("   y copies it", "quiet")))
    return lines


def opens(view: View, target: Target) -> Place | None:
    place = view.place
    if target.kind == "application":
        path = str(getattr(target.value, "path", "/"))
        return Place("application", place.site, path) if path != "/" or place.page == "application" else Place("live", detail=f'site:"{place.site}"')
    page = page_of(target)
    if page == "live":
        return Place("live", detail=f'site:"{place.site}"')
    if page == "problems":
        return Place("problems")
    if page == "source":
        return Place("source", place.site, place.app or "/", str(own_file(view.session, config_path(view)) or ""))
    return Place(page, place.site, place.app or "/") if page else None


PAGE = ListPage(
    "site", "{site} Home", "The applications of this site, and what can be configured here.", COLUMNS, rows,
    groups=GROUPS, detail=detail, opens=opens, group_order=GROUP_ORDER, icons=True,
)  # fmt: skip
APPLICATION = ListPage(
    "application", "{site}{app} Home", "What can be configured for this application.", COLUMNS, rows,
    groups=GROUPS, detail=detail, opens=opens, group_order=GROUP_ORDER, icons=True,
)  # fmt: skip
