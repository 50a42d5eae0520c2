"""Deeds on property pages: Apply writes the draft as one change, Cancel takes it back.

Know no particular page; the page is screens/form_page.py's, its edits property_page.py's.
"""

from __future__ import annotations

from console import property_page
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.edits import Batch, Where


async def apply_draft(desk: Desk) -> None:
    from console.screens.form_page import FormPageView

    page = desk.page
    if not isinstance(page, FormPageView):
        return
    values = page.values
    wrong = property_page.faults(page.listed, values)
    if wrong:
        name, reason = next(iter(wrong.items()))
        label = next(entry.field.label for entry in page.listed if entry.field.id == name)
        desk.say(f"{label} {reason}", "warning")
        return
    if page.conflicts:
        names = "\n".join(f"· {entry.field.label} {values[entry.field.id]}  (now {entry.field.initial})" for entry in page.conflicts)
        if not await desk.ask("Changed by somebody else", f"Apply writes over:\n{names}", "Apply"):
            return
    places: dict[str, Where] = {}
    changed = {entry.way.section for entry in page.listed if values[entry.field.id].strip() != entry.field.initial}
    for section in sorted(changed):
        where = await entry_deeds.where_asked(desk, section)
        if where is None:
            return
        places[section] = where
    edits = property_page.edits(page.listed, values, lambda section: places[section])
    if edits:
        await desk.session.apply(Batch(f"change {page.spec.title}", edits))
        page.settle()
    desk.redraw()


async def cancel_draft(desk: Desk) -> None:
    from console.screens.form_page import FormPageView

    page = desk.page
    if isinstance(page, FormPageView):
        await page.take_back()
