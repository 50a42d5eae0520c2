"""appcmd's APPPOOL: list, add, set, delete, start, stop, recycle.

Knows the section applicationPools and the service's commands for pools; nothing of sites.
"""

from __future__ import annotations

from collections.abc import Iterator

from console import forms
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
from model.edits import AddEntry, RemoveEntry, Step, Where
from model.effective import EffectiveElement, effective
from model.schema import ElementSchema, section_schema

SECTION = "system.applicationHost/applicationPools"
KIND = "APPPOOL"
WHERE = Where(SECTION)


def _schema() -> ElementSchema:
    """Of a pool."""
    found = section_schema(SECTION)
    assert found is not None
    assert found.entry is not None
    return found.entry


def _step(name: str) -> Step:
    return Step("add", (("name", name),))


def items(server: Server) -> Iterator[Item]:
    elements = {entry.get("name"): entry for entry in effective(server.hierarchy, SECTION, ConfigPath()).root.entries}
    for pool in server.hierarchy.pools():
        state = server.state("pools", pool.name)
        yield Item(
            KIND,
            pool.name,
            (("MgdVersion", pool.managed_runtime_version), ("MgdMode", pool.managed_pipeline_mode), ("state", state)),
            {"PipelineMode": pool.managed_pipeline_mode, "RuntimeVersion": pool.managed_runtime_version, "state": state},
            elements.get(pool.name),
            server.written(SECTION, (_step(pool.name),)),
        )


def add(server: Server, invocation: Invocation) -> None:
    name = invocation.identifier or next((value for parameter, value in invocation.parameters if parameter.lower() == "name"), "")
    if not name:
        raise AppCmdError(INVALID_PARAMETER, "Must specify the name of the new pool: /name:NAME.")
    accepted(_schema().attributes["name"], name)
    if any(pool.name.lower() == name.lower() for pool in server.hierarchy.pools()):
        raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{name}".')
    changes = Changes(Target(WHERE, (_step(name),), _schema(), EffectiveElement("add"), added=True), [AddEntry(WHERE, (), "add", (("name", name),))])
    for parameter, value in invocation.parameters:
        if parameter.lower() != "name":
            changes.take(read(parameter, value))
    save(server, f"appcmd add apppool {name}", changes.edits)
    line(f'{KIND} object "{name}" added')


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """set, delete, start, stop or recycle the pools named. Raises AppCmdError."""
    for name in names:
        pool = next((pool.name for pool in server.hierarchy.pools() if pool.name.lower() == name.lower()), None)
        if pool is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        if invocation.verb == "set":
            _set(server, pool, invocation.parameters)
        elif invocation.verb == "delete":
            save(server, f"appcmd delete apppool {pool}", (RemoveEntry(WHERE, (), (("name", pool),)),))
            line(f'{KIND} object "{pool}" deleted')
        else:
            _tell(server, invocation.verb, pool)


def _tell(server: Server, verb: str, pool: str) -> None:
    state = server.state("pools", pool)
    if verb == "start" and state in ("Started", "Recycling"):
        raise AppCmdError(SERVICE_ALREADY_RUNNING, f'The application pool "{pool}" is started already.')
    if verb == "stop" and state == "Stopped":
        raise AppCmdError(SERVICE_NOT_ACTIVE, f'The application pool "{pool}" is stopped already.')
    server.command(f"{verb}_pool", pool=pool)
    line({"start": f'"{pool}" successfully started.', "stop": f'"{pool}" successfully stopped', "recycle": f'"{pool}" successfully recycled'}[verb])


def _set(server: Server, pool: str, parameters: tuple[tuple[str, str], ...]) -> None:
    if not parameters:
        raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set apppool NAME /managedPipelineMode:Classic")
    element = next(entry for entry in effective(server.hierarchy, SECTION, ConfigPath()).root.entries if entry.get("name") == pool)
    changes = Changes(Target(WHERE, (_step(pool),), _schema(), element))
    new = ""
    for name, value in parameters:
        if name.lower() == "name":
            new = accepted(_schema().attributes["name"], value)
        else:
            changes.take(read(name, value))
    if new and new != pool:  # the applications that name it follow
        if any(other.name.lower() == new.lower() for other in server.hierarchy.pools() if other.name != pool):
            raise AppCmdError(ALREADY_EXISTS, f'Failed to add duplicate collection element "{new}".')
        changes.edits.append(forms.rename_pool(server.hierarchy, pool, new))
    save(server, f"appcmd set apppool {pool}", changes.edits)
    line(f'{KIND} object "{pool}" changed')
