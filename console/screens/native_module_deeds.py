"""Deeds on native modules: enable registered ones at a level, register one.

Know no widget but the Desk; dialogs and edits are console/native_module_forms.py's.
"""

from __future__ import annotations

from console import native_module_forms, ways
from console.forms import Form
from console.native_module_forms import GLOBAL
from console.places import Target
from console.screens import entry_deeds
from console.screens.desk import Desk

MODULES = "system.webServer/modules"


def _registered(desk: Desk) -> dict[str, str]:
    return {entry.get("name"): entry.get("image") for entry in ways.section(desk.view, GLOBAL).root.entries}


async def native_modules(desk: Desk) -> None:
    def made() -> Form:
        enabled = [entry.get("name") for entry in ways.section(desk.view, MODULES).root.entries]
        return entry_deeds.writing(desk, MODULES, native_module_forms.native_modules_form(_registered(desk), enabled))

    form = made()
    if not form.asked:
        desk.say("Every registered module is enabled here.")
        return
    values = await desk.fill(form, made)
    names = native_module_forms.chosen(values) if values is not None else []
    where = await entry_deeds.where_asked(desk, MODULES) if names else None
    if where is not None:
        await entry_deeds.apply(desk, native_module_forms.enable(where, names))
        desk.select(Target("module", names[0]))


async def register_module(desk: Desk) -> None:
    def made() -> Form:
        return native_module_forms.register_form(list(_registered(desk)))

    values = await desk.fill(made(), made)
    where = await entry_deeds.where_asked(desk, MODULES) if values is not None else None
    if values is not None and where is not None:
        await entry_deeds.apply(desk, native_module_forms.register(where, values))
        desk.select(Target("module", values["name"].strip()))
