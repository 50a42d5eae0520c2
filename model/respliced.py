"""The nodes of a text after one splice: the smallest piece around it is read again, what is above it rebuilt, all else shared.

Knows no files and no meaning. Where the piece does not read by itself, nothing is said (None): document.py then reads the whole,
which alone decides what is wrong. markup.py reads the piece.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from model.markup import read_fragment
from model.node import Node


@dataclass(frozen=True, slots=True)
class Respliced:
    root: Node
    #: How many elements and attributes the text has now.
    size: int
    #: Nodes that share children with the version before: they adopt them once this version is the one that holds (Document.settle).
    unsettled: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A splice as one node sees it: text[start:end] of the node became `growth` longer; `after` is the whole text, in which it begins at `at`."""

    node: Node
    at: int
    start: int
    end: int
    growth: int
    after: str
    depth: int
    #: How many elements and attributes the text held.
    size: int

    def text(self, start: int, end: int) -> str:
        """The node's characters from `start` to `end`, two offsets of before around the splice, as they are now."""
        return self.after[self.at + start : self.at + end + self.growth]


def respliced(root: Node, root_at: int, size: int, after: str, start: int, end: int, growth: int) -> Respliced | None:
    """`start` and `end` are offsets of the text before, `after` the text after; its root begins at `root_at` in both."""
    start, end = start - root_at, end - root_at
    if not 0 < start <= end < root.length:
        return None
    path: list[tuple[Node, int]] = []
    node, at = root, root_at
    while True:
        number = bisect.bisect_left(node.starts, start) - 1  # the last child that begins before the splice
        if number < 0 or end >= node.starts[number] + node.children[number].length:
            break
        path.append((node, number))
        begin = node.starts[number]
        node, at, start, end = node.children[number], at + begin, start - begin, end - begin
    piece = _Piece(node, at, start, end, growth, after, len(path), size)
    made = _within_tag(piece) or _between_children(piece) or _as_a_whole(piece)
    if made is None:
        return None
    changed, size = made
    unsettled = [changed]
    for above, number in reversed(path):
        changed = _with_child(above, number, changed, growth)
        unsettled.append(changed)
    return Respliced(changed, size, tuple(unsettled))


def _within_tag(piece: _Piece) -> tuple[Node, int] | None:
    """Only the start tag changed: the children stay."""
    node, growth = piece.node, piece.growth
    if node.close_at < 0 or piece.end >= node.open_length:
        return None
    length = node.open_length + growth
    rest = piece.size - 1 - len(node.attributes)
    tag = read_fragment(f"{piece.text(0, node.open_length)}</{node.name}>", piece.depth, rest)
    if tag is None or tag.open_length != length or tag.close_at != length:
        return None
    starts = tuple(start + growth for start in node.starts) if growth else node.starts
    made = Node(node.name, tag.attributes, node.children, starts, node.length + growth, length, node.close_at + growth)
    return made, rest + 1 + len(tag.attributes)


def _between_children(piece: _Piece) -> tuple[Node, int] | None:
    """Only some neighbours among the children changed, or what stands between them."""
    node, growth = piece.node, piece.growth
    if node.close_at < 0 or piece.start < node.open_length or piece.end > node.close_at:
        return None
    first = bisect.bisect_left(node.starts, piece.start)
    while first and node.starts[first - 1] + node.children[first - 1].length > piece.start:
        first -= 1
    last = bisect.bisect_left(node.starts, piece.end)
    begin = node.starts[first - 1] + node.children[first - 1].length if first else node.open_length
    end = node.starts[last] if last < len(node.starts) else node.close_at
    tag = f"<{node.name}>"
    text = f"{tag}{piece.text(begin, end)}</{node.name}>"
    rest = piece.size - sum(child.size() for child in node.children[first:last])
    read = read_fragment(text, piece.depth, rest - 1)
    if read is None or read.open_length != len(tag) or read.close_at != len(text) - len(tag) - 1:
        return None
    shift = begin - len(tag)
    fresh = tuple(start + shift for start in read.starts)
    starts = (*node.starts[:first], *fresh, *(start + growth for start in node.starts[last:]))
    children = (*node.children[:first], *read.children, *node.children[last:])
    made = Node(node.name, node.attributes, children, starts, node.length + growth, node.open_length, node.close_at + growth)
    for child, start in zip(read.children, fresh, strict=True):
        child.parent, child.at = made, start
    return made, rest + sum(child.size() for child in read.children)


def _as_a_whole(piece: _Piece) -> tuple[Node, int] | None:
    if not piece.depth:
        return None
    rest = piece.size - piece.node.size()
    made = read_fragment(piece.text(0, piece.node.length), piece.depth, rest)
    return (made, rest + made.size()) if made is not None else None


def _with_child(above: Node, number: int, child: Node, growth: int) -> Node:
    children = (*above.children[:number], child, *above.children[number + 1 :])
    starts = above.starts
    if growth:
        starts = (*starts[: number + 1], *(start + growth for start in starts[number + 1 :]))
    close_at = above.close_at + growth
    made = Node(above.name, above.attributes, children, starts, above.length + growth, above.open_length, close_at)
    child.parent, child.at = made, starts[number]
    return made
