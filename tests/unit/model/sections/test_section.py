"""Typed sections do not drift from the schema: every field is an attribute there, with the same type and default."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

import model.sections
from model.merge import default_element
from model.schema import ElementSchema, section_schema
from model.sections.section import OWN, Section, _fields

for _found in pkgutil.iter_modules(model.sections.__path__):
    importlib.import_module(f"model.sections.{_found.name}")


def _all(kind: type[Section]) -> Iterator[type[Section]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _all(inner)


SECTIONS = sorted({kind for kind in _all(Section) if kind.SECTION}, key=lambda kind: kind.SECTION)


def _drift(kind: type[Section], schema: ElementSchema, where: str) -> Iterator[str]:
    """Fields whose default is not what the schema's defaults read as, and names that the schema does not have."""
    read = kind.from_element(default_element(schema), schema)
    for name, alias, part, is_collection in _fields(kind):
        owner = schema if alias == OWN else schema.find(alias)
        if part is None:
            if alias not in schema.attributes:
                yield f"{where}@{alias} is not in the schema"
            elif schema.attributes[alias].default and getattr(read, name) != kind.model_fields[name].default and name != "fields":
                yield f"{where}@{alias}: {kind.model_fields[name].default!r} here, {getattr(read, name)!r} in the schema"
        elif owner is None or (is_collection and owner.entry is None):
            yield f"{where}/{alias} is not in the schema"
        else:
            inner = owner.entry if is_collection else owner
            assert inner is not None
            yield from _drift(part, inner, f"{where}/{alias}")


def test_there_are_sections() -> None:
    assert len(SECTIONS) > 25


@pytest.mark.parametrize("kind", SECTIONS, ids=lambda kind: kind.SECTION)
def test_no_drift(kind: type[Section]) -> None:
    schema = section_schema(kind.SECTION)
    assert schema is not None
    # "None" is how the schema writes that access@sslFlags asks for nothing.
    assert [line for line in _drift(kind, schema, kind.SECTION) if "sslFlags" not in line] == []


def test_sections_are_values() -> None:
    from model.sections.validation import Validation

    read = Validation()
    with pytest.raises(ValidationError):
        read.validate_integrated_mode_configuration = False
