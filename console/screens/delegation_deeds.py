"""Deeds on Feature Delegation: read/write, read only, not delegated, reset to what is inherited; of one feature, of several, of all.

Know no widget but the Desk. The location tags are model/delegation.py's, what is hidden model/administration.py's; several are one change.
"""

from __future__ import annotations

from collections.abc import Sequence

from console import ways
from console.delegated import KEPT, READ, WRITE, Delegated, delegated, give
from console.screens import bulk_deeds, save_deeds
from console.screens.desk import Desk
from model import administration
from model.document import Document
from model.edits import Batch


def _shown(desk: Desk) -> Document | None:
    return desk.session.workspace.document(desk.session.workspace.root.with_name(administration.FILE))


def _chosen(desk: Desk) -> list[Delegated]:
    found = [target.value for target in desk.targets if isinstance(target.value, Delegated)]
    kept = [entry for entry in found if entry.declared]
    if kept:
        desk.say(f"{kept[0].name} stands in applicationHost.config alone: its declaration says so (allowDefinition).", "warning")
    return [entry for entry in found if not entry.declared]


async def _give(desk: Desk, entries: Sequence[Delegated], state: str, word: str) -> None:
    edits = give(entries, ways.config_path(desk.view), state, _shown(desk))
    if edits:
        names = entries[0].name if len(entries) == 1 else f"{len(entries)} features"
        await save_deeds.apply(desk, Batch(f"{names}: {word}", edits))
        bulk_deeds.done(desk)
        desk.redraw()


async def delegate_write(desk: Desk) -> None:
    await _give(desk, _chosen(desk), WRITE, "read/write")


async def delegate_read(desk: Desk) -> None:
    await _give(desk, _chosen(desk), READ, "read only")


async def delegate_none(desk: Desk) -> None:
    """Locked, and not shown to those who manage a site: the first in applicationHost.config, the second in administration.config."""
    entries = _chosen(desk)
    parts = [entry for entry in entries if not entry.module]
    if parts:
        desk.say(f"{parts[0].name} is no page of its own in IIS Manager: nothing there could be hidden. Read Only locks it.", "warning")
    await _give(desk, [entry for entry in entries if entry.module], KEPT, "not delegated")


async def delegate_inherit(desk: Desk) -> None:
    entries = [entry for entry in _chosen(desk) if entry.speaks]
    if not entries:
        desk.say("This level says nothing of it: it is inherited already.")
    await _give(desk, entries, "", "reset to inherited")


async def delegate_reset(desk: Desk) -> None:
    """All features of this level."""
    every = delegated(desk.session.workspace.hierarchy, ways.config_path(desk.view), _shown(desk))
    own = [entry for entry in every if entry.speaks and not entry.declared]
    if not own:
        desk.say("This level says nothing of any feature.")
        return
    listed = ", ".join(entry.name for entry in own[:8]) + (f" and {len(own) - 8} more" if len(own) > 8 else "")
    if await desk.ask("Reset All Delegation", f"What the declarations say holds again for {listed}. z takes it back.", "Reset"):
        await _give(desk, own, "", "reset to inherited")
