"""What `list` prints: items in appcmd's forms (a line, /text:*, /text:attribute, /xml, /config).

Knows no configuration and no service. An item is made by its object's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.output import line
from model.effective import EffectiveElement
from model.secret import shown


@dataclass(frozen=True)
class Item:
    """`brackets`: in those of its line. `attributes`: all that /text:, /xml and filters know. `config`: its XML as written."""

    kind: str
    name: str
    brackets: tuple[tuple[str, str], ...]
    attributes: Mapping[str, str]
    element: EffectiveElement | None = None
    config: str = ""
    #: Modules have brackets with spaces, and words without a name in them.
    spaced: bool = False
    flags: tuple[str, ...] = field(default=())
    #: Backups have no brackets.
    bare: bool = False

    @property
    def text(self) -> str:
        if self.bare:
            return f'{self.kind} "{self.name}"'
        inside = ",".join(f"{name}:{value}" for name, value in self.brackets)
        if self.spaced:
            pieces = [*self.flags, *(f"{name}:{value}" for name, value in self.brackets)]
            return f'{self.kind} "{self.name}" ( {", ".join(pieces)} )'
        return f'{self.kind} "{self.name}" ({inside})'

    def get(self, name: str) -> str | None:
        """An attribute by its name in any case; KIND.name is the item's own name."""
        wanted = name.lower()
        if wanted in (f"{self.kind.lower()}.name", "name"):
            return self.name
        known = next((value for attribute, value in self.attributes.items() if attribute.lower() == wanted), None)
        if known is not None or self.element is None:
            return known
        path, _, last = name.replace(".", "/").rpartition("/")
        return next((shown(key, value.value) for key, value in _at(self.element, path).values.items() if key.lower() == last.lower()), None)

    def matches(self, name: str, value: str) -> bool:
        """Whether a filter /name:value lets it through."""
        return (self.get(name) or "").lower() == value.lower()


#: Makes the items of one object from a Server.
Maker = Callable[..., Iterable[Item]]


def _at(element: EffectiveElement, path: str) -> EffectiveElement:
    for step in filter(None, path.split("/")):
        element = next((inner for name, inner in element.elements.items() if name.lower() == step.lower()), EffectiveElement(step))
    return element


def chosen(items: Iterable[Item], invocation: Invocation) -> list[Item]:
    """The items that identifier and /attribute:value name. Raises AppCmdError for an attribute that none has."""
    found = list(items)
    if invocation.identifier:
        found = [item for item in found if item.name.lower() == invocation.identifier.lower()]
    for name, value in invocation.parameters:
        if found and all(item.get(name) is None for item in found):
            raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{name}".')
        found = [item for item in found if item.matches(name, value)]
    return found


def write(items: list[Item], invocation: Invocation) -> None:
    text, config = invocation.option("text"), invocation.option("config")
    if invocation.option("xml") is not None:
        _write_xml(items)
    elif text == "*":
        for item in items:
            _write_tree(item)
    elif text:
        if items and all(item.get(text) is None for item in items):
            raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{text}". It may be {", ".join(_names(items[0]))}.')
        for item in items:
            line(item.get(text) or "")
    elif config is not None:
        if config:
            raise AppCmdError(INVALID_PARAMETER, "This appcmd knows /config, without a value: the settings as they are written.")
        for item in items:
            for row in item.config.splitlines():
                line(row)
    else:
        for item in items:
            line(item.text)


def _names(item: Item) -> list[str]:
    """What can be asked of it, as it is asked."""
    return list(dict.fromkeys((f"{item.kind}.NAME", *item.attributes, *(_below(item.element) if item.element is not None else ()))))


def _below(element: EffectiveElement, before: str = "") -> Iterator[str]:
    yield from (before + name for name in element.values)
    for inner in element.elements.values():
        yield from _below(inner, f"{before}{inner.name}.")


def _write_xml(items: list[Item]) -> None:
    line('<?xml version="1.0" encoding="UTF-8"?>')
    line("<appcmd>")
    for item in items:
        attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in ((f"{item.kind}.NAME", item.name), *item.attributes.items()))
        line(f"    <{item.kind} {attributes} />")
    line("</appcmd>")


def _write_tree(item: Item) -> None:
    line(item.kind)
    line(f"  {item.kind}.NAME: {item.name}")
    for name, value in item.attributes.items():
        line(f"  {name}: {value}")
    if item.element is not None:
        write_element(item.element, 2)


def write_element(element: EffectiveElement, indent: int, name: str = "") -> None:
    """The tree of /text:*; `name` stands for the element's own where it is given."""
    line(f"{' ' * indent}[{name or element.name}]")
    for attribute, value in element.values.items():
        line(f'{" " * (indent + 2)}{attribute}:"{shown(attribute, value.value)}"')
    for inner in element.elements.values():
        write_element(inner, indent + 2)
    for entry in element.entries:
        write_element(entry, indent + 2)
