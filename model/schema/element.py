"""What the schema says of an element: its attributes, its child elements, and whether its children form a collection.

Knows no files and no values of a configuration. tables.py makes these from the data; value.py checks values against them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class AttributeSchema:
    """One attribute. `type`: bool, int, uint, int64, string, enum, flags or timeSpan; `unit` where a timeSpan is a plain number."""

    name: str
    type: str
    default: str = ""
    required: bool = False
    key: bool = False
    #: Part of a key of several attributes; otherwise a key by itself, even beside another one (a site's name and id).
    combined: bool = False
    case_sensitive: bool = False
    encrypted: bool = False
    expanded: bool = False
    infinite: bool = False
    unit: str = ""
    validation: str = ""
    #: Names and numbers of an enum or of flags.
    values: tuple[tuple[str, int], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.values)


@dataclass(frozen=True, slots=True)
class CollectionSchema:
    """How an element's children form a list. `remove` and `clear` are "" where the collection has no such directive."""

    add: tuple[str, ...]
    remove: str = ""
    clear: str = ""
    key: tuple[str, ...] = ()
    #: mergeAppend="false": local entries come before inherited ones.
    local_first: bool = False
    allow_duplicates: bool = False
    #: The element that holds defaults for entries ("applicationPoolDefaults").
    defaults: str = ""


@dataclass
class ElementSchema:
    name: str
    attributes: dict[str, AttributeSchema] = field(default_factory=dict)
    elements: dict[str, ElementSchema] = field(default_factory=dict)
    collection: CollectionSchema | None = None
    #: What an entry of the collection looks like.
    entry: ElementSchema | None = None
    allow_unrecognized: bool = False

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    @cached_property
    def case_sensitive_keys(self) -> frozenset[str]:
        keys = self.collection.key if self.collection else ()
        entry = self.entry.attributes if self.entry else {}
        return frozenset(name for name in keys if name in entry and entry[name].case_sensitive)

    @cached_property
    def lone_keys(self) -> tuple[str, ...]:
        """Of a collection with several keys, those that must be unique by themselves."""
        keys = self.collection.key if self.collection else ()
        entry = self.entry.attributes if self.entry else {}
        return tuple(name for name in keys if len(keys) > 1 and name in entry and not entry[name].combined)

    def find(self, path: str) -> ElementSchema | None:
        """The schema of an element below this one: "files/<add>", "processModel". An entry's name in angle brackets, or as written in XML."""
        found: ElementSchema | None = self
        for step in filter(None, path.split("/")):
            if found is None:
                return None
            name = step.strip("<>")
            is_entry = found.collection is not None and (step.startswith("<") or name in found.collection.add)
            found = found.entry if is_entry else found.elements.get(name)
        return found
