"""appcmd's MODULE: list, add, set, delete (enabled modules), install, uninstall (native modules of the server).

Knows the sections modules and globalModules; runs nothing. With /app.name:"Site/path" it is that application's own list.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.change import Changes, Target, accepted, save
from console.cli.appcmd.failure import ALREADY_EXISTS, INVALID_PARAMETER, NOT_FOUND, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import read
from console.cli.output import line
from model.config_path import ConfigPath
from model.edits import AddEntry, Edit, RemoveEntry, Step, Where
from model.effective import effective
from model.schema import ElementSchema, section_schema

SECTION = "system.webServer/modules"
GLOBAL = "system.webServer/globalModules"
KIND = "MODULE"


def items(server: Server, application: str = "") -> Iterator[Item]:
    """Raises AppCmdError for an application that there is not."""
    path = _path(server, application) if application else ConfigPath()
    images = {entry.get("name"): entry.get("preCondition") for entry in effective(server.hierarchy, GLOBAL, ConfigPath()).root.entries}
    for entry in effective(server.hierarchy, SECTION, path).root.entries:
        name, kind = entry.get("name"), entry.get("type")
        condition = entry.get("preCondition") or ("" if kind else images.get(name, ""))
        shown = (("type", kind), ("preCondition", condition)) if kind else (("preCondition", condition),)
        attributes = {"type": kind or "native", "preCondition": condition}
        yield Item(KIND, name, shown, attributes, spaced=True, flags=() if kind else ("native",))


def add(server: Server, invocation: Invocation) -> None:
    """add (to the enabled ones) or install (a native module, enabled too unless /add:false)."""
    given = _given(invocation)
    name = invocation.identifier or given.pop("name", "")
    given.pop("name", None)
    if not name:
        raise AppCmdError(INVALID_PARAMETER, "Must specify the name of the new module: /name:NAME.")
    if invocation.verb == "install":
        _install(server, name, given)
        return
    path = _path(server, given.pop("app.name")) if "app.name" in given else ConfigPath()
    if any(entry.get("name") == name for entry in effective(server.hierarchy, SECTION, path).root.entries):
        raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{name}".')
    where = Where(SECTION, path)
    if not given.get("type") and not any(entry.get("name") == name for entry in effective(server.hierarchy, GLOBAL, ConfigPath()).root.entries):
        raise AppCmdError(NOT_FOUND, f'"{name}" is no native module of this server, and no /type: is given.')
    save(server, f"appcmd add module {name}", (_added(where, name, given),), where)
    line(f'{KIND} object "{name}" added')


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """set, delete or uninstall the modules named. Raises AppCmdError."""
    given = _given(invocation)
    path = _path(server, given.pop("app.name")) if "app.name" in given else ConfigPath()
    where = Where(SECTION, path)
    for name in names:
        entries = effective(server.hierarchy, GLOBAL if invocation.verb == "uninstall" else SECTION, path).root.entries
        entry = next((entry for entry in entries if entry.get("name") == name), None)
        if entry is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        key = (("name", name),)
        if invocation.verb == "set":
            if not given:
                raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set module NAME /preCondition:managedHandler")
            changes = Changes(Target(where, (Step("add", key),), _entry(SECTION), entry))
            for attribute, value in given.items():
                changes.take(read(attribute, value))
            save(server, f"appcmd set module {name}", changes.edits, where)
            line(f'{KIND} object "{name}" changed')
            continue
        edits: list[Edit] = []
        if invocation.verb == "uninstall":
            edits.append(RemoveEntry(Where(GLOBAL), (), key))
        if any(other.get("name") == name for other in effective(server.hierarchy, SECTION, path).root.entries):
            edits.append(RemoveEntry(where, (), key))
        save(server, f"appcmd {invocation.verb} module {name}", edits, where)
        if invocation.verb == "uninstall":
            line(f'GLOBAL MODULE object "{name}" deleted')
        if len(edits) > (invocation.verb == "uninstall"):
            line(f'{KIND} object "{name}" deleted')


def _install(server: Server, name: str, given: dict[str, str]) -> None:
    enabled = given.pop("add", "true").lower() != "false"
    locked = given.pop("lock", "false").lower() == "true"
    if not given.get("image"):
        raise AppCmdError(INVALID_PARAMETER, "Must specify what holds the module: /image:FILE.")
    if any(entry.get("name") == name for entry in effective(server.hierarchy, GLOBAL, ConfigPath()).root.entries):
        raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{name}".')
    edits: list[Edit] = [_added(Where(GLOBAL), name, given)]
    if enabled:
        condition = {"precondition": given["precondition"]} if "precondition" in given else {}
        edits.append(_added(Where(SECTION), name, {**condition, **({"lockitem": "true"} if locked else {})}))
    save(server, f"appcmd install module {name}", edits)
    line(f'GLOBAL MODULE object "{name}" added')
    if enabled:
        line(f'{KIND} object "{name}" added')


def _given(invocation: Invocation) -> dict[str, str]:
    return {name.lower(): value for name, value in invocation.parameters}


def _added(where: Where, name: str, given: dict[str, str]) -> AddEntry:
    known = {attribute.lower(): schema for attribute, schema in _entry(where.section).attributes.items()}
    attributes = [("name", name)]
    for typed, value in given.items():
        if typed == "lockitem":
            attributes.append(("lockItem", value))
        elif typed in known:
            attributes.append((known[typed].name, accepted(known[typed], value)))
        else:
            raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{typed}".')
    return AddEntry(where, (), "add", tuple(attributes))


def _entry(section: str) -> ElementSchema:
    found = section_schema(section)
    assert found is not None
    assert found.entry is not None
    return found.entry


def _path(server: Server, application: str) -> ConfigPath:
    name, slash, rest = application.partition("/")
    site = server.hierarchy.site(name)
    path = f"/{rest}".rstrip("/") or "/"
    if site is None or not any(known.path.lower() == path.lower() for known in site.applications):
        raise AppCmdError(NOT_FOUND, f'Cannot find APP object with identifier "{application}{"" if slash else "/"}".')
    return ConfigPath(site.name, path)
