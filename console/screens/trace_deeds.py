"""Deeds on Failed Request Tracing Rules: the wizard that adds one, and edits one.

Know no widget but the Desk; the wizard and its edits are console/tracing_forms.py's.
"""

from __future__ import annotations

from console import tracing_forms
from console.collection import entries, selected
from console.forms import Form
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.effective import EffectiveEntry


async def add_trace(desk: Desk) -> None:
    from console.pages.trace_failed_requests import RULES, providers

    offered = tracing_forms.offered(providers(desk.view))

    def made() -> Form:
        return tracing_forms.trace_form(RULES, offered, _taken(desk))

    values = await desk.fill(made(), made)
    where = await entry_deeds.where_asked(desk, RULES.section) if values is not None else None
    if values is not None and where is not None:
        await entry_deeds.add(desk, tracing_forms.add_trace(where, offered, values))


async def edit_trace(desk: Desk) -> None:
    from console.pages.trace_failed_requests import RULES, providers

    chosen = selected(desk.targets[0])
    if chosen is None or entry_deeds.refused(desk, chosen, "changing"):
        return
    offered = tracing_forms.offered(providers(desk.view), chosen.entry)

    def made(entry: EffectiveEntry | None) -> Form | None:
        return tracing_forms.trace_form(RULES, offered, _taken(desk) - {entry.get("path").casefold()}, entry) if entry is not None else None

    form = made(chosen.entry)
    values = await desk.fill(form, lambda: made(entry_deeds.entry_now(desk, chosen))) if form is not None else None
    where = await entry_deeds.where_asked(desk, RULES.section) if values is not None else None
    now = entry_deeds.entry_now(desk, chosen)
    before = made(now)
    if values is not None and where is not None and now is not None and before is not None:
        await entry_deeds.apply(desk, tracing_forms.edit_trace(where, offered, now, before.initial, values))


def _taken(desk: Desk) -> set[str]:
    from console.pages.trace_failed_requests import RULES

    return {entry.get("path").casefold() for entry in entries(desk.view, RULES)}
