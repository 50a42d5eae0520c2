"""Deeds on handler mappings: add and edit each kind, Edit Feature Permissions.

Know no widget but the Desk; dialogs and edits are console/handler_forms.py's. Remove, move and revert are those of any list.
"""

from __future__ import annotations

from console import handler_forms, ways
from console.collection import selected
from console.forms import Form
from console.handler_forms import SECTION, TITLES, Kind
from console.places import Target
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.edits import AddEntry, Batch, Where
from model.effective import EffectiveEntry

_RESTRICTIONS = "system.webServer/security/isapiCgiRestriction"


async def add_managed_handler(desk: Desk) -> None:
    await _add(desk, "managed")


async def add_script_map(desk: Desk) -> None:
    await _add(desk, "script")


async def add_wildcard_map(desk: Desk) -> None:
    await _add(desk, "wildcard")


async def add_module_mapping(desk: Desk) -> None:
    await _add(desk, "module")


def _names(desk: Desk) -> set[str]:
    return {entry.get("name") for entry in ways.section(desk.view, SECTION).root.entries}


def _policy(desk: Desk) -> str:
    return ways.section(desk.view, SECTION).root.get("accessPolicy")


def _modules(desk: Desk) -> tuple[str, ...]:
    return tuple(entry.get("name") for entry in ways.section(desk.view, "system.webServer/modules").root.entries if not entry.get("type"))


async def _add(desk: Desk, kind: Kind) -> None:
    def made() -> Form:
        return entry_deeds.writing(desk, SECTION, handler_forms.handler_form(kind, _names(desk), _modules(desk)))

    values = await desk.fill(made(), made)
    where = await entry_deeds.where_asked(desk, SECTION) if values is not None else None
    if values is None or where is None:
        return
    name = values["name"].strip()
    await entry_deeds.apply(desk, handler_forms.add_handler(kind, where, values), f"add {TITLES[kind].lower()} {name}")
    desk.select(Target("entry", name))
    if kind in ("script", "wildcard"):
        await _offer_restriction(desk, values["executable"].strip(), name)


async def _offer_restriction(desk: Desk, program: str, name: str) -> None:
    """A program that is not listed would be answered with 404.2: IIS Manager asks, too."""
    root = ways.section(desk.view, _RESTRICTIONS).root
    attribute = "notListedIsapisAllowed" if program.partition("|")[0].casefold().endswith(".dll") else "notListedCgisAllowed"
    known = any(entry.get("path").casefold() == program.casefold() for entry in root.entries)
    if known or root.get(attribute).lower() == "true":
        return
    text = f"{program} is not in the ISAPI and CGI Restrictions: a request for it is answered with 404.2.\n\nAllow it there?"
    if await desk.ask("Add to the restrictions", text, "Allow"):
        entry = AddEntry(Where(_RESTRICTIONS), (), "add", (("path", program), ("allowed", "true"), ("description", name)))
        await entry_deeds.apply(desk, Batch(f"allow {program}", (entry,)))


async def edit_handler(desk: Desk) -> None:
    chosen = selected(desk.targets[0])
    if chosen is None or entry_deeds.refused(desk, chosen, "changing"):
        return
    kind = handler_forms.kind_of(chosen.entry)

    def made(entry: EffectiveEntry | None) -> Form | None:
        if entry is None or handler_forms.kind_of(entry) != kind:
            return None
        return entry_deeds.writing(desk, SECTION, handler_forms.handler_form(kind, _names(desk), _modules(desk), entry))

    form = made(chosen.entry)
    assert form is not None
    values = await desk.fill(form, lambda: made(entry_deeds.entry_now(desk, chosen)))
    where = await entry_deeds.where_asked(desk, SECTION) if values is not None and values != form.initial else None
    now = entry_deeds.entry_now(desk, chosen)
    if values is not None and where is not None and now is not None:
        await entry_deeds.apply(desk, handler_forms.edit_handler(kind, where, now, values))


async def feature_permissions(desk: Desk) -> None:
    def made() -> Form:
        return entry_deeds.writing(desk, SECTION, handler_forms.permissions_form(_policy(desk)))

    values = await desk.fill(made(), made)
    where = await entry_deeds.where_asked(desk, SECTION) if values is not None else None
    if values is not None and where is not None:
        await entry_deeds.apply(desk, handler_forms.edit_permissions(where, _policy(desk), values), "edit feature permissions")
