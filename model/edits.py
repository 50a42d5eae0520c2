"""What a user may change, as values, and how each becomes splices of one document.

Pure: reads no file, knows no hierarchy and no screen. `splices` is given the document and the `<location>` in it that the edit
belongs to; section_place.py finds the section, layout.py and delegation.py write; workspace.py and inherited.py choose.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from model import delegation, layout
from model.config_path import ConfigPath
from model.config_source import CONFIG_SOURCE
from model.document import Document, Element, Splice
from model.layout import Draft
from model.schema import ElementSchema
from model.secret import is_encrypted_section
from model.section_place import Key, Mode, SectionPlace, Step, find_section, same_key, schema_at
from model.source import Source

__all__ = [
    "AddEntry", "Batch", "CannotEdit", "ClearEntries", "Edit", "LockAttributes", "LockSection", "MoveEntry", "RemoveEntry", "Revert",
    "SetAttribute", "Step", "Where", "empty_configuration", "splices",
]  # fmt: skip

_HIDDEN = "********"


class CannotEdit(Exception):
    """The edit has no place in this document, or would make it unreadable. `source` is where it would have gone."""

    def __init__(self, message: str, source: Source | None = None) -> None:
        super().__init__(f"{message} — {source}" if source else message)
        self.message = message
        self.source = source


class NotInFile(CannotEdit):
    """The entry is not written in this file; it may be inherited (inherited.py)."""


Commit = Literal["local", "location", "administration"] | ConfigPath


@dataclass(frozen=True, slots=True)
class Where:
    """A section at a place. "local": the place's own file; "location": a location tag in applicationHost.config; a path above: one in its file.

    "administration": administration.config beside applicationHost.config (administration.py).
    """

    section: str
    path: ConfigPath = field(default_factory=ConfigPath)
    commit: Commit = "local"


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Gives an attribute a value, or removes it (None). Missing elements on the way are made, missing entries are not."""

    where: Where
    steps: tuple[Step, ...]
    name: str
    value: str | None

    @property
    def label(self) -> str:
        of = _entry_name(self.steps) or self.where.section.rpartition("/")[2]
        if self.value is None:
            return f"remove {self.name} of {of}"
        return f"set {self.name} of {of} to {_HIDDEN if is_secret(self.where.section, self.steps, self.name) else self.value}"


@dataclass(frozen=True, slots=True)
class AddEntry:
    """`index` counts the local entries of that element name; None is after the last."""

    where: Where
    steps: tuple[Step, ...]
    element: str
    attributes: tuple[tuple[str, str], ...]
    index: int | None = None

    @property
    def label(self) -> str:
        return f"add {self.attributes[0][1] if self.attributes else self.element} to {_collection_name(self.where, self.steps)}"


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """An entry of this file is deleted; an inherited one is taken away by the schema's directive (`element` where it has none) with its key."""

    where: Where
    steps: tuple[Step, ...]
    key: Key
    element: str = "remove"
    #: The entry's own element, where a collection has several (`allow` and `deny`).
    entry: str = ""

    @property
    def label(self) -> str:
        return f"remove {self.key[0][1] if self.key else 'an entry'} from {_collection_name(self.where, self.steps)}"


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """Moves the entry that the last step names by `offset` places among the entries of this file."""

    where: Where
    steps: tuple[Step, ...]
    offset: int

    @property
    def label(self) -> str:
        return f"move {_entry_name(self.steps)} {'up' if self.offset < 0 else 'down'} in {_collection_name(self.where, self.steps[:-1])}"


@dataclass(frozen=True, slots=True)
class ClearEntries:
    """Empties a collection here: what this file says of its entries goes, `<clear/>` comes, then `entries` (copies in a new order)."""

    where: Where
    steps: tuple[Step, ...] = ()
    entries: tuple[Draft, ...] = ()

    @property
    def label(self) -> str:
        return f"{'reorder' if self.entries else 'clear'} {_collection_name(self.where, self.steps)}"


@dataclass(frozen=True, slots=True)
class Revert:
    """Takes out what this file says of a section, or of an element in it: what is inherited holds again."""

    where: Where
    steps: tuple[Step, ...] = ()

    @property
    def label(self) -> str:
        return f"revert {_collection_name(self.where, self.steps)} to its parent"


@dataclass(frozen=True, slots=True)
class LockSection:
    """Says in a location tag of this file whether lower files may speak of the section; "Inherit" takes the word back."""

    where: Where
    mode: Mode

    @property
    def label(self) -> str:
        word = {"Deny": "lock", "Allow": "unlock", "Inherit": "inherit the lock of"}[self.mode]
        return f"{word} {self.where.section}"


@dataclass(frozen=True, slots=True)
class LockAttributes:
    """Adds names to an element's lockAttributes, or takes them out. An entry as a whole is locked by setting its lockItem."""

    where: Where
    steps: tuple[Step, ...]
    names: tuple[str, ...]
    locked: bool

    @property
    def label(self) -> str:
        of = _entry_name(self.steps) or _collection_name(self.where, self.steps)
        return f"{'lock' if self.locked else 'unlock'} {', '.join(self.names)} of {of}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Several edits that are one for undo; each sees the text that the ones before it left."""

    label: str
    edits: tuple[Edit, ...]


Single = SetAttribute | AddEntry | RemoveEntry | MoveEntry | ClearEntries | Revert | LockSection | LockAttributes
Edit = Single | Batch


def singles(edit: Edit) -> tuple[Single, ...]:
    """The edits that a batch consists of, in their order."""
    if isinstance(edit, Batch):
        return tuple(single for inner in edit.edits for single in singles(inner))
    return (edit,)


def empty_configuration(path: Path, config_path: str = "", newline: str = "\r\n") -> Document:
    """What a web.config that does not exist yet begins as."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>{newline}<configuration>{newline}</configuration>{newline}'
    return Document.parse(path, text.encode(), config_path)


def splices(edit: Single, document: Document, location: str = "") -> tuple[Splice, ...]:
    """What changes in the document. `location` is the path of the location tag that the edit belongs to, "" the file's own level.

    Raises CannotEdit.
    """
    if document.root is None or document.problems:
        problem = document.problems[0] if document.problems else None
        raise CannotEdit(f"The file has to be readable first: {problem.message if problem else 'it is empty'}", problem.source if problem else None)
    if document.root.name != "configuration":
        raise CannotEdit(f"The file's root is <{document.root.name}>, not <configuration>", document.source(document.root))
    place: SectionPlace | None = None
    try:
        if isinstance(edit, LockSection):
            return delegation.splices(document, edit.where.section, location, edit.mode)
        if isinstance(edit, Revert) and not edit.steps:
            return delegation.reversion(document, edit.where.section, location)
        place = find_section(document.root, edit.where.section, edit.steps, location)
        _refuse_what_stands_elsewhere(document, place)
        if place.absent is not None:
            raise NotInFile(f"<{place.absent}> is not written in this file", document.source(place.lineage[-1]))
        return _splices(edit, document, place)
    except layout.NotXml as error:
        raise CannotEdit(f"This cannot be written: {error}", document.source(place.lineage[-1] if place else document.root)) from error


def _refuse_what_stands_elsewhere(document: Document, place: SectionPlace) -> None:
    """A section whose words are in another file, or encrypted, would be broken by a word beside them."""
    for element in place.lineage:
        source = element.get(CONFIG_SOURCE)
        if source is not None:
            raise CannotEdit(f"<{element.name}> stands in the file {source} (configSource): change it there", document.source(element))
        if is_encrypted_section(element):
            raise CannotEdit(f"<{element.name}> is encrypted as a whole section: decrypt it first", document.source(element))


def is_secret(section: str, steps: tuple[Step, ...], name: str) -> bool:
    """Whether the schema has the attribute's value encrypted."""
    schema = schema_at(section, steps)
    return schema is not None and name in schema.attributes and schema.attributes[name].encrypted


def _splices(edit: Single, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    match edit:
        case SetAttribute():
            return _set_attribute(edit, document, place)
        case AddEntry():
            return _add_entry(edit, document, place)
        case RemoveEntry():
            return _remove_entry(edit, document, place)
        case MoveEntry():
            return _move_entry(edit, document, place)
        case ClearEntries():
            return _clear_entries(edit, document, place)
        case Revert():
            return () if place.missing else (layout.remove_element(document, place.lineage[-1]),)
        case LockAttributes():
            return _lock_attributes(edit, document, place)
        case LockSection():
            raise AssertionError("delegation.py finds its own place")


def _set_attribute(edit: SetAttribute, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    if edit.value is None:
        return () if place.missing else layout.remove_attribute(document, place.lineage[-1], edit.name)
    if not place.missing:
        return layout.set_attribute(document, place.lineage[-1], edit.name, edit.value)
    innermost = place.missing[-1]
    return _add_missing(document, place, replace(innermost, attributes=(*innermost.attributes, (edit.name, edit.value))))


def _add_entry(edit: AddEntry, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    entry = Draft(edit.element, edit.attributes)
    if place.missing:
        return _add_missing(document, place, replace(place.missing[-1], children=(entry,)))
    return (layout.add_child(document, place.lineage, entry, _child_index(place.lineage[-1], edit.element, edit.index)),)


def _remove_entry(edit: RemoveEntry, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    schema = schema_at(edit.where.section, edit.steps)
    collection = schema.collection if schema else None
    directive = collection.remove if collection else edit.element
    children = () if place.missing else place.lineage[-1].children
    matching = [child for child in children if same_key(schema.entry if schema else None, child, edit.key) and edit.entry in ("", child.name)]
    for child in matching:
        if _is_entry(child, schema, directive):
            return (layout.remove_element(document, child),)
    if not directive:  # pools, sites and others: what is not in the file is not there (reference cfg 1.4)
        raise CannotEdit(f"There is no such entry: {', '.join(value for _, value in edit.key)}", document.source(place.lineage[-1]))
    if any(child.name == directive for child in matching):
        return ()
    remover = Draft(directive, edit.key)
    if place.missing:
        return _add_missing(document, place, replace(place.missing[-1], children=(remover,)))
    # Directives act in the order of the file: a removal belongs after a <clear/> and before whatever this file adds.
    first_entry = next((number for number, child in enumerate(children) if _is_entry(child, schema, directive)), len(children))
    return (layout.add_child(document, place.lineage, remover, first_entry),)


def _move_entry(edit: MoveEntry, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    if place.missing or not edit.steps:
        raise CannotEdit("Only an entry that is written in this file can be moved", document.source(place.lineage[-1]))
    entry, collection = place.lineage[-1], place.lineage[-2]
    numbers = [number for number, child in enumerate(collection.children) if child.name == entry.name]
    now = next(index for index, number in enumerate(numbers) if collection.children[number] is entry)
    then = min(max(now + edit.offset, 0), len(numbers) - 1)
    if now == then:
        return ()
    return layout.move_child(document, place.lineage[:-1], entry, numbers[then] + (then > now))


def _clear_entries(edit: ClearEntries, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    schema = schema_at(edit.where.section, edit.steps)
    collection = schema.collection if schema else None
    clear = collection.clear if collection else "clear"
    if not clear:
        raise CannotEdit("This collection knows no <clear/>: take its entries out one by one", document.source(place.lineage[-1]))
    if place.missing:
        return _add_missing(document, place, replace(place.missing[-1], children=(Draft(clear), *edit.entries)))
    names = {clear, *((*collection.add, collection.remove) if collection else ("add", "remove"))}
    element = place.lineage[-1]
    emptied = document.apply(layout.remove_element(document, child) for child in element.children if child.name in names)
    lineage = layout.same_lineage(document, place.lineage, emptied)
    cleared = emptied.apply((layout.add_child(emptied, lineage, Draft(clear), 0),))
    if edit.entries:
        lineage = layout.same_lineage(emptied, lineage, cleared)
        cleared = cleared.apply(layout.add_child(cleared, lineage, entry, 1) for entry in edit.entries)
    return cleared.splices_since(document)


def _lock_attributes(edit: LockAttributes, document: Document, place: SectionPlace) -> tuple[Splice, ...]:
    written = "" if place.missing else place.lineage[-1].get("lockAttributes", "")
    now = [name.strip() for name in written.split(",") if name.strip()]
    others = [name for name in now if name not in edit.names]
    names = [*others, *edit.names] if edit.locked else others
    return _set_attribute(SetAttribute(edit.where, edit.steps, "lockAttributes", ",".join(names) or None), document, place)


def _add_missing(document: Document, place: SectionPlace, innermost: Draft) -> tuple[Splice, ...]:
    """Writes the missing elements around the innermost of them."""
    draft = innermost
    for outer in reversed(place.missing[:-1]):
        draft = replace(outer, children=(draft,))
    parent = place.lineage[-1]
    index = None
    if parent is document.root and draft.name != "location":  # location tags stand last
        index = next((number for number, child in enumerate(parent.children) if child.name == "location"), None)
    return (layout.add_child(document, place.lineage, draft, index),)


def _child_index(collection: Element, element: str, index: int | None) -> int | None:
    """Among all children, the place of the entry that shall be number `index` of its name. None: after the last of them."""
    numbers = [number for number, child in enumerate(collection.children) if child.name == element]
    if not numbers:
        return None
    if index is None or index >= len(numbers):
        return numbers[-1] + 1
    return numbers[max(index, 0)]


def _is_entry(child: Element, schema: ElementSchema | None, directive: str) -> bool:
    if schema and schema.collection:
        return child.name in schema.collection.add
    return child.name not in (directive, "clear")


def _collection_name(where: Where, steps: tuple[Step, ...]) -> str:
    return steps[-1].name if steps else where.section.rpartition("/")[2]


def _entry_name(steps: tuple[Step, ...]) -> str:
    """What a person calls the entry that the steps lead to: the value of the innermost key."""
    return next((step.key[0][1] for step in reversed(steps) if step.key), "")
