"""A site's home, an application's and a folder's: a site's applications first, then the features of this level.

Knows no widget, file or process; the three pages share their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from console.addresses import told_addresses
from console.connections import mode_badge
from console.destination import own_file
from console.home import GROUP_ORDER, GROUPS, feature_row, page_of, reason
from console.lines import Cell, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target, live_of
from console.ways import config_path, section
from console.wording.features import SITE_FEATURES, Feature
from model.sections.sites import Application, Site

#: The sections that IIS declares for applications, by their page.
_SECTIONS = {"modules": "system.webServer/modules", "isapi_filters": "system.webServer/isapiFilters", "session_state": "system.web/sessionState"}
#: What is said of pools and applications, or handed down from them.
_NOT_OF_FOLDERS = frozenset({"migration", "delegation"})
COLUMNS = (Column("name", "Name", 22, grow=30), Column("mode", "Mode", 4, drop=1), Column("about", "What it is", 30, grow=90))


def rows(view: View) -> Sequence[Row]:
    site = _site(view)
    if site is None:
        return ()
    modes = {pool.name: pool.managed_pipeline_mode for pool in view.session.workspace.hierarchy.pools()}
    found = []
    if view.place.page == "site":
        found = [_application(site, application, modes) for application in sorted(site.applications, key=lambda entry: entry.path)]
    features = _of_folder(view) if view.place.page == "folder" else SITE_FEATURES
    return [*found, *(feature_row(_of_level(feature, view.place.page)) for feature in features)]


def _of_level(feature: Feature, level: str) -> Feature:
    return replace(feature, about=feature.about.replace("this site", f"this {level}")) if feature.page == "live" and level != "site" else feature


def _of_folder(view: View) -> Sequence[Feature]:
    """What is set for a whole application stands dimmed."""
    owner = view.session.workspace.hierarchy.map_url(view.place.site, view.place.app)[0]
    missing = f"set for the application {owner.path if owner is not None else view.place.site}"

    def here(feature: Feature) -> Feature:
        name = _SECTIONS.get(feature.page)
        whole = name is not None and section(view, name).allow_definition == "MachineToApplication"
        return replace(feature, page="", missing=missing) if whole else feature

    return [here(feature) for feature in SITE_FEATURES if feature.page not in _NOT_OF_FOLDERS]


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
    urls, patterns = told_addresses(state)
    if urls:
        also = run(f"  {'  '.join(patterns)}" if patterns else "")
        lines.append(line(run("Address  ", "quiet"), run("  ".join(urls), "link", link="copy_address"), also, run("   y copies it", "quiet")))
    elif patterns:
        lines.append(line(run("Address  ", "quiet"), run("  ".join(patterns))))
    return lines


def opens(view: View, target: Target) -> Place | None:
    place = view.place
    if target.kind == "application":
        path = str(getattr(target.value, "path", "/"))
        return Place("application", place.site, path) if path != "/" or place.page == "application" else live_of(place.site)
    page = page_of(target)
    if page == "live":
        return live_of(place.site, place.app)
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
FOLDER = ListPage(
    "folder", "{name} Home", "What can be configured for this folder and what is below.", COLUMNS, rows,
    groups=GROUPS, detail=detail, opens=opens, group_order=GROUP_ORDER, icons=True,
)  # fmt: skip
