"""The listening sockets of all started sites: bound once each, open across every recycle, closed with the last binding.

Knows bindings and sockets, no request. Who accepts on them is decided in traffic.py. An address that cannot be had is a
Problem of the sites that want it; the rest runs.
"""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass, field

from hwebcore.plan import BindingRoute, Problem, RouteTable, SiteRoute
from hwebcore.service.port_holder import PortHolders

ANY = "*"
_BACKLOG = 1024


@dataclass(slots=True)
class Endpoint:
    """One ip:port. `problem` is why it is not bound ("" when it is); `secure`: it speaks TLS."""

    ip: str
    port: int
    sockets: list[socket.socket] = field(default_factory=list)
    problem: str = ""
    #: Whether another program has it.
    taken: bool = False
    #: What is missing of one that is bound: the addresses of one family, which another program has.
    missing: str = ""
    #: Pool whose worker accepts; "" for the front.
    owner: str = ""
    secure: bool = False

    @property
    def key(self) -> str:
        return f"{self.ip}:{self.port}"

    @property
    def descriptors(self) -> list[int]:
        return [sock.fileno() for sock in self.sockets]

    def covers(self, binding: BindingRoute) -> bool:
        return binding.port == self.port and self.ip in (ANY, binding.ip)

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()
        self.sockets = []


class Endpoints:
    """All endpoints by key."""

    def __init__(self, listen: bool = True) -> None:
        self._listen = listen
        self.all: dict[str, Endpoint] = {}
        self._holders = PortHolders()

    def reconcile(self, routes: RouteTable) -> list[Endpoint]:
        """Open what started sites need and is not open yet; returns the endpoints that nobody needs, still open."""
        wanted = wanted_endpoints(routes) if self._listen else {}
        unused = []
        for key, endpoint in wanted.items():
            known = self.all.setdefault(key, endpoint)
            if known.secure != endpoint.secure:  # the same sockets, for listeners that speak another way
                endpoint.sockets, known.sockets = known.sockets, []
                unused.append(known)
                known = self.all[key] = endpoint
            if not known.sockets:
                known.problem = _bind(known)
        self._name_holders()
        return unused + [self.all.pop(key) for key in list(self.all) if key not in wanted]

    def retry(self) -> bool:
        """Try again what could not be bound, or for one family alone; whether anything is better now, or held by somebody else."""
        before = {key: (endpoint.problem, endpoint.missing) for key, endpoint in self.all.items() if endpoint.problem or endpoint.missing}
        for key in before:
            self.all[key].problem = _bind(self.all[key])
        if before:
            self._name_holders()
        return any((self.all[key].problem, self.all[key].missing) != told for key, told in before.items())

    def _name_holders(self) -> None:
        taken = [endpoint for endpoint in self.all.values() if endpoint.taken]
        found = self._holders.find([(endpoint.ip, endpoint.port) for endpoint in taken]) if taken else {}
        for endpoint in taken:
            by = found.get((endpoint.ip, endpoint.port), "another program")
            endpoint.problem = f"port {endpoint.port} of {endpoint.ip} is taken by {by}: stop that one, or give the binding another port"

    def problems(self, routes: RouteTable) -> list[Problem]:
        found = []
        for site in started_sites(routes):
            for binding in site.bindings:
                text, where = self.problem_of(binding), binding.source or site.source
                missing = next((endpoint.missing for endpoint in self.all.values() if endpoint.covers(binding)), "")
                if text:
                    found.append(Problem("error", "address-taken", f"site {site.name!r}: {text}", where))
                elif missing:
                    found.append(Problem("warning", "address-taken", f"site {site.name!r}: {missing}", where))
        return found

    def problem_of(self, binding: BindingRoute) -> str:
        """Why this binding is not served, "" if it is."""
        for endpoint in self.all.values():
            if endpoint.covers(binding):
                if binding.protocol == "https" and not endpoint.secure:
                    return f"port {binding.port} speaks http, by another binding: a port speaks one of both"
                return endpoint.problem
        return ""

    def close(self) -> None:
        for endpoint in self.all.values():
            endpoint.close()
        self.all.clear()


def started_sites(routes: RouteTable) -> list[SiteRoute]:
    started = set(routes.started)
    return [site for site in routes.sites if site.name in started]


def wanted_endpoints(routes: RouteTable) -> dict[str, Endpoint]:
    """One endpoint an ip:port; a port with a "*" binding is bound for every address once. A port speaks HTTP or TLS, never both."""
    bindings = [binding for site in started_sites(routes) for binding in site.bindings if binding.protocol in ("http", "https") and binding.port]
    everywhere = {binding.port for binding in bindings if binding.ip == ANY}
    plain = {binding.port for binding in bindings if binding.protocol == "http"}
    endpoints = [Endpoint(ANY if binding.port in everywhere else binding.ip, binding.port, secure=binding.port not in plain) for binding in bindings]
    return {endpoint.key: endpoint for endpoint in endpoints}


def _bind(endpoint: Endpoint) -> str:
    """What is not bound yet."""
    families = [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")] if endpoint.ip == ANY else [_family(endpoint.ip)]
    problem, taken, bound = "", [], {sock.family for sock in endpoint.sockets}
    for family, ip in families:
        if family in bound:
            continue
        try:
            endpoint.sockets.append(_listener(family, ip, endpoint.port))
        except OSError as error:
            problem = problem or _words(endpoint, error)
            if error.errno == errno.EADDRINUSE:
                taken.append("IPv4" if family == socket.AF_INET else "IPv6")
    endpoint.taken, endpoint.missing = bool(taken) and not endpoint.sockets, ""
    if taken and endpoint.sockets:
        endpoint.missing = f"port {endpoint.port} is taken by another program for {taken[0]}: stop that one"
    return "" if endpoint.sockets else problem


def _family(ip: str) -> tuple[socket.AddressFamily, str]:
    bare = ip.strip("[]")
    return (socket.AF_INET6 if ":" in bare else socket.AF_INET), bare


def _listener(family: socket.AddressFamily, ip: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        if os.name == "posix":  # a restart must not wait for TIME_WAIT
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((ip, port))
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _words(endpoint: Endpoint, error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {endpoint.port} needs more rights than this user has: map it (--port {endpoint.port}=8080) or give the binding another port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{endpoint.ip} is no address of this machine"
    return f"{endpoint.ip}:{endpoint.port} cannot be opened: {error.strerror}"
