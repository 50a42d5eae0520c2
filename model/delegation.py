"""Locking and unlocking a section by a location tag (IIS: feature delegation), and taking a section's words out again.

Knows documents, no files and no inheritance. A section must not stand both outside location tags and in one for the same place
(reference cfg 1.3), so what is written moves into the tag that says the mode. edits.py calls it, layout.py lays out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from model import layout
from model.difference import difference
from model.document import Document, Element, Splice
from model.layout import Draft
from model.section_place import same_location

Mode = Literal["Allow", "Deny", "Inherit"]
Lineage = tuple[Element, ...]


def splices(document: Document, section: str, location: str, mode: Mode) -> tuple[Splice, ...]:
    """Makes `mode` the word of this file's location tag on the section. The section's own text is kept, one step further in."""
    assert document.root is not None
    way = section.split("/")
    found = _found(document.root, way, location)
    if found is None:
        return () if mode == "Inherit" else _added(document, way, location, mode)
    if found[1].name == "location" and _is_alone(found[1:]) and not (mode == "Inherit" and _is_empty(found[-1])):
        return _with_mode(document, found, mode)
    if _mode_of(found[1]) == mode:
        return ()
    if mode == "Inherit" and _is_empty(found[-1]):
        return (layout.remove_with_empty_parents(document, found),)
    text = _indented(document, found[-1])
    without = document.apply((layout.remove_with_empty_parents(document, found),))
    added = without.apply(_added(without, way, location, mode))
    assert added.root is not None
    placed = _found(added.root, way, location)
    assert placed is not None
    return _between(document, added.apply((Splice(*placed[-1].span, text),)))


def mode_here(document: Document, section: str, location: str) -> Mode:
    """What this file's location tag for the place says of the section."""
    found = _found(document.root, section.split("/"), location) if document.root is not None else None
    return "Inherit" if found is None or len(found) < 2 else _mode_of(found[1])


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
            yield from ((element, _mode_of(container)) for element in found)


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


def _mode_of(element: Element) -> Mode:
    if element.name != "location":
        return "Inherit"
    allowed = element.get("allowOverride")
    if allowed is not None:
        return "Allow" if allowed.lower() == "true" else "Deny"
    mode = element.get("overrideMode")
    return "Allow" if mode == "Allow" else "Deny" if mode == "Deny" else "Inherit"


def _with_mode(document: Document, found: Lineage, mode: Mode) -> tuple[Splice, ...]:
    tag = found[1]
    if _mode_of(tag) == mode:
        return ()
    legacy = layout.remove_attribute(document, tag, "allowOverride")
    if legacy and mode != "Inherit":  # both on one tag are illegal: the old word becomes the new one where it stands
        attribute = tag.attribute("allowOverride")
        assert attribute is not None
        return (Splice(*attribute.span, f'overrideMode="{mode}"'),)
    if mode == "Inherit":
        return (*legacy, *layout.remove_attribute(document, tag, "overrideMode"))
    return layout.set_attribute(document, tag, "overrideMode", mode)


def _added(document: Document, way: list[str], location: str, mode: Mode) -> tuple[Splice, ...]:
    """An empty section in a tag with this mode, made where there is none."""
    root = document.root
    assert root is not None
    lineage: Lineage = (root,)
    for tag in root.find_all("location"):
        inherits = (tag.get("inheritInChildApplications") or "true").lower() == "true"
        if same_location(tag.get("path"), location) and _mode_of(tag) == mode and inherits:
            lineage = (root, tag)
            break
    if mode == "Inherit" and not location:  # the body is the place of what no tag speaks of
        lineage = (root,)
    missing = way
    if len(lineage) == 2 or mode == "Inherit":
        while len(missing) > 1 and (inner := lineage[-1].find(missing[0])) is not None:
            lineage, missing = (*lineage, inner), missing[1:]
    draft = Draft(missing[-1])
    for name in reversed(missing[:-1]):
        draft = Draft(name, children=(draft,))
    if len(lineage) == 1 and (location or mode != "Inherit"):
        modes = (("overrideMode", mode),) if mode != "Inherit" else ()
        draft = Draft("location", (("path", location), *modes), (draft,))
    index = None
    if len(lineage) == 1 and draft.name != "location":
        index = next((number for number, child in enumerate(root.children) if child.name == "location"), None)
    return (layout.add_child(document, lineage, draft, index),)


def _indented(document: Document, section: Element) -> str:
    """The section's text with its further lines one usual step further in (multi-line values are the same to XML)."""
    first, *rest = document.text[slice(*section.span)].split("\n")
    if not rest or "<![CDATA[" in document.text[slice(*section.span)]:
        return "\n".join((first, *rest))
    depth = document.text.rfind("\n", 0, section.span[0]) + 1
    unit = "\t" if document.text[depth : section.span[0]].startswith("\t") else "    "
    return "\n".join((first, *(unit + line if line.strip() else line for line in rest)))


def _between(before: Document, after: Document) -> tuple[Splice, ...]:
    return tuple(Splice(part.start, part.start + len(part.before), part.after) for part in difference(before.text, after.text))
