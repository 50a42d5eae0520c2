"""Modules: what runs in the pipeline at a level, grouped or in its order, and what each did in the last minute.

Knows no widget, file or process; entries come from the effective configuration. Below the server level only local entries move.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.module_figures import module_figures
from console.places import Place, Target
from console.units import count, duration
from hwebcore.executed_modules import module_gap
from model.config_path import ConfigPath
from model.effective import EffectiveEntry, effective

COLUMNS = (
    Column("order", "#", 3, "right", drop=2),
    Column("name", "Name", 22, grow=38),
    Column("code", "Code", 22, drop=1, grow=56),
    Column("type", "Module Type", 16),
    Column("entry", "Entry Type", 17),
    Column("condition", "Precondition", 12, drop=3, grow=40),
)


def entries(view: View) -> tuple[EffectiveEntry, ...]:
    """The effective `<modules>` here, in order."""
    return effective(view.session.workspace.hierarchy, "system.webServer/modules", _path(view)).root.entries


def _path(view: View) -> ConfigPath:
    return ConfigPath(view.place.site, view.place.app or "/") if view.place.site else ConfigPath()


def images(view: View) -> dict[str, str]:
    """Native modules' images, from globalModules."""
    section = effective(view.session.workspace.hierarchy, "system.webServer/globalModules", ConfigPath())
    return {entry.get("name"): entry.get("image") for entry in section.root.entries}


def rows(view: View) -> Sequence[Row]:
    registered = images(view)
    return [_row(index, entry, registered) for index, entry in enumerate(entries(view), 1)]


def _row(index: int, entry: EffectiveEntry, registered: dict[str, str]) -> Row:
    name, kind = entry.get("name"), "Managed" if entry.get("type") else "Native"
    image = entry.get("type") or registered.get(name, "")
    where = "Local" if entry.local else "Inherited"
    locked = "  locked" if entry.locked else ""
    return Row(
        Target("module", name, entry),
        {
            "order": cell(index, "quiet", order=float(index)),
            "name": cell(name, bold=entry.local),
            "code": cell(image or "not registered in globalModules", "quiet" if image else "warning"),
            "type": cell(f"{kind}, not run", "warning") if module_gap(name, entry.get("type")) else cell(kind),
            "entry": cell(where + locked, "text" if entry.local else "quiet"),
            "condition": cell(entry.get("preCondition"), "quiet"),
        },
        groups={"type": (kind, "heading"), "entry": (where, "heading")},
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    if target is None or not isinstance(target.value, EffectiveEntry):
        return ()
    entry = target.value
    found = (
        [line(run(target.name, bold=True), run("  written in ", "quiet"), run(str(entry.source), "link", link="view_source"))] if entry.source else []
    )
    found.append(_runs(view, entry))
    if entry.locked:
        found.append(
            line(run("locked: ", "warning"), run("a level above keeps it as it is; changing it here would be answered with 500.19.", "quiet"))
        )
    return found


def _runs(view: View, entry: EffectiveEntry) -> Line:
    """Where it runs, for whom, and what it cost in the last minute: from the live traces."""
    gap = run("  ·  ", "quiet")
    lacking = module_gap(entry.get("name"), entry.get("type"))
    if lacking:
        return line(run("not executed: ", "warning"), run(f"{lacking}. Its entry is kept, and every request passes it by.", "quiet"))
    figures = module_figures(view.feed, entry.get("name"), view.place.site)
    runs = [run("for ", "quiet"), run(_for_whom(view, entry))]
    if figures.steps:
        runs = [run("runs in ", "quiet"), run(", ".join(figures.stages)), gap, *runs, gap]
        runs += [run("last minute ", "quiet"), run(f"{times(figures.steps)}, {duration(figures.mean_us)} each")]
    elif figures.requests:
        runs += [gap, run(f"took part in none of the last minute's {count(figures.requests)} requests", "quiet")]
    else:
        runs += [gap, run("no request in the last minute", "quiet")]
    return line(*runs)


def times(number: int) -> str:
    return "once" if number == 1 else f"{count(number)} times"


def _for_whom(view: View, entry: EffectiveEntry) -> str:
    conditions = [token.strip() for token in entry.get("preCondition").split(",") if token.strip()]
    others = [token for token in conditions if token.casefold() != "managedhandler"]
    whom = "all requests"
    if len(others) < len(conditions):
        lifted = effective(view.session.workspace.hierarchy, "system.webServer/modules", _path(view)).root.get("runAllManagedModulesForAllRequests")
        whom = "all requests (runAllManagedModulesForAllRequests)" if lifted.casefold() == "true" else "requests with a managed handler"
    return f"{whom} where {', '.join(others)}" if others else whom


def opens(view: View, target: Target) -> Place | None:
    entry = target.value
    if isinstance(entry, EffectiveEntry) and entry.source is not None and entry.source.line:
        return Place("source", view.place.site, view.place.app, f"{entry.source.file}:{entry.source.line}")
    return None


PAGE = ListPage(
    "modules", "Modules", "Each request passes these in their order; SEND_RESPONSE in the reverse one.", COLUMNS, rows,
    groups=(("", "Ordered List"), ("entry", "Entry Type"), ("type", "Module Type")), detail=detail, opens=opens,
    empty="No module runs here.", live=True, group_order=("Local", "Inherited", "Managed", "Native"),
)  # fmt: skip
