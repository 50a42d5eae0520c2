"""Configure Native Modules and Register Native Module as data, and the edits that come out of them. No Textual.

Knows no widget and applies nothing. Registered ones stand in globalModules; a level enables them in its modules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.forms import Field, Form, Values
from model.edits import AddEntry, Batch, Edit, Where

GLOBAL = "system.webServer/globalModules"


def native_modules_form(registered: Mapping[str, str], enabled: Sequence[str]) -> Form:
    """`registered`: name → image. Only what is not enabled here can be chosen, as IIS Manager does it."""
    away = [name for name in registered if name not in enabled]
    fields = tuple(Field(f"m{name.encode().hex()}", name, "check", "false", hint=registered[name]) for name in away)
    heading = "Select one or more registered modules to enable" if away else "Every registered module is enabled here"
    return Form("Configure Native Modules", (Field("heading", heading, "heading"), *fields), lambda values: {})


def chosen(values: Values) -> list[str]:
    """Whatever the dialog asked last: others may have registered and enabled some meanwhile."""
    return [bytes.fromhex(name[1:]).decode() for name, value in values.items() if value == "true"]


def enable(where: Where, names: Sequence[str]) -> Edit | None:
    edits = tuple(AddEntry(where, (), "add", (("name", name),)) for name in names)
    return Batch(f"enable {', '.join(names)}", edits) if edits else None


def register_form(registered: Sequence[str]) -> Form:
    taken = {name.casefold() for name in registered}
    fields = (
        Field("name", "Name:"),
        Field("image", "Path:", hint="Its DLL. Native code is not loaded by this server: a name that it knows runs its own part"),
        Field("enable", "Enable it at this level, too", "check", "true"),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {field: text for field, text in (("name", "The module needs a name."), ("image", "Which file?")) if not values[field].strip()}
        if values["name"].strip().casefold() in taken:
            problems["name"] = "There is a module of that name."
        return problems

    return Form("Register Native Module", fields, check, "applicationHost.config")


def register(where: Where, values: Values) -> Edit:
    name = values["name"].strip()
    edits: list[Edit] = [AddEntry(Where(GLOBAL), (), "add", (("name", name), ("image", values["image"].strip())))]
    if values["enable"] == "true":
        edits.append(AddEntry(where, (), "add", (("name", name),)))
    return Batch(f"register native module {name}", tuple(edits))
