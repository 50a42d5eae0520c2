"""The limits of dynamicIpSecurity as frozen values: how many requests of one client address at once, and how many in a while.

Knows no request; plan.py exports it. modules/dynamic_ip_restriction.py counts.
"""

from __future__ import annotations

from typing import Literal

from hwebcore.frozen import frozen
from hwebcore.source import Source

DenyAction = Literal["AbortRequest", "Unauthorized", "Forbidden", "NotFound"]


@frozen
class RequestLimits:
    """0: that limit is not enabled."""

    at_once: int = 0
    in_a_while: int = 0
    while_s: float = 0.2
    action: DenyAction = "Forbidden"
    #: enableProxyMode: X-Forwarded-For tells the address.
    by_proxy: bool = False
    #: enableLoggingOnlyMode: told in the trace, denied to nobody.
    only_told: bool = False
    at_once_source: Source | None = None
    in_a_while_source: Source | None = None
