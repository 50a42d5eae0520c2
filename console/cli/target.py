"""Where a URL goes: its site, its application's pool, and the endpoint that it would have been accepted on.

Knows no socket: it reads the compiled routes. HTTP.SYS's order of precedence (host before address) as in hwebcore/routing.py.
"""

from __future__ import annotations

import ipaddress
import urllib.parse
from dataclasses import dataclass

from console.cli.output import USAGE, Ended
from hwebcore.plan import ApplicationRoute, BindingRoute, RouteTable, SiteRoute


@dataclass(frozen=True)
class Target:
    """`path` has the query string; `host` is what the Host header says."""

    url: str
    site: str
    application: str
    pool: str
    endpoint: tuple[str, int]
    host: str
    path: str
    secure: bool = False


def find_target(url: str, routes: RouteTable) -> Target:
    """Raises Ended for a URL that is none, or that no site answers."""
    parts = _parts(url)
    host = parts.hostname or ""
    secure = parts.scheme.lower() == "https"
    port = parts.port or (443 if secure else 80)
    ip = _address(host)
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
    site, binding = _site(routes, ip, port, host, url, "https" if secure else "http")
    route = next((entry for entry in _longest_first(site) if _holds(entry.path, urllib.parse.unquote(parts.path or "/"))), None)
    if route is None:
        raise Ended(USAGE, f"site {site.name} has no application for {parts.path or '/'}")
    accepted = binding.ip if binding.ip not in ("*", "", "0.0.0.0", "::") else ip or "127.0.0.1"
    return Target(url, site.name, route.path, route.pool, (accepted, port), parts.netloc.rpartition("@")[2], path, secure)


def _parts(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url)
        known = parts.port is None or 0 < parts.port < 65536
    except ValueError as error:
        raise Ended(USAGE, f"{url}: {error}") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or not known:
        raise Ended(USAGE, f"{url} is not an address that can be asked here; the form is http://127.0.0.1:8080/path")
    return parts


def _address(host: str) -> str:
    if host.lower() == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _site(routes: RouteTable, ip: str, port: int, host: str, url: str, protocol: str) -> tuple[SiteRoute, BindingRoute]:
    best: tuple[int, SiteRoute, BindingRoute] | None = None
    for site in routes.sites:
        for binding in site.bindings:
            rank = _rank(binding, ip, port, host.lower()) if binding.protocol == protocol else 0
            if rank and (best is None or rank > best[0]):
                best = rank, site, binding
    if best is None:
        bound = ", ".join(f"{binding.protocol}/{binding.ip}:{binding.port}:{binding.host}" for site in routes.sites for binding in site.bindings)
        raise Ended(USAGE, f"no site is bound to {url}\nbindings: {bound or 'none'}")
    return best[1], best[2]


def _rank(binding: BindingRoute, ip: str, port: int, host: str) -> int:
    """0: no match; an exact host is worth more than a wildcard, that more than an address, that more than any."""
    wildcard = binding.ip in ("*", "")
    if binding.port != port or not (wildcard or not ip or binding.ip == ip):
        return 0
    rank = 1 if wildcard else 2
    if not binding.host:
        return rank
    if binding.host == host:
        return rank + 8
    return rank + 4 if binding.host.startswith("*.") and host.endswith(binding.host[1:]) else 0


def _longest_first(site: SiteRoute) -> list[ApplicationRoute]:
    return sorted(site.applications, key=lambda entry: -len(entry.path))


def _holds(application: str, path: str) -> bool:
    prefix = application.rstrip("/").lower()
    return path.lower() == prefix or path.lower().startswith(prefix + "/")
