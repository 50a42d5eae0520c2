"""A transport whose writes somebody else gets too, for as long as one answer lasts (a captured request).

Knows no request. flow.py puts it in the place of the connection's own transport; nobody else's costs anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class OverheardTransport:
    """`heard` is called with each piece before it is written."""

    def __init__(self, transport: Any, heard: Callable[[bytes], None]) -> None:
        self.transport = transport
        self._heard = heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        self._heard(data)
        self.transport.write(data)
