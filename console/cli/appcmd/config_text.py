"""A section as appcmd prints it: XML in its groups, for list config and for the <CONFIG> of /xml. Secrets are asterisks.

Knows effective elements and no configuration. config.py chooses what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from model.effective import EffectiveElement
from model.secret import shown
from model.source import Source

Given = frozenset[Source | None]


def section_xml(section: str, element: EffectiveElement, *, defaults: bool) -> Iterator[str]:
    """The section within its groups; only what somebody wrote, or with the schema's defaults too."""
    groups = section.split("/")[:-1]
    for depth, group in enumerate(groups):
        yield f"{'  ' * depth}<{group}>"
    yield from element_xml(element, len(groups), defaults=defaults)
    for depth in reversed(range(len(groups))):
        yield f"{'  ' * depth}</{groups[depth]}>"


def element_xml(element: EffectiveElement, depth: int, *, defaults: bool, name: str = "") -> Iterator[str]:
    """`name` stands for the element's own where it is given."""
    return _element(element, depth, defaults, frozenset() if defaults else frozenset(_given(element)), name)


def _element(element: EffectiveElement, depth: int, defaults: bool, given: Given, name: str = "") -> Iterator[str]:
    indent, name = "  " * depth, name or element.name
    written = [
        (key, value.value)
        for key, value in element.values.items()
        if (value.source not in given and not value.is_default) or (defaults and value.value)
    ]
    written += [("lockItem", "true")] if any(lock.item for lock in element.locks) else []
    tag = name + "".join(f" {key}={quoteattr(shown(key, value))}" for key, value in written)
    inner = [child for child in element.elements.values() if defaults or is_written(child, _without(given, child))]
    if not inner and not element.entries:
        yield f"{indent}<{tag} />"
        return
    yield f"{indent}<{tag}>"
    for child in (*inner, *element.entries):
        yield from _element(child, depth + 1, defaults, _without(given, child))
    yield f"{indent}</{name}>"


def is_written(element: EffectiveElement, given: Given = frozenset()) -> bool:
    """Whether somebody said something of it or below it, other than what `given` are the places of."""
    own = any(not value.is_default and value.source not in given for value in element.values.values())
    return own or bool(element.entries) or any(is_written(child, given) for child in element.elements.values())


def _without(given: Given, child: EffectiveElement) -> Given:
    """In applicationPoolDefaults and its like, what it gives to entries is its own."""
    return frozenset() if _gives(child) else given


def _gives(element: EffectiveElement) -> bool:
    return element.name.endswith("Defaults")


def _given(element: EffectiveElement, inside: bool = False) -> Iterator[Source | None]:
    """Where the values stand that defaults elements give to entries."""
    if inside:
        yield from (value.source for value in element.values.values() if value.source is not None)
    for child in (*element.elements.values(), *(() if inside else element.entries)):
        yield from _given(child, inside or _gives(child))
