"""Deeds on the entries of any list page: add, edit, remove, move, switch, feature settings, revert to the parent.

Know no widget but the Desk and no particular page: what they act on is the page's declaration (console/collection.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from console import destination, entry_edits, ways
from console.collection import Collection, Selected, entries, lists_of, selected
from console.entry_faults import nothing
from console.forms import Field, Form, Values
from console.listing import ListPage
from console.places import Target
from console.property_page import PageField
from console.screens import move_deeds, save_deeds
from console.screens.desk import Desk
from model.edits import Edit, MoveEntry, Revert, SetAttribute, Where
from model.effective import EffectiveEntry


def declared(desk: Desk) -> ListPage:
    from console.pages import page

    found = page(desk.place.page)
    assert isinstance(found, ListPage)
    return found


async def where_asked(desk: Desk, section: str) -> Where | None:
    """Where an edit goes; where the section is locked here, the user is asked first. None: not agreed."""
    where = destination.where_at(desk.session, section, desk.place)
    if where.commit == "location" and destination.where_for(desk.session, section, where.path) == where:
        noun = section.rpartition("/")[2]
        text = (
            f"<{noun}> is locked below the server: a web.config here must not speak of it.\n\n"
            f"It can be written into <location path=\"{where.path.location}\"> of applicationHost.config instead."
        )  # fmt: skip
        if not await desk.ask("The section is locked", text, "Write there"):
            return None
    return where


def writing(desk: Desk, section: str, form: Form) -> Form:
    """The dialog with the file beside its buttons: IIS Manager says it in the status bar, which a dialog hides."""
    return replace(form, file=destination.short(destination.where_at(desk.session, section, desk.place)))


async def apply(desk: Desk, edit: Edit | None, label: str | None = None) -> None:
    if edit is not None:
        await save_deeds.apply(desk, edit, label)
        desk.redraw()


async def add(desk: Desk, edit: Edit | None, label: str | None = None) -> None:
    """Applies what brings a row to the list, and leads to that row."""
    there = {row.key for row in declared(desk).rows(desk.view)}
    await apply(desk, edit, label)
    new = next((row.key for row in declared(desk).rows(desk.view) if row.key not in there), None)
    if isinstance(new, Target):
        desk.select(new)


async def collection_here(desk: Desk) -> Collection | None:
    """The selected entry's list; where the page has several, the user chooses with it as the first proposal."""
    lists = lists_of(declared(desk), desk.view)
    if not lists:
        return None
    if len(lists) == 1:
        return lists[0]
    chosen = selected(desk.targets[0]) if desk.targets else None
    first = lists.index(chosen.collection) if chosen is not None and chosen.collection in lists else 0
    choices = tuple((str(index), item.noun) for index, item in enumerate(lists))
    values = await desk.fill(Form("Add to which list?", (Field("list", "Add a:", "choice", str(first), choices),), lambda given: {}, ok="Continue"))
    return lists[int(values["list"])] if values is not None else None


async def add_entry(desk: Desk) -> None:
    collection = await collection_here(desk)
    if collection is not None:
        await _add(desk, collection, 0)


async def add_other(desk: Desk) -> None:
    """The page's second way to add: Deny."""
    await _add(desk, declared(desk).collections[0], 1)


async def _add(desk: Desk, collection: Collection, number: int) -> None:
    title, presets = collection.additions[number] if number < len(collection.additions) else ("", ())

    def made() -> Form:
        return writing(desk, collection.section, entry_edits.entry_form(collection, entries(desk.view, collection), None, presets, title))

    values = await desk.fill(made(), made)
    if values is None:
        return
    where = await where_asked(desk, collection.section)
    if where is not None:
        await add(desk, entry_edits.add_edit(collection, where, values, presets))


async def edit_entry(desk: Desk) -> None:
    """What Enter and `e` change: an entry, a single setting, or the settings behind a row that names its section."""
    if desk.targets and desk.targets[0].kind == "list":
        desk.follow_way(desk.targets[0])
        return
    settings = getattr(desk.targets[0].value, "settings", None) if desk.targets else None
    if settings is not None:
        section, paths = settings
        await _edit_settings(desk, section, paths, desk.targets[0].name)
        return
    if desk.targets and desk.targets[0].kind == "setting":
        from console.screens.setting_deeds import edit_setting

        await edit_setting(desk)
        return
    chosen = selected(desk.targets[0]) if desk.targets else None
    if chosen is None or refused(desk, chosen, "changing"):
        return
    form = _entry_form(desk, chosen, chosen.entry)
    values = await desk.fill(form, lambda: _again(desk, chosen))
    if values is None or values == form.initial:
        return
    where = await where_asked(desk, chosen.collection.section)
    if where is not None:
        await apply(desk, entry_edits.change_edit(chosen.collection, where, chosen.entry, values))


def _entry_form(desk: Desk, chosen: Selected, entry: EffectiveEntry) -> Form:
    collection = chosen.collection
    return writing(desk, collection.section, entry_edits.entry_form(collection, entries(desk.view, collection), entry))


def _again(desk: Desk, chosen: Selected) -> Form | None:
    """The dialog with what the files say of the entry now; None where it is gone."""
    now = entry_now(desk, chosen)
    return _entry_form(desk, chosen, now) if now is not None else None


def entry_now(desk: Desk, chosen: Selected) -> EffectiveEntry | None:
    """What the files say of the entry now; None where it is gone."""
    step = chosen.collection.step_of(chosen.entry)
    return next((entry for entry in entries(desk.view, chosen.collection) if chosen.collection.step_of(entry) == step), None)


def refused(desk: Desk, chosen: Selected, deed: str) -> bool:
    if chosen.entry.locked:
        desk.say(
            f"{chosen.collection.name_of(chosen.entry)} is locked by {chosen.entry.source}: {deed} it here would be answered with 500.19.", "warning"
        )
    return chosen.entry.locked


async def rename_entry(desk: Desk) -> None:
    """Only where it is written: an inherited one would have to become another entry."""
    chosen = selected(desk.targets[0])
    if chosen is None or refused(desk, chosen, "renaming"):
        return
    if not chosen.local:
        desk.say(f"It is inherited: rename it where it is written, {chosen.source}.", "warning")
        return
    before = chosen.entry.get("name")

    def made() -> Form | None:
        now = entry_now(desk, chosen)
        form = entry_edits.rename_form(chosen.collection, entries(desk.view, chosen.collection), now) if now is not None else None
        return writing(desk, chosen.collection.section, form) if form is not None else None

    form = made()
    values = await desk.fill(form, made) if form is not None else None
    new = values["name"].strip() if values is not None else before
    where = await where_asked(desk, chosen.collection.section) if new != before else None
    if where is not None:
        await apply(desk, entry_edits.rename_edit(chosen.collection, where, chosen.entry, new), f"rename {before} to {new}")
        desk.select(Target("entry", new))


async def remove_entry(desk: Desk) -> None:
    chosen = selected(desk.targets[0])
    if chosen is None or refused(desk, chosen, "removing"):
        return
    schema = chosen.collection.schema.collection
    if not chosen.local and schema is not None and not schema.remove:
        desk.say(f"It is inherited, and this list knows no <remove>: change it where it is written, {chosen.source}.", "warning")
        return
    name = chosen.collection.name_of(chosen.entry)
    how = "Its line is deleted." if chosen.local else f"It is inherited: a <{schema.remove if schema else 'remove'} …/> is written here."
    if await desk.ask(f"Remove {chosen.collection.noun}", f"Remove {name}? {how}", "Remove"):
        where = await where_asked(desk, chosen.collection.section)
        if where is not None:
            await apply(desk, entry_edits.remove_edit(chosen.collection, where, chosen.entry), f"remove {name}")


async def move_entry(desk: Desk, offset: int) -> None:
    chosen = selected(desk.targets[0])
    if chosen is None:
        return
    listed = list(entries(desk.view, chosen.collection))
    index = next((place for place, other in enumerate(listed) if other.source == chosen.entry.source), -1)
    neighbour = listed[index + offset] if 0 <= index + offset < len(listed) else None
    if neighbour is None:
        desk.say("It is the first." if offset < 0 else "It is the last.")
        return
    where = await where_asked(desk, chosen.collection.section)
    if where is not None:
        edit = MoveEntry(where, (*chosen.collection.way.steps, chosen.collection.step_of(chosen.entry)), offset)
        await move_deeds.move(desk, edit, crosses=not (chosen.local and neighbour.local))


async def feature_settings(desk: Desk) -> None:
    page = declared(desk)
    await _edit_settings(desk, page.section, page.settings, f"{page.title} Settings", page.settings_faults)


async def _edit_settings(desk: Desk, section: str, paths: Sequence[str], title: str, faults: Callable[[Values], Values] = nothing) -> None:
    if not paths:
        desk.say(f"{title} has nothing to edit here.", "warning")
        return

    def made() -> Form:
        values = {}
        for path in paths:
            owner, _, name = path.rpartition("/")
            found = ways.element(desk.view, ways.Way(section).along(owner))
            values[path] = found.get(name) if found is not None else ""
        return writing(desk, section, entry_edits.settings_form(section, f"Edit {title}", values, paths, faults))

    form = made()
    given = await desk.fill(form, made)
    if given is None or given == form.initial:
        return
    where = await where_asked(desk, section)
    if where is not None:
        await apply(desk, entry_edits.settings_edit(section, where, form.initial, given, f"edit {title}"))


async def revert(desk: Desk) -> None:
    from console.pages import section_of

    section = way.section if (way := ways.parse(desk.place.detail)) else section_of(desk.place)
    where = destination.where_at(desk.session, section, desk.place)
    if where.path.is_server:
        desk.say("This is the server's own level: there is no parent to revert to.", "warning")
        return
    proposal = desk.session.workspace.propose(Revert(where))
    if not proposal.changes:
        desk.say("Nothing is set here: everything is inherited already.")
        return
    text = f"All that is written here of <{section.rpartition('/')[2]}> goes; what the levels above say holds again. z takes it back."
    if await desk.ask("Revert To Parent", text, "Revert"):
        await apply(desk, Revert(where))


async def enable(desk: Desk) -> None:
    await _switch(desk, True)


async def disable(desk: Desk) -> None:
    await _switch(desk, False)


async def _switch(desk: Desk, on: bool) -> None:
    """The page's own switch: a method of an authentication page, an entry's `allowed`, a section's `enabled`."""
    switch = getattr(desk.targets[0].value, "switch", None) if desk.targets else None
    if switch is not None:
        where = await where_asked(desk, switch.section)
        if where is not None:
            await apply(desk, switch.edit(where, on))
        return
    chosen = selected(desk.targets[0]) if desk.targets else None
    if chosen is not None and chosen.switched_by:
        if not refused(desk, chosen, "changing"):
            await _switch_entry(desk, chosen, on)
        return
    fields: Sequence[PageField] = getattr(desk.page, "listed", ())
    if fields:
        await _switch_page(desk, fields, on)
        return
    page = declared(desk)
    schema = ways.Way(page.section).schema
    if schema is None or "enabled" not in schema.attributes:
        desk.say("There is nothing to switch here.", "warning")
        return
    where = await where_asked(desk, page.section)
    if where is not None:
        edit = SetAttribute(where, (), "enabled", "true" if on else "false")
        await apply(desk, edit, f"{'enable' if on else 'disable'} {page.title}")


async def _switch_page(desk: Desk, fields: Sequence[PageField], on: bool) -> None:
    """Of a property page: written at once, so a draft has to be settled before."""
    found = next(entry for entry in fields if entry.attribute.name == "enabled")
    if getattr(desk.page, "dirty", False):
        desk.say("What was changed on this page is not applied yet: Apply or Cancel first.", "warning")
    elif (found.value.value.lower() == "true") is on:
        desk.say(f"It is {'enabled' if on else 'disabled'} already.")
    else:
        where = await where_asked(desk, found.way.section)
        if where is not None:
            edit = SetAttribute(where, found.way.steps, "enabled", "true" if on else "false")
            await apply(desk, edit, f"{'enable' if on else 'disable'} {found.heading}")


async def _switch_entry(desk: Desk, chosen: Selected, on: bool) -> None:
    where = await where_asked(desk, chosen.section)
    if where is not None:
        steps = (*chosen.collection.way.steps, chosen.collection.step_of(chosen.entry))
        verb = "enable" if on else "disable"
        edit = SetAttribute(where, steps, chosen.switched_by, "true" if on else "false")
        await apply(desk, edit, f"{verb} {chosen.collection.name_of(chosen.entry)}")
