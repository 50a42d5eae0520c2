"""The element at a line of a configuration file: its XML as it stands there, and the appcmd line that would write it. Secrets are masked.

Knows no widget and no meaning of an element. What is copied from a list is made here (copying.py).
"""

from __future__ import annotations

import xml.parsers.expat as expat
from dataclasses import dataclass

from model.schema import sections
from model.secret import masked, shown
from model.source import Source


@dataclass(frozen=True, slots=True)
class ElementText:
    """`way`: the elements' names from below <configuration> (and <location>) to this one. `location`: the path of the location tag, ""."""

    xml: str
    way: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    location: str = ""
    #: For each name of the way, the first attribute of that element: what names an entry among its like.
    keys: tuple[tuple[str, str] | None, ...] = ()


class _Found(Exception):
    """The element has been closed: nothing more is read."""


class _Finder:
    """Stops at the first element that begins at the line (and at or behind the column), or that holds the place."""

    def __init__(self, text: str, line: int, column: int) -> None:
        self._data = text.encode("utf-8", "replace")
        self._line, self._column = line, column
        self._stack: list[str] = []
        self._keys: list[tuple[str, str] | None] = []
        self._depth = -1
        self._newest = 0
        self._begin = 0
        self._attributes: list[tuple[str, str]] = []
        self._location = ""
        self.found: ElementText | None = None
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.ordered_attributes = True

    def run(self) -> ElementText | None:
        try:
            self._parser.Parse(self._data, True)
        except (_Found, expat.ExpatError):
            pass
        return self.found

    def _start(self, name: str, attributes: list[str]) -> None:
        self._stack.append(name)
        self._keys.append((attributes[0], attributes[1]) if attributes else None)
        self._newest = len(self._stack)
        if name == "location" and len(self._stack) == 2:
            self._location = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("path", "")
        at = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        if self._depth < 0 and (at[0] > self._line or (at[0] == self._line and at[1] >= self._column)):
            self._depth, self._begin = len(self._stack), self._parser.CurrentByteIndex
            self._attributes = list(zip(attributes[::2], attributes[1::2], strict=True))

    def _end(self, name: str) -> None:
        if self._depth == len(self._stack):
            at = self._parser.CurrentByteIndex
            empty = self._newest == self._depth and self._data[:at].endswith(b"/>")  # <a/> ends where it is said to
            end = at if empty else self._data.find(b">", at) + 1
            raw = self._data[self._begin : end].decode("utf-8", "replace")
            inside = 2 if self._stack[1:2] == ["location"] else 1
            attributes = tuple((key, value) for key, value in self._attributes if shown(key, value) == value)
            self.found = ElementText(masked(raw), tuple(self._stack[inside:]), attributes, self._location, tuple(self._keys[inside:]))
            raise _Found
        self._stack.pop()
        self._keys.pop()
        if name == "location" and len(self._stack) == 1:
            self._location = ""


def element_at(text: str, source: Source) -> ElementText | None:
    """The element that begins at the source's line, from its column on. A source may point at an attribute: then the one that holds it."""
    found = _Finder(text, source.line, source.column).run()
    if found is not None:
        # A column within a tag (an attribute) finds the next element; the one that begins before it on the line is meant.
        first = _Finder(text, source.line, 1).run()
        begins = _begins(text, source)
        return first if begins is False and first is not None else found
    return _Finder(text, source.line, 1).run()


def _begins(text: str, source: Source) -> bool:
    """Whether a tag begins exactly at the source's column."""
    lines = text.splitlines()
    if not 0 < source.line <= len(lines):
        return False
    return lines[source.line - 1][source.column - 1 : source.column] == "<"


def appcmd_line(element: ElementText, config_path: str) -> str:
    """`appcmd set config`, as IIS writes it; "" for what stands in no section that is known."""
    known = set(sections())
    for length in range(len(element.way), 0, -1):
        section = "/".join(element.way[:length])
        if section in known:
            return _line(section, element, length, config_path)
    return ""


def _line(section: str, element: ElementText, length: int, config_path: str) -> str:
    words = ["appcmd", "set", "config"]
    site = element.location or _site_path(config_path)
    if site:
        words.append(_quoted(site))
    words.append(f"-section:{section}")
    inner, keys = element.way[length:], element.keys[length:]
    above = "".join(_step(name, key) for name, key in zip(inner[:-1], keys[:-1], strict=True))
    if inner and inner[-1] == "clear":
        words.append(_quoted(f"/~{above.rstrip('.')}"))
    elif inner and inner[-1] in _ENTRIES:
        pairs = ",".join(f"{name}='{value}'" for name, value in element.attributes)
        words.append(_quoted(f"/{'-' if inner[-1] == 'remove' else '+'}{above}[{pairs}]"))
    else:
        begin = above + "".join(f"{name}." for name in inner[-1:])
        words += [_quoted(f"/{begin}{name}:{value}") for name, value in element.attributes]
    if element.location:
        words.append("/commit:apphost")
    return " ".join(words)


def _step(name: str, key: tuple[str, str] | None) -> str:
    """One element on the way to the one that is written: an entry is named by its first attribute."""
    return f"[{key[0]}='{key[1]}']." if name in _ENTRIES and key is not None else f"{name}."


#: What entries of collections are called.
_ENTRIES = frozenset({"add", "remove", "site", "application", "virtualDirectory", "binding", "rule", "mimeMap", "error"})


def _site_path(config_path: str) -> str:
    parts = [part for part in config_path.split("/") if part]
    return "/".join(part for part in parts if part not in ("MACHINE", "WEBROOT", "APPHOST"))


def _quoted(text: str) -> str:
    """For a POSIX shell, where it needs quotes."""
    if text and all(character.isalnum() or character in "/.:=_-+" for character in text):
        return text
    return '"' + "".join(f"\\{character}" if character in '"\\$`' else character for character in text) + '"'
