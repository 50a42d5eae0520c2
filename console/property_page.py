"""Property pages as data: groups of attributes with a draft that is applied as a whole; and the draft's fields, faults and edits.

Knows no widget. Kinds, choices, ranges and defaults of the fields are the schema's. Drawn by screens/form_page.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from console import schema_fields, ways
from console.forms import Field
from console.listing import View
from console.ways import Way
from console.wording.names import humanised, label
from model.edits import Edit, SetAttribute, Where
from model.effective import EffectiveValue
from model.schema import AttributeSchema

#: Flags with more names than this are written as text.
MOST_CHECKS = 32


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes of one element under a heading. `server_only`: shown at the server's level alone; `words`: (attribute or flag, label)."""

    heading: str
    way: Callable[[View], Way]
    attributes: tuple[str, ...]
    server_only: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormPage:
    id: str
    title: str
    sentence: str
    groups: tuple[Group, ...]
    section: str


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of the page: what it asks, and where its value lives. `flag`: the one name of a flags attribute that it switches."""

    heading: str
    field: Field
    way: Way
    attribute: AttributeSchema
    value: EffectiveValue
    flag: str = ""

    @property
    def state(self) -> str:
        where = "default" if self.value.is_default else "local" if self.value.local else "inherited"
        return f"{where}, locked" if self.value.locked else where


def fields(view: View, page: FormPage) -> tuple[PageField, ...]:
    """The page's fields with the values that are in force now."""
    found: list[PageField] = []
    for number, group in enumerate(page.groups):
        way = group.way(view)
        element, schema = ways.element(view, way), way.schema
        if (group.server_only and view.place.site) or element is None or schema is None:
            continue
        for name in group.attributes:
            attribute = schema.attributes[name]
            value = element.values.get(name) or EffectiveValue(attribute.default, is_default=True)
            words = group.words.get(name) or label(name)
            found += _of_attribute(group, f"g{number}--{name}", words, way, attribute, value)
    return tuple(found)


def _of_attribute(group: Group, name: str, words: str, way: Way, attribute: AttributeSchema, value: EffectiveValue) -> list[PageField]:
    if attribute.type != "flags" or len(attribute.names) > MOST_CHECKS:
        return [PageField(group.heading, schema_fields.field_of(attribute, value.value, id=name, label=words), way, attribute, value)]
    on = {part.strip().lower() for part in value.value.split(",")}
    return [
        PageField(
            group.heading, Field(f"{name}--{flag}", group.words.get(flag) or humanised(flag), "check", str(flag.lower() in on).lower()),
            way, attribute, value, flag,
        )
        for flag, number in attribute.values if number
    ]  # fmt: skip


def faults(listed: Sequence[PageField], values: Mapping[str, str]) -> dict[str, str]:
    """Field id → what is wrong with its draft."""
    return {
        entry.field.id: problem
        for entry in listed
        if not entry.flag
        and values[entry.field.id] != entry.field.initial
        and (problem := schema_fields.wrong(entry.attribute, values[entry.field.id].strip()))
    }


def edits(listed: Sequence[PageField], values: Mapping[str, str], where: Callable[[str], Where]) -> tuple[Edit, ...]:
    """One edit for each attribute whose draft differs from what is in force."""
    found: list[Edit] = []
    seen: set[tuple[Way, str]] = set()
    for entry in listed:
        if values[entry.field.id].strip() == entry.field.initial or (entry.way, entry.attribute.name) in seen:
            continue
        seen.add((entry.way, entry.attribute.name))
        text = _flags(listed, entry, values) if entry.flag else values[entry.field.id].strip()
        keeps_empty = entry.attribute.type == "string" and bool(entry.attribute.default)
        found.append(SetAttribute(where(entry.way.section), entry.way.steps, entry.attribute.name, text if text or keeps_empty else None))
    return tuple(found)


def _flags(listed: Sequence[PageField], one: PageField, values: Mapping[str, str]) -> str:
    chosen = [
        entry.flag for entry in listed if entry.way == one.way and entry.attribute.name == one.attribute.name and values[entry.field.id] == "true"
    ]
    nothing = next((name for name, number in one.attribute.values if not number), "")
    return ", ".join(chosen) or nothing
