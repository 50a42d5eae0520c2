"""Settings as edits of the configuration, checked against the schema, and the saving of them.

Knows sections by their schema alone; what an object is, its own file knows. What IIS would refuse is refused before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from console.cli.appcmd.failure import ACCESS_DENIED, ALREADY_EXISTS, INVALID_DATA, INVALID_PARAMETER, NOT_FOUND, AppCmdError
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import Selector, Setting
from console.cli.output import words
from model.edits import AddEntry, Batch, CannotEdit, ClearEntries, Edit, RemoveEntry, Revert, SetAttribute, Step, Where
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.locks import LOCK_ATTRIBUTES
from model.schema import AttributeSchema, ElementSchema
from model.schema.value import fault
from model.source import Problem
from model.workspace import ChangedOnDisk, ReadOnly


@dataclass
class Target:
    """An element of a section that settings are about: where it stands, what it may hold, what holds there now."""

    where: Where
    steps: tuple[Step, ...]
    schema: ElementSchema
    element: EffectiveElement
    #: Entries that settings of the same command add: they are not in `element` yet.
    added: bool = False


@dataclass
class Changes:
    """The edits of one command, in the order of its settings."""

    target: Target
    edits: list[Edit] = field(default_factory=list)

    def take(self, setting: Setting) -> None:
        if not setting.path:
            self.edits.append(ClearEntries(self.target.where, self.target.steps))
            return
        *above, last = setting.path
        place = self._at(above, setting)
        if setting.sign == "+":
            assert isinstance(last, Selector)
            self._add(place, last, setting)
        elif setting.sign == "~":
            self.edits.append(ClearEntries(place.where, self._inner(place, last, setting).steps))
        elif isinstance(last, Selector):
            entry = _entry(place, last, setting)
            if setting.sign != "-":
                raise AppCmdError(INVALID_PARAMETER, f'The parameter "{setting.typed}" names an entry and no attribute of it.')
            self.edits.append(RemoveEntry(place.where, place.steps, entry.steps[-1].key))
        elif setting.sign == "-" and _known(place.schema.elements, last):
            self.edits.append(Revert(place.where, self._inner(place, last, setting).steps))
        else:
            attribute = attribute_of(place.schema, last, setting.typed)
            value = None if setting.sign == "-" else accepted(attribute, setting.value)
            self.edits.append(SetAttribute(place.where, place.steps, attribute.name, value))

    def _at(self, path: Iterable[str | Selector], setting: Setting) -> Target:
        place = self.target
        for part in path:
            place = self._inner(place, part, setting)
        return place

    def _inner(self, place: Target, part: str | Selector, setting: Setting) -> Target:
        if isinstance(part, Selector):
            return _entry(place, part, setting)
        name = _known(place.schema.elements, part)
        if name is None:
            raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{setting.typed}".')
        return Target(place.where, (*place.steps, Step(name)), place.schema.elements[name], place.element.at(name), place.added)

    def _add(self, place: Target, selector: Selector, setting: Setting) -> None:
        collection, entry = place.schema.collection, place.schema.entry
        if collection is None or entry is None:
            raise AppCmdError(INVALID_PARAMETER, f'"{setting.typed}" names no collection.')
        pairs = [(attribute_of(entry, name, setting.typed), value) for name, value in selector.pairs]
        given = tuple((attribute.name, accepted(attribute, value)) for attribute, value in pairs)
        missing = [name for name in entry.required if name not in dict(given)]
        if missing:
            raise AppCmdError(INVALID_PARAMETER, f"New {collection.add[0]} object missing required attributes: {', '.join(missing)}.")
        index = 0 if selector.place == "start" else int(selector.place) if selector.place.isdecimal() else None
        self.edits.append(AddEntry(place.where, place.steps, collection.add[0], given, index))
        self.target.added = True


def _known(names: Iterable[str], typed: str) -> str | None:
    return next((name for name in names if name.lower() == typed.lower()), None)


def attribute_of(schema: ElementSchema, typed: str, whole: str) -> AttributeSchema:
    """The attribute in the schema's own spelling. Raises AppCmdError."""
    name = _known(schema.attributes, typed)
    if name is not None:
        return schema.attributes[name]
    lock = _known(LOCK_ATTRIBUTES, typed)
    if lock is not None:
        return AttributeSchema(lock, "bool" if lock == "lockItem" else "string")
    if schema.allow_unrecognized:
        return AttributeSchema(typed, "string")
    raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{whole}".')


def accepted(attribute: AttributeSchema, value: str) -> str:
    """The value in the schema's own spelling. Raises AppCmdError for one that IIS would refuse."""
    if attribute.type == "bool":
        value = value.lower()
    elif attribute.type in ("enum", "flags"):
        names = {name.lower(): name for name in attribute.names}
        value = ", ".join(names.get(part.strip().lower(), part.strip()) for part in value.split(","))
    reason = fault(attribute, value)
    if reason:
        typed = "" if attribute.encrypted else f' "{value}"'
        raise AppCmdError(INVALID_DATA, f'The attribute "{attribute.name}" cannot be{typed or " this"}. {reason}.')
    return value


def _entry(place: Target, selector: Selector, setting: Setting) -> Target:
    schema, collection = place.schema.entry, place.schema.collection
    if schema is None or collection is None:
        raise AppCmdError(INVALID_PARAMETER, f'"{setting.typed}" names no collection.')
    pairs = tuple((attribute_of(schema, name, setting.typed), value) for name, value in selector.pairs)
    found = _place(place.element.entries, selector.place) if selector.place else [e for e in place.element.entries if _matches(e, pairs)]
    if found:
        entry = found[0]
        key = tuple((name, entry.get(name)) for name in collection.key) or tuple((attribute.name, value) for attribute, value in pairs)
        return Target(place.where, (*place.steps, Step(entry.name, key)), schema, entry, place.added)
    if place.added and pairs:
        step = Step(collection.add[0], tuple((attribute.name, value) for attribute, value in pairs))
        return Target(place.where, (*place.steps, step), schema, EffectiveElement(step.name), True)
    raise AppCmdError(NOT_FOUND, "Cannot find requested collection element.")


def _place(entries: tuple[EffectiveEntry, ...], place: str) -> list[EffectiveEntry]:
    number = {"start": 0, "end": len(entries) - 1}.get(place, int(place) if place.isdecimal() else len(entries))
    return [entries[number]] if 0 <= number < len(entries) else []


def _matches(entry: EffectiveEntry, pairs: tuple[tuple[AttributeSchema, str], ...]) -> bool:
    for attribute, value in pairs:
        here = entry.get(attribute.name)
        if here != value and (attribute.case_sensitive or here.lower() != value.lower()):
            return False
    return True


def save(server: Server, label: str, edits: Iterable[Edit], where: Where | None = None, *, insist: bool = False) -> None:
    """Writes the edits, all or none. Raises AppCmdError; what makes the configuration worse is refused with its first new error.

    `insist`: it is written as IIS does, and whoever asked is told what is now wrong.
    """
    workspace = server.workspace
    try:
        proposal = workspace.propose(Batch(label, tuple(edits)))
        errors = list(proposal.errors)
        if where is not None and proposal.meaning is not None and not errors:
            known = {(problem.code, problem.message) for problem in effective(workspace.hierarchy, where.section, where.path).errors}
            now = effective(proposal.meaning.hierarchy, where.section, where.path).errors
            errors = [problem for problem in now if (problem.code, problem.message) not in known]
        if errors and not insist:
            raise refuse(errors[0])
        for problem in errors:
            words(f"{problem.source}: {problem.message}")
        workspace.save(proposal)
    except (CannotEdit, ChangedOnDisk) as error:
        raise AppCmdError(INVALID_DATA, f"{error}.") from error
    except ReadOnly as error:
        if error.command:
            words(f"this would help: {error.command}")
        raise AppCmdError(ACCESS_DENIED, f"{error}.") from error


def refuse(problem: Problem) -> AppCmdError:
    """What IIS would answer with 500.19, as appcmd says it."""
    code = int(problem.code, 16) & 0xFFFF if problem.code.startswith("0x") else INVALID_DATA
    if code == ALREADY_EXISTS:
        return AppCmdError(code, f"{problem.message}.")
    rows = ["Configuration error"]
    if problem.source is not None:
        rows += [f"Filename: {problem.source.file}", f"Line Number: {problem.source.line}"]
    return AppCmdError(code, "\n".join((*rows, f"Description: {problem.message}", ".")))
