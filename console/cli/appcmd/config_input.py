"""appcmd set config /in: the sections that `list config … /xml` printed, set as they stand there.

Knows sections by their schema alone. Attributes and entries that differ are written; entries that the input does not have stay, and
a secret, which is printed as asterisks, is left as it is. change.py saves.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.change import Target, accepted, attribute_of, save
from console.cli.appcmd.config_place import commit_level, path_of, section_of, where_of
from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError
from console.cli.appcmd.server import Server
from console.cli.output import line
from model.document import Element
from model.edits import AddEntry, Edit, SetAttribute, Step
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.schema import ElementSchema, section_schema
from model.secret import ASTERISKS


def set_as_given(server: Server, rows: tuple[Element, ...], commit: str | None) -> None:
    """Each <CONFIG> of the input. Raises AppCmdError; what came before the one at fault is saved, as by commands one after the other."""
    if not rows:
        raise AppCmdError(INVALID_PARAMETER, "What came on standard input names no section.")
    for row in rows:
        path = path_of(server, row.get("path", ""))
        section = section_of(server, path, row.get("CONFIG.SECTION", ""))
        where, schema = where_of(server, section, path, commit), section_schema(section)
        if schema is None or len(row.children) != 1:
            raise AppCmdError(INVALID_PARAMETER, f'The section "{section}" cannot be set from standard input: no content there, or no schema here.')
        target = Target(where, (), schema, effective(server.hierarchy, section, path).root)
        save(server, f"appcmd set config {path.location} {section}".replace("  ", " "), tuple(_edits(target, row.children[0])), where)
        level = commit_level(server, path, commit)
        line(f'Applied configuration changes to section "{section}" for "{path}" at configuration commit path "{level}"')


def _edits(target: Target, given: Element) -> Iterator[Edit]:
    yield from _attributes(target, given)
    for child in given.children:
        if child.name in target.schema.elements:
            inner = target.schema.elements[child.name]
            yield from _edits(Target(target.where, (*target.steps, Step(child.name)), inner, target.element.at(child.name)), child)
        else:
            yield from _entry(target, child)


def _attributes(target: Target, given: Element) -> Iterator[Edit]:
    for name, value in _settings(target.schema, given):
        known = target.element.values.get(name)
        if value != ASTERISKS and (known is None or known.value != value):
            yield SetAttribute(target.where, target.steps, name, value)


def _entry(target: Target, given: Element) -> Iterator[Edit]:
    collection, schema = target.schema.collection, target.schema.entry
    if collection is None or schema is None or given.name not in collection.add:
        raise AppCmdError(INVALID_PARAMETER, f'"{target.schema.name}" has no element "{given.name}".')
    settings = tuple(_settings(schema, given))
    names = collection.key or tuple(name for name, _ in settings)
    key = tuple((name, dict(settings).get(name, "")) for name in names)
    steps = (*target.steps, Step(given.name, key))
    found = next((entry for entry in target.element.entries if _is(entry, given.name, key, schema)), None)
    if found is None:
        yield AddEntry(target.where, target.steps, given.name, tuple(entry for entry in settings if entry[1] != ASTERISKS))
    else:
        yield from _attributes(Target(target.where, steps, schema, found), given)
    for child in given.children:
        inner = Target(target.where, steps, schema, found or EffectiveElement(given.name))
        if child.name in schema.elements:
            below = Target(target.where, (*steps, Step(child.name)), schema.elements[child.name], inner.element.at(child.name))
            yield from _edits(below, child)
        else:
            yield from _entry(inner, child)


def _settings(schema: ElementSchema, given: Element) -> Iterator[tuple[str, str]]:
    for attribute in given.attributes:
        known = attribute_of(schema, attribute.name, attribute.name)
        yield known.name, attribute.value if attribute.value == ASTERISKS else accepted(known, attribute.value)


def _is(entry: EffectiveEntry, name: str, key: tuple[tuple[str, str], ...], schema: ElementSchema) -> bool:
    def same(attribute: str, value: str) -> bool:
        exact = attribute in schema.attributes and schema.attributes[attribute].case_sensitive
        here = entry.get(attribute)
        return here == value or (not exact and here.lower() == value.lower())

    return entry.name == name and all(same(*pair) for pair in key)
