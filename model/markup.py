"""Elements and attributes of an XML text with their spans: expat judges and places, a small lexer finds what is inside a start tag.

Knows no files, no bytes and no encodings: it is given text. A DTD is refused outright; depth, number and length are limited.
Names are taken as written (namespaces are not resolved: IIS knows none). document.py is the one that calls it.
"""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass
from typing import overload
from xml.parsers import expat

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

Span = tuple[int, int]

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


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    #: With entities and character references decoded.
    value: str
    line: int
    column: int
    #: name="value"
    span: Span
    #: Inside the quotes, as written.
    value_span: Span


@dataclass(frozen=True, slots=True)
class Element:
    name: str
    attributes: tuple[Attribute, ...]
    children: tuple[Element, ...]
    line: int
    column: int
    span: Span
    #: The start tag, or the whole of a self-closing element.
    open_span: Span
    #: Between the tags; None where the element closes itself.
    content_span: Span | None

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
        found = self.attribute(name)
        return default if found is None else found.value

    def find(self, name: str) -> Element | None:
        for child in self.children:
            if child.name == name:
                return child
        return None

    def find_all(self, name: str) -> tuple[Element, ...]:
        return tuple(child for child in self.children if child.name == name)


def line_starts(text: str) -> tuple[int, ...]:
    """Where each line begins; of a text with too many lines, the first ones and one more."""
    return (0, *(match.end() for match in itertools.islice(_LINE_END.finditer(text), MAX_LINES)))


def read_markup(text: str, starts: tuple[int, ...]) -> tuple[Element | None, Fault | None]:
    """The root as far as it could be read, and what stopped the reading."""
    if len(starts) > MAX_LINES:
        return None, Fault(f"The file has more than {MAX_LINES} lines", starts[-1])
    if text.count("=") > _MAX_SIGNS or text.count("<") > _MAX_SIGNS:
        return None, Fault(f"The file holds more than {MAX_NODES} elements and attributes", 0)
    crowded = _crowded(text)
    if crowded is not None:
        return None, Fault(_TOO_MANY_ATTRIBUTES, crowded)
    prolog = _DOCTYPE.match(text)
    if prolog is not None:  # before expat meets its entities
        return None, Fault(_NO_DOCTYPE, prolog.start(1))
    reader = _Reader(text, starts)
    fault = reader.read()
    return reader.finish(), fault


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

    __slots__ = ("attributes", "children", "name", "open_span", "place", "self_closing")

    def __init__(self, name: str, attributes: tuple[Attribute, ...], open_span: Span, self_closing: bool, place: tuple[int, int]) -> None:
        self.name = name
        self.attributes = attributes
        self.open_span = open_span
        self.self_closing = self_closing
        self.place = place
        self.children: list[Element] = []

    def close(self, content_end: int, end: int) -> Element:
        start, after_open = self.open_span
        content = None if self.self_closing else (after_open, content_end)
        return Element(self.name, self.attributes, tuple(self.children), *self.place, (start, end), self.open_span, content)


class _Reader:
    def __init__(self, text: str, starts: tuple[int, ...]) -> None:
        self._text = text
        self._starts = starts
        self._data = text.encode("utf-8", "surrogateescape")
        self._ascii = len(self._data) == len(text)
        self._at_byte = self._at_character = 0
        self._stack: list[_Open] = []
        self._root: Element | None = None
        self._nodes = 0
        self._stopped_at = len(text)
        parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.buffer_text = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def read(self) -> Fault | None:
        try:
            self._parser.Parse(self._data, True)
        except _Refused as refusal:
            self._stopped_at = refusal.fault.offset
            return refusal.fault
        except expat.ExpatError as error:
            self._stopped_at = self._offset(self._parser.ErrorByteIndex)
            return Fault(f"The file is not well-formed XML: {expat.ErrorString(error.code)}", self._stopped_at)
        return None

    def finish(self) -> Element | None:
        """Closes what the reading left open where it stopped."""
        while self._stack:
            self._close(self._stopped_at, self._stopped_at)
        return self._root

    def _offset(self, byte: int) -> int:
        """The character at a byte of the parser's text. Places come in rising order, so each byte is looked at once."""
        if self._ascii:
            return byte
        if byte < self._at_byte:
            self._at_byte = self._at_character = 0
        self._at_character += len(self._data[self._at_byte : byte].decode("utf-8", "surrogateescape"))
        self._at_byte = byte
        return self._at_character

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _start(self, name: str, values: list[str]) -> None:
        start = self._offset(self._parser.CurrentByteIndex)
        if len(self._stack) >= MAX_DEPTH:
            raise _Refused(f"Elements are nested more than {MAX_DEPTH} deep", start)
        if len(values) > 2 * MAX_ATTRIBUTES:
            raise _Refused(_TOO_MANY_ATTRIBUTES, start)
        self._nodes += 1 + len(values) // 2
        if self._nodes > MAX_NODES:
            raise _Refused(f"The file holds more than {MAX_NODES} elements and attributes", start)
        at = start + 1 + len(name)
        attributes: list[Attribute] = []
        for index in range(1, len(values), 2):
            found = _ATTRIBUTE.match(self._text, at)
            assert found is not None, "expat has accepted this start tag"
            at = found.end()
            quoted = found.span(2)
            begin = found.start(1)
            attributes.append(Attribute(values[index - 1], values[index], *self._place(begin), (begin, at), (quoted[0] + 1, quoted[1] - 1)))
        end = _TAG_END.match(self._text, at)
        assert end is not None, "expat has accepted this start tag"
        self._stack.append(_Open(name, tuple(attributes), (start, end.end()), bool(end[1]), self._place(start)))

    def _doctype(self, *_: object) -> None:
        raise _Refused(_NO_DOCTYPE, self._offset(self._parser.CurrentByteIndex))

    def _end(self, _name: str) -> None:
        opened = self._stack[-1]
        if opened.self_closing:
            self._close(opened.open_span[1], opened.open_span[1])
            return
        begin = self._offset(self._parser.CurrentByteIndex)
        self._close(begin, self._text.index(">", begin) + 1)

    def _close(self, content_end: int, end: int) -> None:
        element = self._stack.pop().close(content_end, end)
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self._root = element
