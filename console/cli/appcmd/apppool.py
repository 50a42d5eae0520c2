"""appcmd's APPPOOL: list, set, start, stop, recycle.

Knows the section applicationPools and the service's commands for pools; nothing of sites.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.failure import (
    ACCESS_DENIED,
    INVALID_DATA,
    INVALID_PARAMETER,
    NOT_FOUND,
    SERVICE_ALREADY_RUNNING,
    SERVICE_NOT_ACTIVE,
    AppCmdError,
)
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.output import line
from model.config_path import ConfigPath
from model.edits import Batch, CannotEdit, SetAttribute, Step, Where
from model.effective import effective
from model.schema import AttributeSchema, ElementSchema, section_schema
from model.schema.value import fault
from model.workspace import ChangedOnDisk, ReadOnly

SECTION = "system.applicationHost/applicationPools"
KIND = "APPPOOL"


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
            server.written("add", pool.name),
        )


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """set, start, stop or recycle the pools named. Raises AppCmdError."""
    for name in names:
        pool = next((pool.name for pool in server.hierarchy.pools() if pool.name.lower() == name.lower()), None)
        if pool is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        if invocation.verb == "set":
            _set(server, pool, invocation.parameters)
        else:
            _tell(server, invocation.verb, pool)


def _tell(server: Server, verb: str, pool: str) -> None:
    state = server.state("pools", pool)
    if verb == "start" and state == "Started":
        raise AppCmdError(SERVICE_ALREADY_RUNNING, f'The application pool "{pool}" is started already.')
    if verb == "stop" and state == "Stopped":
        raise AppCmdError(SERVICE_NOT_ACTIVE, f'The application pool "{pool}" is stopped already.')
    server.command(f"{verb}_pool", pool=pool)
    line({"start": f'"{pool}" successfully started.', "stop": f'"{pool}" successfully stopped', "recycle": f'"{pool}" successfully recycled'}[verb])


def _set(server: Server, pool: str, parameters: tuple[tuple[str, str], ...]) -> None:
    if not parameters:
        raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set apppool NAME /managedPipelineMode:Classic")
    where = Where(SECTION)
    edits = []
    for name, value in parameters:
        steps, attribute = _place(name)
        written = next((known for known in attribute.names if known.lower() == value.lower()), value) if attribute.type == "enum" else value
        reason = fault(attribute, written)
        if reason:
            raise AppCmdError(INVALID_DATA, f'The attribute "{attribute.name}" cannot be "{value}". {reason}.')
        edits.append(SetAttribute(where, (Step("add", (("name", pool),)), *steps), attribute.name, written))
    try:
        workspace = server.workspace
        workspace.save(workspace.propose(Batch(f"appcmd set apppool {pool}", tuple(edits))))
    except (CannotEdit, ChangedOnDisk) as error:
        raise AppCmdError(INVALID_DATA, f"{error}.") from error
    except ReadOnly as error:
        raise AppCmdError(ACCESS_DENIED, f"{error}.") from error
    line(f'{KIND} object "{pool}" changed')


def _place(name: str) -> tuple[tuple[Step, ...], AttributeSchema]:
    """processModel.idleTimeout as the steps below the pool and the attribute, in the schema's own spelling."""
    schema = section_schema(SECTION)
    element: ElementSchema | None = schema.entry if schema else None
    *path, last = name.split(".")
    steps = []
    for word in path:
        element = next((inner for key, inner in element.elements.items() if key.lower() == word.lower()), None) if element else None
        if element is None:
            raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{name}".')
        steps.append(Step(element.name))
    attribute = next((known for key, known in element.attributes.items() if key.lower() == last.lower()), None) if element else None
    if attribute is None:
        raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{name}".')
    if attribute.name == "name":
        raise AppCmdError(INVALID_PARAMETER, "Renaming a pool has to rename it in the applications too: do it in the console (F2).")
    return tuple(steps), attribute
