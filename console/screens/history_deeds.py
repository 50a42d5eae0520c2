"""Deeds on the configuration's past: show what differs, restore a change or a copy, make and delete backups.

Know no widget but the Desk. What was kept is console/versions.py's; restoring is an edit like any other, so z takes it back.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from console import versions
from console.forms import Field, Form
from console.places import Place, Target
from console.screens import save_deeds
from console.screens.desk import Desk
from console.versions import Copy
from model.archive import Record
from model.backups import Backups, usual_name
from model.workspace import Proposal


async def show_difference(desk: Desk) -> None:
    """Of one: what it did, for a copy what has changed since. Of two changes: all between them."""
    changes = [target for target in desk.targets if target.kind == "change"]
    if len(desk.targets) > 1 and len(changes) != 2:
        desk.say("Mark two changes to see what differs between them.", "warning")
        return
    names = sorted((target.name for target in changes), key=int) if len(changes) == 2 else [desk.targets[0].name]
    desk.open(Place("difference", detail=" ".join(names)))


async def restore(desk: Desk) -> None:
    target = desk.targets[0]
    if isinstance(target.value, Copy):
        await _restore_copy(desk, target.value)
    elif isinstance(target.value, Record):
        await _restore_record(desk, target.value)


async def _restore_record(desk: Desk, record: Record) -> None:
    archive = desk.session.workspace.archive
    assert archive is not None
    names = ", ".join(file.path.name for file in record.files)
    text = f"{names}: as change {record.number} left it, or as it was before?\n\n{record.label}"
    answer = await desk.choose("Restore", text, ("Cancel", "As it was before", "As it was left"))
    if answer in ("As it was before", "As it was left"):
        kept = versions.contents(archive, record, before=answer == "As it was before")
        await _save(desk, await desk.session.propose_contents(kept, f"restore {names} of change {record.number}"))


async def _restore_copy(desk: Desk, copy: Copy) -> None:
    workspace = desk.session.workspace
    if await desk.ask("Restore", f"applicationHost.config as it stands in {copy.name}? web.config files stay as they are.", "Restore"):
        await _save(desk, await desk.session.propose_contents({workspace.root: versions.content_of(copy)}, f"restore {copy.name}"))


async def _save(desk: Desk, proposal: Proposal) -> None:
    if not proposal.changes:
        desk.say("Everything is as it was then.")
        return
    await save_deeds.save(desk, proposal)
    desk.say("Restored. z takes it back.")
    desk.redraw()


def _backups(desk: Desk) -> Backups | None:
    backups = desk.session.workspace.backups
    if backups is None:
        desk.say("This instance keeps no state here, so no backup can be kept.", "warning")
    return backups


async def add_backup(desk: Desk) -> None:
    backups, document = _backups(desk), desk.session.workspace.document(desk.session.workspace.root)
    if backups is None or document is None:
        return
    taken = {name.casefold() for name in backups.names()}

    def check(values: Mapping[str, str]) -> Mapping[str, str]:
        if not values["name"].strip():
            return {"name": "The backup needs a name."}
        return {"name": "There is a backup of that name."} if values["name"].strip().casefold() in taken else {}

    field = Field("name", "Name:", initial=usual_name(time.time()), hint="Of applicationHost.config alone, as appcmd add backup does")
    values = await desk.fill(Form("Add Backup", (field,), check))
    if values is not None:
        backups.add(values["name"].strip(), document.to_bytes())
        desk.redraw()
        desk.select(Target("copy", f"backup {values['name'].strip()}"))


async def remove_copy(desk: Desk) -> None:
    copy = desk.targets[0].value
    backups = _backups(desk)
    if backups is None or not isinstance(copy, Copy):
        return
    if copy.kind != "backup":
        desk.say("configHistory keeps its copies itself, and drops the oldest.", "warning")
    elif await desk.ask("Remove Backup", f"Remove {copy.name}? This cannot be undone.", "Remove"):
        backups.delete(copy.name)
        desk.redraw()
