"""Property pages as data: groups of attributes with a draft that is applied as a whole; and the draft's fields, faults and edits.

Knows no widget. Kinds, ranges and defaults of the fields are the schema's; what holds between fields a page says. Drawn by screens/form_page.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from console import schema_fields, ways
from console.entry_faults import Given, nothing
from console.forms import Field
from console.listing import View
from console.ways import Way
from console.wording.names import VALUES, humanised, label
from model.edits import Edit, SetAttribute, Where
from model.effective import EffectiveValue
from model.schema import AttributeSchema

#: Flags with more names than this are written as text.
MOST_CHECKS = 32


def none(given: Given) -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """`choices`: (flags as they are written, word)."""

    label: str
    choices: schema_fields.Words

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(flag for value, _ in self.choices for flag in split(value)))


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes of one element under a heading. `server_only`: shown at the server's level alone; `words`: (attribute or flag, label).

    `one_of`: flags of an attribute of which only these combinations are offered; `optional`: what has a check box before it, attribute →
    (its label, the value that stands where it is not checked)."""

    heading: str
    way: Callable[[View], Way]
    attributes: tuple[str, ...]
    server_only: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    one_of: Mapping[str, OneOf] = field(default_factory=dict)
    optional: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormPage:
    """`faults`: what is wrong between fields, by PageField.name; `disabled`: the fields that mean nothing now, neither judged nor written."""

    id: str
    title: str
    sentence: str
    groups: tuple[Group, ...]
    section: str
    faults: Callable[[Given], Mapping[str, str]] = nothing
    disabled: Callable[[Given], Collection[str]] = none


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of the page: what it asks, and where its value lives. `flags`: the names of a flags attribute that it switches; `off`: of the
    check box before an optional value, what is written where it is not checked."""

    heading: str
    field: Field
    way: Way
    attribute: AttributeSchema
    value: EffectiveValue
    flags: tuple[str, ...] = ()
    off: str | None = None

    @property
    def name(self) -> str:
        """As the page's rules call it: "httpRedirect/destination", of flags "access/sslFlags/Ssl" by the first."""
        return "/".join((self.way.name, self.attribute.name, *self.flags[:1], *(("on",) if self.off is not None else ())))

    @property
    def state(self) -> str:
        where = "default" if self.value.is_default else "local" if self.value.local else "inherited"
        return f"{where}, locked" if self.value.locked else where


@dataclass(frozen=True, slots=True)
class Draft:
    """A page's fields with what its user made of them: field id → text."""

    page: FormPage
    fields: Sequence[PageField]
    values: Mapping[str, str]

    @property
    def disabled(self) -> frozenset[str]:
        """Ids of the fields that mean nothing now."""
        given = self._given(self.values)
        off = {
            *self.page.disabled(given),
            *(entry.name.removesuffix("/on") for entry in self.fields if entry.off is not None and given[entry.name] != "true"),
        }
        return frozenset(entry.field.id for entry in self.fields if entry.name in off)

    @property
    def says(self) -> dict[str, str]:
        """What would be applied: a field that means nothing stays as it is in the file."""
        off = self.disabled
        return {entry.field.id: entry.field.initial if entry.field.id in off else _text(entry, self.values) for entry in self.fields}

    @property
    def changed(self) -> tuple[PageField, ...]:
        says = self.says
        return tuple(entry for entry in self.fields if says[entry.field.id] != entry.field.initial)

    @property
    def faults(self) -> dict[str, str]:
        """Field id → what is wrong with it. What was left alone is not held against who changes nothing."""
        says, changed = self.says, self.changed
        found = {
            entry.field.id: problem
            for entry in changed
            if not entry.flags and entry.off is None and (problem := schema_fields.wrong(entry.attribute, says[entry.field.id]))
        }
        between = self.page.faults(self._given(says)) if changed else {}
        return found | {entry.field.id: between[entry.name] for entry in self.fields if entry.name in between and entry.field.id not in found}

    def edits(self, where: Callable[[str], Where]) -> tuple[Edit, ...]:
        """One edit for each attribute whose draft differs from what is in force."""
        found: list[Edit] = []
        seen: set[tuple[Way, str]] = set()
        says = self.says
        for entry in self.changed:
            if (entry.way, entry.attribute.name) in seen:
                continue
            seen.add((entry.way, entry.attribute.name))
            text = _flags(self.fields, entry, says) if entry.flags else self._text_of(entry, says)
            keeps_empty = entry.attribute.type == "string" and bool(entry.attribute.default)
            found.append(SetAttribute(where(entry.way.section), entry.way.steps, entry.attribute.name, text if text or keeps_empty else None))
        return tuple(found)

    def _text_of(self, one: PageField, says: Mapping[str, str]) -> str:
        """What the attribute's value and the check box before it say together."""
        text = says[one.field.id]
        for entry in self.fields:
            if (entry.way, entry.attribute.name) == (one.way, one.attribute.name):
                if entry.off is None:
                    text = says[entry.field.id]
                elif says[entry.field.id] != "true":
                    return entry.off
        return text

    def _given(self, values: Mapping[str, str]) -> dict[str, str]:
        return {entry.name: _text(entry, values) for entry in self.fields}


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
        field_words, hint = VALUES.get(f"{way.name}/{attribute.name}") or VALUES.get(attribute.name, ()), group.hints.get(attribute.name, "")
        switch = []
        initial = value.value
        if attribute.name in group.optional:
            text, off = group.optional[attribute.name]
            asked = Field(f"{name}--on", text, "check", str(initial != off).lower())
            switch = [PageField(group.heading, asked, way, attribute, value, off=off)]
            initial = attribute.default if initial == off else initial
        made = schema_fields.field_of(attribute, initial, id=name, label=words, words=field_words, hint=hint)
        return [*switch, PageField(group.heading, made, way, attribute, value)]
    on = {part.lower() for part in split(value.value)}
    one_of = group.one_of.get(attribute.name)
    together = one_of.flags if one_of is not None else ()
    found = [
        PageField(
            group.heading, Field(f"{name}--{flag}", group.words.get(flag) or humanised(flag), "check", str(flag.lower() in on).lower()),
            way, attribute, value, (flag,),
        )
        for flag, number in attribute.values if number and flag not in together
    ]  # fmt: skip
    if one_of is not None:
        now = ", ".join(flag for flag in together if flag.lower() in on)
        asked = Field(f"{name}--{together[0]}", f"{one_of.label}:", "choice", now, schema_fields.with_own(one_of.choices, now))
        found.append(PageField(group.heading, asked, way, attribute, value, together))
    return found


def split(flags: str) -> list[str]:
    return [part.strip() for part in flags.split(",") if part.strip()]


def _text(entry: PageField, values: Mapping[str, str]) -> str:
    """Without blanks around it, unless the file has them."""
    text = values.get(entry.field.id, entry.field.initial)
    return text if text == entry.field.initial else text.strip()


def _flags(listed: Sequence[PageField], one: PageField, values: Mapping[str, str]) -> str:
    """All that the attribute's fields say together."""
    chosen: set[str] = set()
    for entry in listed:
        if (entry.way, entry.attribute.name) == (one.way, one.attribute.name):
            value = values[entry.field.id]
            chosen |= set(split(value) if entry.field.kind == "choice" else entry.flags if value == "true" else ())
    nothing_chosen = next((name for name, number in one.attribute.values if not number), "")
    return ", ".join(name for name, _ in one.attribute.values if name in chosen) or nothing_chosen
