"""appcmd's BACKUP: list, add, delete, restore: named copies of applicationHost.config, and those that configHistory made.

Knows the server's file alone: a web.config is never touched, as with IIS. model/backups.py and model/config_history.py keep them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from console.cli.appcmd.failure import ACCESS_DENIED, ALREADY_EXISTS, INVALID_PARAMETER, NOT_FOUND, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.output import line
from model.backups import Backups, usual_name
from model.config_history import ConfigHistory
from model.workspace import ChangedOnDisk, ReadOnly

KIND = "BACKUP"


def _backups(server: Server) -> Backups:
    return Backups(server.instance.folders.state / "backup")


def items(server: Server) -> Iterator[Item]:
    history = ConfigHistory.of(server.hierarchy)
    for name in (*_backups(server).names(), *(history.names() if history else ())):
        yield Item(KIND, name, (), {}, bare=True)


def add(server: Server, invocation: Invocation) -> None:
    given = {name.lower(): value for name, value in invocation.parameters}
    name = invocation.identifier or given.get("name", "") or usual_name(time.time())
    try:
        _backups(server).add(name, server.hierarchy.server.to_bytes())
    except FileExistsError as error:
        raise AppCmdError(ALREADY_EXISTS, f'A backup "{name}" is there already.') from error
    except ValueError as error:
        raise AppCmdError(INVALID_PARAMETER, f"{error}.") from error
    except OSError as error:
        raise AppCmdError(ACCESS_DENIED, f"The backup cannot be written: {error}.") from error
    line(f'{KIND} object "{name}" added')


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    """delete or restore the backups named; /stop: is read and not needed, as the service follows the file. Raises AppCmdError."""
    history = ConfigHistory.of(server.hierarchy)
    for name in names:
        kept = next((store for store in (_backups(server), history) if store is not None and name in store.names()), None)
        if kept is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        if invocation.verb == "delete":
            kept.delete(name)
            line(f'{KIND} object "{name}" deleted')
            continue
        try:
            workspace = server.workspace
            workspace.save(workspace.propose_content(workspace.root, kept.read(name), f"restore backup {name}"))
        except ReadOnly as error:
            raise AppCmdError(ACCESS_DENIED, f"{error}.") from error
        except ChangedOnDisk as error:
            raise AppCmdError(ACCESS_DENIED, f"{error}. Once more restores it.") from error
        line(f'Restored configuration from backup "{name}"')
