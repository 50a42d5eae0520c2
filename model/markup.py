"""The nodes of an XML text: expat judges and places, a small lexer finds what is inside a start tag.

Knows no files, no bytes and no encodings: it is given text. A DTD is refused outright; depth, number and length are limited.
Names are taken as written (namespaces are not resolved: IIS knows none). document.py and respliced.py call it.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import islice
from xml.parsers import expat

from model.node import Node, NodeAttribute

MAX_DEPTH = 100
#: Elements and attributes together: far above a real file (a rewrite map of 40,000 rows has 120,000), far below a hostile one.
MAX_NODES = 150_000
MAX_LINES = 300_000
#: In one element. The schema's richest has fewer than 50.
MAX_ATTRIBUTES = 1_000
#: Expat has read a start tag whole before its attributes can be counted, and cannot be stopped: more "<" or "=" are refused before it begins.
_MAX_SIGNS = 3 * MAX_NODES
#: From so many "=" on, they are counted between each two "<" too: below, expat is quick enough to be asked.
_MANY_SIGNS = 30_000

_NO_DOCTYPE = "A document type declaration is not allowed in a configuration file"
_TOO_MANY_ATTRIBUTES = f"An element has more than {MAX_ATTRIBUTES} attributes"

_LINE_END = re.compile(r"\r\n|\r|\n")
_ATTRIBUTE = re.compile(r"""[ \t\r\n]+([^ \t\r\n=]+)[ \t\r\n]*=[ \t\r\n]*("[^"]*"|'[^']*')""")
_VALUE_BEGINS = re.compile(r"""=[ \t\r\n]{0,9}["']""")
_DOCTYPE = re.compile(r"\ufeff?(?:[ \t\r\n]+|<!--.*?-->|<\?.*?\?>)*+(<!DOCTYPE)", re.DOTALL)
_TAG_END = re.compile(r"[ \t\r\n]*(/?)>")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why and from which offset on a text could not be read."""

    message: str
    offset: int


def line_starts(text: str) -> array[int]:
    """Where each line begins; of a text with too many lines, the first ones and one more."""
    return array("q", (0, *(match.end() for match in islice(_LINE_END.finditer(text), MAX_LINES))))


@dataclass(frozen=True, slots=True)
class Markup:
    """What was read: the root as far as it could be, where it begins, how many elements and attributes it has, and what stopped the reading."""

    root: Node | None
    at: int = 0
    size: int = 0
    fault: Fault | None = None


def read_markup(text: str, starts: array[int]) -> Markup:
    if len(starts) > MAX_LINES:
        return Markup(None, fault=Fault(f"The file has more than {MAX_LINES} lines", starts[-1]))
    if has_too_many_signs(text):
        return Markup(None, fault=Fault(f"The file holds more than {MAX_NODES} elements and attributes", 0))
    crowded = _crowded(text)
    if crowded is not None:
        return Markup(None, fault=Fault(_TOO_MANY_ATTRIBUTES, crowded))
    prolog = _DOCTYPE.match(text)
    if prolog is not None:  # before expat meets its entities
        return Markup(None, fault=Fault(_NO_DOCTYPE, prolog.start(1)))
    return _Reader(text).read()


def read_fragment(text: str, depth: int, size: int) -> Node | None:
    """The element that a piece of a text consists of from its first character to its last; None where it is anything else.

    `depth`: how many elements are around it; `size`: what the rest of the text holds already.
    """
    if has_too_many_signs(text) or _crowded(text) is not None or _DOCTYPE.match(text):
        return None
    found = _Reader(text, depth, size).read()
    whole = found.fault is None and found.root is not None and found.at == 0 and found.root.length == len(text)
    return found.root if whole else None


def is_prolog(text: str) -> bool:
    """Whether a root element may follow."""
    if has_too_many_signs(text) or _crowded(text) is not None or _DOCTYPE.match(text):
        return False
    found = _Reader(text + "<a/>").read()
    return found.fault is None and found.at == len(text)


def has_too_many_signs(text: str) -> bool:
    return len(text) > _MAX_SIGNS and (text.count("=") > _MAX_SIGNS or text.count("<") > _MAX_SIGNS)


def _crowded(text: str) -> int | None:
    """Where a tag begins that expat would need seconds for: a start tag is read whole before anybody can count."""
    if text.count("=") < _MANY_SIGNS:
        return None
    at = 0
    for piece in text.split("<"):
        if piece.count("=") >= _MANY_SIGNS and len(_VALUE_BEGINS.findall(piece)) >= _MANY_SIGNS:
            return max(at - 1, 0)
        at += len(piece) + 1
    return None


class _Refused(Exception):
    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.fault = Fault(message, offset)


class _Open:
    """An element whose end tag has not come yet."""

    __slots__ = ("attributes", "children", "name", "open_end", "self_closing", "start", "starts")

    def __init__(self, name: str, attributes: tuple[NodeAttribute, ...], start: int, open_end: int, self_closing: bool) -> None:
        self.name = name
        self.attributes = attributes
        self.start = start
        self.open_end = open_end
        self.self_closing = self_closing
        self.children: list[Node] = []
        self.starts: list[int] = []

    def close(self, content_end: int, end: int) -> Node:
        start = self.start
        close_at = -1 if self.self_closing else content_end - start
        node = Node(self.name, self.attributes, tuple(self.children), tuple(self.starts), end - start, self.open_end - start, close_at)
        node.adopt()
        return node


class _Reader:
    def __init__(self, text: str, depth: int = 0, size: int = 0) -> None:
        self._text = text
        self._data = text.encode("utf-8", "surrogateescape")
        self._ascii = len(self._data) == len(text)
        self._at_byte = self._at_character = 0
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._root_at = 0
        self._most_open = MAX_DEPTH - depth
        self._size = size
        self._stopped_at = len(text)
        #: Equal values are one object.
        self._values: dict[str, str] = {}
        parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.buffer_text = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def read(self) -> Markup:
        fault = None
        try:
            self._parser.Parse(self._data, True)
        except _Refused as refusal:
            self._stopped_at = refusal.fault.offset
            fault = refusal.fault
        except expat.ExpatError as error:
            self._stopped_at = self._offset(self._parser.ErrorByteIndex)
            fault = Fault(f"The file is not well-formed XML: {expat.ErrorString(error.code)}", self._stopped_at)
        while self._stack:  # what was left open ends where the reading stopped
            self._close(self._stopped_at, self._stopped_at)
        return Markup(self._root, self._root_at, self._size, fault)

    def _offset(self, byte: int) -> int:
        """The character at a byte of the parser's text. Places come in rising order, so each byte is looked at once."""
        if self._ascii:
            return byte
        if byte < self._at_byte:
            self._at_byte = self._at_character = 0
        self._at_character += len(self._data[self._at_byte : byte].decode("utf-8", "surrogateescape"))
        self._at_byte = byte
        return self._at_character

    def _start(self, name: str, values: list[str]) -> None:
        start = self._offset(self._parser.CurrentByteIndex)
        if len(self._stack) >= self._most_open:
            raise _Refused(f"Elements are nested more than {MAX_DEPTH} deep", start)
        if len(values) > 2 * MAX_ATTRIBUTES:
            raise _Refused(_TOO_MANY_ATTRIBUTES, start)
        self._size += 1 + len(values) // 2
        if self._size > MAX_NODES:
            raise _Refused(f"The file holds more than {MAX_NODES} elements and attributes", start)
        at = start + 1 + len(name)
        attributes: list[NodeAttribute] = []
        for index in range(1, len(values), 2):
            found = _ATTRIBUTE.match(self._text, at)
            assert found is not None, "expat has accepted this start tag"
            at = found.end()
            value = values[index]
            value = self._values.setdefault(value, value)
            attributes.append(NodeAttribute(values[index - 1], value, found.start(1) - start, at - start, found.start(2) + 1 - start, at - 1 - start))
        end = _TAG_END.match(self._text, at)
        assert end is not None, "expat has accepted this start tag"
        self._stack.append(_Open(name, tuple(attributes), start, end.end(), bool(end[1])))

    def _doctype(self, *_: object) -> None:
        raise _Refused(_NO_DOCTYPE, self._offset(self._parser.CurrentByteIndex))

    def _end(self, _name: str) -> None:
        opened = self._stack[-1]
        if opened.self_closing:
            self._close(opened.open_end, opened.open_end)
            return
        begin = self._offset(self._parser.CurrentByteIndex)
        self._close(begin, self._text.index(">", begin) + 1)

    def _close(self, content_end: int, end: int) -> None:
        opened = self._stack.pop()
        node = opened.close(content_end, end)
        if self._stack:
            above = self._stack[-1]
            above.children.append(node)
            above.starts.append(opened.start - above.start)
        else:
            self._root, self._root_at = node, opened.start
