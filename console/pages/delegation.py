"""Feature Delegation: which features a web.config may set, for all sites or for one.

Knows no widget, file or process; the table is console/delegated.py's.
"""

from __future__ import annotations

from collections.abc import Sequence

from console import ways
from console.delegated import KEPT, READ, WRITE, Delegated, delegated
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from model import administration

_MEANS = {
    WRITE: "a web.config may set it",
    READ: "a web.config must not speak of it: that would be answered with 500.19",
    KEPT: "a web.config must not speak of it, and IIS Manager does not show it to those who manage a site",
}
_DECLARED = "its section may stand in applicationHost.config alone"
_OPEN = "IIS Manager does not show it to those who manage a site; a web.config may set it all the same"
_ROLES = {WRITE: "text", READ: "warning", KEPT: "quiet"}


def rows(view: View) -> Sequence[Row]:
    workspace = view.session.workspace
    shown = workspace.document(workspace.root.with_name(administration.FILE))
    return [_row(entry, view) for entry in delegated(workspace.hierarchy, ways.config_path(view), shown)]


def _row(entry: Delegated, view: View) -> Row:
    own = entry.speaks
    where = "Local" if own else "Inherited" if view.place.site else "Default"
    cells = {
        "name": cell(entry.name, bold=own),
        "state": cell(entry.said, _ROLES[entry.state], bold=own),
        "custom": cell(", ".join(entry.custom), "link"),
        "set": cell(where, "text" if own else "quiet"),
        "section": cell(entry.section, "quiet"),
    }
    groups = {"state": (entry.state, "heading"), "set": (where, "heading")}
    return Row(Target("delegation", entry.name, entry), cells, groups=groups, glyph=run(" "))


def detail(view: View, target: Target | None) -> Sequence[Line]:
    entry = target.value if target is not None else None
    if not isinstance(entry, Delegated):
        return ()
    means = _DECLARED if entry.declared else _OPEN if entry.hidden and not entry.locked else _MEANS[entry.state]
    found = [line(run(entry.name, bold=True), run(f"   {entry.said}: {means}", "quiet"))]
    if entry.custom:
        found.append(
            line(run("a word of their own: ", "quiet"), run(", ".join(entry.custom), "link", link=Place("delegation", entry.custom[0], "/")))
        )
    if entry.source is not None:
        found.append(line(run("last spoken of in ", "quiet"), run(str(entry.source), "link", link="view_source")))
    return found


def opens(view: View, target: Target) -> Place | None:
    """The first site with a word of its own."""
    entry = target.value
    if isinstance(entry, Delegated) and entry.custom:
        return Place("delegation", entry.custom[0], "/")
    return None


PAGE = ListPage(
    "delegation", "Feature Delegation", "Which features a web.config may set. Here: for what lies below this level.",
    (Column("name", "Name", 26, grow=46), Column("state", "Delegation", 13, grow=24), Column("custom", "Custom at", 12, drop=1, grow=30),
     Column("set", "Set", 9, drop=2), Column("section", "Section", 20, drop=3, grow=60)), rows,
    groups=(("", "No Grouping"), ("state", "Delegation"), ("set", "Set")), detail=detail, opens=opens, group_order=(WRITE, READ, KEPT),
    section="system.applicationHost/sites",
)  # fmt: skip
