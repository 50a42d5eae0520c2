"""Configuration History: every change of every file with its author, IIS's own copies, backups; and what differs between any two.

Knows no widget and no XML; what was kept is console/versions.py's, restoring is screens/history_deeds.py's.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from console import versions
from console.lines import Cell, Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target
from console.versions import Copy
from model.archive import Record

#: Of a change, under the list.
MOST_LINES = 8
#: Of a difference: a longer line is shown whole below the list.
LONG = 70
_HEADINGS = {"change": "Changes", "history": "configHistory", "backup": "Backups"}


def rows(view: View) -> Sequence[Row]:
    """Newest first."""
    workspace = view.session.workspace
    records = workspace.archive.records() if workspace.archive is not None else ()
    return [*(_change(record) for record in reversed(records)), *(_copy(copy) for copy in versions.copies(workspace))]


def _change(record: Record) -> Row:
    files = ", ".join(dict.fromkeys(file.path.name for file in record.files))
    who = "another program" if record.foreign else "Poolhouse"
    cells = {
        "number": cell(record.number, "quiet", order=float(record.number)),
        "label": cell(record.label, bold=not record.foreign),
        "who": cell(who, "warning" if record.foreign else "text"),
        "file": cell(files, "quiet"),
    }
    return _row(Target("change", str(record.number), record), record.time, cells, "change")


def _copy(copy: Copy) -> Row:
    who = "IIS configHistory" if copy.kind == "history" else "backup"
    cells = {"number": cell(""), "label": cell(copy.name), "who": cell(who, "quiet"), "file": cell("applicationHost.config", "quiet")}
    return _row(Target("copy", f"{copy.kind} {copy.name}", copy), copy.time, cells, copy.kind)


def _row(target: Target, at: float, cells: dict[str, Cell], kind: str) -> Row:
    moment = time.localtime(at)
    when = time.strftime("%Y-%m-%d %H:%M:%S", moment)
    groups = {"kind": (_HEADINGS[kind], "heading"), "day": (when[:10], "heading"), "who": (cells["who"].run.text.plain, "heading")}
    return Row(target, {"time": cell(when, "quiet", order=at), **cells}, groups=groups, glyph=run(" "))


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """The beginning of what the selected change did."""
    workspace = view.session.workspace
    if workspace.archive is None:
        return (line(run("This instance keeps no state here, so no change is kept.", "warning")),)
    if target is None:
        return ()
    lines = difference_lines(view, target.name)
    more = (line(run(f"{len(lines) - MOST_LINES} more lines: Enter shows them", "quiet")),) if len(lines) > MOST_LINES else ()
    return (*lines[:MOST_LINES], *more)


def difference_lines(view: View, what: str) -> list[Line]:
    """`what`: "12", "12 15", "backup NAME", "history NAME"."""
    try:
        text = _difference(view, what)
    except (ValueError, OSError) as error:
        return [line(run(str(error), "bad"))]
    roles = {"+": "good", "-": "bad", "@": "quiet"}
    rows = [row for row in text.splitlines() if not row.startswith("+++")]
    return [line(run(row.expandtabs(4), roles.get(row[:1], "text"), bold=row.startswith("---"))) for row in rows]


def _difference(view: View, what: str) -> str:
    workspace = view.session.workspace
    kind, _, name = what.partition(" ")
    if kind in ("backup", "history"):
        found = next((copy for copy in versions.copies(workspace) if (copy.kind, copy.name) == (kind, name)), None)
        return versions.copy_difference(workspace, found) if found is not None else ""
    numbers = {int(word) for word in what.split() if word.isdecimal()}
    archive = workspace.archive
    records = [record for record in archive.records() if record.number in numbers] if archive is not None else []
    if archive is None or not records:
        return ""
    return "\n".join(versions.differences(archive, versions.pairs(archive, records)).values())


def difference_rows(view: View) -> Sequence[Row]:
    drawn = difference_lines(view, view.place.detail)
    return [Row(Target("difference", str(index)), {"text": Cell(entry.left[0])}) for index, entry in enumerate(drawn)]


def whole_line(view: View, target: Target | None) -> Sequence[Line]:
    """What the list may have cut: the change often stands at the end of a long line."""
    drawn = difference_lines(view, view.place.detail)[int(target.name)] if target is not None else line()
    return (drawn,) if drawn.left and len(drawn.left[0].text.plain) > LONG else ()


PAGE = ListPage(
    "history", "Configuration History", "Enter shows what a change did; with two marked, all between them. Restore can be undone, too.",
    (Column("time", "Time", 19), Column("number", "#", 4, "right", drop=4), Column("label", "What", 24, grow=70), Column("who", "Who", 15, drop=1),
     Column("file", "File", 14, drop=2, grow=40)), rows,
    groups=(("kind", "Kind"), ("day", "Day"), ("who", "Who"), ("", "No Grouping")), detail=detail, empty="Nothing was changed yet.",
    group_order=("Backups", "Changes", "configHistory"),
)  # fmt: skip
DIFFERENCE = ListPage(
    "difference", "Difference: {detail}", "Green is the newer text, red the older. Secrets are asterisks.", (Column("text", "", 40, grow=240),),
    difference_rows, empty="They are the same.", detail=whole_line,
)  # fmt: skip
