"""Merging: one file's word on a section laid over what is inherited. Attributes by presence, collections by their directives.

Knows the schema and locks, not which files speak or in what order: hierarchy.py hands the layers in. What is refused
(unknown names, duplicates, locked things) becomes a problem and leaves the inherited value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from model.document import Document, Element
from model.effective import EffectiveElement, EffectiveEntry, EffectiveSection, EffectiveValue
from model.file_index import DUPLICATE, LocationTag
from model.locks import (
    LOCK_ATTRIBUTES,
    LOCKED,
    VIOLATION,
    definition_fault,
    element_lock,
    forbids_attribute,
    forbids_element,
    holds_item,
    next_lock,
)
from model.node import LiveSource, Node, NodeAttribute
from model.schema import CollectionSchema, ElementSchema
from model.schema.value import fault
from model.secret import is_encrypted_section, is_foreign
from model.source import INVALID_DATA, Problem, Source

NO_SCHEMA = "0x80070002"
#: Values longer than this are not repeated in a problem.
_MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's (or one of its location tags') element of a section, in force at `point` and below."""

    element: Element
    document: Document
    #: The config path at which it starts to hold, as written.
    point: str
    #: The file's place in the chain: deeper files have larger numbers.
    level: int
    #: The file's kind: machine, webroot, server, application, folder.
    kind: str
    tag: LocationTag | None = None
    #: Why its words do not count: it stands there twice, or its configSource cannot be read.
    fault: Problem | None = None

    def source(self, element: Element) -> Source:
        return LiveSource.of(str(self.document.path), element.node, self.point)

    @property
    def key(self) -> tuple[object, ...]:
        """What it says, by identity: layers with equal keys come to the same, whatever version of the file they are read from."""
        tag = self.tag.element.node if self.tag is not None else None
        return (self.element.node, self.point, self.level, self.kind, tag, self.fault)


_Kind = TypeVar("_Kind", bound=EffectiveElement)

_DEFAULTS: dict[int, tuple[ElementSchema, EffectiveElement]] = {}


def default_element(schema: ElementSchema) -> EffectiveElement:
    """An element that nobody wrote: the schema's defaults, through all its child elements."""
    known = _DEFAULTS.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    values = {name: EffectiveValue(attribute.default, is_default=True) for name, attribute in schema.attributes.items()}
    made = EffectiveElement(schema.name, values, {name: default_element(inner) for name, inner in schema.elements.items()})
    _DEFAULTS[id(schema)] = (schema, made)
    return made


def lay(inherited: EffectiveSection, layer: Layer, schema: ElementSchema | None) -> EffectiveSection:
    """`inherited` with the layer's words taken in, or refused."""
    problems = list(inherited.problems)
    refusal = _refusal(inherited, layer) or layer.fault or _encrypted(layer)
    if refusal is not None:
        return replace(inherited, problems=(*problems, refusal))
    if inherited.needs_schema and all(problem.code != NO_SCHEMA for problem in problems):
        message = f"The section '{inherited.name}' is declared, but its schema is missing: it is kept, and nothing reads it"
        problems.append(Problem("information", NO_SCHEMA, message, layer.source(layer.element)))
    root = _Merge(layer, problems).element(inherited.root, layer.element.node, schema)
    locked = inherited.locked_level
    if layer.tag is not None:
        if layer.tag.override_mode == "Allow" and locked is not None and layer.level < locked:
            message = f"The section '{inherited.name}' is unlocked for a path below one that locks it: only the level that locked it may do so"
            problems.append(Problem("error", LOCKED, message, layer.source(layer.tag.element)))
        locked = next_lock(locked, layer.level, layer.tag.override_mode)
    return replace(inherited, root=root, problems=tuple(problems), locked_level=locked)


def _refusal(inherited: EffectiveSection, layer: Layer) -> Problem | None:
    """Why this file may not speak of the section here at all, None where it may."""
    name, source = inherited.name, layer.source(layer.element)
    if not inherited.declared:
        message = f"No file declares the section '{name}' in <configSections>: it is not read"
        return Problem("error", INVALID_DATA, message, source)
    if inherited.locked_level is not None and layer.level > inherited.locked_level:
        message = f"The section '{name}' is locked above, by its declaration (overrideModeDefault=\"Deny\") or by a location tag"
        return Problem("error", LOCKED, message, source)
    message = definition_fault(name, inherited.allow_definition, layer.kind)
    if message:
        # Measured: what belongs to an application is ignored in a folder's file, not refused.
        ignored = inherited.allow_definition == "MachineToApplication"
        return Problem("warning" if ignored else "error", LOCKED, message, source)
    if not inherited.allow_location and layer.tag is not None and layer.tag.path:
        message = f"The section '{name}' is declared with allowLocation=\"false\" and cannot be used in a location tag"
        return Problem("error", LOCKED, message, source)
    if holds_item(inherited.root.locks, layer.level):
        return Problem("error", LOCKED, f"{VIOLATION}: the section '{name}' is locked with lockItem", source)
    return None


def _encrypted(layer: Layer) -> Problem | None:
    if not is_encrypted_section(layer.element):
        return None
    message = f"<{layer.element.name}> is encrypted as a whole section, which IIS cannot read"
    return Problem("error", INVALID_DATA, message, layer.source(layer.element))


class _Merge:
    def __init__(self, layer: Layer, problems: list[Problem]) -> None:
        self.layer = layer
        self.file = str(layer.document.path)
        self.problems = problems

    def source(self, node: Node, attribute: NodeAttribute | None = None) -> Source:
        return LiveSource.of(self.file, node, self.layer.point, attribute.start if attribute is not None else 0)

    def refuse(self, node: Node, message: str, code: str = INVALID_DATA, attribute: NodeAttribute | None = None) -> None:
        self.problems.append(Problem("error", code, message, self.source(node, attribute)))

    def element(self, base: EffectiveElement, element: Node, schema: ElementSchema | None) -> EffectiveElement:
        values = self.attributes(base, element, schema)
        lock = element_lock(dict(item[:2] for item in element.attributes), self.layer.level) if element.attributes else None
        locks = (*base.locks, lock) if lock is not None else base.locks
        if lock is not None and schema is not None and not schema.allow_unrecognized:
            for name in sorted((lock.attributes | (lock.attributes_except or frozenset())) - schema.attributes.keys() - {"*"}):
                self.refuse(element, f"The lock names '{name}', which is no attribute of <{element.name}>")
        elements, entries = base.elements, base.entries
        if element.children:
            if schema is None:
                entries = (*base.entries, *(self.entry(child, None) for child in element.children))
            else:
                elements, entries = self.children(base, element, schema)
        return EffectiveElement(base.name, values, elements, entries, self.source(element), locks)

    def attributes(self, base: EffectiveElement, element: Node, schema: ElementSchema | None) -> dict[str, EffectiveValue]:
        if not element.attributes:
            return base.values
        values = dict(base.values)
        level = self.layer.level
        for item in element.attributes:
            name, value = item.name, item.value
            if name in LOCK_ATTRIBUTES or name == "xmlns" or name.startswith("xmlns:"):
                continue
            if base.locks and forbids_attribute(base.locks, name, level):
                self.refuse(element, f"{VIOLATION}: a file above locks the attribute '{name}'", LOCKED, item)
                continue
            described = schema.attributes.get(name) if schema else None
            if described is None and schema is not None and not schema.allow_unrecognized:
                self.refuse(element, f"<{element.name}> has no attribute '{name}'", attribute=item)
                continue
            if described is not None and (described.type != "string" or described.validation):
                wrong = fault(described, value)
                if wrong:
                    self.refuse(element, f"'{value[:_MOST_SHOWN]}' is no value of '{name}'. {wrong}", attribute=item)
                    continue
            if described is not None and described.encrypted and is_foreign(value):
                message = f"'{name}' is encrypted with a key that is not here: it is kept as it is, and cannot be read"
                self.problems.append(Problem("information", "encrypted", message, self.source(element, item)))
            values[name] = EffectiveValue(value, self.source(element, item))
        return values

    def children(
        self, base: EffectiveElement, element: Node, schema: ElementSchema
    ) -> tuple[dict[str, EffectiveElement], tuple[EffectiveEntry, ...]]:
        elements = base.elements
        directives = _Directives(self, base, schema) if schema.collection is not None else None
        for child in element.children:
            if base.locks and forbids_element(base.locks, child.name, self.layer.level):
                self.refuse(child, f"{VIOLATION}: a file above locks the element <{child.name}>", LOCKED)
            elif directives is not None and directives.takes(child):
                continue
            elif child.name in schema.elements:
                inner = schema.elements[child.name]
                merged = self.element(elements.get(child.name) or default_element(inner), child, inner)
                elements = {**elements, child.name: merged}
            else:
                self.refuse(child, f"<{element.name}> has no element <{child.name}>")
        return elements, directives.result() if directives is not None else base.entries

    def entry(self, element: Node, schema: ElementSchema | None, key: Callable[[EffectiveElement], tuple[str, ...]] | None = None) -> EffectiveEntry:
        base = default_element(schema) if schema is not None else EffectiveElement(element.name)
        made = self.element(base, element, schema)
        keyed = key(made) if key is not None else ()
        return EffectiveEntry(element.name, made.values, made.elements, made.entries, made.source, made.locks, key=keyed)


class _Directives:
    """One collection while a layer's add, remove and clear are carried out.

    An inherited entry that a file removes and adds again keeps its place; after `<clear/>` the file's own order holds.
    """

    def __init__(self, merge: _Merge, base: EffectiveElement, schema: ElementSchema) -> None:
        assert schema.collection is not None
        self.merge = merge
        self.schema = schema
        self.collection: CollectionSchema = schema.collection
        self.inherited: list[EffectiveEntry | None] = list(base.entries)
        self.fresh: list[EffectiveEntry | None] = []
        self.places: dict[tuple[str, ...], tuple[list[EffectiveEntry | None], int]] = {}
        self.gaps: dict[tuple[str, ...], int] = {}
        self.lone = {(name, entry.get(name).lower()) for name in schema.lone_keys for entry in base.entries}
        if self.collection.key:
            self.places = {entry.key: (self.inherited, place) for place, entry in enumerate(base.entries)}

    def takes(self, child: Node) -> bool:
        if child.name in self.collection.add:
            self.add(child)
        elif child.name == self.collection.remove:
            self.remove(child)
        elif child.name == self.collection.clear:
            self.clear(child)
        else:
            return False
        return True

    def result(self) -> tuple[EffectiveEntry, ...]:
        first, second = (self.fresh, self.inherited) if self.collection.local_first else (self.inherited, self.fresh)
        return tuple(entry for entry in (*first, *second) if entry is not None)

    def key_of(self, values: dict[str, EffectiveValue]) -> tuple[str, ...]:
        exact = self.schema.case_sensitive_keys
        found = [(name, values[name].value if name in values else "") for name in self.collection.key]
        return tuple([value if name in exact else value.lower() for name, value in found])

    def entry(self, child: Node) -> EffectiveEntry | None:
        """The entry that an element makes; None where it is refused. Kept with the node: the next version of the file finds it there."""
        layer, problems = self.merge.layer, self.merge.problems
        under = (self.schema, self.merge.file, layer.point, layer.level)
        if child.made is not None and child.made[:4] == under:
            kept: EffectiveEntry | None = child.made[4]
            problems.extend(child.made[5])
            return kept
        before = len(problems)
        entry = self._entry(child)
        child.made = (*under, entry, tuple(problems[before:]))
        return entry

    def _entry(self, child: Node) -> EffectiveEntry | None:
        required = self.schema.entry.required if self.schema.entry else ()
        entry = self.merge.entry(child, self.schema.entry, lambda made: self.key_of(made.values))
        missing = [name for name in required if child.get(name) is None]
        if missing:
            self.merge.refuse(child, f"<{child.name}> needs the attribute '{missing[0]}'")
            return None
        for name in (*self.collection.key, *required):
            if name in entry.values and entry.values[name].is_default and child.get(name) is not None:
                return None  # its value was refused: the entry is none without it
        return entry

    def add(self, child: Node) -> None:
        entry = self.entry(child)
        if entry is None:
            return
        key = entry.key
        if not key or (self.collection.allow_duplicates and key):
            self.fresh.append(entry)
        elif key in self.places:
            self.merge.refuse(child, _duplicate(self.collection, child, entry, self.collection.key), DUPLICATE)
        elif taken := [name for name in self.schema.lone_keys if (name, entry.get(name).lower()) in self.lone]:
            self.merge.refuse(child, _duplicate(self.collection, child, entry, tuple(taken)), DUPLICATE)
        elif key in self.gaps:
            place = self.gaps.pop(key)
            self.inherited[place] = entry
            self.places[key] = (self.inherited, place)
        else:
            self.places[key] = (self.fresh, len(self.fresh))
            self.fresh.append(entry)
            self.lone.update((name, entry.get(name).lower()) for name in self.schema.lone_keys)

    def remove(self, child: Node) -> None:
        required = self.schema.entry.required if self.schema.entry else ()
        missing = next((name for name in self.collection.key if name in required and child.get(name) is None), None)
        if missing is not None:
            self.merge.refuse(child, f"<{child.name}> needs the attribute '{missing}'")
            return
        values = {name: EffectiveValue(child.get(name) or self._default(name)) for name in self.collection.key}
        key = self.key_of(values)
        if self.collection.allow_duplicates:
            self.inherited = [entry for entry in self.inherited if entry is None or entry.key != key]
            self.fresh = [entry for entry in self.fresh if entry is None or entry.key != key]
            return
        entries, place = self.places.get(key, ([], 0))
        entry = entries[place] if entries else None
        if entry is None:
            return
        if holds_item(entry.locks, self.merge.layer.level):
            self.merge.refuse(child, f"{VIOLATION}: '{'/'.join(_key_words(self.collection, entry))}' is locked with lockItem", LOCKED)
            return
        entries[place] = None
        del self.places[key]
        if entries is self.inherited:
            self.gaps[key] = place

    def clear(self, child: Node) -> None:
        locked = next((entry for entry in self.inherited if entry is not None and holds_item(entry.locks, self.merge.layer.level)), None)
        if locked is not None:
            words = "/".join(_key_words(self.collection, locked))
            self.merge.refuse(child, f"{VIOLATION}: <{child.name}/> would remove '{words}', which is locked with lockItem", LOCKED)
            return
        self.inherited, self.fresh = [], []
        self.places, self.gaps = {}, {}

    def _default(self, name: str) -> str:
        described = self.schema.entry.attributes.get(name) if self.schema.entry else None
        return described.default if described else ""


def _key_words(collection: CollectionSchema, entry: EffectiveEntry) -> list[str]:
    return [entry.get(name) for name in collection.key]


def _duplicate(collection: CollectionSchema, child: Node, entry: EffectiveEntry, names: tuple[str, ...]) -> str:
    words = " ".join(f'{name}="{entry.get(name)}"' for name in names)
    way = f"; to replace it, <{collection.remove}> it first" if collection.remove else ""
    return f"A <{child.name}> with {words} is there already{way}"


Completed = dict[int, tuple[EffectiveEntry, EffectiveEntry]]


def with_defaults(
    element: EffectiveElement, schema: ElementSchema, enclosing: tuple[EffectiveElement, ...] = (), known: Completed | None = None
) -> tuple[EffectiveElement, Completed]:
    """The element with its entries completed from applicationPoolDefaults, siteDefaults and their like: the nearest one wins.

    `known`: entries (by identity) that were completed from the same ones before; what comes second is the same for the next time.
    """
    if schema.collection is None or schema.entry is None or not schema.collection.defaults:
        return element, {}
    around = (element, *enclosing)
    sources = [outer.elements[schema.collection.defaults] for outer in around if schema.collection.defaults in outer.elements]
    made: Completed = {}
    for entry in element.entries:
        found = known.get(id(entry)) if known else None
        if found is None:
            completed = entry
            for source in sources:
                completed = _completed(completed, source)
            whole, _ = with_defaults(completed, schema.entry, around)
            assert isinstance(whole, EffectiveEntry)
            found = (entry, whole)
        made[id(entry)] = found
    return replace(element, entries=tuple([whole for _, whole in made.values()])), made


def _completed(element: _Kind, source: EffectiveElement) -> _Kind:
    if source.source is None:
        return element
    given = {name: value for name, value in source.values.items() if not value.is_default}
    values = (
        {name: given[name] if value.is_default and name in given else value for name, value in element.values.items()} if given else element.values
    )
    elements = {
        name: _completed(inner, source.elements[name]) if name in source.elements and name != "bindings" else inner
        for name, inner in element.elements.items()
    }
    entries = element.entries
    if source.entries:
        own = {entry.key for entry in element.entries}
        entries = (*(entry for entry in source.entries if entry.key not in own), *element.entries)
    return replace(element, values=values, elements=elements, entries=entries)
