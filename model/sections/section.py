"""Section: the parent of the typed sections, and how one is read from an effective element by the schema's names.

Knows neither files nor inheritance: an EffectiveElement comes in. A field's alias is the schema's name (camelCase by itself);
a tuple of entries is the collection of the element that its alias names, "." for the element's own.
"""

from __future__ import annotations

import functools
import typing
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from model.config_path import ConfigPath
from model.effective import EffectiveElement, EffectiveEntry, EffectiveSection, effective
from model.schema import ElementSchema, section_schema
from model.schema.value import Value, parse
from model.source import Source

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy

OWN = "."


class Section(BaseModel):
    """A section, an element of one or an entry. `source` is where it was written last, None where nobody did."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, alias_generator=to_camel, extra="forbid")

    #: The section's full name; "" for parts of sections.
    SECTION: ClassVar[str] = ""

    source: Source | None = None
    local: bool = False

    @classmethod
    def of(cls, hierarchy: Hierarchy, path: ConfigPath | None = None) -> Self:
        """The section as it holds at a path (the server's level without one), entries marked local for that path."""
        return cls.from_effective(effective(hierarchy, cls.SECTION, path or ConfigPath()))

    @classmethod
    def from_effective(cls, section: EffectiveSection) -> Self:
        schema = section_schema(cls.SECTION)
        assert schema is not None, f"{cls.SECTION} has no schema"
        return cls.from_element(section.root, schema)

    @classmethod
    def from_element(cls, element: EffectiveElement, schema: ElementSchema) -> Self:
        values: dict[str, object] = {"source": element.source}
        if isinstance(element, EffectiveEntry):
            values["local"] = element.local
        for name, alias, part, is_collection in _fields(cls):
            if part is None:
                value = _value(element, schema, alias)
                if value is not None:
                    values[name] = value
            elif is_collection:
                owner, owner_schema = (element, schema) if alias == OWN else (element.at(alias), schema.find(alias) or schema)
                assert owner_schema.entry is not None
                entry_schema = owner_schema.entry
                values[name] = tuple(part.from_element(entry, entry_schema) for entry in owner.entries)
            else:
                values[name] = part.from_element(element.at(alias), schema.find(alias) or ElementSchema(alias))
        return cls.model_validate(values)


def _value(element: EffectiveElement, schema: ElementSchema, alias: str) -> Value | None:
    """The Python value; None where the schema's text is none of its type (nobody set it): the field's own default holds."""
    found = element.values.get(alias)
    described = schema.attributes.get(alias)
    if found is None or described is None:
        return None
    if found.is_default and not found.value and described.type != "string":
        return () if described.type == "flags" else None
    try:
        return parse(described, found.value)
    except ValueError:
        return None


@functools.cache
def _fields(model: type[Section]) -> tuple[tuple[str, str, type[Section] | None, bool], ...]:
    """(field, alias, the part's model or None, whether it is a collection) of every field that is read from the element."""
    found = []
    for name, info in model.model_fields.items():
        if name in ("source", "local") or info.exclude:
            continue
        part, is_collection = _part(info.annotation)
        found.append((name, info.alias or name, part, is_collection))
    return tuple(found)


def _part(annotation: object) -> tuple[type[Section] | None, bool]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation, False
    if typing.get_origin(annotation) is tuple:
        first = typing.get_args(annotation)[0]
        if isinstance(first, type) and issubclass(first, Section):
            return first, True
    return None, False
