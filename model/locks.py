"""Locks: which file may say what. Section locks (overrideMode, allowDefinition) and element locks (lockItem, lockAttributes …).

Knows no documents and no merging; levels are numbers, deeper files have larger ones. merge.py asks before it takes a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LOCKED = "0x80070021"
VIOLATION = "Lock violation"

#: Attributes that any element may carry and that are no values of it.
LOCK_ATTRIBUTES = frozenset({"lockItem", "lockAttributes", "lockElements", "lockAllAttributesExcept", "lockAllElementsExcept"})

#: Which kinds of file may hold a section, by its declaration's allowDefinition.
_ALLOWED_KINDS = {
    "MachineOnly": frozenset({"machine"}),
    "MachineToRootWeb": frozenset({"machine", "webroot", "server"}),
    "AppHostOnly": frozenset({"machine", "webroot", "server"}),
    "MachineToApplication": frozenset({"machine", "webroot", "server", "application"}),
}


@dataclass(frozen=True, slots=True)
class ElementLock:
    """What one element's lock attributes forbid to files deeper than `level`."""

    level: int
    item: bool = False
    attributes: frozenset[str] = frozenset()
    attributes_except: frozenset[str] | None = None
    elements: frozenset[str] = frozenset()
    elements_except: frozenset[str] | None = None

    def forbids_attribute(self, name: str) -> bool:
        if self.item or name in self.attributes or "*" in self.attributes:
            return True
        return self.attributes_except is not None and name not in self.attributes_except

    def forbids_element(self, name: str) -> bool:
        if self.item or name in self.elements or "*" in self.elements:
            return True
        return self.elements_except is not None and name not in self.elements_except


Locks = tuple[ElementLock, ...]


def element_lock(attributes: Mapping[str, str], level: int) -> ElementLock | None:
    """The lock that an element's attributes (name → value) set, None where they set none."""
    if not LOCK_ATTRIBUTES.intersection(attributes):
        return None
    return ElementLock(
        level,
        attributes.get("lockItem", "false").lower() == "true",
        _names(attributes.get("lockAttributes", "")),
        _names(attributes["lockAllAttributesExcept"]) if "lockAllAttributesExcept" in attributes else None,
        _names(attributes.get("lockElements", "")),
        _names(attributes["lockAllElementsExcept"]) if "lockAllElementsExcept" in attributes else None,
    )


def lock_words(lock: ElementLock) -> list[tuple[str, str]]:
    """The attributes that set it."""
    words = [("lockItem", "true")] if lock.item else []
    names = (
        ("lockAttributes", lock.attributes or None),
        ("lockAllAttributesExcept", lock.attributes_except),
        ("lockElements", lock.elements or None),
        ("lockAllElementsExcept", lock.elements_except),
    )
    return words + [(attribute, ",".join(sorted(found))) for attribute, found in names if found is not None]


def forbids_attribute(locks: Locks, name: str, level: int) -> bool:
    return any(lock.level < level and lock.forbids_attribute(name) for lock in locks)


def forbids_element(locks: Locks, name: str, level: int) -> bool:
    return any(lock.level < level and lock.forbids_element(name) for lock in locks)


def holds_item(locks: Locks, level: int) -> bool:
    return any(lock.level < level and lock.item for lock in locks)


def definition_fault(section: str, allow_definition: str, kind: str) -> str:
    """Why a section must not stand in a file of this kind (machine, webroot, server, application, folder), "" where it may."""
    allowed = _ALLOWED_KINDS.get(allow_definition)
    if allowed is None or kind in allowed:
        return ""
    where = {"application": "an application's web.config", "folder": "a web.config below the application's root"}.get(kind, "this file")
    return f"The section '{section}' is declared with allowDefinition=\"{allow_definition}\" and cannot be used in {where}"


def next_lock(locked: int | None, level: int, override_mode: str) -> int | None:
    """The level that locks a section, after a location tag of a file of `level` has spoken."""
    if override_mode == "Allow":
        return None if locked is None or level <= locked else locked
    if override_mode == "Deny":
        return level if locked is None else locked
    return locked


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())
