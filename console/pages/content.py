"""Content View: the folders and files behind a site's URL paths, with the applications and virtual directories among them.

Knows no widget and no process. What lies where is read by console/content_view.py.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from console.content_view import Content, contents
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.units import size

COLUMNS = (
    Column("name", "Name", 24, grow=60),
    Column("kind", "Type", 17),
    Column("size", "Size", 8, "right", drop=1),
    Column("modified", "Modified", 16, drop=2),
)
_GLYPHS = {"Application": "◆", "Virtual Directory": "▪", "Folder": "▸", "File": " "}


def here(view: View) -> str:
    """The URL path that is listed: the place's own, else the application's."""
    return view.place.detail or view.place.app or "/"


def rows(view: View) -> Sequence[Row]:
    try:
        return [_row(view.place.site, entry) for entry in contents(view.session.workspace.hierarchy, view.place.site, here(view))]
    except (LookupError, OSError):
        return []


def _row(site: str, entry: Content) -> Row:
    modified = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.modified)) if entry.modified is not None else ""
    return Row(
        Target("content", f"{site}{entry.url}", entry),
        {
            "name": cell(entry.name, bold=entry.kind != "File"),
            "kind": cell(entry.kind, "quiet"),
            "size": cell(size(entry.bytes) if entry.bytes is not None else "", order=float(entry.bytes or 0)),
            "modified": cell(modified, "quiet"),
        },
        groups={"kind": (entry.kind, "heading")},
        glyph=run(_GLYPHS[entry.kind], "quiet"),
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    entry = target.value if target is not None else None
    if isinstance(entry, Content):
        return [line(run("lies at  ", "quiet"), run(entry.path if entry.path is not None else "no folder that is mapped here"))]
    try:
        contents(view.session.workspace.hierarchy, view.place.site, here(view))
    except (LookupError, OSError) as error:
        return [line(run(str(error), "warning"))]
    return []


def opens(view: View, target: Target) -> Place | None:
    entry = target.value
    if not isinstance(entry, Content):
        return None
    if entry.kind == "Application":
        return Place("content", view.place.site, entry.url)
    if entry.kind != "File":
        return Place("content", view.place.site, view.place.app or "/", entry.url)
    if entry.name.lower().endswith(".config") and entry.path is not None:
        return Place("source", view.place.site, view.place.app, str(entry.path))
    return None


PAGE = ListPage(
    id="content",
    title="Content of {site}{app}",
    sentence="The folders and files that the site answers with. Enter opens a folder, or a web.config at its text.",
    columns=COLUMNS,
    rows=rows,
    detail=detail,
    opens=opens,
    groups=(("", "No Grouping"), ("kind", "Type")),
    empty="The folder is empty.",
)
