"""Failed Request Tracing Rules: which requests IIS would write a trace file of. Here every request is traced anyway.

Knows no widget, file or process; the wizard and its edits are console/tracing_forms.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console import ways
from console.collection import NOT_EXECUTED, Collection, Part, Selected, detail, rows_of
from console.lines import Column, Row, cell
from console.listing import ListPage, View
from console.places import Target
from model.effective import EffectiveEntry

SECTION = "system.webServer/tracing/traceFailedRequests"
PROVIDERS = "system.webServer/tracing/traceProviderDefinitions"
RULES = Collection(
    SECTION, "Trace Rule", (Part("path", "Path"), Part("failureDefinitions/statusCodes", "Status Codes")), ordered=True,
    fields=("path", "failureDefinitions/statusCodes", "failureDefinitions/timeTaken", "failureDefinitions/verbosity"),
)  # fmt: skip


def providers(view: View) -> tuple[EffectiveEntry, ...]:
    """What can be asked for traces: the configuration's own list."""
    return ways.section(view, PROVIDERS).root.entries


def rows(view: View) -> Sequence[Row]:
    return [_row(row) for row in rows_of(view, RULES)]


def _row(row: Row) -> Row:
    assert isinstance(row.key, Target)
    assert isinstance(row.key.value, Selected)
    entry = row.key.value.entry
    conditions = entry.at("failureDefinitions")
    taken = conditions.get("timeTaken")
    cells = {
        **{name: row.cells[name] for name in ("order", "path", "entry")},
        "providers": cell(", ".join(area.get("provider") for area in entry.at("traceAreas").entries)),
        "codes": cell(conditions.get("statusCodes")),
        "taken": cell("" if taken == "00:00:00" else taken),
    }
    return replace(row, cells=cells)


PAGE = ListPage(
    "trace_failed_requests", "Failed Request Tracing Rules", f"{NOT_EXECUTED} Every request is traced here: see Live Requests.",
    (Column("order", "#", 3, "right", drop=4), Column("path", "Path", 16, grow=40), Column("providers", "Associated Providers", 22, drop=1, grow=50),
     Column("codes", "Status Codes", 14, grow=30), Column("taken", "Time Taken", 10, drop=2), Column("entry", "Entry Type", 17, drop=3)), rows,
    groups=(("", "Ordered List"), ("entry", "Entry Type")), detail=detail, empty="No rule is set. + adds one.", group_order=("Local", "Inherited"),
    section=SECTION, collections=(RULES,),
)  # fmt: skip
