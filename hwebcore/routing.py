"""From an endpoint, a host name and a path to a site and its application, in HTTP.SYS's order of precedence (cfg 5.2).

Knows no socket and no worker. A Router is made of one RouteTable and never changes: new routes mean a new Router.
"""

from __future__ import annotations

from dataclasses import dataclass

from hwebcore.plan import ApplicationRoute, RouteTable, SiteLimits, SiteRoute

_MOST_REMEMBERED = 8192
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Match:
    """`application` None: no application claims the path (a site without "/"). `started` False: the site is stopped."""

    site: SiteRoute
    application: ApplicationRoute | None
    started: bool = True


class Router:
    """`find` answers None where no binding matches: 400 "Invalid Hostname", never the first site by accident."""

    def __init__(self, table: RouteTable) -> None:
        self.table = table
        #: Of a connection whose site is not known yet: as patient as the most patient site.
        self.limits = _most_patient([site.limits for site in table.sites])
        started = frozenset(table.started)
        # By state first: a binding of a stopped site gives way to any started one that fits.
        self._exact: dict[tuple[bool, str, int, str], SiteRoute] = {}
        self._wild: dict[tuple[bool, str, int], list[tuple[str, SiteRoute]]] = {}
        self._applications: dict[str, tuple[tuple[str, ApplicationRoute], ...]] = {}
        self._started = {site.name: site.name in started for site in table.sites}
        self._known: dict[tuple[str, int, str, str], Match | object | None] = {}
        self._deepest = 0
        self._plain = frozenset(binding.port for site in table.sites for binding in site.bindings if binding.protocol == "http")
        for site in sorted(table.sites, key=lambda site: site.id):
            self._add(site)
        for entries in self._wild.values():
            entries.sort(key=lambda entry: len(entry[0]), reverse=True)

    def _add(self, site: SiteRoute) -> None:
        state = self._started[site.name]
        for binding in site.bindings:
            if binding.protocol not in ("http", "https") or (binding.protocol == "https" and binding.port in self._plain):
                continue  # a port speaks one of them, HTTP where both are bound to it (service/endpoints.py tells)
            ip, host = binding.ip or "*", binding.host.lower()
            if host.startswith("*."):
                self._wild.setdefault((state, ip, binding.port), []).append((host[1:], site))
            else:
                self._exact.setdefault((state, ip, binding.port, host), site)
        ordered = sorted(site.applications, key=lambda application: len(application.path), reverse=True)
        self._applications[site.name] = tuple((application.path.rstrip("/").lower(), application) for application in ordered)
        self._deepest = max(self._deepest, *(prefix.count("/") for prefix, _ in self._applications[site.name]), 0)

    def find(self, local_ip: str, local_port: int, host: str, path: str) -> Match | None:
        """`host` without port, in lower case; `path` normalised."""
        head = path if path.count("/") <= self._deepest else "/".join(path.split("/", self._deepest + 1)[: self._deepest + 1]) + "/"
        key = (local_ip, local_port, host, head)
        known = self._known.get(key, _UNKNOWN)
        if known is not _UNKNOWN:
            return known  # type: ignore[return-value]  # _UNKNOWN was the one object beside
        site = self._site(True, local_ip, local_port, host) or self._site(False, local_ip, local_port, host)
        match = None if site is None else Match(site, self._application(site, head), self._started[site.name])
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = match
        return match

    def pools_at(self, local_ip: str, local_port: int, name: str) -> frozenset[str]:
        """The pools of the site that answers for the name (SNI); without one, of every site of the endpoint."""
        if name:
            site = self._site(True, local_ip, local_port, name)
            return frozenset() if site is None else frozenset(application.pool for application in site.applications)
        return frozenset(
            application.pool
            for site in self.table.sites
            for application in site.applications
            if any(binding.port == local_port and binding.ip in ("*", local_ip) for binding in site.bindings)
        )

    def _site(self, state: bool, ip: str, port: int, host: str) -> SiteRoute | None:
        """IP and host, host, IP and *.suffix, *.suffix, IP, *: among the started sites, or among the stopped ones."""
        exact = self._exact
        if host:
            found = exact.get((state, ip, port, host)) or exact.get((state, "*", port, host))
            if found is not None:
                return found
            for bound in (ip, "*"):
                for suffix, site in self._wild.get((state, bound, port), ()):
                    if host.endswith(suffix) and len(host) > len(suffix):
                        return site
        return exact.get((state, ip, port, "")) or exact.get((state, "*", port, ""))

    def _application(self, site: SiteRoute, path: str) -> ApplicationRoute | None:
        lowered = path.lower()
        for prefix, application in self._applications[site.name]:
            if lowered.startswith(prefix) and lowered[len(prefix) : len(prefix) + 1] in ("", "/"):
                return application
        return None


def _most_patient(limits: list[SiteLimits]) -> SiteLimits:
    if not limits:
        return SiteLimits()
    return SiteLimits(
        connection_timeout_s=max(each.connection_timeout_s for each in limits),
        header_wait_timeout_s=max(each.header_wait_timeout_s for each in limits),
    )
