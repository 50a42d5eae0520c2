"""Edits as text that does the same again: lines of appcmd, and a Python program on model.workspace. No Textual.

Knows no widget and no files. Secrets are never written out: a comment stands where one has to be given by hand.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from model import administration
from model.config_path import ConfigPath
from model.edits import (
    AddEntry,
    ClearEntries,
    Edit,
    LockAttributes,
    LockSection,
    RemoveEntry,
    Revert,
    SetAttribute,
    Single,
    Step,
    Where,
    is_secret,
    singles,
)  # fmt: skip
from model.effective import EffectiveElement, EffectiveEntry
from model.schema import section_schema

#: What of a double-quoted text a shell would read: then single quotes stand around it.
_SPECIAL = re.compile(r'["$`!]|\\\\|\\$')
_MODULES = {
    "ConfigPath": "model.config_path", "Where": "model.edits", "Step": "model.edits", "Batch": "model.edits", "Draft": "model.layout",
    **dict.fromkeys(
        ("SetAttribute", "AddEntry", "RemoveEntry", "MoveEntry", "ClearEntries", "Revert", "LockSection", "LockAttributes"), "model.edits"
    ),
}  # fmt: skip


def appcmd_lines(edits: Iterable[Edit]) -> list[str]:
    """One command an edit; what appcmd has no words for is a comment."""
    return [line for edit in edits for single in singles(edit) for line in _appcmd(single)]


def _appcmd(edit: Single) -> Iterator[str]:
    where = edit.where
    match edit:
        case _ if where.commit == "administration":
            yield f"# {edit.label} ({administration.FILE}): appcmd has no command for it"
        case SetAttribute() if is_secret(where.section, edit.steps, edit.name) and edit.value is not None:
            yield f"# {edit.name} of {where.section} is a secret: {_config(where, _way(edit.steps, edit.name), '…')}"
        case SetAttribute():
            yield _config(where, ("-" if edit.value is None else "") + _way(edit.steps, edit.name), edit.value)
        case AddEntry() if not _usual(edit):
            yield f"# {edit.label}: appcmd adds no <{edit.element}> here"
        case AddEntry():
            place = () if edit.index is None else (f"@{edit.index}",)
            plain = [(name, value) for name, value in edit.attributes if not is_secret(where.section, (*edit.steps, Step(edit.element)), name)]
            yield _config(where, "+" + _way(edit.steps, _selector(plain, place)), None)
        case RemoveEntry():
            yield _config(where, "-" + _way(edit.steps, _selector(edit.key)), None)
        case ClearEntries():
            yield _config(where, "~" + _way(edit.steps, ""), None)
            for draft in edit.entries:
                yield _config(where, "+" + _way(edit.steps, _selector(draft.attributes)), None)
        case Revert() if not edit.steps:
            yield _command("clear", where)
        case Revert():
            yield _config(where, "-" + _way(edit.steps, ""), None)
        case LockSection() if edit.mode != "Inherit":
            yield _command("lock" if edit.mode == "Deny" else "unlock", where)
        case LockAttributes():
            sign = "" if edit.locked else "-"
            yield _config(where, sign + _way(edit.steps, "lockAttributes"), ",".join(edit.names) if edit.locked else None)
        case _:
            yield f"# {edit.label}: appcmd has no command for it"


def _usual(edit: AddEntry) -> bool:
    """Whether the entry is of the kind that appcmd adds, where a list has several (`allow` and `deny`)."""
    schema = section_schema(edit.where.section)
    owner = schema.find("/".join(step.name for step in edit.steps)) if schema is not None else None
    return owner is None or owner.collection is None or owner.collection.add[0] == edit.element


def _way(steps: tuple[Step, ...], last: str) -> str:
    return ".".join((*(_selector(step.key) if step.key else step.name for step in steps), *((last,) if last else ())))


def _selector(pairs: Iterable[tuple[str, str]], more: tuple[str, ...] = ()) -> str:
    quoted = (f'{name}="{value}"' if "'" in value else f"{name}='{value}'" for name, value in pairs)
    return f"[{','.join((*more, *quoted))}]"


def _config(where: Where, setting: str, value: str | None) -> str:
    told = f"/{setting}" if value is None else f"/{setting}:{value}"
    return _command("set", where, _quoted(told))


def _command(verb: str, where: Where, *more: str) -> str:
    place = () if where.path.is_server else (_quoted(where.path.location),)
    commit = where.commit.location if isinstance(where.commit, ConfigPath) else ""
    to = ("/commit:apphost",) if where.path.is_server or where.commit == "location" else (_quoted(f"/commit:{commit}"),) if commit else ()
    return " ".join(("appcmd", verb, "config", *place, f"/section:{where.section}", *more, *to))


def _quoted(text: str) -> str:
    """In double quotes, which Windows' own shell reads too, where a Unix shell reads nothing in them."""
    return shlex.quote(text) if _SPECIAL.search(text) or not text.isprintable() else f'"{text}"'


def python_lines(edits: Iterable[Edit], root: Path, label: str) -> list[str]:
    """A program that makes the same change, as one entry of the history."""
    kept: list[Edit] = []
    notes: list[str] = []
    for edit in edits:
        for single in singles(edit):
            if isinstance(single, SetAttribute) and single.value is not None and is_secret(single.where.section, single.steps, single.name):
                notes.append(f"# {single.name} of {single.where.section} is a secret: add it by hand")
            else:
                kept.append(single)
    text = [f"    {edit!r}," for edit in kept]
    used = [name for name in _MODULES if any(f"{name}(" in line for line in text) or name == "Batch"]
    imports = [
        f"from {module} import {', '.join(sorted(name for name in used if _MODULES[name] == module))}"
        for module in sorted({_MODULES[name] for name in used})
    ]
    return [
        "from pathlib import Path", "", *imports, "from model.workspace import Workspace", "",
        f"workspace = Workspace.open(Path({str(root)!r}))", *notes, f"change = Batch({label!r}, (", *text, "))",
        "workspace.save(workspace.propose(change))",
    ]  # fmt: skip


def local_edits(section: str, where: Where, element: EffectiveElement, steps: tuple[Step, ...] = ()) -> list[Edit]:
    """All that this level itself says of a section, as the edits that would say it again."""
    found: list[Edit] = [SetAttribute(where, steps, name, value.value) for name, value in element.values.items() if value.local]
    for name, inner in element.elements.items():
        found += local_edits(section, where, inner, (*steps, Step(name)))
    for entry in element.entries:
        found += _entry(section, where, entry, steps)
    return found


def _entry(section: str, where: Where, entry: EffectiveEntry, steps: tuple[Step, ...]) -> list[Edit]:
    schema = section_schema(section)
    owner = schema.find("/".join(step.name for step in steps)) if schema is not None else None
    collection = owner.collection if owner is not None else None
    keys = collection.key if collection is not None else ()
    written = tuple((name, value.value) for name, value in entry.values.items() if not value.is_default)
    step = Step(entry.name, tuple((name, value) for name, value in written if name in keys) or written)
    found: list[Edit] = [AddEntry(where, steps, entry.name, written)] if entry.local else []
    if not entry.local:
        found += [SetAttribute(where, (*steps, step), name, value.value) for name, value in entry.values.items() if value.local]
    for name, inner in entry.elements.items():
        found += local_edits(section, where, inner, (*steps, step, Step(name)))
    for other in entry.entries:
        found += _entry(section, where, other, (*steps, step))
    return found
