"""A list of entries of a section as data, and the page made from it: columns, rows, groups, the selected entry's details.

Knows no widget and writes nothing: entry_edits.py makes the edits, screens/entry_deeds.py asks and applies them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from console import entry_faults, ways
from console.inner_lists import InnerList
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target
from console.schema_fields import Words, shown
from console.ways import Way
from model.edits import Step
from model.effective import EffectiveEntry
from model.schema import AttributeSchema, ElementSchema
from model.scopes import READ
from model.source import Source

#: The pseudo-attribute of an entry's element name, where a collection has several (`allow` and `deny`).
ELEMENT = "."
NOT_EXECUTED = "Kept and editable, not executed by this server."
_TEXT = AttributeSchema("", "string")


@dataclass(frozen=True, slots=True)
class Part:
    """An attribute of the entries as the list shows it; its column's `drop` and `grow` are lines.Column's."""

    attribute: str
    title: str
    width: int = 12
    grow: int = 0
    drop: int = 0
    #: (value, word) of a switch, in list and dialog.
    words: Words = ()
    #: Whether the list can be grouped by it.
    group: bool = False
    align: Literal["left", "right"] = "left"
    #: What stands for an empty value.
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """The entries below `path` of a section. `fields`: what the dialog asks (default: the parts' attributes)."""

    section: str
    noun: str
    parts: tuple[Part, ...]
    path: str = ""
    #: The way to the list where it leads through entries; `path` is for all others.
    steps: tuple[Step, ...] = ()
    fields: tuple[str, ...] = ()
    #: Attributes given to every new entry, by what adds it: (label of the action, attributes).
    additions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    #: Whether the order of the entries means something.
    ordered: bool = False
    #: (attribute, hint) of the dialog.
    hints: tuple[tuple[str, str], ...] = ()
    #: Lists within an entry that its dialog asks, too.
    inner: tuple[InnerList, ...] = ()
    #: What an entry must say beyond its schema: attribute → what is wrong.
    faults: Callable[[Mapping[str, str]], Mapping[str, str]] = entry_faults.nothing

    @property
    def way(self) -> Way:
        return Way(self.section, self.steps) if self.steps else Way(self.section).along(self.path)

    @property
    def schema(self) -> ElementSchema:
        found = self.way.schema
        if found is None or found.collection is None or found.entry is None:
            raise LookupError(f"{self.section} {self.path} is no collection")
        return found

    @property
    def dialog(self) -> tuple[str, ...]:
        return self.fields or tuple(part.attribute for part in self.parts)

    def attribute(self, name: str) -> AttributeSchema:
        """By its name, or by its path below the entry ("match/url")."""
        owner, _, last = name.rpartition("/")
        entry = self.schema.entry
        found = entry.find(owner) if entry and owner else entry
        return found.attributes[last] if found and last in found.attributes else _TEXT

    def words(self, name: str) -> Words:
        return next((part.words for part in self.parts if part.attribute == name), ())

    def value(self, entry: EffectiveEntry, name: str) -> str:
        owner, _, last = name.rpartition("/")
        return entry.name if name == ELEMENT else entry.at(owner).get(last)

    def in_words(self, entry: EffectiveEntry, name: str) -> str:
        return shown(self.attribute(name), self.value(entry, name), self.words(name))

    def name_of(self, entry: EffectiveEntry) -> str:
        """What a person calls the entry."""
        keys = self.key_of(entry)
        return " ".join(value for _, value in keys if value) or self.value(entry, self.dialog[0])

    def key_of(self, entry: EffectiveEntry) -> tuple[tuple[str, str], ...]:
        """The attributes that tell it from the others; where the schema has no key, all that are written."""
        collection = self.schema.collection
        assert collection is not None
        if collection.key:
            return tuple((name, entry.get(name)) for name in collection.key)
        return tuple((name, value.value) for name, value in entry.values.items() if not value.is_default)

    def step_of(self, entry: EffectiveEntry) -> Step:
        return Step(entry.name, self.key_of(entry))


@dataclass(frozen=True, slots=True)
class Selected:
    """The value of a row's target: an entry and the list that it stands in."""

    collection: Collection
    entry: EffectiveEntry

    @property
    def source(self) -> Source | None:
        return self.entry.source

    @property
    def local(self) -> bool:
        return self.entry.local

    @property
    def section(self) -> str:
        return self.collection.section

    @property
    def switched_by(self) -> str:
        """The attribute that switches the entry on and off; "" where it has none."""
        entry = self.collection.schema.entry
        return next((name for name in ("enabled", "allowed") if entry is not None and name in entry.attributes), "")


def lists_of(page: ListPage, view: View) -> tuple[Collection, ...]:
    """The lists that a page's rows come from."""
    return page.lists(view) if page.lists is not None else page.collections


def entries(view: View, collection: Collection) -> tuple[EffectiveEntry, ...]:
    found = ways.element(view, collection.way)
    return found.entries if found is not None else ()


def selected(target: Target) -> Selected | None:
    return target.value if isinstance(target.value, Selected) else None


def rows_of(view: View, collection: Collection) -> list[Row]:
    found: list[Row] = []
    taken: dict[str, int] = {}
    for index, entry in enumerate(entries(view, collection), 1):
        name = collection.name_of(entry)
        unique = name
        while unique in taken:
            taken[name] += 1
            unique = f"{name} ({taken[name]})"
        taken[unique] = 1
        found.append(_row(collection, entry, unique, index))
    return found


def _row(collection: Collection, entry: EffectiveEntry, name: str, index: int) -> Row:
    where = "Local" if entry.local else "Inherited"
    cells = {"entry": cell(where + ("  locked" if entry.locked else ""), "text" if entry.local else "quiet")}
    if collection.ordered:
        cells["order"] = cell(index, "quiet", order=float(index))
    groups: dict[str, tuple[str, str]] = {"entry": (where, "heading")}
    for place, part in enumerate(collection.parts):
        text = collection.in_words(entry, part.attribute) or part.empty
        number = float(text) if part.align == "right" and text.lstrip("-").isdigit() else None
        cells[part.attribute] = cell(text, "text" if place == 0 or entry.local else "quiet", bold=entry.local and place == 0, order=number)
        if part.group:
            groups[part.attribute] = (text or "None", "heading")
    return Row(Target("entry", name, Selected(collection, entry)), cells, groups=groups)


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """The whole entry, with where it is written: columns cut it."""
    chosen = selected(target) if target else None
    if target is None or chosen is None:
        return ()
    runs = [run(target.name, bold=True)]
    for name, value in chosen.entry.values.items():
        if value.value and value.value != chosen.collection.name_of(chosen.entry):
            runs += [run(f"   {name} ", "quiet"), run(chosen.collection.in_words(chosen.entry, name))]
    for name in chosen.collection.dialog:
        if "/" in name and (text := chosen.collection.in_words(chosen.entry, name)):
            runs += [run(f"   {name.replace('/', ' ')} ", "quiet"), run(text)]
    found = [line(*runs)]
    if chosen.entry.source is not None:
        found.append(line(run("written in ", "quiet"), run(str(chosen.entry.source), "link", link="view_source")))
    if chosen.entry.locked:
        found.append(
            line(run("locked: ", "warning"), run("a level above keeps it as it is; changing it here would be answered with 500.19.", "quiet"))
        )
    return found


def columns(collection: Collection) -> tuple[Column, ...]:
    order = (Column("order", "#", 3, "right", drop=9),) if collection.ordered else ()
    parts = tuple(Column(part.attribute, part.title, part.width, part.align, part.drop, part.grow) for part in collection.parts)
    return (*order, *parts, Column("entry", "Entry Type", 17))


def executed(section: str) -> bool:
    return section in READ


def collection_page(
    id: str,
    title: str,
    sentence: str,
    collection: Collection,
    *,
    settings: tuple[str, ...] = (),
    settings_faults: Callable[[Mapping[str, str]], Mapping[str, str]] = entry_faults.nothing,
    empty: str = "",
    note: str | None = None,
) -> ListPage:
    """The page of one list. `note`: what this server does with it, where it is not simply executed or not."""
    first = ("", "Ordered List" if collection.ordered else "No Grouping")
    groups = (first, ("entry", "Entry Type"), *((part.attribute, part.title) for part in collection.parts if part.group))
    told = note if note is not None else "" if executed(collection.section) else NOT_EXECUTED
    return ListPage(
        id, title, f"{sentence} {told}".strip(), columns(collection), lambda view: rows_of(view, collection), groups=groups, detail=detail,
        empty=empty or f"No {collection.noun} is set. + adds one.", group_order=("Local", "Inherited"), section=collection.section,
        collections=(collection,), settings=settings, settings_faults=settings_faults,
    )  # fmt: skip
