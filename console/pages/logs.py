"""Logs: every log of what runs, with its size and path; Enter follows one.

Knows no widget and reads no log; console/logs.py says where they are, screens/text_page.py shows one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.logs import LogFile, logs
from console.places import Place, Target
from console.units import size


def rows(view: View) -> Sequence[Row]:
    return [_row(entry) for entry in logs(view.session)]


def _row(entry: LogFile) -> Row:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.changed)) if entry.changed else "never written"
    cells = {
        "of": cell(entry.of, bold=entry.size > 0),
        "file": cell(entry.path.name),
        "size": cell(size(entry.size), "text" if entry.size else "quiet", order=float(entry.size)),
        "changed": cell(when, "quiet", order=entry.changed),
        "folder": cell(entry.path.parent, "quiet"),
    }
    return Row(Target("log", str(entry.path), entry), cells, groups={"kind": (entry.kind, "heading"), "of": (entry.of, "heading")})


def detail(view: View, target: Target | None) -> Sequence[Line]:
    if not view.session.running:
        return (line(run("The configuration is not running: no log is written now.", "warning")),)
    return (line(run("path  ", "quiet"), run(target.name)),) if target is not None else ()


def opens(view: View, target: Target) -> Place | None:
    return Place("log", detail=target.name)


PAGE = ListPage(
    "logs", "Logs", "What workers, sites and the service write. Enter follows one; / narrows its lines.",
    (Column("of", "Of", 18, grow=34), Column("file", "File", 16, grow=30), Column("size", "Size", 8, "right"),
     Column("changed", "Changed", 19, drop=1), Column("folder", "Folder", 20, drop=2, grow=90)), rows,
    groups=(("kind", "Kind"), ("of", "Of"), ("", "No Grouping")), detail=detail, opens=opens, live=True,
    group_order=("Pool output", "W3C", "HTTPERR", "Service"), empty="No log yet: nothing has run.",
)  # fmt: skip
