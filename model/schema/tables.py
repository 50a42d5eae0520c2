"""Reads the schema's data: section name -> ElementSchema, only for the sections that are asked for.

Knows the layout of sections.tsv alone. make.py writes that file; element.py says what comes out.
"""

from __future__ import annotations

import functools
from pathlib import Path

from model.schema.element import AttributeSchema, CollectionSchema, ElementSchema

_DATA = Path(__file__).with_name("sections.tsv")

#: Elements whose own attributes are open to names that the schema does not have.
_OPEN = frozenset({"system.web/httpRuntime", "system.web/identity", "configProtectedData"})


@functools.cache
def _rows() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        section = line.split("\t", 2)[1]
        found.setdefault(section, []).append(line)
    return found


@functools.cache
def sections() -> frozenset[str]:
    """Full names of every section that has a schema here."""
    return frozenset(_rows())


@functools.cache
def section_groups() -> frozenset[str]:
    """ "system.webServer", "system.webServer/security" …: every group on the way to a section."""
    groups: set[str] = set()
    for name in _rows():
        parts = name.split("/")
        groups.update("/".join(parts[:length]) for length in range(1, len(parts)))
    return frozenset(groups)


@functools.cache
def section_schema(section: str) -> ElementSchema | None:
    """The schema of a section by its full name, None where there is none."""
    lines = _rows().get(section)
    if lines is None:
        return None
    root = ElementSchema(section.rpartition("/")[2], allow_unrecognized=section in _OPEN)
    rows = [line.split("\t") for line in lines]
    for row in rows:
        if row[0] == "C":
            _collection(root, row)
    for row in rows:
        if row[0] == "A":
            attribute = _attribute(row)
            _element(root, row[2]).attributes[attribute.name] = attribute
    return root


def _element(root: ElementSchema, path: str) -> ElementSchema:
    found = root
    for step in filter(None, path.split("/")):
        if step.startswith("<"):
            if found.entry is None:
                found.entry = ElementSchema(step.strip("<>").split(",")[0])
                found.collection = found.collection or CollectionSchema(add=tuple(step.strip("<>").split(",")))
            found = found.entry
        else:
            found = found.elements.setdefault(step, ElementSchema(step))
    return found


def _collection(root: ElementSchema, row: list[str]) -> None:
    _, _, path, add, remove, clear, key, merge, defaults = row
    owner = _element(root, path)
    owner.collection = CollectionSchema(
        add=tuple(add.split(",")),
        remove="" if remove == "-" else remove,
        clear="" if clear == "-" else clear,
        key=tuple(filter(None, key.split("+"))),
        local_first=merge.startswith("prepend"),
        allow_duplicates="D" in merge,
        defaults=defaults,
    )
    owner.entry = owner.entry or ElementSchema(add.split(",")[0])
    owner.entry.allow_unrecognized = "U" in merge


def _attribute(row: list[str]) -> AttributeSchema:
    _, _, _, name, kind, default, flags, validation, values = row
    marks = flags.split()
    return AttributeSchema(
        name=name,
        type=kind,
        default=default,
        required="R" in marks,
        key="K" in marks or "CK" in marks,
        combined="CK" in marks,
        case_sensitive="CS" in marks,
        encrypted="ENC" in marks,
        expanded="EXP" in marks,
        infinite="INF" in marks,
        unit=next((mark.removeprefix("fmt=") for mark in marks if mark.startswith("fmt=")), ""),
        validation=validation,
        values=tuple(_numbered(pair) for pair in values.split(",") if pair),
    )


def _numbered(pair: str) -> tuple[str, int]:
    name, _, number = pair.partition("=")
    return name.strip(), int(number or 0)
