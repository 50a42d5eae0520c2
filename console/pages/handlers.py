"""Handler Mappings: which program answers which path, first match first.

Knows no widget, file or process; entries come from the effective configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console import ways
from console.collection import Collection, Part, Selected, rows_of, selected
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target
from model.effective import EffectiveSection

COLUMNS = (
    Column("order", "#", 3, "right", drop=4),
    Column("name", "Name", 20, grow=36),
    Column("path", "Path", 12, grow=30),
    Column("state", "State", 8, drop=3),
    Column("resource", "Path Type", 14, drop=2),
    Column("handler", "Handler", 18, grow=46),
    Column("entry", "Entry Type", 17, drop=1),
)
_RESOURCES = {"Either": "File or Folder", "Directory": "Folder", "File": "File", "Unspecified": "Unspecified"}
#: requireAccess → the flag of accessPolicy that it needs.
_NEEDS = {"Read": "read", "Write": "write", "Script": "script", "Execute": "execute"}


MAPPINGS = Collection("system.webServer/handlers", "Handler Mapping", (Part("name", "Name"),), ordered=True)


def section(view: View) -> EffectiveSection:
    return ways.section(view, MAPPINGS.section)


def rows(view: View) -> Sequence[Row]:
    policy = {flag.strip().casefold() for flag in section(view).root.get("accessPolicy").split(",")}
    return [_row(row, policy) for row in rows_of(view, MAPPINGS)]


def _row(row: Row, policy: set[str]) -> Row:
    assert isinstance(row.key, Target)
    assert isinstance(row.key.value, Selected)
    entry = row.key.value.entry
    need = _NEEDS.get(entry.get("requireAccess") or "Script")
    enabled = need is None or need in policy or (need == "execute" and "script" in policy and "execute" in policy)
    state = "Enabled" if enabled else "Disabled"
    resource = _RESOURCES.get(entry.get("resourceType") or "Unspecified", entry.get("resourceType"))
    role = "text" if enabled else "quiet"
    cells = {
        "order": row.cells["order"],
        "name": cell(entry.get("name"), role, bold=entry.local),
        "path": cell(entry.get("path"), role),
        "state": cell(state, "quiet" if enabled else "warning"),
        "resource": cell(resource, "quiet"),
        "handler": cell(entry.get("type") or entry.get("scriptProcessor") or entry.get("modules"), role),
        "entry": row.cells["entry"],
    }
    return replace(row, cells=cells, groups={**row.groups, "resource": (resource, "heading"), "state": (state, "heading")})


def detail(view: View, target: Target | None) -> Sequence[Line]:
    chosen = selected(target) if target is not None else None
    if target is None or chosen is None:
        return ()
    entry = chosen.entry
    words = [("verbs", entry.get("verb") or "*"), ("needs", entry.get("requireAccess") or "Script"), ("modules", entry.get("modules"))]
    if entry.get("preCondition"):
        words.append(("precondition", entry.get("preCondition")))
    runs = [run(target.name, bold=True)]
    for label, value in words:
        runs += [run(f"   {label} ", "quiet"), run(value)]
    found = [line(*runs)]
    if entry.source is not None:
        found.append(line(run("written in ", "quiet"), run(str(entry.source), "link", link="view_source")))
    return found


PAGE = ListPage(
    "handlers", "Handler Mappings", "The first row whose path, verb and precondition fit answers the request.", COLUMNS, rows,
    groups=(("", "Ordered List"), ("state", "State"), ("entry", "Entry Type"), ("resource", "Path Type")), detail=detail,
    empty="No handler answers here. + adds one.", group_order=("Disabled", "Enabled", "Local", "Inherited"), section=MAPPINGS.section,
    collections=(MAPPINGS,),
)  # fmt: skip
