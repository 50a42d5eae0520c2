"""Where a certificate is looked for, as HTTP.sys does (cfg 5.1): host:port for a name that the client sent, else ip:port.

Knows no certificate and no socket: keys are texts, "www.example.org:443", "*.example.org:443", "10.0.0.1:443", "*:443". Used by the
store that keeps them, by the service that shares certificates out, and by whoever is asked for one on a connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hwebcore.routes import BindingRoute, SiteRoute

SNI, CENTRAL_STORE, NO_TLS13 = 1, 2, 32
_HOST = re.compile(r"(?:\*\.)?(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")


class BadKey(ValueError):
    """The text is no place for a certificate."""


def key(place: str, port: int) -> str:
    return f"[{place}]:{port}" if ":" in place else f"{place}:{port}"


def key_of(binding: BindingRoute) -> str:
    """Where the binding's own certificate is kept."""
    by_name = binding.host and binding.ssl_flags & (SNI | CENTRAL_STORE)
    return key(binding.host if by_name else binding.ip, binding.port)


def parsed_key(text: str) -> str:
    """A key as a person writes it, in its one form. Raises BadKey."""
    place, colon, port = text.strip().lower().rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadKey(f"{text!r} is no place for a certificate: the form is host:port, ip:port or *:port")
    bare = place.strip("[]")
    if bare in ("", "*", "0.0.0.0", "::"):
        return key("*", int(port))
    address = _address(bare)
    if address:
        return key(address, int(port))
    if len(bare) > 253 or not _HOST.fullmatch(bare):
        raise BadKey(f"{text!r} is no place for a certificate: {bare!r} is neither an address nor a host name")
    return key(bare, int(port))


def is_by_name(text: str) -> bool:
    """Whether a key is found by the name that the client sends."""
    place = text.rpartition(":")[0].strip("[]")
    return place != "*" and not _address(place)


def _address(text: str) -> str:
    """An address in its one form, "" for what is none."""
    import ipaddress  # workers and the front look up only: they never need it

    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def keys_for(ip: str, port: int, name: str) -> Iterator[str]:
    """Where to look for a connection that came in at ip:port with this name (""), the best place first."""
    if name:
        yield key(name, port)
        for suffix in _suffixes(name):
            yield key("*" + suffix, port)
    yield key(ip, port)
    yield key("*", port)


class Users:
    """Which sites a connection may be for that finds its certificate at a key: rather one too many."""

    def __init__(self, sites: Iterable[SiteRoute]) -> None:
        self._sites = tuple(sites)
        self._at: dict[int, list[tuple[BindingRoute, int]]] = {}
        self._named: dict[tuple[int, str], list[int]] = {}
        #: Bindings without a host, or with a wildcard: any name may be theirs.
        self._open: dict[int, list[tuple[str, int]]] = {}
        for number, site in enumerate(self._sites):
            for binding in site.bindings:
                if binding.protocol == "https":
                    self._at.setdefault(binding.port, []).append((binding, number))
                    if binding.host and not binding.host.startswith("*."):
                        self._named.setdefault((binding.port, binding.host), []).append(number)
                    else:
                        self._open.setdefault(binding.port, []).append((binding.host[1:], number))

    def of(self, text: str) -> list[SiteRoute]:
        place, _, port_text = text.rpartition(":")
        place, port = place.strip("[]"), int(port_text)
        if not is_by_name(text):
            found = [number for binding, number in self._at.get(port, ()) if place == "*" or binding.ip in ("*", place)]
        elif place.startswith("*."):
            found = [number for binding, number in self._at.get(port, ()) if not binding.host or binding.host.endswith(place[1:])]
        else:
            found = [*self._named.get((port, place), ()), *(number for suffix, number in self._open.get(port, ()) if place.endswith(suffix))]
        return [self._sites[number] for number in sorted(set(found))]


def _suffixes(name: str) -> Iterator[str]:
    rest = name
    while "." in rest:
        rest = rest.partition(".")[2]
        yield "." + rest
