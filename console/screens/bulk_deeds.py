"""Deeds on several rows at once: one preview, one change. And one setting of all that are marked.

Know no widget but the Desk and no particular noun: grids' words say which settings there are, the schema what they may be.
"""

from __future__ import annotations

from console import schema_fields
from console.forms import Field, Form
from console.screens import save_deeds
from console.screens.desk import Desk
from console.ways import Way
from console.wording.application_pools import POOL
from console.wording.properties import Property
from console.wording.sites import SITE
from model.edits import Batch, Edit, SetAttribute, Step, Where

_POOLS, _SITES = "system.applicationHost/applicationPools", "system.applicationHost/sites"


async def apply_to_all(desk: Desk, edit: Batch, title: str) -> bool:
    """Shows what would be written, and writes it as one change where that is agreed to."""
    proposal = await desk.session.propose(edit)
    if not proposal.changes:
        desk.say("Nothing would change.")
        return False
    from console.screens.review import ReviewDialog

    if not await desk.show_popup(ReviewDialog(f"{title}: {edit.label}", [change.diff for change in proposal.changes])):
        return False
    await save_deeds.save(desk, proposal)
    done(desk)
    desk.redraw()
    return True


def done(desk: Desk) -> None:
    """What was meant by the marks is done: the next verb is for one row again."""
    unmark = getattr(desk.page, "unmark", None)
    number = unmark() if unmark is not None else 0
    if number > 1:
        desk.say(f"{number} marks are taken off.")


async def set_for_all(desk: Desk) -> None:
    """One setting of every marked pool or site."""
    kind = desk.targets[0].kind
    names = [target.name for target in desk.targets if target.kind == kind]
    words = tuple(entry for entry in (POOL if kind == "pool" else SITE) if not entry.read_only and entry.attribute not in ("id", "password"))
    choices = tuple((str(index), f"{entry.category} · {entry.label}") for index, entry in enumerate(words))
    listed = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    first = Form("Change a Setting of All", (Field("setting", "Setting:", "choice", "0", choices, f"Of {listed}"),), lambda given: {}, ok="Continue")
    chosen = await desk.fill(first)
    if chosen is None:
        return
    entry = words[int(chosen["setting"])]
    value = await _value(desk, entry, kind, len(names))
    if value is None:
        return
    edits = tuple(_edit(kind, name, entry, value) for name in names)
    noun = "pools" if kind == "pool" else "sites"
    label = f"set {entry.label} of {len(names)} {noun} to {value or 'nothing'}"
    if await apply_to_all(desk, Batch(label, edits), "Change a Setting of All"):
        desk.say(f"{label[:1].upper()}{label[1:]}. z undoes it.")


def _way(kind: str, name: str, entry: Property) -> Way:
    step = Step("add" if kind == "pool" else "site", (("name", name),))
    return Way(_POOLS if kind == "pool" else _SITES, (step,)).along(entry.path)


def _edit(kind: str, name: str, entry: Property, value: str) -> Edit:
    way = _way(kind, name, entry)
    return SetAttribute(Where(way.section), way.steps, entry.attribute, value or None)


async def _value(desk: Desk, entry: Property, kind: str, number: int) -> str | None:
    schema = _way(kind, desk.targets[0].name, entry).schema
    assert schema is not None
    attribute = schema.attributes[entry.attribute]
    hint = " ".join(word for word in (entry.about, schema_fields.accepts(attribute)) if word)
    field = schema_fields.field_of(attribute, attribute.default, id="value", label=entry.label, hint=hint)
    form = Form(
        f"{entry.label} of {number}", (field,), lambda values: {"value": wrong} if (wrong := schema_fields.wrong(attribute, values["value"])) else {},
        ok="Preview",
    )  # fmt: skip
    values = await desk.fill(form)
    return values["value"].strip() if values is not None else None
