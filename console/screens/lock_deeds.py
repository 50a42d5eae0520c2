"""Deeds on locks: of a section, and of a setting, an entry or a list in it, for the levels below.

Know no widget but the Desk; edits are console/locking.py's and console/delegated.py's.
"""

from __future__ import annotations

from console import delegated, locking, ways
from console.delegated import SERVER_ONLY
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.section_place import Mode


async def lock(desk: Desk) -> None:
    await _lock(desk, True)


async def unlock(desk: Desk) -> None:
    await _lock(desk, False)


async def _lock(desk: Desk, on: bool) -> None:
    from console.pages import section_of

    target = desk.targets[0]
    where = await entry_deeds.where_asked(desk, locking.section_of(target.value) or section_of(desk.place))
    if where is None:
        return
    edit = locking.lock_edit(desk.view, target.value, where, on)
    if edit is None:
        desk.say("This cannot be locked by itself: lock its section.", "warning")
        return
    await entry_deeds.apply(desk, edit, f"{'lock' if on else 'unlock'} {target.name}")
    desk.say(f"{target.name} is {'locked for the levels below' if on else 'open to the levels below'}. z takes it back.")


async def lock_section(desk: Desk) -> None:
    await _lock_section(desk, "Deny")


async def unlock_section(desk: Desk) -> None:
    await _lock_section(desk, "Allow")


async def _lock_section(desk: Desk, mode: Mode) -> None:
    way = ways.parse(desk.place.detail)
    name = way.section if way is not None else next((target.name for target in desk.targets if target.kind == "section"), "")
    section = ways.section(desk.view, name)
    if section.allow_definition in SERVER_ONLY:
        desk.say(f"{name} stands in applicationHost.config alone: its declaration says so (allowDefinition).", "warning")
        return
    word = "locked: a web.config below must not speak of it" if mode == "Deny" else "open to web.config files below"
    await entry_deeds.apply(desk, delegated.lock(name, ways.config_path(desk.view), mode))
    desk.say(f"{name} is {word}. z takes it back.")
