"""What was drawn of a site or pool stands until what it was made from is another: of 1,000 of them one changes at a time.

Knows no page. Rows (pages/) and nodes (connections.py) are kept in it by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Parts that are the same objects are not looked into, so that 1,000 are compared in a millisecond."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[tuple[Any, ...], T]] = {}

    def of(self, name: str, make: Callable[..., T], *parts: Any) -> T:
        """What `make` made of these parts, which are all that it is given."""
        known = self._made.get(name)
        if known is None or known[0] != parts:
            known = self._made[name] = (parts, make(*parts))
        return known[1]
