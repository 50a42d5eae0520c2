"""A site's bindings as addresses: for lists, alerts, forms and for requests that the console itself sends. No Textual.

Knows no socket. Ports are the instance's where they are mapped: the service's snapshot has the URLs that really answer.
"""

from __future__ import annotations

from collections.abc import Mapping

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


def url_of(route: BindingRoute) -> str:
    """An address that reaches the binding from this machine; "" where that is no web address."""
    if route.protocol not in ("http", "https"):
        return ""
    host = route.host if route.host and "*" not in route.host else "localhost" if route.ip == "*" else route.ip
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    usual = 443 if route.protocol == "https" else 80
    return f"{route.protocol}://{host}{'' if route.port == usual else f':{route.port}'}/"


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
