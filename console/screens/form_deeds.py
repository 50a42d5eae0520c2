"""Deeds on property pages: Apply writes the draft as one change, Cancel takes it back.

Know no particular page; the page is screens/form_page.py's, its draft property_page.py's.
"""

from __future__ import annotations

from console.screens import entry_deeds, save_deeds
from console.screens.desk import Desk
from model.edits import Batch, Where


async def apply_draft(desk: Desk) -> None:
    from console.screens.form_page import FormPageView

    page = desk.page
    if not isinstance(page, FormPageView):
        return
    draft = page.draft
    if draft.faults:
        name, reason = next(iter(draft.faults.items()))
        label = next(entry.field.label for entry in draft.fields if entry.field.id == name)
        desk.say(f"{label} {reason}", "warning")
        return
    if page.conflicts:
        names = "\n".join(
            f"· {asked.label} {asked.in_words(draft.values[asked.id])}  (now {asked.in_words(asked.initial)})"
            for asked in (entry.field for entry in page.conflicts)
        )
        if not await desk.ask("Changed by somebody else", f"Apply writes over:\n{names}", "Apply"):
            return
    places: dict[str, Where] = {}
    for section in sorted({entry.way.section for entry in draft.changed}):
        where = await entry_deeds.where_asked(desk, section)
        if where is None:
            return
        places[section] = where
    edits = draft.edits(lambda section: places[section])
    if edits:
        await save_deeds.apply(desk, Batch(f"change {page.spec.title}", edits))
    page.settle()
    desk.redraw()


async def cancel_draft(desk: Desk) -> None:
    from console.screens.form_page import FormPageView

    page = desk.page
    if isinstance(page, FormPageView):
        await page.take_back()
