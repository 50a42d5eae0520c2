"""Problems: everything that is wrong in the files, worst first; Enter opens the line.

Knows no widget, file or process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target

COLUMNS = (
    Column("message", "What is wrong", 30, grow=110),
    Column("code", "Code", 10, drop=2, grow=16),
    Column("where", "Where", 30, drop=1, grow=40),
)
_GLYPHS = {"error": run("✖", "bad"), "warning": run("▲", "warning"), "information": run("·", "quiet")}
_HEADINGS = {"error": ("Errors", "bad"), "warning": ("Warnings", "warning"), "information": ("Information", "quiet")}


def _found(view: View) -> Iterable[tuple[str, str, str, Any]]:
    """(severity, code, message, (file, line, column) or None): the files' own first, then what only the compiler sees."""
    seen = set()
    for problem in view.session.workspace.known_problems:
        source = problem.source
        place = (source.file, source.line, source.column) if source else None
        seen.add((problem.code, problem.message, place))
        yield problem.severity, problem.code, problem.message, place
    generation = view.session.snapshot.get("generation") or {}
    refused = generation.get("refused") or {}
    for entry in (*(refused.get("problems") or ()), *(generation.get("problems") or ())):
        source = entry.get("source")
        place = (source.get("file"), source.get("line"), source.get("column")) if source else None
        key = (entry.get("code"), entry.get("message"), place)
        if key not in seen:
            seen.add(key)
            yield str(entry.get("severity")), str(entry.get("code")), str(entry.get("message")), place


def rows(view: View) -> Sequence[Row]:
    found = []
    order = {"error": 0.0, "warning": 1.0, "information": 2.0}
    for severity, code, message, place in _found(view):
        where = f"{place[0].rsplit('/', 1)[-1]}:{place[1]}:{place[2]}" if place and place[1] else ""
        cells = {
            "message": cell(message, order=order.get(severity, 3.0)),
            "code": cell(code, "quiet"),
            "where": cell(where, "link"),
        }
        target = Target("problem", f"{code} {message} {place}", place)
        found.append(Row(target, cells, groups={"severity": _HEADINGS.get(severity, ("Other", "heading"))}, glyph=_GLYPHS.get(severity)))
    return found


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """The whole sentence of the selected row: columns cut it."""
    if target is None:
        return ()
    found = next((row for row in rows(view) if row.key == target), None)
    if found is None:
        return ()
    text = found.cells["message"].run.text.plain
    return [line(run(text[start : start + 110])) for start in range(0, len(text), 110)] if len(text) > 60 else ()


def opens(view: View, target: Target) -> Place | None:
    place = target.value
    return Place("source", detail=f"{place[0]}:{place[1]}") if isinstance(place, tuple) else None


PAGE = ListPage(
    "problems", "Problems", "What the files say that cannot be used, or that this server does not execute.", COLUMNS, rows,
    groups=(("severity", "Severity"), ("", "No Grouping")), detail=detail, opens=opens, empty="Nothing is wrong.",
    group_order=("Errors", "Warnings", "Information"),
)  # fmt: skip
