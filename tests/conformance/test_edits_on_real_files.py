"""Every kind of edit on every real file: what is outside the edit's span stays byte for byte, and undoing is identity.

The files are read from the samples folder (tests/support/configurations.py). An edit is made up from what a file holds: any section
of it, any element, any entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.config_path import ConfigPath
from model.difference import difference, replaced, reverse
from model.document import Document, Element
from model.edits import (
    AddEntry,
    CannotEdit,
    ClearEntries,
    LockAttributes,
    LockSection,
    MoveEntry,
    RemoveEntry,
    Revert,
    SetAttribute,
    Single,
    Step,
    Where,
    splices,
)
from model.schema import section_schema, sections
from tests.support import configurations

KINDS = ("set", "reset", "add", "rename", "remove", "move", "clear", "revert", "lock", "unlock", "inherit", "lock item", "lock attribute")
SAMPLES = configurations.samples()


@dataclass(frozen=True)
class Place:
    """An element of a section in a file: its section, the location it stands in, the steps to it."""

    section: str
    location: str
    steps: tuple[Step, ...]
    element: Element
    container: Element


def places(document: Document) -> list[Place]:
    root = document.root
    assert root is not None
    found: list[Place] = []
    for container in (root, *root.find_all("location")):
        location = container.get("path", "") if container is not root else ""
        for name in sections():
            for element in _at(container, name.split("/")):
                found += _below(name, location.strip("./"), (), element, container)
    return found


def _at(container: Element, way: list[str]) -> Iterator[Element]:
    elements = [container]
    for name in way:
        elements = [child for element in elements for child in element.find_all(name)]
    yield from elements


def _below(section: str, location: str, steps: tuple[Step, ...], element: Element, container: Element) -> Iterator[Place]:
    yield Place(section, location, steps, element, container)
    schema = section_schema(section)
    here = schema.find("/".join(step.name for step in steps)) if schema else None
    for child in element.children:
        if here is None:
            return
        key: tuple[tuple[str, str], ...] = ()
        if here.collection is not None and child.name in here.collection.add:
            key = tuple((name, child.get(name, "")) for name in here.collection.key if child.attribute(name) is not None)
            if not key:
                continue
        elif child.name not in here.elements:
            continue
        yield from _below(section, location, (*steps, Step(child.name, key)), child, container)


def edit_of(kind: str, place: Place) -> Single | None:
    where = Where(place.section, ConfigPath.parse(place.location), "location")
    steps, name = place.steps, place.element.attributes[0].name if place.element.attributes else "enabled"
    is_entry = bool(steps and steps[-1].key)
    match kind:
        case "set":
            return SetAttribute(where, steps, name, 'new & "<value>"')
        case "reset":
            return SetAttribute(where, steps, name, None)
        case "add":
            return AddEntry(where, steps, "add", (("name", "Fresh"), ("value", "1")))
        case "rename" if is_entry:
            return SetAttribute(where, steps, steps[-1].key[0][0], "Renamed")
        case "remove" if is_entry:
            return RemoveEntry(where, steps[:-1], steps[-1].key)
        case "move" if is_entry:
            return MoveEntry(where, steps, 1)
        case "clear":
            return ClearEntries(where, steps)
        case "revert" if not is_entry:
            return Revert(where, steps)
        case "lock" | "unlock" | "inherit":
            return LockSection(where, "Deny" if kind == "lock" else "Allow" if kind == "unlock" else "Inherit")
        case "lock item":
            return SetAttribute(where, steps, "lockItem", "true")
        case "lock attribute":
            return LockAttributes(where, steps, (name,), True)
    return None


def span_of(kind: str, place: Place, document: Document, places_: list[Place]) -> list[tuple[int, int]]:
    """Where the edit may touch the text: the element's lines, for moves and removals its collection; for locks and reverts the tags."""
    start, end = place.element.span
    if kind in ("remove", "move"):
        parents = [
            other for other in places_ if other.steps == place.steps[:-1] and (other.section, other.location) == (place.section, place.location)
        ]
        return [_lines(document, *parent.element.span) for parent in parents]
    if kind in ("lock", "unlock", "inherit"):
        return [(0, len(document.text))]
    same = [other for other in places_ if (other.section, other.location) == (place.section, place.location) and other.steps == place.steps]
    return [_lines(document, *other.element.span) for other in same] or [_lines(document, start, end)]


def _lines(document: Document, start: int, end: int) -> tuple[int, int]:
    text = document.text
    last = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if last < 0 else last + 1


@pytest.mark.skipif(not SAMPLES, reason="the samples folder is not there")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(KINDS), number=st.integers(min_value=0))
def test_an_edit_changes_its_span_and_can_be_taken_back(path: Path, kind: str, number: int) -> None:
    document, found = read(path)
    place = found[number % len(found)]
    edit = edit_of(kind, place)
    if edit is None:
        return
    try:
        made = splices(edit, document, place.location)
    except CannotEdit:
        return
    allowed = span_of(kind, place, document, found)
    for splice in made:
        assert any(start <= splice.start and splice.end <= end for start, end in allowed), (splice, edit)
    changed = document.apply(made)
    assert changed.is_sound
    assert changed.bom == document.bom
    assert changed.newline == document.newline
    back = replaced(changed.text, reverse(difference(document.text, changed.text)))
    assert back == document.text
    if kind in ("lock", "unlock"):
        assert texts_of(changed, found) == texts_of(document, found)


def texts_of(document: Document, found: list[Place]) -> list[tuple[str, ...]]:
    """All start tags but those of groups and location tags: a lock moves them, and loses none."""
    names = {section.rpartition("/")[2] for section in sections()}
    rows: list[tuple[str, ...]] = []

    def walk(element: Element, inside: bool) -> None:
        inside = inside or element.name in names
        if inside and element.attributes:
            rows.append((element.name, *(f"{item.name}={item.value}" for item in element.attributes)))
        for child in element.children:
            walk(child, inside)

    assert document.root is not None
    walk(document.root, False)
    return sorted(rows)


_READ: dict[Path, tuple[Document, list[Place]]] = {}


def read(path: Path) -> tuple[Document, list[Place]]:
    if path not in _READ:
        document = Document.parse(path, path.read_bytes())
        assert document.to_bytes() == path.read_bytes()
        _READ[path] = document, places(document)
    return _READ[path]
