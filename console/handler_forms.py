"""Dialogs of handler mappings, by what a mapping executes, and the edits that come out of them. No Textual.

Knows no widget and applies nothing. Request Restrictions are part of each dialog; Edit Feature Permissions is the section's accessPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from console.forms import Field, Form, Values
from model.edits import AddEntry, Batch, Edit, SetAttribute, Step, Where
from model.effective import EffectiveEntry

SECTION = "system.webServer/handlers"
Kind = Literal["managed", "script", "wildcard", "module"]
TITLES: Mapping[Kind, str] = {
    "managed": "Managed Handler", "script": "Script Map", "wildcard": "Wildcard Script Map", "module": "Module Mapping",
}  # fmt: skip
RESOURCES = (("Unspecified", "Anything"), ("File", "File"), ("Directory", "Folder"), ("Either", "File or folder"))
ACCESS = tuple((name, name) for name in ("None", "Read", "Write", "Script", "Execute"))
#: The rights of Edit Feature Permissions; the other flags of accessPolicy stay as they are.
PERMISSIONS = ("Read", "Script", "Execute")
_ATTRIBUTES = {
    "path": "path",
    "type": "type",
    "executable": "scriptProcessor",
    "module": "modules",
    "resource": "resourceType",
    "access": "requireAccess",
}


def kind_of(entry: EffectiveEntry) -> Kind:
    if entry.get("type"):
        return "managed"
    if entry.get("modules") in ("IsapiModule", "CgiModule"):
        return "wildcard" if entry.get("path") == "*" and entry.get("modules") == "IsapiModule" else "script"
    return "module"


def handler_form(kind: Kind, names: set[str], modules: Sequence[str] = (), entry: EffectiveEntry | None = None) -> Form:
    """Add or Edit. `names`: of the mappings that are there; `modules`: of the modules that may handle requests."""
    taken = {name for name in names if entry is None or name != entry.get("name")}
    get = entry.get if entry is not None else {"verb": "*", "resourceType": "Unspecified", "requireAccess": "Script"}.get
    verbs = (get("verb") or "*").strip()
    fields: list[Field] = []
    if kind != "wildcard":
        fields.append(Field("path", "Request path:", initial=get("path") or "", hint="For example *.bas or wsvc.axd"))
    if kind == "managed":
        fields.append(Field("type", "Type:", initial=get("type") or "", hint="package.module.Name or package.module:name; wsgi: or asgi: before it"))
    if kind == "module":
        chosen = get("modules") or (modules[0] if modules else "")
        offered = (*modules, *((chosen,) if chosen and chosen not in modules else ()))
        fields.append(Field("module", "Module:", "choice", chosen, tuple((name, name) for name in offered)))
    if kind != "managed":
        optional = (
            "Optional: a program with its arguments after |" if kind == "module" else "A .dll or .exe; ISAPI and CGI Restrictions must allow it"
        )
        fields.append(Field("executable", "Executable:", initial=get("scriptProcessor") or "", hint=optional))
    fields += [
        Field("name", "Name:", initial=get("name") or ""),
        Field("restrictions", "Request Restrictions", "heading"),
        Field(
            "resource", "Mapped to:", "choice", get("resourceType") or "Unspecified", RESOURCES, "Invoked only where the request is mapped to that"
        ),
        Field("all", "All verbs", "check", str(verbs == "*").lower()),
        Field("verb", "Verbs:", initial="" if verbs == "*" else verbs, hint="One of the following, such as GET,HEAD,POST"),
        Field("access", "Access:", "choice", get("requireAccess") or "Script", ACCESS, "What Edit Feature Permissions has to grant"),
    ]

    def check(values: Values) -> Mapping[str, str]:
        needed = {"path": "Which requests?", "type": "What shall it run?", "name": "The mapping needs a name."}
        if kind in ("script", "wildcard"):
            needed["executable"] = "Which program?"
        problems = {field: text for field, text in needed.items() if field in values and not values[field].strip()}
        if values["name"].strip() in taken:
            problems["name"] = "There is a mapping of that name."
        if values["all"] != "true" and not values["verb"].strip():
            problems["verb"] = "Which verbs?"
        program = values.get("executable", "").partition("|")[0].strip().casefold()
        if kind == "wildcard" and program and not program.endswith(".dll"):
            problems["executable"] = "A wildcard script map needs a .dll."
        return problems

    title = f"{'Add' if entry is None else 'Edit'} {TITLES[kind]}" + (f" — {entry.get('name')}" if entry is not None else "")
    return Form(title, tuple(fields), check, disabled=lambda values: {"verb"} if values["all"] == "true" else set())


def _attributes(kind: Kind, values: Values) -> dict[str, str]:
    """All that a mapping of this kind says, by the schema's names."""
    found = {_ATTRIBUTES[field]: values[field].strip() for field in _ATTRIBUTES if field in values}
    found["verb"] = "*" if values["all"] == "true" else values["verb"].strip()
    if kind == "wildcard":
        found["path"] = "*"
    if kind in ("script", "wildcard"):
        program = found["scriptProcessor"].partition("|")[0].strip().casefold()
        found["modules"] = "IsapiModule" if program.endswith(".dll") else "CgiModule"
    return found


_DEFAULTS = {"resourceType": "Unspecified", "requireAccess": "Script", "scriptProcessor": ""}


def add_handler(kind: Kind, where: Where, values: Values) -> Edit:
    given = _attributes(kind, values)
    order = ("path", "verb", "type", "modules", "scriptProcessor", "resourceType", "requireAccess")
    kept = tuple((name, given[name]) for name in order if name in given and given[name] != _DEFAULTS.get(name))
    return AddEntry(where, (), "add", (("name", values["name"].strip()), *kept))


def edit_handler(kind: Kind, where: Where, entry: EffectiveEntry, values: Values) -> Edit | None:
    """Only what differs is written; the name last, so that the steps still lead to the mapping."""
    steps = (Step("add", (("name", entry.get("name")),)),)
    changed = {name: value for name, value in _attributes(kind, values).items() if value != entry.get(name)}
    edits: list[Edit] = [SetAttribute(where, steps, name, value if value or name not in _DEFAULTS else None) for name, value in changed.items()]
    name = values["name"].strip()
    if name != entry.get("name"):
        edits.append(SetAttribute(where, steps, "name", name))
    return Batch(f"edit handler {name}", tuple(edits)) if edits else None


def permissions_form(policy: str) -> Form:
    """Edit Feature Permissions. Execute needs Script."""
    granted = {part.strip().casefold() for part in policy.split(",")}
    fields = tuple(Field(name, name, "check", str(name.casefold() in granted).lower()) for name in PERMISSIONS)

    def disabled(values: Values) -> set[str]:
        return set() if values["Script"] == "true" else {"Execute"}

    return Form("Edit Feature Permissions", fields, lambda values: {}, disabled=disabled)


def edit_permissions(where: Where, policy: str, values: Values) -> Edit | None:
    before = [part.strip() for part in policy.split(",") if part.strip() and part.strip() != "None"]
    wanted = [name for name in PERMISSIONS if values[name] == "true" and (name != "Execute" or values["Script"] == "true")]
    others = [part for part in before if part.casefold() not in {name.casefold() for name in PERMISSIONS}]
    after = [*wanted, *others]
    if {part.casefold() for part in after} == {part.casefold() for part in before}:
        return None
    return SetAttribute(where, (), "accessPolicy", ", ".join(after) or "None")
