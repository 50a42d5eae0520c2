"""Compressed copies of files in one folder of a pool's own: found, made, bounded, swept.

Knows no request and no rule; who may have a copy was decided before, and a copy is worth nothing once its file is another one.
A copy's file begins with a line that says what it is a copy of. The folder is a descriptor: its path need not be in anybody's
reach. Look next at modules/static_compression.py (who asks) and service/copy_folders.py (who opens the folder).
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import stat
import time
import zlib
from collections.abc import Iterator, Sequence

from hwebcore.compression import CODINGS
from hwebcore.content import Entry, Identity, identity_at, identity_of, open_file, parts_below
from hwebcore.open_file import OpenFile

#: A copy up to this size is held as bytes; a larger one leaves from its descriptor.
_HELD_BYTES = 32 * 1024
_PIECE_BYTES = 256 * 1024
_MOST_HEAD_BYTES = 16 * 1024
#: Above this part of the limit the copies that were used least recently go.
_FULL = 0.9
#: How often the folder is swept while copies are made.
_SWEPT_S = 600.0
#: How often a copy in use is marked as used.
_TOUCH_S = 60.0
_NAME = re.compile(r"[0-9a-f]{40}")
_UNFINISHED = ".unfinished-"
_UNFINISHED_NAME = re.compile(r"\.unfinished-([1-9][0-9]{0,9})-[0-9]+")
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class NoCopy(Exception):
    """Why there is none, and will be none while the file is as it is."""


class Copy:
    __slots__ = ("data", "file", "identity", "scheme", "size", "start", "touched")

    def __init__(self, identity: Identity, scheme: str, file: OpenFile, start: int, size: int, data: bytes | None) -> None:
        self.identity = identity
        self.scheme = scheme
        self.file = file
        #: Where in its file the compressed bytes begin, and how many they are.
        self.start = start
        self.size = size
        self.data = data
        self.touched = 0.0


class CompressedCopies:
    """`folder`: a descriptor, ours to close; `roots`: what is served. One compression runs at a time: whoever begins one sets `busy`."""

    def __init__(self, folder: int, roots: Sequence[str]) -> None:
        self._folder = folder
        self._roots = tuple(root for root in roots if root)
        self._numbers = itertools.count()
        self._swept = time.monotonic()
        self.busy = False

    def close(self) -> None:
        os.close(self._folder)

    def find(self, identity: Identity, scheme: str, level: int) -> Copy | None:
        """The copy, where a worker made one and nobody touched it since."""
        try:
            descriptor = os.open(_name(identity, scheme, level), _READ, dir_fd=self._folder)
        except OSError:
            return None
        try:
            told, start = _told(descriptor)
            size = os.fstat(descriptor).st_size - start
            data = os.pread(descriptor, size, start) if size <= _HELD_BYTES else None
        except OSError:
            told, start, size, data = [], 0, 0, None
        if told != [*identity, scheme, level, size]:
            os.close(descriptor)
            return None
        return Copy(identity, scheme, OpenFile(descriptor), start, size, data)

    def touch(self, copy: Copy) -> None:
        """It is in use: others go first when there is no more room."""
        now = time.time()
        if now - copy.touched > _TOUCH_S:
            copy.touched = now
            with contextlib.suppress(OSError):
                os.utime(copy.file.descriptor)

    def make(self, entry: Entry, scheme: str, level: int, most_bytes: int) -> Copy | None:
        """Compress a file. In a thread: it takes its time. Raises NoCopy, and OSError where nothing can be written."""
        identity = identity_of(entry)
        unfinished = f"{_UNFINISHED}{os.getpid()}-{next(self._numbers)}"
        limit = int(most_bytes * _FULL) if most_bytes else identity[3]
        source = open_file(entry)
        try:
            if identity_at(identity[0], os.fstat(source)) != identity:
                return None
            target = os.open(unfinished, _MAKE, 0o600, dir_fd=self._folder)
            try:
                size = _compress(source, target, identity, scheme, level, min(identity[3], limit))
                if identity_at(identity[0], os.fstat(source)) != identity:
                    return None
                os.fsync(target)
            finally:
                os.close(target)
            if time.monotonic() - self._swept > _SWEPT_S:
                self.sweep()
            self._make_room(size, limit if most_bytes else 0)
            os.rename(unfinished, _name(identity, scheme, level), src_dir_fd=self._folder, dst_dir_fd=self._folder)
        finally:
            os.close(source)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(unfinished, dir_fd=self._folder)
        return self.find(identity, scheme, level)

    def remove(self, identity: Identity, scheme: str, level: int) -> None:
        """The file is another one now."""
        with contextlib.suppress(OSError):
            os.unlink(_name(identity, scheme, level), dir_fd=self._folder)

    def sweep(self) -> None:
        """In a thread: take away what is a copy of nothing any more (its file changed or went, or lies below none of the roots), and what a
        worker that died left unfinished."""
        self._swept = time.monotonic()
        real = [os.path.realpath(root) for root in self._roots]
        for name, _ in self._files():
            unfinished = _UNFINISHED_NAME.fullmatch(name)
            stays = _is_alive(int(unfinished[1])) if unfinished else _NAME.fullmatch(name) is not None and self._is_of_a_file(name, real)
            if not stays:
                self._unlink(name)

    def _is_of_a_file(self, name: str, roots: Sequence[str]) -> bool:
        try:
            descriptor = os.open(name, _READ, dir_fd=self._folder)
        except OSError:
            return False
        try:
            *of, _scheme, _level, _size = _told(descriptor)[0]
            path = str(of[0])
            return any(parts_below(path, root) for root in roots) and tuple(of) == identity_at(path, os.stat(path))
        except (OSError, ValueError, IndexError):  # what it says is no file
            return False
        finally:
            os.close(descriptor)

    def _make_room(self, size: int, limit: int) -> None:
        if not limit:
            return
        files = sorted(((status.st_mtime, name, status.st_size) for name, status in self._files() if not name.startswith(_UNFINISHED)))
        total = size + sum(one[2] for one in files)
        for _, name, bytes_ in files:
            if total <= limit:
                return
            self._unlink(name)
            total -= bytes_

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._folder)  # a place of its own to read from
        try:
            for name in os.listdir(folder):
                with contextlib.suppress(FileNotFoundError):
                    yield name, os.stat(name, dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(folder)

    def _unlink(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            os.unlink(name, dir_fd=self._folder)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's by now: it is found another time
        return True
    return True


def _name(identity: Identity, scheme: str, level: int) -> str:
    return hashlib.sha256(json.dumps([*identity, scheme, level]).encode()).hexdigest()[:40]


def _head(identity: Identity, scheme: str, level: int, size: int) -> bytes:
    return json.dumps([*identity, scheme, level, size]).encode() + b"\n"


def _told(descriptor: int) -> tuple[list[object], int]:
    """What the first line says, and where it ends; nothing of what is no regular file, not ours, or has another name too."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_nlink != 1:
        return [], 0
    line, end, _ = os.pread(descriptor, _MOST_HEAD_BYTES, 0).partition(b"\n")
    try:
        told = json.loads(line) if end else None
    except (ValueError, RecursionError):
        told = None
    return (told, len(line) + 1) if isinstance(told, list) else ([], 0)


def _compress(source: int, target: int, identity: Identity, scheme: str, level: int, most: int) -> int:
    """Write head and compressed bytes; returns the file's size. Raises NoCopy where they would be more than `most`."""
    packer = zlib.compressobj(level, zlib.DEFLATED, CODINGS[scheme])
    # The head says how long the rest is, in as many digits as it takes: it is written last, into the room that is left for it.
    room = len(_head(identity, scheme, level, identity[3]))
    written = 0
    while True:
        piece = os.read(source, _PIECE_BYTES)
        packed = packer.compress(piece) if piece else packer.flush()
        if written + len(packed) >= most:
            raise NoCopy("its copy would be no smaller, or larger than all that copies may occupy")
        _write_all(target, packed, room + written)
        written += len(packed)
        if not piece:
            break
    head = _head(identity, scheme, level, written)
    _write_all(target, head[:-1].ljust(room - 1) + b"\n", 0)
    return room + written


def _write_all(target: int, data: bytes, offset: int) -> None:
    while data:
        count = os.pwrite(target, data, offset)
        data, offset = data[count:], offset + count
