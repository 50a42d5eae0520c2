"""Locks that a level sets for those below it: a setting, an entry, a list, as edits; and whether it has set one. No Textual.

Knows no widget and applies nothing. Whole sections are console/delegated.py's; model/locks.py says what a lock forbids.
"""

from __future__ import annotations

from console import ways
from console.collection import Selected
from console.grid import Inner, Setting
from console.listing import View
from console.ways import Way
from model.edits import Edit, LockAttributes, SetAttribute, Step, Where
from model.effective import EffectiveElement, EffectiveEntry
from model.locks import ElementLock


def locked_here(view: View, element: EffectiveElement) -> tuple[ElementLock, ...]:
    """The element's locks that this very level has written."""
    level = view.session.workspace.hierarchy.level_of(ways.config_path(view))
    return tuple(lock for lock in element.locks if lock.level == level)


def lock_edit(view: View, value: object, where: Where, on: bool) -> Edit | None:
    """Locks or unlocks what a row stands for; None where it cannot be locked."""
    if isinstance(value, Setting):
        return LockAttributes(where, value.way.steps, (value.attribute.name,), on)
    if isinstance(value, Selected):
        steps = (*value.collection.way.steps, value.collection.step_of(value.entry))
        return SetAttribute(where, steps, "lockItem", "true" if on else None)
    if isinstance(value, EffectiveEntry):  # a module: the one list whose rows are entries themselves
        return SetAttribute(where, (Step(value.name, (("name", value.get("name")),)),), "lockItem", "true" if on else None)
    if isinstance(value, Inner) and value.way.steps:
        return _elements(view, value.way, where, on)
    return None


def _elements(view: View, way: Way, where: Where, on: bool) -> Edit:
    """lockElements of the element that holds the list."""
    owner = ways.element(view, Way(way.section, way.steps[:-1]))
    now = {name for lock in locked_here(view, owner) for name in lock.elements} if owner is not None else set()
    names = sorted(now | {way.name} if on else now - {way.name})
    return SetAttribute(where, way.steps[:-1], "lockElements", ",".join(names) or None)


def section_of(value: object) -> str:
    """The section that a row's lock is written in; "" where the place says it."""
    if isinstance(value, (Setting, Inner)):
        return value.way.section
    return value.section if isinstance(value, Selected) else ""
