"""Deeds on modules: add, edit, remove, move within a level; and Remove of whatever is selected.

Know no widget but the Desk. What IIS would answer with 500.19 is refused here with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console import destination, forms
from console.places import Place, Target
from console.screens import (
    application_deeds,
    binding_deeds,
    certificate_deeds,
    entry_deeds,
    history_deeds,
    move_deeds,
    pool_deeds,
    save_deeds,
    site_deeds,
)
from console.screens.desk import Desk
from model.config_path import ConfigPath
from model.edits import MoveEntry, RemoveEntry, Step
from model.effective import EffectiveEntry


def config_path(desk: Desk) -> ConfigPath:
    return ConfigPath(desk.place.site, desk.place.app or "/") if desk.place.site else ConfigPath()


def _writing(desk: Desk, form: forms.Form) -> forms.Form:
    return replace(form, file=destination.short(forms.module_where(config_path(desk))))


async def add_module(desk: Desk) -> None:
    from console.pages.modules import entries

    def made() -> forms.Form:
        return _writing(desk, forms.module_form({entry.get("name") for entry in entries(desk.view)}))

    values = await desk.fill(made(), made)
    if values is not None:
        await save_deeds.apply(desk, forms.add_module(config_path(desk), values), f"add module {values['name'].strip()}")
        desk.redraw()
        desk.select(Target("module", values["name"].strip()))


async def edit_module(desk: Desk) -> None:
    entry: Any = desk.targets[0].value
    if not entry.get("type"):
        desk.say("Native modules have nothing to edit here: their image is registered in globalModules.", "warning")
        return
    if not entry.local:
        desk.say(f"{entry.get('name')} is inherited: edit it where it is written, {entry.source}.", "warning")
        return
    name = entry.get("name")

    def made() -> forms.Form | None:
        now = _entry(desk, name)
        return _writing(desk, _module_form(now)) if now is not None and now.local else None

    form = _writing(desk, _module_form(entry))
    values = await desk.fill(form, made)
    now = _entry(desk, name)
    if values is None or now is None:
        return
    edit = forms.edit_module(config_path(desk), name, form.initial, values, now.get("preCondition"))
    if edit is not None:
        await save_deeds.apply(desk, edit)


def _entry(desk: Desk, name: str) -> EffectiveEntry | None:
    """What the files say of it now."""
    from console.pages.modules import entries

    return next((entry for entry in entries(desk.view) if entry.get("name") == name), None)


def _module_form(entry: EffectiveEntry) -> forms.Form:
    conditions = [token.strip().casefold() for token in entry.get("preCondition").split(",")]
    return forms.module_form(set(), entry.get("name"), entry.get("type"), "managedhandler" in conditions)


async def remove(desk: Desk) -> None:
    kind = desk.targets[0].kind
    if kind == "pool":
        await pool_deeds.remove_pools(desk)
    elif kind == "site":
        await site_deeds.remove_sites(desk)
    elif kind == "module":
        await _remove_module(desk)
    elif kind == "entry":
        await entry_deeds.remove_entry(desk)
    elif kind == "application" and desk.place.page == "applications":
        await application_deeds.remove_application(desk)
    elif kind == "virtual_directory":
        await application_deeds.remove_directory(desk)
    elif kind == "binding":
        await binding_deeds.remove_binding(desk)
    elif kind == "certificate":
        await certificate_deeds.remove_certificate(desk)
    elif kind == "copy":
        await history_deeds.remove_copy(desk)


async def _remove_module(desk: Desk) -> None:
    entry: Any = desk.targets[0].value
    name = entry.get("name")
    if entry.locked:
        desk.say(f"{name} is locked by {entry.source}: removing it here would be answered with 500.19.", "warning")
        return
    how = "Its line is deleted." if entry.local else 'It is inherited: a <remove name="…"/> is written here.'
    if await desk.ask("Remove Module", f"Remove {name}? {how}", "Remove"):
        await save_deeds.apply(desk, RemoveEntry(forms.module_where(config_path(desk)), (), (("name", name),)), f"remove module {name}")


async def move_up(desk: Desk) -> None:
    await _move(desk, -1)


async def move_down(desk: Desk) -> None:
    await _move(desk, 1)


async def _move(desk: Desk, offset: int) -> None:
    if desk.targets[0].kind == "entry":
        await entry_deeds.move_entry(desk, offset)
        return
    from console.pages.modules import entries

    entry: Any = desk.targets[0].value
    name = entry.get("name")
    listed = list(entries(desk.view))
    index = next(position for position, other in enumerate(listed) if other.get("name") == name)
    neighbour = listed[index + offset] if 0 <= index + offset < len(listed) else None
    if neighbour is None:
        desk.say("It is the first." if offset < 0 else "It is the last.")
        return
    if entry.local and not neighbour.local:
        text = (
            f"Not past inherited entries: {neighbour.get('name')} is written in {neighbour.source}, and IIS answers 500.19 where modules are cleared."
        )
        await _offer_server_order(desk, str(neighbour.get("name")), text)
        return
    edit = MoveEntry(forms.module_where(config_path(desk)), (Step("add", (("name", name),)),), offset)
    await move_deeds.move(desk, edit, crosses=not entry.local)


async def _offer_server_order(desk: Desk, name: str, reason: str) -> None:
    """What is inherited is ordered at the server: lead there, with that module selected."""
    answer = await desk.choose("Move", f"{reason}\n\nReorder in applicationHost.config, for every site?", ("Cancel", "Reorder there"))
    if answer == "Reorder there":
        desk.open(Place("modules", detail=name))
