"""appcmd's SITE: list, add, set, delete, start, stop.

Knows the section sites and the service's commands for sites; nothing of pools. app.py and vdir.py have what is inside a site.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.change import Changes, Target, accepted, save
from console.cli.appcmd.failure import (
    ALREADY_EXISTS,
    INVALID_PARAMETER,
    NOT_FOUND,
    SERVICE_ALREADY_RUNNING,
    SERVICE_NOT_ACTIVE,
    AppCmdError,
)
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import read
from console.cli.output import line
from model.config_path import ConfigPath
from model.edits import AddEntry, Edit, RemoveEntry, SetAttribute, Step, Where
from model.effective import EffectiveElement, effective
from model.schema import ElementSchema, section_schema

SECTION = "system.applicationHost/sites"
KIND = "SITE"
WHERE = Where(SECTION)


def schema() -> ElementSchema:
    """Of a site."""
    found = section_schema(SECTION)
    assert found is not None
    assert found.entry is not None
    return found.entry


def step(name: str) -> Step:
    return Step("site", (("name", name),))


def items(server: Server) -> Iterator[Item]:
    elements = {entry.get("name"): entry for entry in effective(server.hierarchy, SECTION, ConfigPath()).root.entries}
    for site in server.hierarchy.sites():
        bindings = ",".join(f"{binding.protocol}/{binding.binding_information}" for binding in site.bindings)
        state = server.state("sites", site.name)
        shown = (("id", str(site.id)), ("bindings", bindings), ("state", state))
        attributes = {"SITE.ID": str(site.id), "bindings": bindings, "state": state}
        yield Item(KIND, site.name, shown, attributes, elements.get(site.name), server.written(SECTION, (step(site.name),)))


def add(server: Server, invocation: Invocation) -> None:
    given = {name.lower(): value for name, value in invocation.parameters}
    name = invocation.identifier or given.get("name", "")
    if not name:
        raise AppCmdError(INVALID_PARAMETER, "Must specify the name of the new site: /name:NAME.")
    accepted(schema().attributes["name"], name)
    known = server.hierarchy.sites()
    number = given.get("id") or str(next(n for n in range(1, len(known) + 2) if n not in {site.id for site in known}))
    accepted(schema().attributes["id"], number)
    if any(site.name.lower() == name.lower() or str(site.id) == number for site in known):
        raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{name}".')
    edits: list[Edit] = [AddEntry(WHERE, (), "site", (("name", name), ("id", number)))]
    added = [f'{KIND} object "{name}" added']
    if "physicalpath" in given:
        edits.append(AddEntry(WHERE, (step(name),), "application", (("path", "/"),)))
        application = Step("application", (("path", "/"),))
        directory = (("path", "/"), ("physicalPath", given["physicalpath"]))
        edits.append(AddEntry(WHERE, (step(name), application), "virtualDirectory", directory))
        added += [f'APP object "{name}/" added', f'VDIR object "{name}/" added']
    edits += _bindings(name, given.get("bindings", ""))
    changes = Changes(Target(WHERE, (step(name),), schema(), EffectiveElement("site"), added=True), edits)
    for parameter, value in invocation.parameters:
        if parameter.lower() not in ("name", "id", "bindings", "physicalpath"):
            changes.take(read(parameter, value))
    save(server, f"appcmd add site {name}", changes.edits)
    for row in added:
        line(row)


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """set, delete, start or stop the sites named. Raises AppCmdError."""
    for name in names:
        site = next((site.name for site in server.hierarchy.sites() if name.lower() in (site.name.lower(), str(site.id))), None)
        if site is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        if invocation.verb == "delete":
            save(server, f"appcmd delete site {site}", (RemoveEntry(WHERE, (), (("name", site),)),))
            line(f'{KIND} object "{site}" deleted')
        elif invocation.verb == "set":
            _set(server, site, invocation)
        else:
            _tell(server, invocation.verb, site)


def _set(server: Server, site: str, invocation: Invocation) -> None:
    if not invocation.parameters:
        raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set site NAME /serverAutoStart:false")
    element = next(entry for entry in effective(server.hierarchy, SECTION, ConfigPath()).root.entries if entry.get("name") == site)
    changes = Changes(Target(WHERE, (step(site),), schema(), element))
    for parameter, value in invocation.parameters:
        if parameter.lower() == "bindings":
            for binding in element.at("bindings").entries:
                key = (("protocol", binding.get("protocol")), ("bindingInformation", binding.get("bindingInformation")))
                changes.edits.append(RemoveEntry(WHERE, (step(site), Step("bindings")), key))
            changes.edits += _bindings(site, value)
        else:
            changes.take(read(parameter, value))
    # A new name comes last: the other edits look for the old one.
    changes.edits.sort(key=lambda edit: isinstance(edit, SetAttribute) and len(edit.steps) == 1 and edit.name == "name")
    save(server, f"appcmd set site {site}", changes.edits)
    line(f'{KIND} object "{site}" changed')


def _bindings(site: str, text: str) -> list[Edit]:
    """http/*:80:,https/*:443: as entries. Raises AppCmdError."""
    edits: list[Edit] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        protocol, slash, information = part.partition("/")
        information = information.removeprefix("/").rstrip("/") if information.startswith("/") else information
        if not slash or not protocol or not information:
            raise AppCmdError(INVALID_PARAMETER, f'"{part}" is no binding; the form is PROTOCOL/INFORMATION, as in http/*:80:')
        attributes = (("protocol", protocol), ("bindingInformation", information))
        edits.append(AddEntry(WHERE, (step(site), Step("bindings")), "binding", attributes))
    return edits


def _tell(server: Server, verb: str, site: str) -> None:
    state = server.state("sites", site)
    if verb == "start" and state == "Started":
        raise AppCmdError(SERVICE_ALREADY_RUNNING, f'The site "{site}" is started already.')
    if verb == "stop" and state == "Stopped":
        raise AppCmdError(SERVICE_NOT_ACTIVE, f'The site "{site}" is stopped already.')
    server.command(f"{verb}_site", site=site)
    line(f'"{site}" successfully {"started" if verb == "start" else "stopped"}.')
