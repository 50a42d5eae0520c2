"""Lossless XML: a file's text with the spans of its elements and attributes. A change is splices applied: Document -> Document.

Knows nothing of what an element means. Bad content is never an exception: `problems` says what and where, `root` holds what
could be read. encoding.py decodes the bytes, markup.py reads nodes, respliced.py shares them with the version before.
"""

from __future__ import annotations

import bisect
import contextlib
import errno
import hashlib
import os
import stat
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from model.difference import difference, shared_ends
from model.element import Attribute, Element
from model.encoding import decode, encode
from model.markup import MAX_LINES, Fault, Markup, has_too_many_signs, is_prolog, line_starts, read_markup
from model.node import Lines, Node
from model.respliced import respliced
from model.source import INVALID_DATA, Problem, Source

__all__ = ["MAX_BYTES", "Attribute", "Document", "Element", "Splice", "data_of"]

MAX_BYTES = 10 * 1024 * 1024

#: A file that is too large to be understood can be replaced, and come back, up to this size.
_MOST_UNREAD_BYTES = 64 * 1024 * 1024
_READ_FAULTS = {errno.EACCES: "0x80070005", errno.EPERM: "0x80070005"}
_CANNOT_READ = "0x80070003"
_NOT_THERE = "0x80070002"
#: More splices than this are quicker taken in all at once.
_MOST_STEPS = 16


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
    problems: tuple[Problem, ...] = ()
    #: The level that the file belongs to ("MACHINE/WEBROOT/APPHOST/Site"): every Source made here carries it.
    config_path: str = ""
    #: Whether its content is here; not that of a file that is too large or may not be read.
    is_held: bool = True
    _markup: Markup = field(default=Markup(None), repr=False)
    _lines: Lines = field(default_factory=lambda: Lines((0,)), repr=False)
    _unsettled: tuple[Node, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, path: Path, config_path: str = "") -> Document:
        """The file as it is now. Raises FileNotFoundError alone: a file that cannot be read is a document with that problem."""
        return cls._read(path, config_path, lambda data: cls.parse(path, data, config_path))

    def reread(self) -> Document:
        """The same file as it is now, sharing what did not change. Raises FileNotFoundError alone."""
        return self._read(self.path, self.config_path, self.updated)

    @classmethod
    def _read(cls, path: Path, config_path: str, parse: Callable[[bytes], Document]) -> Document:
        try:
            data = _read_bytes(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(*error.args) from None
        except OSError as error:
            code = _READ_FAULTS.get(error.errno or 0, _CANNOT_READ)
            problem = Problem("error", code, f"The file cannot be read: {error.strerror or error}", Source(str(path), 1, 1, config_path))
            return cls._unread(path, problem, "")
        return parse(data)

    @classmethod
    def parse(cls, path: Path, data: bytes, config_path: str = "") -> Document:
        if len(data) > MAX_BYTES:
            message = f"The file is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read"
            problem = Problem("error", INVALID_DATA, message, Source(str(path), 1, 1, config_path))
            return cls._unread(path, problem, hashlib.sha256(data[: MAX_BYTES + 1]).hexdigest())  # no more is ever read of a file
        decoded = decode(data)
        found = cls(path, decoded.text, decoded.encoding, decoded.bom, config_path=config_path)
        return found._with_markup(decoded.fault)

    @classmethod
    def absent(cls, path: Path, config_path: str = "") -> Document:
        """In the place of a file that has to be there and is not."""
        problem = Problem("error", _NOT_THERE, f"There is no {path.name} in {path.parent}", Source(str(path), 0, 0, config_path))
        return cls._unread(path, problem, "")

    @classmethod
    def _unread(cls, path: Path, problem: Problem, digest: str) -> Document:
        """A file whose content is not here; `digest` is of what is there."""
        assert problem.source is not None
        document = cls(path, "", problems=(problem,), config_path=problem.source.config_path, is_held=False)
        document.__dict__["digest"] = digest  # the place of the cached property
        return document

    def _with_markup(self, fault: Fault | None = None) -> Document:
        starts = line_starts(self.text)
        lines = Lines(starts)
        markup = read_markup(self.text, starts)
        placed = replace(self, problems=(), is_held=True, _markup=markup, _lines=lines, _unsettled=())
        if markup.root is not None:
            markup.root.parent, markup.root.at = lines, markup.at
        fault = fault or markup.fault
        if fault is None:
            return placed
        return replace(placed, problems=(Problem("error", INVALID_DATA, fault.message, placed.source(max(fault.offset, 0))),))

    @cached_property
    def root(self) -> Element | None:
        """What could be read; None if nothing. Its elements have their places in this text."""
        return Element(self._markup.root, self._markup.at, self._lines) if self._markup.root is not None else None

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def is_sound(self) -> bool:
        """Whether the whole file was read: only such a document can be edited element by element."""
        return self.root is not None and not self.problems

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses: the first one decides; a file of one line gets "\\n"."""
        starts = self._lines.starts
        end = starts[1] if len(starts) > 1 else 0
        line = self.text[:end]
        return "\r\n" if line.endswith("\r\n") else line[-1:] or "\n"

    def to_bytes(self) -> bytes:
        return self.bom + encode(self.text, self.encoding)

    def apply(self, splices: Iterable[Splice]) -> Document:
        """A new document with all splices applied; their offsets are this document's.

        Splices at one place come out in the order given. Raises ValueError where two overlap or one lies outside the text.
        What the file's encoding cannot hold is inserted as a character reference.
        """
        ordered = sorted(splices, key=lambda splice: (splice.start, splice.end))
        done = 0
        for splice in ordered:
            if not done <= splice.start <= splice.end <= len(self.text):
                raise ValueError(f"the splice at {splice.start} overlaps another or lies outside the text")
            done = splice.end
        encodable = [replace(splice, text=_encodable(splice.text, self.encoding)) for splice in ordered]
        if self.is_sound and len(encodable) <= _MOST_STEPS:
            stepwise: Document | None = self
            for splice in reversed(encodable):
                stepwise = stepwise._respliced(splice) if stepwise is not None else None
            if stepwise is not None:
                return stepwise
        pieces: list[str] = []
        done = 0
        for splice in encodable:
            pieces += (self.text[done : splice.start], splice.text)
            done = splice.end
        return replace(self, text="".join((*pieces, self.text[done:])))._with_markup()

    def splices_since(self, before: Document) -> tuple[Splice, ...]:
        """What turns the text before into this one, for a change that was made in several steps."""
        return tuple(Splice(part.start, part.start + len(part.before), part.after) for part in difference(before.text, self.text))

    def updated(self, data: bytes) -> Document:
        """The same file with other bytes: what both share is not read again."""
        decoded = decode(data) if self.is_sound and len(data) <= MAX_BYTES else None
        if decoded is None or decoded.fault is not None or (decoded.encoding, decoded.bom) != (self.encoding, self.bom):
            return Document.parse(self.path, data, self.config_path)
        head, tail = shared_ends(self.text, decoded.text)
        splice = Splice(head, len(self.text) - tail, decoded.text[head : len(decoded.text) - tail])
        if not splice.text and splice.start == splice.end:
            return self
        return self._respliced(splice) or Document.parse(self.path, data, self.config_path)

    def _respliced(self, splice: Splice) -> Document | None:
        """With one splice, the rest shared; None where only the whole can be read."""
        markup = self._markup
        assert markup.root is not None
        text = self.text[: splice.start] + splice.text + self.text[splice.end :]
        starts = _moved_starts(self._lines.starts, text, splice)
        if len(starts) > MAX_LINES or has_too_many_signs(text):
            return None
        growth = len(splice.text) - (splice.end - splice.start)
        before_root = splice.end <= markup.at
        if before_root:  # a comment at the head of the file, say: the elements are the same
            if not is_prolog(text[: markup.at + growth]):
                return None
            at, root, size, unsettled = markup.at + growth, markup.root, markup.size, self._unsettled
        else:
            made = respliced(markup.root, markup.at, markup.size, text, splice.start, splice.end, growth)
            if made is None:
                return None
            at, root, size, unsettled = markup.at, made.root, made.size, (*self._unsettled, *made.unsettled)
        lines = Lines(starts)
        if not before_root:
            root.parent, root.at = lines, at
        return replace(self, text=text, _markup=Markup(root, at, size), _lines=lines, _unsettled=unsettled)

    def settle(self) -> Document:
        """This text is the one that holds: what lives on from earlier versions of it (LiveSource) tells its places here from now on."""
        for node in self._unsettled:
            node.adopt()
        root = self._markup.root
        if root is not None:
            root.parent, root.at = self._lines, self._markup.at
        return self

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        return self._lines.position(offset)

    def line_at(self, offset: int) -> int:
        return self._lines.position(offset)[0]

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column; past the text's ends, the nearest place."""
        starts = self._lines.starts
        start = starts[min(max(line, 1), len(starts)) - 1]
        return min(start + max(column, 1) - 1, len(self.text))

    def source(self, place: Element | Attribute | int) -> Source:
        line, column = self.position(place) if isinstance(place, int) else (place.line, place.column)
        return Source(str(self.path), line, column, self.config_path)


def data_of(document: Document | None) -> bytes | None:
    """A file's bytes, None where there is none. Of one that is not held, as they are now; b"" where they cannot be had."""
    if document is None or document.is_held:
        return document.to_bytes() if document is not None else None
    with contextlib.suppress(OSError):  # who saves over it tells why not
        if document.path.is_file() and document.path.stat().st_size <= _MOST_UNREAD_BYTES:
            return document.path.read_bytes()
    return b""


def _read_bytes(path: Path) -> bytes:
    """At most one byte more than the limit, and only of a regular file: a pipe by that name would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read(MAX_BYTES + 1)


def _moved_starts(starts: Sequence[int], after: str, splice: Splice) -> array[int]:
    """Where the lines begin after a splice: only around it they are looked for again."""
    known = starts if isinstance(starts, array) else array("q", starts)
    first = max(bisect.bisect_right(known, splice.start) - 2, 0)  # a "\r" before it may have become half of a line end
    last = bisect.bisect_right(known, splice.end + 1)
    growth = len(splice.text) - (splice.end - splice.start)
    begin = known[first]
    end = known[last] + growth if last < len(known) else len(after)
    between = array("q", (begin + start for start in line_starts(after[begin:end])))
    if last < len(known) and between[-1] == end:
        between.pop()
    return known[:first] + between + array("q", (start + growth for start in known[last:]))


def _encodable(text: str, encoding: str) -> str:
    try:
        encode(text, encoding)
    except UnicodeEncodeError:
        return text.encode(encoding, "xmlcharrefreplace").decode(encoding)
    return text
