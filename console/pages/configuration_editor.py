"""Configuration Editor: every section that has a schema, its settings as a grid, its lists by their entries.

Knows no widget, file or process: sections, types and defaults are the schema's, values the effective configuration's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from console import ways
from console.collection import Collection, Part, Selected, detail, executed, rows_of
from console.grid import grid_page
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.schema_fields import shown
from console.ways import Way
from model.effective import EffectiveElement, EffectiveSection
from model.schema import sections

COLUMNS = (
    Column("name", "Section", 30, grow=70),
    Column("set", "Set", 9),
    Column("lock", "Below", 9, drop=1),
    Column("runs", "Here", 12, drop=2),
)
ENTRY_COLUMNS = (Column("name", "Entry", 20, grow=50), Column("values", "Values", 24, drop=1, grow=90), Column("entry", "Entry Type", 17))
SERVER_ONLY = frozenset({"AppHostOnly", "MachineOnly", "MachineToRootWeb"})


def rows(view: View) -> Sequence[Row]:
    found = []
    for name in sorted(sections(), key=str.lower):
        section = ways.section(view, name)
        if section.declared and not (view.place.site and section.allow_definition in SERVER_ONLY):
            found.append(_row(name, section))
    return found


def _row(name: str, section: EffectiveSection) -> Row:
    speaks = _speaks(section.root)
    where = "Local" if speaks and _local(section.root) else "Inherited" if speaks else "Default"
    lock = "locked" if section.locked or section.locked_level is not None else "open"
    runs = "" if executed(name) or name.startswith("system.applicationHost/") else "not executed"
    group = name.rpartition("/")[0] or "General"
    return Row(
        Target("section", name, section),
        {
            "name": cell(name, bold=where == "Local"),
            "set": cell(where, "text" if where == "Local" else "quiet"),
            "lock": cell(lock, "quiet"),
            "runs": cell(runs, "quiet"),
        },
        groups={"group": (group, "heading"), "set": (where, "heading")},
    )


def _speaks(element: EffectiveElement) -> bool:
    return element.source is not None


def _local(element: EffectiveElement) -> bool:
    if any(value.local for value in element.values.values()) or any(entry.local for entry in element.entries):
        return True
    return any(_local(inner) for inner in element.elements.values())


def section_detail(view: View, target: Target | None) -> Sequence[Line]:
    section = target.value if target is not None else None
    if target is None or not isinstance(section, EffectiveSection):
        return ()
    found = [line(run(target.name, bold=True), run(f"   may be set: {section.allow_definition}", "quiet"))]
    if section.root.source is not None:
        found.append(line(run("last spoken of in ", "quiet"), run(section.root.source)))
    found += [line(run("▲ ", "warning"), run(problem.message)) for problem in section.problems[:3]]
    return found


def opens(view: View, target: Target) -> Place | None:
    return Place("section", view.place.site, view.place.app, str(Way(target.name)))


def _way(view: View) -> Way | None:
    return ways.parse(view.place.detail)


def lists(view: View) -> tuple[Collection, ...]:
    """The list that the place leads to, its columns and fields by the schema."""
    way = _way(view)
    schema = way.schema if way is not None else None
    if way is None or schema is None or schema.collection is None or schema.entry is None:
        return ()
    names = (*schema.collection.key, *(name for name in schema.entry.attributes if name not in schema.collection.key))
    several = len(schema.collection.add) > 1
    parts = tuple(Part(name, "") for name in (("." if several else ""), *names) if name)
    return (Collection(way.section, _noun(schema.entry.name), parts, steps=way.steps),)


def _noun(element: str) -> str:
    """What a person calls it: virtualDirectory is a "Virtual Directory", an `add` an "Entry"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", element)
    return "Entry" if element == "add" else words[:1].upper() + words[1:]


def entry_rows(view: View) -> Sequence[Row]:
    return [_entry_row(collection, row) for collection in lists(view) for row in rows_of(view, collection)]


def _entry_row(collection: Collection, row: Row) -> Row:
    target = row.key
    assert isinstance(target, Target)
    assert isinstance(target.value, Selected)
    entry = target.value.entry
    words = [
        f"{name}={shown(collection.attribute(name), value.value)}"
        for name, value in entry.values.items()
        if not value.is_default and value.value != collection.name_of(entry)
    ]
    cells = {"name": cell(target.name or entry.name, bold=entry.local), "values": cell(" ".join(words), "quiet"), "entry": row.cells["entry"]}
    return Row(target, cells, groups={"entry": row.groups["entry"]})


PAGE = ListPage(
    "configuration_editor", "Configuration Editor", "Every section by its schema. Enter opens one.", COLUMNS, rows,
    groups=(("group", "Section Group"), ("set", "Set"), ("", "No Grouping")), detail=section_detail, opens=opens,
    group_order=("system.webServer", "system.webServer/security", "system.applicationHost", "system.web"),
)  # fmt: skip
SECTION = grid_page("section", "{detail}", "Bold differs from the default. Enter changes a setting or opens a list, Del takes a value back.", _way)
ENTRIES = ListPage(
    "entries", "{detail}", "Entries of a list. Enter changes one, v shows all that is in it.", ENTRY_COLUMNS, entry_rows,
    groups=(("", "Ordered List"), ("entry", "Entry Type")), detail=detail, lists=lists, empty="The list is empty. + adds an entry.",
)  # fmt: skip
