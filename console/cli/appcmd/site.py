"""appcmd's SITE: list, start, stop.

Knows the section sites and the service's commands for sites; nothing of pools.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.appcmd.failure import NOT_FOUND, SERVICE_ALREADY_RUNNING, SERVICE_NOT_ACTIVE, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server
from console.cli.output import line
from model.config_path import ConfigPath
from model.effective import effective

SECTION = "system.applicationHost/sites"
KIND = "SITE"


def items(server: Server) -> Iterator[Item]:
    elements = {entry.get("name"): entry for entry in effective(server.hierarchy, SECTION, ConfigPath()).root.entries}
    for site in server.hierarchy.sites():
        bindings = ",".join(f"{binding.protocol}/{binding.binding_information}" for binding in site.bindings)
        state = server.state("sites", site.name)
        shown = (("id", str(site.id)), ("bindings", bindings), ("state", state))
        attributes = {"SITE.ID": str(site.id), "id": str(site.id), "bindings": bindings, "state": state}
        yield Item(KIND, site.name, shown, attributes, elements.get(site.name), server.written("site", site.name))


def act(server: Server, invocation: Invocation, names: list[str]) -> None:
    for name in names:
        site = next((site.name for site in server.hierarchy.sites() if name.lower() in (site.name.lower(), str(site.id))), None)
        if site is None:
            raise AppCmdError(NOT_FOUND, f'Cannot find {KIND} object with identifier "{name}".')
        state = server.state("sites", site)
        if invocation.verb == "start" and state == "Started":
            raise AppCmdError(SERVICE_ALREADY_RUNNING, f'The site "{site}" is started already.')
        if invocation.verb == "stop" and state == "Stopped":
            raise AppCmdError(SERVICE_NOT_ACTIVE, f'The site "{site}" is stopped already.')
        server.command(f"{invocation.verb}_site", site=site)
        line(f'"{site}" successfully {"started" if invocation.verb == "start" else "stopped"}.')
