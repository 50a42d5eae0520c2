"""Locking and unlocking a section by a location tag (IIS: feature delegation), and taking a section's words out again.

Knows documents, no files and no inheritance. A section must not stand both outside location tags and in one for the same place
(reference cfg 1.3), so what is written moves into the tag that says the mode. edits.py calls it, layout.py lays out.
"""

from __future__ import annotations

from collections.abc import Iterator

from model import layout
from model.document import Document, Element, Splice
from model.layout import Draft
from model.section_place import Mode, is_inherited, mode_of, same_location

Lineage = tuple[Element, ...]


def splices(document: Document, section: str, location: str, mode: Mode) -> tuple[Splice, ...]:
    """Makes `mode` the word of this file's location tag on the section. The section's own text is kept, indented as its new place is."""
    assert document.root is not None
    way = section.split("/")
    found = _found(document.root, way, location)
    if found is None:
        return () if mode == "Inherit" else (_added(document, way, location, mode, inherited=True),)
    if found[1].name == "location" and _is_alone(found[1:]) and not (mode == "Inherit" and _is_empty(found[-1])):
        return _with_mode(document, found, mode)
    if mode_of(found[1]) == mode:
        return ()
    if mode == "Inherit" and _is_empty(found[-1]):
        return (layout.remove_with_empty_parents(document, found),)
    without = document.apply((layout.remove_with_empty_parents(document, found),))
    empty = _added(without, way, location, mode, inherited=is_inherited(found[1]))
    added = without.apply((empty,))
    assert added.root is not None
    placed = next(element for element, _ in _everywhere(added.root, way, location) if empty.start <= element.span[0] < empty.start + len(empty.text))
    return added.apply((Splice(*placed.span, layout.reindented(document, found[-1], added, placed)),)).splices_since(document)


def mode_here(document: Document, section: str, location: str) -> Mode:
    """What this file's location tag for the place says of the section."""
    found = _found(document.root, section.split("/"), location) if document.root is not None else None
    return "Inherit" if found is None or len(found) < 2 else mode_of(found[1])


def reversion(document: Document, section: str, location: str) -> tuple[Splice, ...]:
    """Takes out all that this file says of the section. In a tag that locks or unlocks it, it stays empty: the lock is not what is reverted."""
    assert document.root is not None
    found: list[Splice] = []
    for element, mode in _everywhere(document.root, section.split("/"), location):
        if mode == "Inherit":
            found.append(layout.remove_element(document, element))
        elif not _is_empty(element):
            found.append(Splice(*element.span, f"<{element.name} />"))
    return tuple(found)


def _everywhere(root: Element, way: list[str], location: str) -> Iterator[tuple[Element, Mode]]:
    for container in (*(() if location else (root,)), *root.find_all("location")):
        if container is root or same_location(container.get("path"), location):
            found = [container]
            for name in way:
                found = [child for element in found for child in element.find_all(name)]
            yield from ((element, mode_of(container)) for element in found)


def _found(root: Element, way: list[str], location: str) -> Lineage | None:
    """The section's lineage from the root: in a tag of this location, else in the body where the file's own level is meant."""
    for tag in root.find_all("location"):
        if same_location(tag.get("path"), location):
            below = _below(tag, way)
            if below is not None:
                return (root, *below)
    return None if location else _below(root, way)


def _below(element: Element, way: list[str]) -> Lineage | None:
    if not way:
        return (element,)
    for child in element.find_all(way[0]):
        below = _below(child, way[1:])
        if below is not None:
            return (element, *below)
    return None


def _is_alone(lineage: Lineage) -> bool:
    return all(len(element.children) == 1 for element in lineage[:-1])


def _is_empty(section: Element) -> bool:
    return not section.attributes and not section.children


def _with_mode(document: Document, found: Lineage, mode: Mode) -> tuple[Splice, ...]:
    tag = found[1]
    if mode_of(tag) == mode:
        return ()
    legacy = layout.remove_attribute(document, tag, "allowOverride")
    if legacy and mode != "Inherit":  # both on one tag are illegal: the old word becomes the new one where it stands
        attribute = tag.attribute("allowOverride")
        assert attribute is not None
        return (Splice(*attribute.span, f'overrideMode="{mode}"'),)
    if mode == "Inherit":
        return (*legacy, *layout.remove_attribute(document, tag, "overrideMode"))
    return layout.set_attribute(document, tag, "overrideMode", mode)


def _added(document: Document, way: list[str], location: str, mode: Mode, *, inherited: bool) -> Splice:
    """An empty section in a tag with this mode, made where there is none. `inherited`: whether it holds in applications below."""
    root = document.root
    assert root is not None
    lineage: Lineage = (root,)
    in_body = mode == "Inherit" and not location and inherited  # the place of what no tag speaks of
    for tag in () if in_body else root.find_all("location"):
        if same_location(tag.get("path"), location) and mode_of(tag) == mode and is_inherited(tag) == inherited:
            lineage = (root, tag)
            break
    missing = way
    if len(lineage) == 2 or in_body:
        while len(missing) > 1 and (inner := lineage[-1].find(missing[0])) is not None:
            lineage, missing = (*lineage, inner), missing[1:]
    draft = Draft(missing[-1])
    for name in reversed(missing[:-1]):
        draft = Draft(name, children=(draft,))
    if len(lineage) == 1 and not in_body:
        words = [("path", location)]
        words += [("overrideMode", mode)] if mode != "Inherit" else []
        words += [] if inherited else [("inheritInChildApplications", "false")]
        draft = Draft("location", tuple(words), (draft,))
    index = None
    if len(lineage) == 1 and in_body:
        index = next((number for number, child in enumerate(root.children) if child.name == "location"), None)
    return layout.add_child(document, lineage, draft, index)
