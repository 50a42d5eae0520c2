"""URL Rewrite: inbound rules of the server and of this level, outbound rules and maps, each a group in the order in which they are tried.

Knows no widget, file or process; lists are declared, console/collection.py makes their rows. v leads to a rule's conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.collection import NOT_EXECUTED, Collection, Part, Selected, detail, executed, rows_of
from console.lines import Column, Row, cell
from console.listing import ListPage, View
from console.places import Target

GLOBAL, INBOUND, OUTBOUND, MAPS = (f"system.webServer/rewrite/{name}" for name in ("globalRules", "rules", "outboundRules", "rewriteMaps"))
_FIELDS = ("name", "enabled", "patternSyntax", "match/url", "match/ignoreCase", "match/negate", "conditions/logicalGrouping", "action/type",
           "action/url", "action/appendQueryString", "action/redirectType", "action/statusCode", "stopProcessing")  # fmt: skip
_HINTS = (
    ("match/url", "The path without its first slash, as a regular expression, such as ^article/(\\d+)$"),
    ("action/url", "Where to: {R:1} is the pattern's first part, {C:1} a condition's"),
    ("action/statusCode", "For CustomResponse, such as 403"),
)
_NAME = (Part("name", "Name", 20),)
_RULE = Collection(INBOUND, "Inbound Rule", _NAME, fields=_FIELDS, ordered=True, hints=_HINTS)
_OUT = Collection(
    OUTBOUND, "Outbound Rule", _NAME, ordered=True,
    fields=("name", "enabled", "preCondition", "patternSyntax", "match/serverVariable", "match/filterByTags", "match/pattern", "match/ignoreCase",
            "match/negate", "conditions/logicalGrouping", "action/type", "action/value", "stopProcessing"),
    hints=(("match/serverVariable", "Such as RESPONSE_Location; empty looks at the body"),),
)  # fmt: skip
_MAP = Collection(MAPS, "Rewrite Map", _NAME, fields=("name", "defaultValue", "ignoreCase"))
_SERVER_RULE = replace(_RULE, section=GLOBAL, noun="Global Rule")
#: (heading, list, the attributes that say what a rule looks at and where it leads).
_LISTS = (
    ("Global rules", _SERVER_RULE, "match/url", "action/url"),
    ("Inbound rules", _RULE, "match/url", "action/url"),
    ("Outbound rules", _OUT, "match/pattern", "action/value"),
    ("Maps", _MAP, "", "defaultValue"),
)


def lists(view: View) -> tuple[Collection, ...]:
    """Global rules are the server's alone; inbound rules come first, because they are what is added most."""
    return (_RULE, _OUT, _MAP) if view.place.site else (_RULE, _SERVER_RULE, _OUT, _MAP)


def rows(view: View) -> Sequence[Row]:
    return [_row(row, heading, pattern, to) for heading, collection, pattern, to in _LISTS for row in rows_of(view, collection)]


def _row(row: Row, heading: str, pattern: str, to: str) -> Row:
    target = row.key
    assert isinstance(target, Target)
    assert isinstance(target.value, Selected)
    collection, entry = target.value.collection, target.value.entry
    off = entry.get("enabled").lower() == "false"
    role = "quiet" if off else "text"
    cells = {
        "order": row.cells.get("order", cell("")),
        "name": cell(entry.get("name"), role, bold=entry.local and not off),
        "state": cell("" if collection is _MAP else "Disabled" if off else "Enabled", "warning" if off else "quiet"),
        "pattern": cell(collection.value(entry, pattern) if pattern else f"(Count={len(entry.entries)})", role),
        "action": cell(entry.at("action").get("type"), role),
        "to": cell(collection.value(entry, to), role),
        "entry": row.cells["entry"],
    }
    return Row(replace(target, name=f"{heading} {target.name}"), cells, groups={**row.groups, "list": (heading, "heading")})


_TOLD = "" if executed(INBOUND) else f" {NOT_EXECUTED}"
PAGE = ListPage(
    "rewrite", "URL Rewrite", f"Rules that change a request's address, or answer it; the first to the last.{_TOLD}",
    (Column("order", "#", 3, "right", drop=5), Column("name", "Name", 18, grow=34), Column("state", "State", 8, drop=3),
     Column("pattern", "Pattern", 16, grow=40), Column("action", "Action", 9, grow=15), Column("to", "To", 14, drop=2, grow=40),
     Column("entry", "Entry Type", 17, drop=1)), rows,
    groups=(("list", "List"), ("entry", "Entry Type"), ("", "No Grouping")), detail=detail, empty="No rule is set. + adds one.",
    group_order=tuple(heading for heading, *_ in _LISTS), section=INBOUND, lists=lists,
)  # fmt: skip
