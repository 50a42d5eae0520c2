"""Nodes: an XML text's elements with places relative to the element that holds them, so that texts that differ a little share most.

Knows no files and no meaning. markup.py makes nodes, respliced.py makes the next version's from the last one's, element.py gives
absolute places in one version; a LiveSource tells where its node stands in the newest version that was settled.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any, NamedTuple, overload

from model.source import Source


class Lines:
    """Where the lines of one text begin. Stands above a root node: from here on places are absolute."""

    __slots__ = ("starts",)

    def __init__(self, starts: Sequence[int]) -> None:
        self.starts = starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect.bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


class NodeAttribute(NamedTuple):
    """An attribute; offsets count from its element's first character."""

    name: str
    #: With entities and character references decoded.
    value: str
    start: int
    end: int
    value_start: int
    value_end: int


class Node:
    """An element without its place. Never changed but for `parent`, `at` (where it stands in the settled version) and `made`."""

    __slots__ = ("at", "attributes", "children", "close_at", "length", "made", "name", "open_length", "parent", "starts")

    def __init__(
        self, name: str, attributes: tuple[NodeAttribute, ...], children: tuple[Node, ...], starts: tuple[int, ...],
        length: int, open_length: int, close_at: int,
    ) -> None:  # fmt: skip
        self.name = name
        self.attributes = attributes
        self.children = children
        #: Where each child begins.
        self.starts = starts
        self.length = length
        #: Of the start tag, or of the whole of a self-closing element.
        self.open_length = open_length
        #: Where the end tag begins, -1 where the element closes itself.
        self.close_at = close_at
        self.parent: Node | Lines | None = None
        self.at = 0
        #: What merge.py made of it last, with all that it was made under.
        self.made: tuple[Any, ...] | None = None

    def adopt(self) -> None:
        """Become the one that its children count from."""
        for child, at in zip(self.children, self.starts, strict=True):
            child.parent, child.at = self, at

    def position(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of one of its characters in the settled version; of a node that went, where it was."""
        node: Node | Lines | None = self
        while isinstance(node, Node):
            offset += node.at
            node = node.parent
        return node.position(offset) if node is not None else (0, 0)

    def size(self) -> int:
        """How many elements and attributes it consists of."""
        return 1 + len(self.attributes) + sum(child.size() for child in self.children)

    def attribute(self, name: str) -> NodeAttribute | None:
        for attribute in self.attributes:
            if attribute[0] == name:
                return attribute
        return None

    @overload
    def get(self, name: str) -> str | None: ...

    @overload
    def get(self, name: str, default: str) -> str: ...

    def get(self, name: str, default: str | None = None) -> str | None:
        for attribute in self.attributes:
            if attribute[0] == name:
                return attribute[1]
        return default

    def find(self, name: str) -> Node | None:
        for child in self.children:
            if child.name == name:
                return child
        return None


class LiveSource(Source):
    """A Source that moves with its text: line and column are asked of the node when somebody wants to know.

    A copy with other values (dataclasses.replace) is a plain Source.
    """

    __slots__ = ("_node", "_offset")

    def __new__(cls, file: str, line: int, column: int, config_path: str) -> Source:  # type: ignore[misc]  # what dataclasses.replace makes
        return Source(file, line, column, config_path)

    @staticmethod
    def of(file: str, node: Node, config_path: str, offset: int = 0) -> LiveSource:
        """Where a node's character at `offset` is."""
        self = object.__new__(LiveSource)
        object.__setattr__(self, "file", file)
        object.__setattr__(self, "config_path", config_path)
        object.__setattr__(self, "_node", node)
        object.__setattr__(self, "_offset", offset)
        return self

    @property
    def line(self) -> int:
        return self._node.position(self._offset)[0]

    @property
    def column(self) -> int:
        return self._node.position(self._offset)[1]

    _node: Node
    _offset: int

    def _key(self) -> tuple[str, int, int, str]:
        return (self.file, *self._node.position(self._offset), self.config_path)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, LiveSource):
            if self._node is other._node and self._offset == other._offset:
                return self.file == other.file and self.config_path == other.config_path
            return self._key() == other._key()
        if isinstance(other, Source):
            return self._key() == (other.file, other.line, other.column, other.config_path)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"LiveSource{self._key()}"
