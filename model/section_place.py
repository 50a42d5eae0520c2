"""Where a section stands in one document: in its body or in a location tag, and how much of the way to it is there.

Knows no files and no inheritance, and writes nothing. Setup keeps modules and handlers in `<location path="">` (reference cfg 1.5):
what stands there is found there. edits.py adds what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from model.element import Element
from model.layout import Draft
from model.schema import ElementSchema, section_schema

Key = tuple[tuple[str, str], ...]
Mode = Literal["Allow", "Deny", "Inherit"]


@dataclass(frozen=True, slots=True)
class Step:
    """One element downwards from the section; with a key, the entry of a collection whose attributes have these values."""

    name: str
    key: Key = ()

    def __str__(self) -> str:
        return " ".join((self.name, *(f'{name}="{value}"' for name, value in self.key)))


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """`lineage`: the elements that are there, from the root down; `missing`: those that have to be made below the last of them.

    `absent` is the entry that is not in this file, where the way needs one: entries are never made on the way.
    """

    lineage: tuple[Element, ...]
    missing: tuple[Draft, ...] = ()
    absent: Step | None = None


def find_section(root: Element, section: str, steps: tuple[Step, ...], location: str = "") -> SectionPlace:
    """The way to the last of `steps`, in whichever container of this location holds the section; else where it belongs."""
    way = tuple(Step(name) for name in section.split("/"))
    schemas = (*(None for _ in way), *_schemas(section, steps))
    best: tuple[Element, ...] = ()
    for container in _containers(root, location):
        found = _deepest(container, way + steps, schemas)
        if len(found) > max(len(best), len(way)):
            best = found
    if best:
        lineage = best if best[0] is root else (root, *best)
        reached = len(best) - 1
        return _place(lineage, (way + steps)[reached:])
    home = _home(root, location)
    if home is None:
        return _place((root,), way + steps, Draft("location", (("path", location),)))
    found = _deepest(home, way, schemas)
    return _place(found if home is root else (root, *found), (way + steps)[len(found) - 1 :])


def same_key(entry: ElementSchema | None, element: Element, key: Key) -> bool:
    """Whether the element is the entry with this key: case and default of an attribute that is not written are the schema's."""
    for name, value in key:
        attribute = entry.attributes.get(name) if entry else None
        written = element.get(name, attribute.default if attribute else "")
        exact = attribute is not None and attribute.case_sensitive
        if written != value and (exact or written.lower() != value.lower()):
            return False
    return True


def schema_at(section: str, steps: tuple[Step, ...]) -> ElementSchema | None:
    """The schema of the element that the steps lead to, None where there is none."""
    found = section_schema(section)
    return found.find("/".join(step.name for step in steps)) if found else None


def same_location(written: str | None, location: str) -> bool:
    """Whether a location tag's path means this one: no path, "" and "." are the file's own level."""
    written_parts = (written or "").replace("\\", "/").lower().split("/")
    return [part for part in written_parts if part not in ("", ".")] == [part for part in location.lower().split("/") if part]


def mode_of(element: Element) -> Mode:
    """What a location tag says of its sections' locks, in the new word or the old one; any other element says nothing."""
    if element.name != "location":
        return "Inherit"
    old = {"true": "Allow", "false": "Deny"}.get(element.get("allowOverride", "").lower(), "")
    word = element.get("overrideMode", old).lower()
    return "Allow" if word == "allow" else "Deny" if word == "deny" else "Inherit"


def is_inherited(element: Element) -> bool:
    """Whether what stands in a location tag holds in the applications below too; it does in any other element."""
    return element.name != "location" or element.get("inheritInChildApplications", "true").lower() == "true"


def _place(lineage: tuple[Element, ...], steps: tuple[Step, ...], first: Draft | None = None) -> SectionPlace:
    missing = [first] if first else []
    for step in steps:
        if step.key:
            return SectionPlace(lineage, tuple(missing), step)
        missing.append(Draft(step.name))
    return SectionPlace(lineage, tuple(missing))


def _containers(root: Element, location: str) -> Iterator[Element]:
    if not location:
        yield root
    yield from (tag for tag in root.find_all("location") if same_location(tag.get("path"), location))


def _home(root: Element, location: str) -> Element | None:
    """Where a section is added that the file does not have. A tag that locks, unlocks or stops inheritance would do so to it too."""
    if not location:
        return root
    for tag in _containers(root, location):
        if mode_of(tag) == "Inherit" and is_inherited(tag):
            return tag
    return None


def _schemas(section: str, steps: tuple[Step, ...]) -> tuple[ElementSchema | None, ...]:
    return tuple(schema_at(section, steps[:count]) for count in range(1, len(steps) + 1))


def _deepest(container: Element, way: tuple[Step, ...], schemas: tuple[ElementSchema | None, ...]) -> tuple[Element, ...]:
    """The longest way down from the container. A group may stand in a file several times, so each is tried."""
    best: tuple[Element, ...] = (container,)
    if not way:
        return best
    step = way[0]
    for child in container.children:
        if child.name == step.name and same_key(schemas[0], child, step.key):
            found = (container, *_deepest(child, way[1:], schemas[1:]))
            if len(found) > len(best):
                best = found
    return best
