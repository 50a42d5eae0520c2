"""A section as appcmd prints it: XML in its groups, the tree of /text:*, the <CONFIG> of /xml. Secrets are asterisks.

Knows effective elements and no configuration. config.py chooses what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from model.effective import EffectiveElement
from model.secret import shown


def section_xml(section: str, element: EffectiveElement, *, defaults: bool) -> Iterator[str]:
    """The section within its groups; only what somebody wrote, or with the schema's defaults too."""
    groups = section.split("/")[:-1]
    for depth, group in enumerate(groups):
        yield f"{'  ' * depth}<{group}>"
    yield from element_xml(element, len(groups), defaults=defaults)
    for depth in reversed(range(len(groups))):
        yield f"{'  ' * depth}</{groups[depth]}>"


def element_xml(element: EffectiveElement, depth: int, *, defaults: bool, name: str = "") -> Iterator[str]:
    indent, name = "  " * depth, name or element.name
    written = [(key, value.value) for key, value in element.values.items() if not value.is_default or (defaults and value.value)]
    tag = name + "".join(f" {key}={quoteattr(shown(key, value))}" for key, value in written)
    inner = [child for child in element.elements.values() if defaults or is_written(child)]
    if not inner and not element.entries:
        yield f"{indent}<{tag} />"
        return
    yield f"{indent}<{tag}>"
    for child in (*inner, *element.entries):
        yield from element_xml(child, depth + 1, defaults=defaults)
    yield f"{indent}</{name}>"


def is_written(element: EffectiveElement) -> bool:
    """Whether somebody said something of it or below it."""
    own = any(not value.is_default for value in element.values.values())
    return own or bool(element.entries) or any(map(is_written, element.elements.values()))
