"""appcmd migrate config: what an Integrated pool ignores in system.web, said again in system.webServer.

Knows which sections can be migrated (reference cfg 6.2); model/migration_fix.py makes the edits, the same that `check` offers.
"""

from __future__ import annotations

from console.cli.appcmd.change import save
from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError
from console.cli.appcmd.server import Server
from console.cli.output import line
from model.config_path import ConfigPath
from model.edits import Edit, Where
from model.hierarchy import Hierarchy
from model.migration_fix import handlers_from_classic, modules_from_classic, no_validation

_SECTIONS = ("system.web/httpModules", "system.web/httpHandlers", "system.web/identity")
_MODULES = "system.webServer/modules"

#: The levels above this number are the user's own web.configs.
_SERVER_LEVEL = 2


def migrate(server: Server, path: ConfigPath, typed: str) -> None:
    """Raises AppCmdError."""
    wanted = [name for name in _SECTIONS if not typed or typed.lower() in (name.lower(), name.rpartition("/")[2].lower())]
    if not wanted:
        raise AppCmdError(INVALID_PARAMETER, f'"{typed}" is no section that can be migrated: {", ".join(_SECTIONS)}.')
    if path.is_server:
        raise AppCmdError(INVALID_PARAMETER, 'Must specify the application, as in: appcmd migrate config "Site/app"')
    for section in wanted:
        edit = _edit(server.hierarchy, section, path)
        if edit is not None:
            save(server, f"appcmd migrate config {section}", (edit,), Where(_MODULES, path))
            line(f'Successfully migrated section "{section}".')


def _edit(hierarchy: Hierarchy, section: str, path: ConfigPath) -> Edit | None:
    """None where the application's own files say nothing of the section."""
    words = [layer.element for layer in hierarchy.layers(section, path) if layer.level > _SERVER_LEVEL]
    if section.endswith("identity"):
        impersonates = any(word.get("impersonate", "").lower() == "true" for word in words)
        return no_validation(hierarchy, path) if impersonates else None
    if not any(word.children for word in words):
        return None
    return modules_from_classic(hierarchy, path) if section.endswith("httpModules") else handlers_from_classic(hierarchy, path)
