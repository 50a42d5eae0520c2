"""What starting an opened configuration would do: where it would listen, which folders are not mapped, whose code would run. No Textual.

Knows no widget and starts nothing. Opening is not running: the server's home and the Alerts box say this before anybody answers Start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.addresses import addresses, endpoint_text
from model.config_path import ConfigPath
from model.effective import effective
from model.hierarchy import Hierarchy
from model.sections.sites import Application, Site

#: .NET types that stand for what the program itself brings (hwebcore/managed): they are nobody's code.
_OWN_TYPES = ("system.", "microsoft.")


@dataclass(frozen=True, slots=True)
class Effects:
    """`endpoints`: "ip:port", sorted. `unmapped`: drive or variable → the paths that need it. `code`: folder → what of the user's would run there."""

    sites: int
    endpoints: tuple[str, ...]
    unmapped: Mapping[str, tuple[str, ...]]
    code: Mapping[str, tuple[str, ...]]


def effects(hierarchy: Hierarchy, ports: Mapping[int, int]) -> Effects:
    sites = hierarchy.sites()
    endpoints = {endpoint_text(route, ports) for site in sites for route in addresses(site) if route.protocol in ("http", "https")}
    code: dict[str, tuple[str, ...]] = {}
    for site in sites:
        for application in site.applications:
            names = tuple(dict.fromkeys(_code(hierarchy, site, application)))
            if names and application.root is not None:
                code[str(application.root.folder)] = names
    return Effects(len(sites), tuple(sorted(endpoints)), unmapped(hierarchy), code)


def unmapped(hierarchy: Hierarchy) -> Mapping[str, tuple[str, ...]]:
    """The drives, variables and shares that have no folder here, and the paths that name them."""
    missing: dict[str, list[str]] = {}
    for site in hierarchy.sites():
        for application in site.applications:
            for directory in application.virtual_directories:
                name = hierarchy.drives.unmapped(directory.physical_path)
                if name and directory.physical_path not in missing.setdefault(name, []):
                    missing[name].append(directory.physical_path)
    return {name: tuple(paths) for name, paths in missing.items()}


def _code(hierarchy: Hierarchy, site: Site, application: Application) -> Iterable[str]:
    if application.root is None or application.root.folder is None:
        return
    path = ConfigPath(site.name, application.path)
    for section in ("system.webServer/modules", "system.webServer/handlers"):
        for entry in effective(hierarchy, section, path).root.entries:
            kind = entry.get("type")
            if kind and not kind.casefold().startswith(_OWN_TYPES):
                yield kind.partition(",")[0]
            processor = entry.get("scriptProcessor")
            if processor and not processor.casefold().endswith(".dll"):
                yield processor.partition("|")[0]
