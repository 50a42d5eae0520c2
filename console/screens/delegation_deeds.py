"""Deeds on Feature Delegation: read/write, read only, reset to what is inherited; of one feature, of several, of all.

Know no widget but the Desk. The location tags are model/delegation.py's; several features are one change.
"""

from __future__ import annotations

from collections.abc import Sequence

from console import ways
from console.delegated import KEPT, Delegated, delegated, lock
from console.screens.desk import Desk
from model.delegation import Mode
from model.edits import Batch, Edit


def _chosen(desk: Desk) -> list[Delegated]:
    found = [target.value for target in desk.targets if isinstance(target.value, Delegated)]
    kept = [entry for entry in found if entry.state == KEPT]
    if kept:
        desk.say(f"{kept[0].name} stands in applicationHost.config alone: its declaration says so (allowDefinition).", "warning")
    return [entry for entry in found if entry.state != KEPT]


async def _give(desk: Desk, entries: Sequence[Delegated], mode: Mode, word: str) -> None:
    path = ways.config_path(desk.view)
    edits: tuple[Edit, ...] = tuple(lock(entry.section, path, mode) for entry in entries)
    if edits:
        names = entries[0].name if len(entries) == 1 else f"{len(entries)} features"
        await desk.session.apply(Batch(f"{names}: {word}", edits))
        desk.redraw()


async def delegate_write(desk: Desk) -> None:
    await _give(desk, _chosen(desk), "Allow", "read/write")


async def delegate_read(desk: Desk) -> None:
    await _give(desk, _chosen(desk), "Deny", "read only")


async def delegate_inherit(desk: Desk) -> None:
    entries = [entry for entry in _chosen(desk) if entry.own != "Inherit"]
    if not entries:
        desk.say("This level says nothing of it: it is inherited already.")
    await _give(desk, entries, "Inherit", "reset to inherited")


async def delegate_reset(desk: Desk) -> None:
    """All features of this level."""
    own = [entry for entry in delegated(desk.session.workspace.hierarchy, ways.config_path(desk.view)) if entry.own != "Inherit"]
    if not own:
        desk.say("This level says nothing of any feature.")
        return
    listed = ", ".join(entry.name for entry in own[:8]) + (f" and {len(own) - 8} more" if len(own) > 8 else "")
    if await desk.ask("Reset All Delegation", f"What the declarations say holds again for {listed}. z takes it back.", "Reset"):
        await _give(desk, own, "Inherit", "reset to inherited")
