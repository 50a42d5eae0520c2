"""The RouteTable: binding → site → application → pool, as frozen values. Front, workers and service read the same one.

Knows no XML and no socket; plan.py exports all of it. routing.py finds a request's way through it.
"""

from __future__ import annotations

import dataclasses

from hwebcore.frozen import frozen
from hwebcore.plan_json import digest
from hwebcore.source import Source


@frozen
class SiteLimits:
    connection_timeout_s: float = 120.0
    header_wait_timeout_s: float = 20.0
    min_bytes_per_second: int = 240
    max_connections: int = 4294967295
    max_url_segments: int = 32
    #: Bytes a second of all the site's answers together.
    max_bandwidth: int = 4294967295


@frozen
class BindingRoute:
    """`ip` "*" is every address; `host` "" is any, "*.example.com" a wildcard; lower case."""

    protocol: str
    ip: str
    port: int
    host: str = ""
    source: Source | None = None
    #: The binding's own bits (cfg 5.1): 1 SNI, 2 central store, 32 no TLS 1.3; the others ask for what is so anyway.
    ssl_flags: int = 0


@frozen
class ApplicationRoute:
    path: str
    pool: str


@frozen
class SiteRoute:
    name: str
    id: int
    bindings: tuple[BindingRoute, ...]
    applications: tuple[ApplicationRoute, ...]
    #: serverAutoStart, or the state that a user's start or stop gave it.
    auto_start: bool = True
    limits: SiteLimits = SiteLimits()
    source: Source | None = None


@frozen
class RouteTable:
    """binding → site → application → pool. Pushed to front and workers and swapped whole; `started` is filled in by the service."""

    sites: tuple[SiteRoute, ...] = ()
    generation: int = 0
    #: Names of the sites that are started.
    started: tuple[str, ...] = ()
    #: Of one client address in each process; 0: as many as it likes. Filled in by the service too.
    connections_per_address: int = 2000

    @property
    def digest(self) -> str:
        return digest(dataclasses.replace(self, generation=0))


def url_of(binding: BindingRoute) -> str:
    """An address that reaches the binding from this machine; "" where none does: no web protocol, or any name of a wildcard."""
    return "" if "*" in binding.host else _written(binding, binding.host or ("localhost" if binding.ip == "*" else binding.ip))


def pattern_of(binding: BindingRoute) -> str:
    """What stands in the place of an address for a wildcard: "https://*.example.com/", which nobody can open as it is."""
    return _written(binding, binding.host) if "*" in binding.host else ""


def _written(binding: BindingRoute, host: str) -> str:
    if binding.protocol not in ("http", "https"):
        return ""
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    usual = 443 if binding.protocol == "https" else 80
    return f"{binding.protocol}://{host}{'' if binding.port == usual else f':{binding.port}'}/"
