"""The settings of httpRedirect as frozen values, and the matching of its wildcards.

Knows no request; plan.py exports them. model/sections/http_redirect.py makes them, modules/http_redirection.py redirects by them.
"""

from __future__ import annotations

from hwebcore.frozen import frozen
from hwebcore.source import Source


@frozen
class Redirect:
    """`base`: the URL path of the level that says it, "/" or "/a/b": what follows it in a request's path is the suffix."""

    destination: str
    base: str = "/"
    #: "": every request. Otherwise the whole path has to fit.
    wildcard: str = ""
    source: Source | None = None


@frozen
class HttpRedirect:
    """The first redirect that fits a request holds; none at all where it is not enabled."""

    redirects: tuple[Redirect, ...] = ()
    status: int = 302
    exact: bool = False
    child_only: bool = False


def fitting(wildcard: str, path: str) -> list[str] | None:
    """What each `*` stands for where `wildcard` is the whole of `path`, whatever the case; None where it is not.

    Each takes as little as it can, from left to right: one pass, however many there are.
    """
    lower = _lower(path)
    first, *rest = _lower(wildcard).split("*")
    if not rest:
        return [] if lower == first else None
    last = rest.pop()
    at, end = len(first), len(path) - len(last)
    if not lower.startswith(first) or not lower.endswith(last) or at > end:
        return None
    found = []
    for piece in rest:
        place = lower.find(piece, at, end)
        if place < 0:
            return None
        found.append(path[at:place])
        at = place + len(piece)
    return [*found, path[at:end]]


def _lower(text: str) -> str:
    """In lower case, letter for letter: one that would become two stays, so that places agree."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)
