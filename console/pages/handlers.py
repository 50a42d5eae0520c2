"""Handler Mappings: which program answers which path, first match first.

Knows no widget, file or process; entries come from the effective configuration.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from model.config_path import ConfigPath
from model.effective import EffectiveEntry, EffectiveSection, effective

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


def section(view: View) -> EffectiveSection:
    path = ConfigPath(view.place.site, view.place.app or "/") if view.place.site else ConfigPath()
    return effective(view.session.workspace.hierarchy, "system.webServer/handlers", path)


def rows(view: View) -> Sequence[Row]:
    found = section(view)
    policy = {flag.strip().casefold() for flag in found.root.get("accessPolicy").split(",")}
    return [_row(index, entry, policy) for index, entry in enumerate(found.root.entries, 1)]


def _row(index: int, entry: EffectiveEntry, policy: set[str]) -> Row:
    need = _NEEDS.get(entry.get("requireAccess") or "Script")
    enabled = need is None or need in policy or (need == "execute" and "script" in policy and "execute" in policy)
    state = "Enabled" if enabled else "Disabled"
    handler = entry.get("type") or entry.get("scriptProcessor") or entry.get("modules")
    where = "Local" if entry.local else "Inherited"
    resource = _RESOURCES.get(entry.get("resourceType") or "Unspecified", entry.get("resourceType"))
    role = "text" if enabled else "quiet"
    return Row(
        Target("handler", entry.get("name"), entry),
        {
            "order": cell(index, "quiet", order=float(index)),
            "name": cell(entry.get("name"), role, bold=entry.local),
            "path": cell(entry.get("path"), role),
            "state": cell(state, "quiet" if enabled else "warning"),
            "resource": cell(resource, "quiet"),
            "handler": cell(handler, role),
            "entry": cell(where + ("  locked" if entry.locked else ""), "text" if entry.local else "quiet"),
        },
        groups={"entry": (where, "heading"), "resource": (resource, "heading"), "state": (state, "heading")},
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    if target is None or not isinstance(target.value, EffectiveEntry):
        return ()
    entry = target.value
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


def opens(view: View, target: Target) -> Place | None:
    entry = target.value
    if isinstance(entry, EffectiveEntry) and entry.source is not None and entry.source.line:
        return Place("source", view.place.site, view.place.app, f"{entry.source.file}:{entry.source.line}")
    return None


PAGE = ListPage(
    "handlers", "Handler Mappings", "The first row whose path, verb and precondition fit answers the request.", COLUMNS, rows,
    groups=(("", "Ordered List"), ("state", "State"), ("entry", "Entry Type"), ("resource", "Path Type")), detail=detail, opens=opens,
    empty="No handler answers here.", group_order=("Disabled", "Enabled", "Local", "Inherited"),
)  # fmt: skip
