"""Elements and attributes with their places in one version of a text: made of nodes when somebody looks.

Knows no files and no meaning. edits.py, layout.py and their like write by these; what only reads takes the nodes (node.py).
"""

from __future__ import annotations

from typing import overload

from model.node import Lines, Node, NodeAttribute

Span = tuple[int, int]


class Attribute:
    """`span`: name="value"; `value_span`: inside the quotes, as written. `value` has entities and references decoded."""

    __slots__ = ("_lines", "name", "span", "value", "value_span")

    def __init__(self, attribute: NodeAttribute, at: int, lines: Lines) -> None:
        self.name, self.value, start, end, value_start, value_end = attribute
        self.span: Span = (at + start, at + end)
        self.value_span: Span = (at + value_start, at + value_end)
        self._lines = lines

    @property
    def line(self) -> int:
        return self._lines.position(self.span[0])[0]

    @property
    def column(self) -> int:
        return self._lines.position(self.span[0])[1]


class Element:
    """Compare by identity: within one Document, a node has one Element."""

    __slots__ = ("_at", "_attributes", "_children", "_lines", "name", "node")

    def __init__(self, node: Node, at: int, lines: Lines) -> None:
        self.node = node
        self.name = node.name
        self._at = at
        self._lines = lines
        self._attributes: tuple[Attribute, ...] | None = None
        self._children: tuple[Element, ...] | None = None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        if self._attributes is None:
            self._attributes = tuple(Attribute(attribute, self._at, self._lines) for attribute in self.node.attributes)
        return self._attributes

    @property
    def children(self) -> tuple[Element, ...]:
        if self._children is None:
            node, at, lines = self.node, self._at, self._lines
            self._children = tuple(Element(child, at + start, lines) for child, start in zip(node.children, node.starts, strict=True))
        return self._children

    @property
    def line(self) -> int:
        return self._lines.position(self._at)[0]

    @property
    def column(self) -> int:
        return self._lines.position(self._at)[1]

    @property
    def span(self) -> Span:
        return self._at, self._at + self.node.length

    @property
    def open_span(self) -> Span:
        """The start tag, or the whole of a self-closing element."""
        return self._at, self._at + self.node.open_length

    @property
    def content_span(self) -> Span | None:
        """Between the tags; None where the element closes itself."""
        node = self.node
        return None if node.close_at < 0 else (self._at + node.open_length, self._at + node.close_at)

    def attribute(self, name: str) -> Attribute | None:
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None

    @overload
    def get(self, name: str) -> str | None: ...

    @overload
    def get(self, name: str, default: str) -> str: ...

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.node.get(name) if default is None else self.node.get(name, default)

    def find(self, name: str) -> Element | None:
        for child in self.children:
            if child.name == name:
                return child
        return None

    def find_all(self, name: str) -> tuple[Element, ...]:
        return tuple(child for child in self.children if child.name == name)
