"""appcmd's MODULE: list, at the server's level, or with /app.name:"Site/path" as that application has them.

Knows the sections modules and globalModules; runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.failure import NOT_FOUND, AppCmdError
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from model.config_path import ConfigPath
from model.effective import effective

SECTION = "system.webServer/modules"
GLOBAL = "system.webServer/globalModules"


def items(server: Server, application: str = "") -> Iterator[Item]:
    """Raises AppCmdError for an application that there is not."""
    path = _path(server, application) if application else ConfigPath()
    images = {entry.get("name"): entry.get("preCondition") for entry in effective(server.hierarchy, GLOBAL, ConfigPath()).root.entries}
    for entry in effective(server.hierarchy, SECTION, path).root.entries:
        name, kind = entry.get("name"), entry.get("type")
        condition = entry.get("preCondition") or ("" if kind else images.get(name, ""))
        shown = (("type", kind), ("preCondition", condition)) if kind else (("preCondition", condition),)
        attributes = {"type": kind or "native", "preCondition": condition}
        yield Item("MODULE", name, shown, attributes, spaced=True, flags=() if kind else ("native",))


def _path(server: Server, application: str) -> ConfigPath:
    name, slash, rest = application.partition("/")
    site = server.hierarchy.site(name)
    path = f"/{rest}".rstrip("/") or "/"
    if site is None or not any(known.path.lower() == path.lower() for known in site.applications):
        raise AppCmdError(NOT_FOUND, f'Cannot find APP object with identifier "{application}{"" if slash else "/"}".')
    return ConfigPath(site.name, path)
