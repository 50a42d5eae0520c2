"""appcmd's VDIR: list, add, set, delete. A virtual directory is named Site/application/path, a site's own one "Site/".

Knows the virtual directories of applications; opens no folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd import app as apps
from console.cli.appcmd import site as sites
from console.cli.appcmd.change import Changes, Target, accepted, save
from console.cli.appcmd.failure import ALREADY_EXISTS, INVALID_PARAMETER, NOT_FOUND, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import read
from console.cli.output import line
from model.edits import AddEntry, RemoveEntry, SetAttribute, Step
from model.effective import EffectiveElement, EffectiveEntry
from model.schema import ElementSchema

KIND = "VDIR"


def schema() -> ElementSchema:
    """Of a virtual directory."""
    entry = apps.schema().entry
    assert entry is not None
    return entry


def step(path: str) -> Step:
    return Step("virtualDirectory", (("path", path),))


def name_of(site: str, application: str, path: str) -> str:
    return f"{site}{application.rstrip('/')}{path}"


def _all(server: Server) -> Iterator[tuple[str, str, EffectiveEntry]]:
    for site, application in apps.elements(server):
        yield from ((site, application.get("path"), directory) for directory in application.entries)


def items(server: Server) -> Iterator[Item]:
    for site, application, element in _all(server):
        path, physical = element.get("path"), element.get("physicalPath")
        attributes = {"physicalPath": physical, "path": path, "APP.NAME": f"{site}{application}"}
        config = server.written(sites.SECTION, (sites.step(site), apps.step(application), step(path)))
        yield Item(KIND, name_of(site, application, path), (("physicalPath", physical),), attributes, element, config)


def add(server: Server, invocation: Invocation) -> None:
    given = {name.lower(): value for name, value in invocation.parameters}
    application, path = given.get("app.name", ""), given.get("path", "")
    if not application or not path:
        raise AppCmdError(INVALID_PARAMETER, "Must specify the application and the path: /app.name:SITE/PATH /path:/PATH.")
    found = next(((site, element) for site, element in apps.elements(server) if f"{site}{element.get('path')}".lower() == application.lower()), None)
    if found is None:
        raise AppCmdError(NOT_FOUND, f'Cannot find APP object with identifier "{application}".')
    site, element = found
    accepted(schema().attributes["path"], path)
    if any(entry.get("path").lower() == path.lower() for entry in element.entries):
        raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{path}".')
    above = (sites.step(site), apps.step(element.get("path")))
    changes = Changes(Target(sites.WHERE, (*above, step(path)), schema(), EffectiveElement("virtualDirectory"), added=True))
    changes.edits.append(AddEntry(sites.WHERE, above, "virtualDirectory", (("path", path),)))
    for parameter, value in invocation.parameters:
        if parameter.lower() not in ("app.name", "path"):
            changes.take(read(parameter, value))
    name = name_of(site, element.get("path"), path)
    save(server, f"appcmd add vdir {name}", changes.edits)
    line(f'{KIND} object "{name}" added')


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """set or delete the virtual directories named. Raises AppCmdError."""
    for name in names:
        found = next((entry for entry in _all(server) if name_of(entry[0], entry[1], entry[2].get("path")).lower() == name.lower()), None)
        if found is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        site, application, element = found
        above = (sites.step(site), apps.step(application))
        path = element.get("path")
        if invocation.verb == "delete":
            save(server, f"appcmd delete vdir {name}", (RemoveEntry(sites.WHERE, above, (("path", path),)),))
            line(f'{KIND} object "{name_of(site, application, path)}" deleted')
            continue
        if not invocation.parameters:
            raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set vdir SITE/PATH /physicalPath:FOLDER")
        changes = Changes(Target(sites.WHERE, (*above, step(path)), schema(), element))
        for parameter, value in invocation.parameters:
            changes.take(read(parameter, value))
        changes.edits.sort(key=lambda edit: isinstance(edit, SetAttribute) and edit.name == "path")
        save(server, f"appcmd set vdir {name}", changes.edits)
        line(f'{KIND} object "{name_of(site, application, path)}" changed')
