"""Lossless XML: a file's text with the spans of its elements and attributes. A change is splices applied: Document -> Document.

Knows nothing of what an element means. Bad content is never an exception: `problems` says what and where, `root` holds what
could be read. encoding.py decodes the bytes, markup.py finds the elements; edits.py makes splices, hierarchy.py reads.
"""

from __future__ import annotations

import bisect
import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from model.encoding import decode, encode
from model.markup import Attribute, Element, Fault, line_starts, read_markup
from model.source import INVALID_DATA, Problem, Source

__all__ = ["MAX_BYTES", "Attribute", "Document", "Element", "Splice"]

MAX_BYTES = 10 * 1024 * 1024

_READ_FAULTS = {errno.EACCES: "0x80070005", errno.EPERM: "0x80070005"}
_CANNOT_READ = "0x80070003"


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace text[start:end] by `text`. Offsets count the document's characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, eq=False)
class Document:
    path: Path
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    root: Element | None = None
    problems: tuple[Problem, ...] = ()
    #: SHA-256 (hexadecimal) of the bytes.
    digest: str = ""
    #: The level that the file belongs to ("MACHINE/WEBROOT/APPHOST/Site"): every Source made here carries it.
    config_path: str = ""
    _starts: tuple[int, ...] = field(default=(0,), repr=False, compare=False)

    @classmethod
    def read(cls, path: Path, config_path: str = "") -> Document:
        """The file as it is now. Raises FileNotFoundError alone: a file that cannot be read is a document with that problem."""
        try:
            data = _read_bytes(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(*error.args) from None
        except OSError as error:
            code = _READ_FAULTS.get(error.errno or 0, _CANNOT_READ)
            problem = Problem("error", code, f"The file cannot be read: {error.strerror or error}", Source(str(path), 1, 1, config_path))
            return cls(path, "", problems=(problem,), config_path=config_path)
        return cls.parse(path, data, config_path)

    @classmethod
    def parse(cls, path: Path, data: bytes, config_path: str = "") -> Document:
        digest = hashlib.sha256(data).hexdigest()
        if len(data) > MAX_BYTES:
            message = f"The file is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read"
            problem = Problem("error", INVALID_DATA, message, Source(str(path), 1, 1, config_path))
            return cls(path, "", problems=(problem,), digest=digest, config_path=config_path)
        decoded = decode(data)
        found = cls(path, decoded.text, decoded.encoding, decoded.bom, digest=digest, config_path=config_path)
        return found._with_markup(decoded.fault)

    def _with_markup(self, fault: Fault | None = None) -> Document:
        starts = line_starts(self.text)
        root, unreadable = read_markup(self.text, starts)
        placed = replace(self, root=root, _starts=starts)
        fault = fault or unreadable
        if fault is None:
            return placed
        return replace(placed, problems=(Problem("error", INVALID_DATA, fault.message, placed.source(max(fault.offset, 0))),))

    @property
    def is_sound(self) -> bool:
        """Whether the whole file was read: only such a document can be edited element by element."""
        return self.root is not None and not self.problems

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses: the first one decides; a file of one line gets "\\n"."""
        end = self._starts[1] if len(self._starts) > 1 else 0
        line = self.text[:end]
        return "\r\n" if line.endswith("\r\n") else line[-1:] or "\n"

    def to_bytes(self) -> bytes:
        return self.bom + encode(self.text, self.encoding)

    def apply(self, splices: Iterable[Splice]) -> Document:
        """A new document with all splices applied; their offsets are this document's.

        Splices at one place come out in the order given. Raises ValueError where two overlap or one lies outside the text.
        What the file's encoding cannot hold is inserted as a character reference.
        """
        pieces: list[str] = []
        done = 0
        for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
            if not done <= splice.start <= splice.end <= len(self.text):
                raise ValueError(f"the splice at {splice.start} overlaps another or lies outside the text")
            pieces += (self.text[done : splice.start], _encodable(splice.text, self.encoding))
            done = splice.end
        text = "".join((*pieces, self.text[done:]))
        changed = replace(self, text=text, root=None, problems=())
        return replace(changed, digest=hashlib.sha256(changed.to_bytes()).hexdigest())._with_markup()

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_at(self, offset: int) -> int:
        return bisect.bisect_right(self._starts, offset)

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column; past the text's ends, the nearest place."""
        start = self._starts[min(max(line, 1), len(self._starts)) - 1]
        return min(start + max(column, 1) - 1, len(self.text))

    def source(self, place: Element | Attribute | int) -> Source:
        line, column = self.position(place) if isinstance(place, int) else (place.line, place.column)
        return Source(str(self.path), line, column, self.config_path)


def _read_bytes(path: Path) -> bytes:
    """At most one byte more than the limit, and only of a regular file: a pipe by that name would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read(MAX_BYTES + 1)


def _encodable(text: str, encoding: str) -> str:
    try:
        encode(text, encoding)
    except UnicodeEncodeError:
        return text.encode(encoding, "xmlcharrefreplace").decode(encoding)
    return text
