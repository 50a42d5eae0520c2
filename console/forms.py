"""Dialogs as data: fields, what they accept, and the edit that comes out of them. No Textual.

Knows no widget; screens/dialog.py draws any Form. Labels are IIS's own words; ranges and rules are the schema's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from model.config_path import ConfigPath
from model.edits import AddEntry, Batch, Edit, SetAttribute, Step, Where
from model.effective import effective
from model.hierarchy import Hierarchy
from model.presence import is_folder

Values = Mapping[str, str]
POOLS = "system.applicationHost/applicationPools"
SITES = "system.applicationHost/sites"
#: What IIS refuses in the name of a pool or a site.
BAD_IN_NAMES = frozenset('\\/"|<>:*?[]+=;,@&')


def folder_of(text: str) -> Path:
    """A folder as a person types it: "~" is their home; "~" of nobody stays as it is, and is no folder."""
    given = Path(text.strip())
    try:
        return given.expanduser()
    except RuntimeError:
        return given


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report: what was looked at, and how it stands; "" where that is no question."""

    state: Literal["good", "warning", "bad", ""]
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """A button within a form. `opens`: a report, or another form whose answers go through `takes` into the fields of the same names."""

    label: str
    opens: Callable[[Values], Form | Report]
    takes: Callable[[Values], Values] = lambda values: values


@dataclass(frozen=True, slots=True)
class Field:
    """`choices`: (value, label). A check's value is "true" or "false"; a secret is not shown as it is typed; what is hidden only another
    form fills in. Headings, notes and buttons have no value; before buttons stands what `told` says of the values.
    """

    id: str
    label: str
    kind: Literal["text", "choice", "check", "secret", "heading", "note", "hidden", "buttons"] = "text"
    initial: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    #: Of a wizard: the step that asks it.
    step: int = 0
    told: Callable[[Values], str] = lambda values: ""
    presses: tuple[Press, ...] = ()

    def in_words(self, value: str) -> str:
        """What the field shows of it."""
        return next((word for known, word in self.choices if known == value), value)


@dataclass(frozen=True, slots=True)
class Form:
    """`check` answers field id → what is wrong with it; OK waits until nothing is. `file`: what will be written.

    `steps`: the titles of a wizard's steps. `disabled`: the fields that mean nothing now, by what the others say.
    """

    title: str
    fields: tuple[Field, ...]
    check: Callable[[Values], Mapping[str, str]]
    file: str = ""
    ok: str = "OK"
    steps: tuple[str, ...] = ()
    disabled: Callable[[Values], Collection[str]] = lambda values: ()
    #: What other fields become when the person chose another value of one.
    follows: Callable[[str, Values], Values] = lambda name, values: {}

    @property
    def initial(self) -> dict[str, str]:
        return {field.id: field.initial for field in self.asked}

    @property
    def asked(self) -> tuple[Field, ...]:
        """Those that have a value."""
        return tuple(field for field in self.fields if field.kind not in ("heading", "note", "buttons"))

    def filled(self, values: Values) -> Form:
        """The same, beginning with these values."""
        return replace(self, fields=tuple(replace(field, initial=values.get(field.id, field.initial)) for field in self.fields))

    def in_words(self, name: str, value: str) -> str:
        return next((field.in_words(value) for field in self.fields if field.id == name), value)

    def label_of(self, name: str) -> str:
        return next((field.label.strip().rstrip(":") for field in self.fields if field.id == name), name)


def only_shown(name: str) -> Callable[[Values], Collection[str]]:
    """Of a field that tells what the dialog is about, as IIS Manager greys it; "" for none. Rename changes names."""
    return lambda values: (name,) if name else ()


RUNTIMES = (("v4.0", ".NET CLR v4.0.30319"), ("v2.0", ".NET CLR v2.0.50727"), ("", "No Managed Code"))
MODES = (("Integrated", "Integrated"), ("Classic", "Classic"))


def name_problem(name: str, taken: set[str], noun: str) -> str:
    if not name.strip():
        return f"The {noun} needs a name."
    bad = sorted(set(name) & BAD_IN_NAMES | {character for character in name if not character.isprintable()})
    if bad:
        return f"A name cannot contain {' '.join(ascii(character)[1:-1] for character in bad)}"
    if len(name) > 64 and noun == "pool":
        return "A pool's name has at most 64 characters."
    return f"There is a {noun} of that name." if name.casefold() in taken else ""


def pool_form(hierarchy: Hierarchy, name: str | None = None) -> Form:
    """Add Application Pool, or Basic Settings of `name`."""
    pools = {pool.name: pool for pool in hierarchy.pools()}
    pool = pools.get(name or "")
    taken = {other.casefold() for other in pools if other != name}
    fields = (
        Field("name", "Name:", initial=pool.name if pool else ""),
        Field("runtime", ".NET CLR version:", "choice", pool.managed_runtime_version if pool else "v4.0", RUNTIMES),
        Field("mode", "Managed pipeline mode:", "choice", pool.managed_pipeline_mode if pool else "Integrated", MODES,
              hint="Integrated: one pipeline. Classic: managed code in a second one."),
        Field("start", "Start application pool immediately", "check", str(pool.auto_start if pool else True).lower()),
    )  # fmt: skip

    def check(values: Values) -> Mapping[str, str]:
        problem = name_problem(values["name"], taken, "pool") if pool is None else ""
        return {"name": problem} if problem else {}

    title = "Add Application Pool" if pool is None else f"Edit Application Pool — {pool.name}"
    return Form(title, fields, check, "applicationHost.config", disabled=only_shown("name" if pool else ""))


def pool_step(name: str) -> tuple[Step, ...]:
    return (Step("add", (("name", name),)),)


def add_pool(hierarchy: Hierarchy, values: Values) -> Edit:
    """What equals applicationPoolDefaults is not written."""
    attributes = [("name", values["name"].strip())]
    defaults = effective(hierarchy, POOLS, ConfigPath()).root.at("applicationPoolDefaults")
    for field, attribute in (("runtime", "managedRuntimeVersion"), ("mode", "managedPipelineMode")):
        if values[field] != defaults.get(attribute):
            attributes.append((attribute, values[field]))
    if values["start"] != "true":
        attributes.append(("autoStart", "false"))
    return AddEntry(Where(POOLS), (), "add", tuple(attributes))


def edit_pool(name: str, before: Values, after: Values) -> Edit | None:
    """Only what differs is written."""
    names = {"runtime": "managedRuntimeVersion", "mode": "managedPipelineMode", "start": "autoStart"}
    edits = tuple(SetAttribute(Where(POOLS), pool_step(name), names[field], after[field]) for field in names if after[field] != before[field])
    return Batch(f"edit {name}", edits) if edits else None


def toggle_mode(name: str, mode: str) -> Edit:
    """Writes that one attribute's value and nothing else."""
    return SetAttribute(Where(POOLS), pool_step(name), "managedPipelineMode", "Classic" if mode == "Integrated" else "Integrated")


def rename_form(hierarchy: Hierarchy, name: str) -> Form:
    taken = {pool.name.casefold() for pool in hierarchy.pools()} - {name.casefold()}

    def check(values: Values) -> Mapping[str, str]:
        problem = name_problem(values["name"], taken, "pool")
        return {"name": problem} if problem else {}

    hint = "Every application that names this pool follows."
    return Form(f"Rename {name}", (Field("name", "New name:", initial=name, hint=hint),), check, "applicationHost.config")


def rename_pool(hierarchy: Hierarchy, name: str, new: str) -> Edit:
    edits: list[Edit] = []
    for site in hierarchy.sites():
        for application in site.applications:
            if application.application_pool == name:
                steps = (Step("site", (("name", site.name),)), Step("application", (("path", application.path),)))
                edits.append(SetAttribute(Where(SITES), steps, "applicationPool", new))
    edits.append(SetAttribute(Where(POOLS), pool_step(name), "name", new))
    return Batch(f"rename {name} to {new}", tuple(edits))


def module_form(modules: set[str], name: str = "", kind: str = "", managed_only: bool = False) -> Form:
    """Add or edit a managed module."""
    taken = {module.casefold() for module in modules if module != name}
    fields: tuple[Field, ...] = (
        Field("name", "Name:", initial=name),
        Field("type", "Type:", initial=kind, hint="package.module.Name below the application's folder, or a .NET type that this server has"),
        Field("managed_only", "Invoke only for requests to ASP.NET applications or managed handlers", "check", str(managed_only).lower()),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {}
        if not name and not values["name"].strip():
            problems["name"] = "The module needs a name."
        elif not name and values["name"].strip().casefold() in taken:
            problems["name"] = "There is a module of that name here."
        if not values["type"].strip():
            problems["type"] = "What shall it run?"
        return problems

    title = f"Edit Managed Module — {name}" if name else "Add Managed Module"
    return Form(title, fields, check, disabled=only_shown("name" if name else ""))


def drives_form(names: Sequence[str], users: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> Form:
    """Map Drives: one field for each drive or variable that has no folder here, and for those mapped before. Empty: not mapped."""
    fields = tuple(
        Field(f"drive{index}", f"{name} is the folder:", initial=known.get(name, ""), hint=_uses(users.get(name, ())))
        for index, name in enumerate(names)
    )

    def check(values: Values) -> Mapping[str, str]:
        return {field: "There is no such folder." for field, text in values.items() if text.strip() and not is_folder(folder_of(text))}

    return Form("Map Drives", fields, check, ok="Keep")


def _uses(paths: Sequence[str]) -> str:
    if not paths:
        return ""
    return f"needed by {paths[0]}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")


def ports_form(ports: tuple[int, ...], known: Mapping[int, int], ok: str = "Start") -> Form:
    """Map Ports: one field for each port that the bindings name."""
    fields = tuple(
        Field(f"port{port}", f"Port {port} as:", initial=str(known.get(port) or (port if port >= 1024 else port + 8000))) for port in ports
    )

    def check(values: Values) -> Mapping[str, str]:
        bad = {
            name: "A number from 1 to 65535."
            for name, text in values.items()
            if not (text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= 65535)
        }
        seen: dict[str, str] = {}
        for name, text in values.items():
            if text.strip() in seen and name not in bad:
                bad[name] = f"Port {seen[text.strip()].removeprefix('port')} is mapped to it already."
            seen[text.strip()] = name
        return bad

    return Form("Map Ports", fields, check, ok=ok)


def module_where(path: ConfigPath) -> Where:
    return Where("system.webServer/modules", path)


def add_module(path: ConfigPath, values: Values) -> Edit:
    attributes = [("name", values["name"].strip()), ("type", values["type"].strip())]
    if values["managed_only"] == "true":
        attributes.append(("preCondition", "managedHandler"))
    return AddEntry(module_where(path), (), "add", tuple(attributes))


def edit_module(path: ConfigPath, name: str, before: Values, after: Values, condition: str = "") -> Edit | None:
    """Changes a local entry; other preconditions than managedHandler stay."""
    steps = (Step("add", (("name", name),)),)
    edits: list[Edit] = []
    if after["type"].strip() != before["type"]:
        edits.append(SetAttribute(module_where(path), steps, "type", after["type"].strip()))
    if after["managed_only"] != before["managed_only"]:
        tokens = [token for token in condition.split(",") if token and token.casefold() != "managedhandler"]
        tokens = [*(["managedHandler"] if after["managed_only"] == "true" else []), *tokens]
        edits.append(SetAttribute(module_where(path), steps, "preCondition", ",".join(tokens) or None))
    return Batch(f"edit {name}", tuple(edits)) if edits else None
