"""Edits that depend on what upper files say: changing, moving and clearing entries that are inherited.

Knows no text; asks the effective configuration what the entries are. An inherited entry is changed by removing it here and adding
it whole; moved by `<clear/>` and copies of all, where none is locked (reference cfg 1.4). workspace.py asks before it drafts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model.edits import AddEntry, CannotEdit, ClearEntries, Edit, MoveEntry, RemoveEntry, Revert, SetAttribute, Single, Where
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.layout import Draft
from model.locks import lock_words
from model.schema import ElementSchema
from model.section_place import Step, schema_at
from model.source import Source

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy

_HOST = "system.applicationHost/"
_MODULES = "system.webServer/modules"


class CrossesInherited(CannotEdit):
    """The move would reorder entries of an upper file. `offer` is the edit that does it there, None where no such edit is."""

    def __init__(self, message: str, source: Source | None, offer: Edit | None) -> None:
        super().__init__(message, source)
        self.offer = offer


def resolved(hierarchy: Hierarchy, edit: Single) -> tuple[Single, ...]:
    """The edits of this file's text that do what is meant. Raises CannotEdit where IIS would refuse the result."""
    match edit:
        case MoveEntry() if _is_below(edit.where) and not any(step.key for step in edit.steps[:-1]):
            return _moved(hierarchy, edit)
        case ClearEntries() if _is_below(edit.where) and not any(step.key for step in edit.steps):
            _refuse_locked(_entries(hierarchy, edit.where, edit.steps), "<clear/> would remove")
        case Revert() if not edit.steps and edit.where.section.startswith(_HOST):
            raise CannotEdit(f"{edit.where.section} has no parent to revert to: it is the server's own")
    return (edit,)


def _is_below(where: Where) -> bool:
    return not where.path.is_server and not where.section.startswith(_HOST)


def _entries(hierarchy: Hierarchy, where: Where, steps: tuple[Step, ...]) -> tuple[EffectiveEntry, ...]:
    return effective(hierarchy, where.section, where.path).root.at("/".join(step.name for step in steps)).entries


def _refuse_locked(entries: tuple[EffectiveEntry, ...], what: str) -> None:
    locked = next((entry for entry in entries if entry.locked), None)
    if locked is not None:
        name = next((value.value for value in locked.values.values() if value.value), locked.name)
        raise CannotEdit(f"{what} {name}, which is locked by an upper file: IIS would answer 500.19", locked.source)


def _moved(hierarchy: Hierarchy, edit: MoveEntry) -> tuple[Single, ...]:
    above = edit.steps[:-1]
    schema = schema_at(edit.where.section, above)
    entries = _entries(hierarchy, edit.where, above)
    now = next((number for number, entry in enumerate(entries) if _is(entry, edit.steps[-1], schema)), None)
    if now is None:
        return (edit,)
    then = min(max(now + edit.offset, 0), len(entries) - 1)
    touched = entries[min(now, then) : max(now, then) + 1]
    if now == then:
        return ()
    if all(entry.local for entry in touched):
        return (replace(edit, offset=then - now),)
    collection = schema.collection if schema else None
    if edit.where.section == _MODULES or collection is None or not collection.clear:
        raise _crossing(hierarchy, edit, entries[now], touched)
    _refuse_locked(entries, "Reordering needs <clear/>, and that would remove")
    order = [entry for entry in entries if entry is not entries[now]]
    order.insert(then, entries[now])
    return (ClearEntries(edit.where, above, tuple(draft_of(entry, hierarchy.level_of(edit.where.path)) for entry in order)),)


def _crossing(hierarchy: Hierarchy, edit: MoveEntry, entry: EffectiveEntry, touched: tuple[EffectiveEntry, ...]) -> CrossesInherited:
    """Why, and what can be done instead: where all that is touched stands in the server's file, the same move there."""
    server = str(hierarchy.server.path)
    stands_there = all(other.source is not None and other.source.file == server for other in touched)
    offer = MoveEntry(Where(edit.where.section), edit.steps, edit.offset) if stands_there else None
    inherited = next(other for other in touched if not other.local)
    way = "the order can be changed in applicationHost.config, for all sites" if offer else "its own place is among the entries of this file"
    message = f"{_name(entry)} cannot be moved past inherited entries here: reordering them needs <clear/>, which IIS answers with 500.19; {way}"
    return CrossesInherited(message, inherited.source, offer)


def _name(entry: EffectiveElement) -> str:
    return next((value.value for value in entry.values.values() if value.value), entry.name)


def draft_of(element: EffectiveElement, level: int) -> Draft:
    """The element as it would be written here: what somebody wrote of it, with the locks that this level itself set."""
    attributes = [(name, value.value) for name, value in element.values.items() if not value.is_default]
    for lock in element.locks:
        if lock.level == level:
            attributes += lock_words(lock)
    inner = [draft_of(child, level) for child in element.elements.values() if _is_written(child)]
    return Draft(element.name, tuple(attributes), (*inner, *(draft_of(entry, level) for entry in element.entries)))


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
