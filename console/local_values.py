"""Which lines of a configuration file say something about one place itself: its Local values. All others are inherited, or another's.

Knows no widget and reads no file; what is in force is effective.py's, this only tells whose words stand where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from model.config_path import ConfigPath
from model.document import Document
from model.element import Element
from model.hierarchy import Hierarchy

#: What a file says of itself, not of a place.
_DECLARATIONS = "configSections"


@dataclass(frozen=True, slots=True)
class LocalValues:
    """`lines`: from 1. `others`: the line of a location tag that speaks of another place → that place."""

    lines: frozenset[int] = frozenset()
    others: Mapping[int, str] = field(default_factory=dict)


def local_values(hierarchy: Hierarchy, document: Document, path: ConfigPath) -> LocalValues:
    """Seen from `path`; a file that does not speak for it is seen from its own place."""
    root = document.root
    if root is None:
        return LocalValues()
    if root.name != "configuration":  # what a configSource names: one section
        return LocalValues(frozenset(_lines(root)))
    here = next((place for file, place in hierarchy.files_for(path) if file.path == document.path), None)
    if here is None:
        here = path = ConfigPath()
    found: set[int] = set()
    others: dict[int, str] = {}
    for child in root.children:
        if child.name == "location":
            place = here.child(_written(child)) if _written(child) else here
            if place.key == path.key:
                found.update(line for section in child.children for line in _lines(section))
            else:
                others[child.line] = place.location
        elif here.key == path.key and child.name != _DECLARATIONS:
            found.update(_lines(child))
        elif here.is_server and not path.is_server and child.name == "system.applicationHost":
            found.update(_of_site(child, path))
    return LocalValues(frozenset(found), others)


def _written(tag: Element) -> str:
    return "/".join(part for part in (tag.get("path") or "").replace("\\", "/").split("/") if part not in ("", "."))


def _of_site(host: Element, path: ConfigPath) -> Iterator[int]:
    """The site's own entry among all sites, or an application's in it."""
    for site in (entry for sites in host.find_all("sites") for entry in sites.find_all("site")):
        if (site.get("name") or "").lower() != path.site.lower():
            continue
        if path.path == "/":
            yield from _attributes(site)
        for child in site.children:
            named = (child.get("path") or "/").lower() if child.name == "application" else "/"
            if named == path.path.lower():
                yield from _lines(child)


def _lines(element: Element) -> Iterator[int]:
    """Every line with a value: an attribute, or an entry without any (`<clear />`)."""
    yield from _attributes(element)
    if not element.attributes and not element.children:
        yield element.line
    for child in element.children:
        yield from _lines(child)


def _attributes(element: Element) -> Iterator[int]:
    return (attribute.line for attribute in element.attributes)
