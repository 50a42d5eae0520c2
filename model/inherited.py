"""Changing an entry that an upper file wrote: IIS has no other way than to remove it here and to add it again as a whole.

Knows no text; asks the effective configuration what the entry is. Re-adding alone would be a duplicate key (reference cfg 1.4).
workspace.py asks it when an edit's entry is not in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.edits import AddEntry, CannotEdit, RemoveEntry, SetAttribute, Single
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.schema import ElementSchema
from model.section_place import Step, schema_at

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy


def restated(hierarchy: Hierarchy, edit: Single) -> tuple[RemoveEntry, AddEntry] | None:
    """The two edits that change an inherited entry's own attribute; None where the edit is of another kind or nothing is inherited."""
    if not isinstance(edit, SetAttribute) or not edit.steps or not edit.steps[-1].key or any(step.key for step in edit.steps[:-1]):
        return None
    above, step = edit.steps[:-1], edit.steps[-1]
    schema = schema_at(edit.where.section, above)
    found = effective(hierarchy, edit.where.section, edit.where.path).root.at("/".join(part.name for part in above))
    entry = next((entry for entry in found.entries if entry.name == step.name and _is(entry, step, schema)), None)
    if entry is None or schema is None or schema.collection is None:
        return None
    if entry.locked:
        raise CannotEdit(f"<{step}> is locked by an upper file", entry.source)
    if any(_is_written(inner) for inner in entry.elements.values()) or entry.entries:
        raise CannotEdit(f"<{step}> is inherited and holds elements of its own: change it where it is written", entry.source)
    attributes = {name: value.value for name, value in entry.values.items() if not value.is_default}
    attributes.pop(edit.name, None) if edit.value is None else attributes.update({edit.name: edit.value})
    key = tuple((name, entry.get(name)) for name in schema.collection.key)
    return RemoveEntry(edit.where, above, key), AddEntry(edit.where, above, step.name, tuple(attributes.items()))


def _is(entry: EffectiveEntry, step: Step, schema: ElementSchema | None) -> bool:
    attributes = schema.entry.attributes if schema and schema.entry else {}
    for name, value in step.key:
        here = entry.get(name)
        exact = name in attributes and attributes[name].case_sensitive
        if here != value and (exact or here.lower() != value.lower()):
            return False
    return True


def _is_written(element: EffectiveElement) -> bool:
    written = any(not value.is_default for value in element.values.values())
    return written or bool(element.entries) or any(map(_is_written, element.elements.values()))
