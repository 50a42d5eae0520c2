"""The rules of ipSecurity as frozen values: which client addresses are let in; and the one reading of addresses and masks.

Knows no request; plan.py exports them. model/sections/ip_security.py makes them, modules/ip_restriction.py judges by them.
"""

from __future__ import annotations

import socket

from hwebcore.frozen import frozen
from hwebcore.request_limits import DenyAction
from hwebcore.source import Source

_MAPPED = bytes(10) + b"\xff\xff"
#: The schema's default, which an entry with an IPv6 address has too: this one address.
_ONE = "255.255.255.255"


@frozen
class AddressRule:
    """`address` and `mask` as they are written, and known to be good: `span` reads them."""

    address: str
    mask: str = _ONE
    allowed: bool = False
    source: Source | None = None


@frozen
class AddressRules:
    """The first rule that fits an address decides; `allow_unlisted` speaks for all others."""

    rules: tuple[AddressRule, ...] = ()
    allow_unlisted: bool = True
    action: DenyAction = "Forbidden"
    #: enableProxyMode: the addresses in X-Forwarded-For are judged beside the client's.
    by_proxy: bool = False
    unlisted_source: Source | None = None

    @property
    def restricts(self) -> bool:
        return not (self.allow_unlisted and all(rule.allowed for rule in self.rules))


def number(address: str) -> tuple[int, int]:
    """(bits of its family, its value). IPv4 in IPv6's clothes is IPv4; a zone (`%eth0`) is none of the address. Raises ValueError."""
    plain = address.partition("%")[0]
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in plain else socket.AF_INET, plain)
    except (OSError, ValueError) as error:
        raise ValueError(f'"{address}" is no address') from error
    packed = packed.removeprefix(_MAPPED) if len(packed) == 16 else packed
    return len(packed) * 8, int.from_bytes(packed)


def span(address: str, mask: str) -> tuple[int, int, int]:
    """(bits, value, mask) of the addresses that an entry means. A mask is written as one or as a number of bits. Raises ValueError."""
    bits, value = number(address)
    if mask == _ONE:
        covered = (1 << bits) - 1
    elif mask.isascii() and mask.isdigit():
        if int(mask) > bits:
            raise ValueError(f'"{mask}" are more bits than {address} has')
        covered = (1 << bits) - (1 << (bits - int(mask)))
    else:
        width, covered = number(mask)
        if width != bits:
            raise ValueError(f'"{mask}" is no mask of {address}')
    return bits, value & covered, covered


def forwarded(told: list[str]) -> list[str]:
    """The addresses that the lines of X-Forwarded-For list, the nearest proxy's last.

    Some proxies write the port behind an address: `10.0.0.1:50000`, `[::1]:50000`.
    """
    found = []
    for item in filter(None, map(str.strip, ",".join(told).split(","))):
        if item.startswith("["):
            item = item[1:].partition("]")[0]
        elif item.count(":") == 1:
            item = item.partition(":")[0]
        found.append(item)
    return found
