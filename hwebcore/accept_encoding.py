"""The Accept-Encoding header: which of the codings that we have a client likes best (RFC 9110 12.5.3).

Knows no response. Look next at modules/static_compression.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PART = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?\Z")
_MOST_PARTS = 32


def preferred(header: str, names: Sequence[str]) -> str:
    """One of `names` (the first of those that are liked equally), "" where the client would rather have it as it is."""
    weights: dict[str, float] = {}
    for part in header.split(",")[:_MOST_PARTS]:
        found = _PART.match(part)
        if found is not None:
            weights.setdefault(found[1].lower().removeprefix("x-"), float(found[2] or 1))
    best, liked = "", 0.0
    for name in names:
        weight = weights.get(name, weights.get("*", 0.0))
        if weight > liked:
            best, liked = name, weight
    return best if liked >= weights.get("identity", 0.0) else ""
