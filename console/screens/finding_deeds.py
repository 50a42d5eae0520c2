"""Deeds on what changes between the modes: show it for what is selected, and write what settles it.

Know no widget but the Desk; what there is to write is model/migration.py's.
"""

from __future__ import annotations

from console.places import Place
from console.screens.bulk_deeds import apply_to_all
from console.screens.desk import Desk
from model.edits import Batch
from model.migration import Finding


async def view_findings(desk: Desk) -> None:
    target = desk.targets[0] if desk.targets else None
    if target is not None and target.kind == "pool":
        desk.open(Place("migration", detail=target.name))
    elif target is not None and target.kind in ("site", "application"):
        site, _, path = target.name.partition("/") if target.kind == "application" else (target.name, "", "")
        desk.open(Place("migration", site, f"/{path}"))
    else:
        desk.open(Place("migration", desk.place.site, desk.place.app))


async def fix(desk: Desk) -> None:
    """One preview, one change. Several at once where each is of another application."""
    chosen = [target.value for target in desk.targets if isinstance(target.value, Finding)]
    edits = [finding.fix for finding in chosen if finding.fix is not None]
    if not edits:
        desk.say("No edit settles it by itself: Enter opens the line.", "warning")
        return
    if len({(finding.site, finding.application) for finding in chosen}) < len(chosen):
        desk.say("One at a time in an application: what is fixed changes what the next one says.", "warning")
        return
    label = edits[0].label if len(edits) == 1 else f"fix {len(edits)} findings"
    if await apply_to_all(desk, Batch(label, tuple(edits)), "Fix"):
        desk.say(f"{label[:1].upper()}{label[1:]}. z undoes it.")
