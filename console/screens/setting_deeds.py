"""Deeds on single settings of a property grid: change one by a dialog of its type, reset one to what is inherited.

Know no widget but the Desk and no particular page. What a value may be is the schema's (console/schema_fields.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console import schema_fields, ways
from console.collection import selected
from console.forms import Form, Values
from console.grid import Setting
from console.places import Place, Target
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.edits import SetAttribute


async def edit_setting(desk: Desk) -> None:
    setting = desk.targets[0].value
    if not isinstance(setting, Setting) or _refused(desk, setting):
        return
    form = _form(desk, setting, setting.value.value)
    attribute = setting.attribute
    values = await desk.fill(form, lambda: _again(desk, setting))
    if values is None or values == form.initial:
        return
    where = await entry_deeds.where_asked(desk, setting.way.section)
    if where is not None:
        edit = SetAttribute(where, setting.way.steps, attribute.name, values["value"])
        label = f"set {setting.label} to {schema_fields.shown(attribute, values['value'])}"
        await entry_deeds.apply(desk, edit, label)


def _form(desk: Desk, setting: Setting, value: str) -> Form:
    attribute = setting.attribute
    hint = " ".join(word for word in (f"{setting.about}" if setting.about else "", schema_fields.accepts(attribute)) if word)
    field = schema_fields.field_of(attribute, "" if attribute.encrypted else value, id="value", label=setting.label, hint=hint)
    if attribute.encrypted:
        field = replace(field, kind="secret")
    if attribute.name == "applicationPool":
        pools = tuple((pool.name, f"{pool.name}  ({pool.managed_pipeline_mode})") for pool in desk.session.workspace.hierarchy.pools())
        field = replace(field, kind="choice", choices=pools)

    def check(values: Values) -> Values:
        problem = schema_fields.wrong(attribute, values["value"])
        return {"value": problem} if problem else {}

    return entry_deeds.writing(desk, setting.way.section, Form(setting.label, (field,), check))


def _again(desk: Desk, setting: Setting) -> Form | None:
    """With what the files say now; None where the element is gone."""
    element = ways.element(desk.view, setting.way)
    if element is None:
        return None
    value = element.values.get(setting.attribute.name)
    return _form(desk, setting, value.value if value is not None else setting.attribute.default)


def _refused(desk: Desk, setting: Setting) -> bool:
    if setting.read_only:
        desk.say(f"{setting.label} is shown only: it is changed elsewhere.", "warning")
    elif setting.value.locked:
        desk.say(f"{setting.label} is locked by a level above: setting it here would be answered with 500.19.", "warning")
    return setting.read_only or setting.value.locked


async def reset_settings(desk: Desk) -> None:
    """Takes the attribute out of the file of this level."""
    for target in desk.targets:
        setting = target.value
        if not isinstance(setting, Setting) or _refused(desk, setting):
            continue
        if setting.value.is_default:
            desk.say(f"{setting.label} is not set: it has its default already.")
        elif setting.attribute.required:
            desk.say(f"{setting.label} is needed: it cannot be taken away.", "warning")
        else:
            where = await entry_deeds.where_asked(desk, setting.way.section)
            if where is not None:
                await entry_deeds.apply(desk, SetAttribute(where, setting.way.steps, setting.attribute.name, None), f"reset {setting.label}")


async def advanced_settings(desk: Desk) -> None:
    target = desk.targets[0]
    chosen = selected(target)
    if chosen is not None:
        way = chosen.collection.way.below(chosen.collection.step_of(chosen.entry))
        desk.open(Place("section", desk.place.site, desk.place.app, str(way)))
        return
    place = next((place for one in desk.targets if (place := place_of(one)) is not None), None)
    if place is not None:
        desk.open(place)


def place_of(target: Target) -> Place | None:
    """The grid of a pool, a site, an application or a virtual directory."""
    directory = getattr(target.value, "directory", None)
    if target.kind == "virtual_directory" and directory is not None:
        owner: Any = target.value
        return Place("directory_settings", owner.site, owner.application.path, directory.path)
    if target.kind == "pool":
        return Place("pool_settings", detail=target.name)
    if target.kind == "site":
        return Place("site_settings", target.name)
    if target.kind == "application":
        site, _, path = target.name.partition("/")
        return Place("application_settings", site, f"/{path}")
    return None


async def set_defaults(desk: Desk) -> None:
    """The defaults of what the page lists."""
    page = {"pools": "pool_defaults", "applications": "application_defaults", "virtual_directories": "directory_defaults"}
    desk.open(Place(page.get(desk.place.page, "site_defaults")))


async def dynamic_settings(desk: Desk) -> None:
    """The page of dynamic IP restrictions, at the same level."""
    desk.open(Place("dynamic_ip_security", desk.place.site, desk.place.app))
