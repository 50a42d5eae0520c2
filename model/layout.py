"""Where new text goes: splices that add, remove and change elements and attributes in the layout of what stands around them.

Knows no section, no key and no file: it is given a document and its elements. Each function gives splices, none applies them.
edits.py decides what is to change; document.py applies.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.document import Document, Element, Splice

_BLANK_OR_COMMENT = re.compile(r"(?:[ \t]*<!--(?:(?!-->)[^\r\n])*-->)*[ \t]*(?=[\r\n]|\Z)")
_TRAILING_COMMENT = re.compile(r"(?:[ \t]*<!--(?:(?!-->)[^\r\n])*-->)+(?=[ \t]*(?:[\r\n]|\Z))")
_BLANK = re.compile(r"[ \t]*(?=[\r\n]|\Z)")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"[A-Za-z_:][\w:.\-]*")
#: What XML 1.0 cannot hold, not even as a character reference.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
_QUOTES = {'"': "&quot;", "'": "&apos;"}
_USUAL_INDENT = "    "


class NotXml(ValueError):
    """A name or a value that cannot stand in an XML file."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An element that is to be written."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Draft, ...] = ()


def escaped(value: str, quote: str = '"') -> str:
    """A value as it stands between its quotes."""
    illegal = _ILLEGAL.search(value)
    if illegal:
        raise NotXml(f"the character U+{ord(illegal[0]):04X} cannot stand in an XML file")
    return "".join(_QUOTES[character] if character == quote else _ESCAPES.get(character, character) for character in value)


def add_child(document: Document, lineage: tuple[Element, ...], draft: Draft, index: int | None = None) -> Splice:
    """Writes `draft` below the last of `lineage` (root first), as its child number `index`, or its last."""
    parent = lineage[-1]
    place = len(parent.children) if index is None else min(max(index, 0), len(parent.children))
    if not parent.children:
        return _add_only_child(document, lineage, draft)
    style = _Style.of(document, lineage, parent.children[max(place - 1, 0)])
    return _add_beside(document, parent, place, style, style.render(draft))


def move_child(document: Document, lineage: tuple[Element, ...], element: Element, index: int) -> tuple[Splice, ...]:
    """Moves a child of the last of `lineage`, with a comment that follows it in its line, before the child now at `index` (or to the end)."""
    parent = lineage[-1]
    comment = _TRAILING_COMMENT.match(document.text, element.span[1])
    end = comment.end() if comment else element.span[1]
    style = _Style.of(document, lineage, element)
    added = _add_beside(document, parent, index, style, document.text[element.span[0] : end])
    return (_removal(document.text, element.span[0], end), added)


def remove_element(document: Document, element: Element) -> Splice:
    """Takes an element out, and the whole of its lines where nothing else stands on them."""
    return _removal(document.text, *element.span)


def remove_with_empty_parents(document: Document, lineage: tuple[Element, ...]) -> Splice:
    """Takes the last of `lineage` out, and with it each parent below the root that then holds nothing: no element, no comment, no text."""
    going = lineage[-1]
    for parent in lineage[-2:0:-1]:
        assert parent.content_span is not None
        start, end = parent.content_span
        if (document.text[start : going.span[0]] + document.text[going.span[1] : end]).strip():
            break
        going = parent
    return _removal(document.text, *going.span)


def same_lineage(before: Document, lineage: tuple[Element, ...], after: Document) -> tuple[Element, ...]:
    """The elements of `lineage` as they are in the document after a change inside the last of them."""
    assert before.root is not None
    assert after.root is not None
    found = [after.root]
    for outer, inner in itertools.pairwise(lineage):
        number = next(number for number, child in enumerate(outer.children) if child is inner)
        found.append(found[-1].children[number])
    return tuple(found)


def reindented(document: Document, element: Element, there: Document, place: Element) -> str:
    """The element's text as it stands in the place of another: what it is indented by changes, attributes and CDATA do not."""
    start, end = element.span
    text = document.text[start:end]
    old, new = _line_indent(document.text, start), _line_indent(there.text, place.span[0])
    if old == new or "<![CDATA[" in text or not (_is_first(document.text, start) and _is_first(there.text, place.span[0])):
        return text
    written = [span for inner in _with_descendants(element) for span in (attribute.span for attribute in inner.attributes)]
    pieces, done = [], start
    for found in _NEWLINE.finditer(document.text, start, end):
        begin = found.end()
        if document.text.startswith(old, begin) and not any(first < begin < last for first, last in written):
            pieces += [document.text[done:begin], new]
            done = begin + len(old)
    return "".join((*pieces, document.text[done:end]))


def set_attribute(document: Document, element: Element, name: str, value: str) -> tuple[Splice, ...]:
    """Changes only the characters of the value; a new attribute comes after the last, laid out like it."""
    attribute = element.attribute(name)
    if attribute is not None:
        if attribute.value == value:
            return ()
        return (Splice(*attribute.value_span, escaped(value, document.text[attribute.span[1] - 1])),)
    _check_name(name)
    if not element.attributes:
        at = element.open_span[0] + 1 + len(element.name)
        return (Splice(at, at, f' {name}="{escaped(value)}"'),)
    last = element.attributes[-1]
    quote = document.text[last.span[1] - 1]
    gap = " "
    if len(element.attributes) > 1 and _is_first(document.text, last.span[0]):
        gap = document.newline + _line_indent(document.text, last.span[0])
    return (Splice(last.span[1], last.span[1], f"{gap}{name}={quote}{escaped(value, quote)}{quote}"),)


def remove_attribute(document: Document, element: Element, name: str) -> tuple[Splice, ...]:
    """Takes an attribute out together with the space before it."""
    end_of_previous = element.open_span[0] + 1 + len(element.name)
    for attribute in element.attributes:
        if attribute.name == name:
            return (Splice(end_of_previous, attribute.span[1], ""),)
        end_of_previous = attribute.span[1]
    return ()


@dataclass(frozen=True, slots=True)
class _Style:
    """How the new element's lines look."""

    newline: str
    indent: str
    unit: str
    close: str
    inline: bool = False

    @classmethod
    def of(cls, document: Document, lineage: tuple[Element, ...], neighbour: Element) -> _Style:
        """Like a child that stands there already."""
        text = document.text
        close = _close_of(text, (neighbour, *lineage[-1].children))
        if not _is_first(text, neighbour.span[0]):
            return cls("", "", "", close, inline=True)
        return cls(document.newline, _line_indent(text, neighbour.span[0]), _unit(text, (*lineage, neighbour)), close)

    @classmethod
    def below(cls, document: Document, lineage: tuple[Element, ...]) -> _Style:
        """Like a first child."""
        text, root, parent = document.text, lineage[0], lineage[-1]
        close = _close_of(text, parent.children)
        if root.children and not _NEWLINE.search(text, *root.span):
            return cls("", "", "", close, inline=True)
        unit = _unit(text, lineage)
        return cls(document.newline, _line_indent(text, parent.span[0]) + unit, unit, close)

    def render(self, draft: Draft, depth: int = 0) -> str:
        """Its text, without the indent of its first line."""
        _check_name(draft.name)
        for name, _ in draft.attributes:
            _check_name(name)
        tag = f"<{draft.name}" + "".join(f' {name}="{escaped(value)}"' for name, value in draft.attributes)
        if not draft.children:
            return tag + self.close
        line = self.newline + self.indent + self.unit * depth
        inside = "".join(f"{line}{self.unit}{self.render(child, depth + 1)}" for child in draft.children)
        return f"{tag}>{inside}{line}</{draft.name}>"


def _add_beside(document: Document, parent: Element, place: int, style: _Style, rendered: str) -> Splice:
    """After the child before `place`, at the end of its line where only comments follow there; the first comes after the start tag."""
    at = parent.children[place - 1].span[1] if place else parent.open_span[1]
    if style.inline:
        return Splice(at, at, rendered)
    rest = _BLANK_OR_COMMENT.match(document.text, at)
    if rest:
        at += len(rest[0].rstrip(" \t"))
        return Splice(at, at, f"{style.newline}{style.indent}{rendered}")
    if place:  # another child follows in the same line
        return Splice(at, at, rendered)
    return Splice(at, at, f"{style.newline}{style.indent}{rendered}")


def _add_only_child(document: Document, lineage: tuple[Element, ...], draft: Draft) -> Splice:
    text, parent = document.text, lineage[-1]
    style = _Style.below(document, lineage)
    line = style.newline + style.indent
    closing = style.newline + _line_indent(text, parent.span[0]) if style.newline else ""
    rendered = line + style.render(draft)
    if parent.content_span is None:
        end_of_tag = parent.attributes[-1].span[1] if parent.attributes else parent.open_span[0] + 1 + len(parent.name)
        return Splice(end_of_tag, parent.span[1], f">{rendered}{closing}</{parent.name}>")
    start, end = parent.content_span
    content = text[start:end]
    if style.inline or not _NEWLINE.search(content):
        begin = start + len(content.rstrip()) if style.newline else end
        return Splice(begin, end, rendered + closing)
    at = start + len(content.rstrip())
    return Splice(at, at, rendered + ("" if _NEWLINE.search(text, at, end) else closing))


def _removal(text: str, start: int, end: int) -> Splice:
    if not _is_first(text, start):
        return Splice(start, end, "")
    rest = _BLANK.match(text, end)
    if rest is None:
        return Splice(start, end, "")
    start -= len(_line_indent(text, start))
    newline = _NEWLINE.match(text, rest.end())
    if newline:
        return Splice(start, newline.end(), "")
    return Splice(start, rest.end(), "")


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_indent(text: str, offset: int) -> str:
    """The space that the offset's line begins with."""
    start = _line_start(text, offset)
    line = text[start:offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _is_first(text: str, offset: int) -> bool:
    """Whether only space stands before it in its line."""
    return not text[_line_start(text, offset) : offset].strip(" \t")


def _unit(text: str, lineage: tuple[Element, ...]) -> str:
    """What one step inwards adds: seen between an element and its child, as near as possible, otherwise anywhere below the root."""
    pairs = [*itertools.pairwise(lineage)][::-1]
    pairs += [(element, element.children[0]) for element in (lineage[0], *lineage[0].children) if element.children]
    for outer, inner in pairs:
        if _is_first(text, outer.span[0]) and _is_first(text, inner.span[0]):
            indents = _line_indent(text, outer.span[0]), _line_indent(text, inner.span[0])
            if len(indents[1]) > len(indents[0]) and indents[1].startswith(indents[0]):
                return indents[1][len(indents[0]) :]
    return _USUAL_INDENT


def _close_of(text: str, elements: Iterable[Element]) -> str:
    for element in elements:
        if element.content_span is None:
            return " />" if text[element.span[1] - 3] in " \t\r\n" else "/>"
    return " />"


def _with_descendants(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from _with_descendants(child)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NotXml(f"{name!r} cannot be the name of an element or attribute")
