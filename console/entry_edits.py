"""The dialogs of a list's entries and the edits that come out of them: add, change, remove. No Textual.

Knows no widget and applies nothing. Only what differs is written; keys are changed last, so that the steps still lead to the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from console import entry_faults, inner_lists, schema_fields
from console.collection import ELEMENT, Collection
from console.forms import Field, Form, Values
from console.wording.names import VALUES, label
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.effective import EffectiveEntry

Presets = tuple[tuple[str, str], ...]


def entry_form(
    collection: Collection, present: Sequence[EffectiveEntry], entry: EffectiveEntry | None, presets: Presets = (), title: str = ""
) -> Form:
    """Add (without an entry) or Edit. An entry that says nothing of its key, or the same as another, is refused before IIS would."""
    fixed = dict(presets)
    names = [name for name in collection.dialog if name not in fixed or entry is not None]
    fields = tuple(_field(collection, name, entry) for name in names)
    others = {_folded(collection, other) for other in present} - ({_folded(collection, entry)} if entry is not None else set())

    def check(values: Values) -> Mapping[str, str]:
        found = {}
        for field, name in zip(fields, names, strict=True):
            problem = schema_fields.wrong(collection.attribute(name), values[field.id].strip()) if name != ELEMENT else ""
            if problem:
                found[field.id] = problem
        if not found:
            given = {**fixed, **{name: values[field.id].strip() for field, name in zip(fields, names, strict=True)}}
            found = {field_id(name): problem for name, problem in collection.faults(given).items()}
        key = _key(collection, values, entry, fixed)
        if found or not key or (entry is not None and key == _folded(collection, entry)):
            return found
        first = next((field.id for field, name in zip(fields, names, strict=True) if name in _keys(collection)), fields[0].id)
        if not any(key):
            found[first] = f"Which one? This tells the {collection.noun} from others."
        elif key in others:
            found[first] = f"There is such a {collection.noun} here already."
        return found

    heading = title or (f"Add {collection.noun}" if entry is None else f"Edit {collection.noun} — {collection.name_of(entry)}")
    return Form(heading.rstrip("…"), (*fields, *inner_lists.fields(collection.inner, entry)), check)


def _folded(collection: Collection, entry: EffectiveEntry) -> tuple[str, ...]:
    return tuple(value.casefold() for _, value in collection.key_of(entry))


def _keys(collection: Collection) -> tuple[str, ...]:
    found = collection.schema.collection
    return found.key if found else ()


def _key(collection: Collection, values: Values, entry: EffectiveEntry | None, fixed: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    for name in _keys(collection):
        before = entry.get(name) if entry is not None else fixed.get(name, collection.attribute(name).default)
        found.append(values.get(field_id(name), before).strip().casefold())
    return tuple(found)


def field_id(attribute: str) -> str:
    return "element" if attribute == ELEMENT else attribute.replace("/", "--")


def _field(collection: Collection, name: str, entry: EffectiveEntry | None) -> Field:
    hint = dict(collection.hints).get(name, "")
    if name == ELEMENT:
        schema = collection.schema.collection
        assert schema is not None
        words = collection.words(name) or tuple((element, element) for element in schema.add)
        return Field("element", "Mode:", "choice", entry.name if entry is not None else schema.add[0], words)
    attribute = collection.attribute(name)
    initial = collection.value(entry, name) if entry is not None else attribute.default
    if not initial and attribute.type in ("enum", "bool") and attribute.required:
        initial = (collection.words(name) or tuple((value, value) for value in attribute.names) or (("true", ""),))[0][0]
    return schema_fields.field_of(attribute, initial, id=field_id(name), label=_title(collection, name), words=collection.words(name), hint=hint)


def _title(collection: Collection, name: str) -> str:
    return next((part.title for part in collection.parts if part.attribute == name), "") or label(name)


def add_edit(collection: Collection, where: Where, values: Values, presets: Presets = ()) -> Edit:
    """What equals the schema's default is not written, required attributes always are."""
    given = {**{name: values[field_id(name)].strip() for name in collection.dialog if field_id(name) in values}, **dict(presets)}
    schema = collection.schema
    assert schema.collection is not None
    element = given.pop(ELEMENT, schema.collection.add[0])
    kept: list[tuple[str, str]] = []
    inner: list[tuple[str, str]] = []
    for name, value in given.items():
        attribute = collection.attribute(name)
        if attribute.required or (name in schema.collection.key and value != attribute.default) or (value and value != attribute.default):
            (inner if "/" in name else kept).append((name, value))
    added = AddEntry(where, collection.way.steps, element, tuple(kept))
    key = tuple((name, value) for name, value in kept if name in schema.collection.key)
    steps = (*collection.way.steps, Step(element, key))
    listed = inner_lists.edits(collection.inner, where, steps, None, values)
    if not inner and not listed:
        return added
    return Batch(added.label, (added, *(_set(where, steps, name, value) for name, value in inner), *listed))


def _set(where: Where, entry: tuple[Step, ...], name: str, value: str | None) -> Edit:
    """An attribute of the entry, or of an element in it ("match/url")."""
    owner, _, last = name.rpartition("/")
    return SetAttribute(where, (*entry, *(Step(part) for part in owner.split("/") if part)), last, value)


def change_edit(collection: Collection, where: Where, entry: EffectiveEntry, values: Values) -> Edit | None:
    """The batch that turns the entry into what the dialog says; None where nothing differs."""
    label_text = f"edit {collection.name_of(entry)}"
    element = values.get(field_id(ELEMENT), entry.name)
    wanted = {name: values[field_id(name)].strip() for name in collection.dialog if name != ELEMENT and field_id(name) in values}
    if element != entry.name:
        rest = {name: value.value for name, value in entry.values.items() if not value.is_default}
        attributes = tuple((name, value) for name, value in {**rest, **wanted}.items() if value)
        return Batch(label_text, (remove_edit(collection, where, entry), AddEntry(where, collection.way.steps, element, attributes)))
    keys = _keys(collection)
    differing = [name for name, value in wanted.items() if not schema_fields.same(collection.attribute(name), value, collection.value(entry, name))]
    differing.sort(key=lambda name: name in keys)
    steps = [*collection.way.steps, collection.step_of(entry)]
    edits = inner_lists.edits(collection.inner, where, tuple(steps), entry, values)
    known = dict(collection.key_of(entry))
    for name in differing:
        attribute = collection.attribute(name)
        value = wanted[name] or (None if not attribute.required else "")
        edits.append(_set(where, tuple(steps), name, value))
        if name in known:
            known[name] = wanted[name]
            steps[-1] = type(steps[-1])(entry.name, tuple(known.items()))
    return Batch(label_text, tuple(edits)) if edits else None


def rename_form(collection: Collection, entries: Sequence[EffectiveEntry], entry: EffectiveEntry) -> Form:
    """Of a list whose entries are told apart by their names."""
    now = entry.get("name")
    taken = {other.get("name").casefold() for other in entries} - {now.casefold()}

    def check(values: Values) -> Mapping[str, str]:
        name = values["name"].strip()
        if not name or not name.isprintable():
            return {"name": "It needs a name." if not name else "A name cannot contain control characters."}
        return {"name": "There is one of that name here."} if name.casefold() in taken else {}

    return Form(f"Rename {collection.noun} — {now}", (Field("name", "New name:", initial=now),), check)


def rename_edit(collection: Collection, where: Where, entry: EffectiveEntry, name: str) -> Edit:
    return SetAttribute(where, (*collection.way.steps, collection.step_of(entry)), "name", name)


def remove_edit(collection: Collection, where: Where, entry: EffectiveEntry) -> Edit:
    schema = collection.schema.collection
    several = schema is not None and len(schema.add) > 1
    return RemoveEntry(where, collection.way.steps, collection.key_of(entry), entry=entry.name if several else "")


def settings_form(
    section: str, title: str, values: Mapping[str, str], paths: Sequence[str], faults: Callable[[Values], Values] = entry_faults.nothing
) -> Form:
    """Edit Feature Settings: attributes of a section by their paths. `faults`: what is wrong between them."""
    from console.ways import Way

    fields, described = [], {}
    for path in paths:
        owner, _, name = path.rpartition("/")
        schema = Way(section).along(owner).schema
        assert schema is not None, f"{section} has no {owner}"
        attribute = schema.attributes[name]
        name_id = _settings_id(path)
        described[name_id] = attribute
        fields.append(
            schema_fields.field_of(attribute, values.get(path, ""), id=name_id, label=label(path), words=VALUES.get(path) or VALUES.get(name, ()))
        )

    def check(given: Values) -> Mapping[str, str]:
        found = {name: problem for name, attribute in described.items() if (problem := schema_fields.wrong(attribute, given[name].strip()))}
        between = faults({path: given[_settings_id(path)].strip() for path in paths})
        return {_settings_id(path): problem for path, problem in between.items()} | found

    return Form(title, tuple(fields), check)


def _settings_id(path: str) -> str:
    return path.replace("/", "--")


def settings_edit(section: str, where: Where, before: Values, after: Values, label_text: str) -> Edit | None:
    from console.ways import Way

    edits = []
    for name, value in after.items():
        if value.strip() != before.get(name, ""):
            owner, _, attribute = name.replace("--", "/").rpartition("/")
            edits.append(SetAttribute(where, Way(section).along(owner).steps, attribute, value.strip() or None))
    return Batch(label_text, tuple(edits)) if edits else None
