"""The effective configuration: what holds for a section at a path, each value with the place that it was written.

Knows no edits, no screens, no processes. merge.py lays one file's section over what is inherited; hierarchy.py says which
files speak; here are the values that come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from model.config_path import ConfigPath
from model.locks import Locks, forbids_attribute, holds_item
from model.source import Problem, Source

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """`is_default`: nobody wrote it, the schema says so. `locked`: the asked path must not set it."""

    value: str
    source: Source | None = None
    local: bool = False
    is_default: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class EffectiveElement:
    name: str
    values: dict[str, EffectiveValue] = field(default_factory=dict)
    elements: dict[str, EffectiveElement] = field(default_factory=dict)
    entries: tuple[EffectiveEntry, ...] = ()
    #: The last place that spoke of it; None where nobody did.
    source: Source | None = None
    locks: Locks = ()

    def get(self, name: str) -> str:
        found = self.values.get(name)
        return found.value if found is not None else ""

    def source_of(self, name: str) -> Source | None:
        found = self.values.get(name)
        return found.source if found is not None else None

    def at(self, path: str) -> EffectiveElement:
        """The element below this one, by names with slashes; an empty one where there is none."""
        found = self
        for name in filter(None, path.split("/")):
            found = found.elements.get(name) or EffectiveElement(name)
        return found


@dataclass(frozen=True, slots=True)
class EffectiveEntry(EffectiveElement):
    """An entry of a collection. `locked`: a level above holds it with lockItem."""

    local: bool = False
    locked: bool = False
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectiveSection:
    name: str
    root: EffectiveElement
    problems: tuple[Problem, ...] = ()
    #: Whether the asked path's own file is forbidden to speak of the section.
    locked: bool = False
    declared: bool = True
    allow_definition: str = "Everywhere"
    #: The level that locked it, None where it is open.
    locked_level: int | None = None
    allow_location: bool = True
    #: A file of the server or of a site declares it, and there is no schema of it here.
    needs_schema: bool = False

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def effective(hierarchy: Hierarchy, section: str, path: ConfigPath) -> EffectiveSection:
    """The section as it holds at `path`, marked for that path: what is local there and what is locked for it."""
    merged = hierarchy.merged(section, path)
    level = hierarchy.level_of(path)
    root = _marked(merged.root, str(path).lower(), level)
    locked = (merged.locked_level is not None and merged.locked_level < level) or holds_item(root.locks, level)
    unknown = hierarchy.unknown(path)
    return replace(merged, root=root, locked=locked, problems=(*merged.problems, unknown) if unknown else merged.problems)


def _marked(element: EffectiveElement, point: str, level: int) -> EffectiveElement:
    values = {name: _marked_value(name, value, element.locks, point, level) for name, value in element.values.items()}
    elements = {name: _marked(inner, point, level) for name, inner in element.elements.items()}
    entries = tuple(_marked_entries(element, point, level))
    return replace(element, values=values, elements=elements, entries=entries)


def _marked_value(name: str, value: EffectiveValue, locks: Locks, point: str, level: int) -> EffectiveValue:
    local = value.source is not None and value.source.config_path.lower() == point
    locked = bool(locks) and forbids_attribute(locks, name, level)
    return replace(value, local=local, locked=locked) if local or locked else value


def _marked_entries(element: EffectiveElement, point: str, level: int) -> Iterator[EffectiveEntry]:
    for entry in element.entries:
        marked = _marked(entry, point, level)
        assert isinstance(marked, EffectiveEntry)
        local = entry.source is not None and entry.source.config_path.lower() == point
        yield replace(marked, local=local, locked=holds_item(entry.locks, level))
