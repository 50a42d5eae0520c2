"""A site's bindings as addresses: for lists, alerts, forms and for requests that the console itself sends. No Textual.

Knows no socket. Ports are the instance's where they are mapped: the service's snapshot has the URLs that really answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hwebcore.plan import BindingRoute
from model.sections.sites import Site, binding_route


def addresses(site: Site) -> tuple[BindingRoute, ...]:
    """The bindings that can be read, as written (no port mapped)."""
    return tuple(route for route in (binding_route(binding, {}) for binding in site.bindings) if route is not None)


def address_text(route: BindingRoute) -> str:
    """As IIS Manager writes it: "*:80 (http)", with the host name before."""
    host = f"{route.host} on " if route.host else ""
    return f"{host}{route.ip}:{route.port} ({route.protocol})"


def endpoint_text(route: BindingRoute, ports: Mapping[int, int] | None = None) -> str:
    """`ports`: configured port → the port listened on."""
    port = (ports or {}).get(route.port, route.port)
    return f"[{route.ip}]:{port}" if ":" in route.ip else f"{route.ip}:{port}"


def pattern_text(pattern: str) -> str:
    """What a wildcard's "https://*.example.com:8443/" stands for: no address, but any of many."""
    return f"any name below {pattern.partition('*.')[2].rstrip('/') or pattern} ({pattern.partition(':')[0]})"


def told_addresses(state: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Of a site, as the service says: addresses that can be opened, and what its wildcards stand for."""
    return [str(url) for url in state.get("urls") or ()], [pattern_text(str(pattern)) for pattern in state.get("patterns") or ()]


def is_address(text: str) -> bool:
    """What may stand before the port: *, an address, IPv6 in brackets, since its colons would be taken for the port's."""
    import ipaddress

    if text in ("", "*"):
        return True
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return ":" not in text or text.startswith("[")
