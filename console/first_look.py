"""A first look at applicationHost.config: the names of pools and sites, read in milliseconds, before anything understands the file.

Knows no section, no default and no inheritance: what it shows stands until the workspace is open. The opening screen draws it.
"""

from __future__ import annotations

import xml.parsers.expat as expat
from dataclasses import dataclass, field
from pathlib import Path

#: Above so many nodes below Sites, the tree's applications begin folded.
UNFOLDED = 60
#: A larger file is not looked at before it is read.
MOST_BYTES = 8 << 20


@dataclass(slots=True)
class FirstLook:
    """`pools`: name → pipeline mode; `sites`: name → (the root's pool, the paths of the other applications)."""

    pools: dict[str, str] = field(default_factory=dict)
    sites: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def mode_of(self, site: str) -> str:
        return self.pools.get(self.sites[site][0], "")


class _Reader:
    def __init__(self) -> None:
        self.look = FirstLook()
        self._site = ""
        self._default_mode, self._default_pool = "Integrated", ""
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def run(self, data: bytes) -> FirstLook:
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError):
            pass  # what stands before the fault is shown; the workspace tells the fault
        pools = {name: mode or self._default_mode for name, mode in self.look.pools.items()}
        sites = {name: (pool or self._default_pool, paths) for name, (pool, paths) in self.look.sites.items()}
        return FirstLook(pools, sites)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        own = attributes.get("name", "")
        if name == "add" and self._in_pools and own:
            self.look.pools[own] = attributes.get("managedPipelineMode", "")
        elif name == "applicationPools":
            self._in_pools = True
        elif name == "applicationPoolDefaults":
            self._default_mode = attributes.get("managedPipelineMode", self._default_mode)
        elif name == "applicationDefaults":
            self._default_pool = self._default_pool or attributes.get("applicationPool", "")
        elif name == "site" and own:
            self._site = own
            self.look.sites[own] = ("", ())
        elif name == "application" and self._site:
            pool, paths = self.look.sites[self._site]
            path = attributes.get("path", "/")
            self.look.sites[self._site] = (attributes.get("applicationPool", ""), paths) if path == "/" else (pool, (*paths, path))

    _in_pools = False

    def _end(self, name: str) -> None:
        if name == "applicationPools":
            self._in_pools = False
        elif name == "site":
            self._site = ""


def first_look(file: Path) -> FirstLook | None:
    """None where there is nothing to be seen at once."""
    try:
        if file.stat().st_size > MOST_BYTES:
            return None
        found = _Reader().run(file.read_bytes())
    except OSError:
        return None
    return found if found.pools or found.sites else None
