"""Virtual Directories: which folder answers for which path, of a site's applications.

Knows no widget, file or process; rows come from the hierarchy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target
from model.sections.sites import Application, VirtualDirectory
from model.source import Source

COLUMNS = (
    Column("path", "Virtual Path", 16, grow=36),
    Column("application", "Application Path", 16, drop=2, grow=30),
    Column("folder", "Physical Path", 24, grow=80),
    Column("identity", "Identity", 12, drop=1, grow=24),
)


@dataclass(frozen=True, slots=True)
class Directory:
    """The value of a row's target."""

    site: str
    application: Application
    directory: VirtualDirectory

    @property
    def source(self) -> Source | None:
        return self.directory.source


def rows(view: View) -> Sequence[Row]:
    found = []
    for site in view.session.workspace.hierarchy.sites():
        if view.place.site not in ("", site.name):
            continue
        for application in sorted(site.applications, key=lambda entry: entry.path):
            if view.place.app in ("", "/", application.path):
                found += [_row(Directory(site.name, application, directory)) for directory in application.virtual_directories]
    return found


def name_of(site: str, application: Application, directory: VirtualDirectory) -> str:
    return f"{site}{application.path} {directory.path}"


def _row(entry: Directory) -> Row:
    directory = entry.directory
    owner = f"{entry.site}{entry.application.path}"
    return Row(
        Target("virtual_directory", name_of(entry.site, entry.application, directory), entry),
        {
            "path": cell(directory.path, bold=True),
            "application": cell(entry.application.path, "quiet"),
            "folder": cell(directory.physical_path, "text" if directory.folder else "warning"),
            "identity": cell(directory.user_name or "pass-through", "quiet"),
        },
        groups={"application": (owner, "heading")},
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    entry = target.value if target is not None else None
    if not isinstance(entry, Directory):
        return ()
    folder = entry.directory.folder
    found = [line(run(entry.directory.path, bold=True), run("   answers from ", "quiet"), run(folder or "nowhere: its drive is not mapped here"))]
    if entry.source is not None:
        found.append(line(run("written in ", "quiet"), run(str(entry.source), "link", link="view_source")))
    return found


PAGE = ListPage(
    "virtual_directories", "Virtual Directories", "Which folder answers for which path.", COLUMNS, rows,
    groups=(("application", "Application Path"), ("", "No Grouping")), detail=detail, section="system.applicationHost/sites",
    empty="There is no virtual directory. + adds one.",
)  # fmt: skip
