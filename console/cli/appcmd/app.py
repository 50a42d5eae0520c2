"""appcmd's APP: list, add, set, delete. An application is named Site/path, a site's own one "Site/".

Knows the applications of sites; nothing of their content. vdir.py has their virtual directories.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd import site as sites
from console.cli.appcmd.change import Changes, Target, accepted, save
from console.cli.appcmd.failure import ALREADY_EXISTS, INVALID_PARAMETER, NOT_FOUND, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import read
from console.cli.output import line
from model.config_path import ConfigPath
from model.edits import AddEntry, Edit, RemoveEntry, SetAttribute, Step
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.schema import ElementSchema

KIND = "APP"


def schema() -> ElementSchema:
    """Of an application."""
    entry = sites.schema().entry
    assert entry is not None
    return entry


def step(path: str) -> Step:
    return Step("application", (("path", path),))


def elements(server: Server) -> Iterator[tuple[str, EffectiveEntry]]:
    """(site, application) as they are effective."""
    for site in effective(server.hierarchy, sites.SECTION, ConfigPath()).root.entries:
        yield from ((site.get("name"), application) for application in site.entries)


def items(server: Server) -> Iterator[Item]:
    for site, element in elements(server):
        path, pool = element.get("path"), element.get("applicationPool")
        attributes = {"path": path, "APPPOOL.NAME": pool, "SITE.NAME": site}
        config = server.written(sites.SECTION, (sites.step(site), step(path)))
        yield Item(KIND, f"{site}{path}", (("applicationPool", pool),), attributes, element, config)


def add(server: Server, invocation: Invocation) -> None:
    given = {name.lower(): value for name, value in invocation.parameters}
    site, path = given.get("site.name", ""), given.get("path", "")
    if not site or not path:
        raise AppCmdError(INVALID_PARAMETER, "Must specify the site and the path: /site.name:NAME /path:/PATH.")
    found = server.hierarchy.site(site)
    if found is None:
        raise AppCmdError(NOT_FOUND, f'Cannot find SITE object with identifier "{site}".')
    accepted(schema().attributes["path"], path)
    name = f"{found.name}{path}"
    if any(application.path.lower() == path.lower() for application in found.applications):
        raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{path}".')
    above = (sites.step(found.name),)
    edits: list[Edit] = [AddEntry(sites.WHERE, above, "application", (("path", path),))]
    added = [f'{KIND} object "{name}" added']
    if "physicalpath" in given:
        directory = (("path", "/"), ("physicalPath", given["physicalpath"]))
        edits.append(AddEntry(sites.WHERE, (*above, step(path)), "virtualDirectory", directory))
        added.append(f'VDIR object "{name.rstrip("/")}/" added')
    changes = Changes(Target(sites.WHERE, (*above, step(path)), schema(), EffectiveElement("application"), added=True), edits)
    for parameter, value in invocation.parameters:
        if parameter.lower() not in ("site.name", "path", "physicalpath"):
            changes.take(read(parameter, value))
    save(server, f"appcmd add app {name}", changes.edits)
    for row in added:
        line(row)


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """set or delete the applications named. Raises AppCmdError."""
    for name in names:
        found = next(((site, element) for site, element in elements(server) if f"{site}{element.get('path')}".lower() == name.lower()), None)
        if found is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        site, element = found
        path = element.get("path")
        if invocation.verb == "delete":
            save(server, f"appcmd delete app {name}", (RemoveEntry(sites.WHERE, (sites.step(site),), (("path", path),)),))
            line(f'{KIND} object "{site}{path}" deleted')
            continue
        if not invocation.parameters:
            raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set app SITE/PATH /applicationPool:NAME")
        changes = Changes(Target(sites.WHERE, (sites.step(site), step(path)), schema(), element))
        for parameter, value in invocation.parameters:
            changes.take(read(parameter, value))
        changes.edits.sort(key=lambda edit: isinstance(edit, SetAttribute) and len(edit.steps) == 2 and edit.name == "path")
        save(server, f"appcmd set app {name}", changes.edits)
        line(f'{KIND} object "{site}{path}" changed')
