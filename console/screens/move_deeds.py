"""Moving an entry of any ordered list; where IIS would refuse the result, the reason and the way out: at the server, or by copies.

Knows no widget but the Desk. What a move needs is model/inherited.py's; the keys lead here by entry_deeds and module_deeds.
"""

from __future__ import annotations

from dataclasses import replace

from console.screens import save_deeds
from console.screens.desk import Desk
from model.edits import MoveEntry
from model.workspace import CrossesInherited

_THERE = "Move it there"


async def move(desk: Desk, edit: MoveEntry, crosses: bool) -> None:
    """`crosses`: an inherited entry is moved, or passed."""
    if not crosses or edit.where.path.is_server:
        await _apply(desk, edit)
        return
    try:
        proposal = desk.session.workspace.propose(edit)
    except CrossesInherited as refusal:
        await _elsewhere(desk, refusal)
        return
    if not proposal.changes:
        desk.say("It is at the end already.")
        return
    element = edit.steps[-2].name if len(edit.steps) > 1 else edit.where.section.rpartition("/")[2]
    text = (
        f"Inherited entries have no other order here than above, unless <{element}> is written anew: "
        "<clear/>, and a copy of every entry.\n\nWhat is added above later does not reach this level any more. z takes it back."
    )
    if await desk.ask("Move past inherited entries", text, "Write copies"):
        await _apply(desk, replace(edit))


async def _elsewhere(desk: Desk, refusal: CrossesInherited) -> None:
    """The same move in applicationHost.config where it can be made there; otherwise the line that stands in the way."""
    if refusal.offer is None:
        desk.say(f"{refusal} ({refusal.source})." if refusal.source else f"{refusal}.", "warning")
    elif await desk.ask("Move", f"{refusal}.\n\nMove it there?", _THERE):
        await save_deeds.apply(desk, refusal.offer)
        desk.redraw()


async def _apply(desk: Desk, edit: MoveEntry) -> None:
    await save_deeds.apply(desk, edit)
    desk.redraw()
