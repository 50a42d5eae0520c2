"""Files of the content: small ones in memory with what the head says of them, large ones open; looked at again after a second.

Knows no request and no rule; each RequestHandler keeps one of its own, so nothing is shared between scopes.
Look next at content.py (how a file is found and opened).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hwebcore.content import OUT_OF_ROOM, VALID_S, Entry, look_up, open_file
from hwebcore.open_file import OpenFile

if TYPE_CHECKING:
    from hwebcore.compressed_copies import Copy

#: A file up to this size is held as bytes. Of a larger one the system's own copy costs less: it is sent from its descriptor.
MAX_FILE_BYTES = 32 * 1024
MAX_TOTAL_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 2048
#: Large files that are open for all who ask, at a time: connections need descriptors, too, and visitors say which files these are.
MOST_OPEN = 128


@dataclass(slots=True)
class CachedFile:
    entry: Entry
    #: None of a large file: only that it is there is remembered.
    data: bytes | None
    #: Monotonic second until which it is served without a look at the disk.
    until: float
    #: The header lines of the whole file's plain answer, once the handler has made them; dropped when the file changes.
    head: list[tuple[str, str]] | None = None
    #: The compressed copy that was sent last in its place, with the header lines of that plain answer.
    copied: tuple[Copy, list[tuple[str, str]]] | None = None
    #: Of a large file that was asked for again, as long as it is valid.
    file: OpenFile | None = None

    def close(self) -> None:
        """Whoever sends it still holds it."""
        self.file = None


class Replaced(Exception):
    """The file is another one than was looked up."""


class ContentCache:
    """Path → CachedFile, least recently looked at dropped first. Bytes come in of regular files below MAX_FILE_BYTES alone.

    A file is held from its `hits`th reading within `period_s` on: serverRuntime's frequentHitThreshold and -TimePeriod (rt 1.5).
    """

    def __init__(self, max_total_bytes: int = MAX_TOTAL_BYTES, *, hits: int = 2, period_s: float = 10.0) -> None:
        self._files: OrderedDict[str, CachedFile] = OrderedDict()
        self._bytes = 0
        self._most = max_total_bytes
        self._wanted = hits
        self._period_s = period_s
        #: Files that are not held: when their period began, and how often they were read in it. The oldest period comes first.
        self._readings: OrderedDict[str, tuple[float, int]] = OrderedDict()
        #: Large files that are open until their second is over.
        self._open = 0

    def get(self, path: str) -> CachedFile | None:
        """The file if it is still valid, a large one if it is open and as it was. Nothing is moved or counted here: this is asked
        once a request."""
        cached = self._files.get(path)
        if cached is None or time.monotonic() >= cached.until:
            return None
        if cached.data is None and (cached.file is None or not _is(os.fstat(cached.file.descriptor), cached.entry.stat)):
            return None
        return cached

    def open(self, path: str, entry: Entry) -> OpenFile:
        """A large file. Raises OSError, and Replaced."""
        cached = self._files.get(path)
        if cached is not None and cached.entry is entry and cached.file is not None:
            return cached.file
        file = OpenFile(open_file(entry))
        # What changed since the look-up: never more bytes than the descriptor has, nor another file's validators.
        if not _is(os.fstat(file.descriptor), entry.stat):
            raise Replaced
        if hasattr(os, "posix_fadvise"):  # it is sent from its beginning to its end: the system may read further ahead
            os.posix_fadvise(file.descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        return file

    def load(self, path: str, root: str) -> tuple[Entry | None, bytes | None]:
        """(what the path names now, its bytes if they are few). Reads a small file, renews one that did not change."""
        entry = look_up(path, root)
        cached = self._files.get(path)
        if entry is None or entry.kind != "file" or entry.stat.st_size > MAX_FILE_BYTES:
            self._drop(path)
            if entry is not None and entry.kind == "file":
                self._keep_large(path, entry, cached)
            return entry, None
        if cached is not None and cached.data is not None and _unchanged(cached.entry, entry):
            cached.entry = entry
            cached.until = time.monotonic() + VALID_S
            self._files.move_to_end(path)
            return entry, cached.data
        was_held = cached is not None and cached.data is not None
        self._drop(path)
        try:
            read = _read(entry)
        except OSError as error:
            if error.errno in OUT_OF_ROOM:
                raise
            return None, None
        if read is None:
            return entry, None
        if was_held or self._is_frequent(path):
            self._keep(path, CachedFile(read[0], read[1], time.monotonic() + VALID_S))
        return read

    def _keep_large(self, path: str, entry: Entry, before: CachedFile | None) -> None:
        """One that is asked for again is opened once for all who ask while the disk is believed: each opening is looked up, checked,
        and told to whoever watches the folder."""
        now = time.monotonic()
        kept = CachedFile(entry, None, now + VALID_S)
        self._keep(path, kept)
        if before is None or now >= before.until + VALID_S or entry.through_link or self._open >= MOST_OPEN:
            return
        try:
            kept.file = self.open(path, entry)
        except (OSError, Replaced):  # told to whoever needs its bytes
            return
        self._open += 1
        asyncio.get_running_loop().call_later(VALID_S, self._second_over, kept)

    def _second_over(self, kept: CachedFile) -> None:
        self._open -= 1
        kept.close()

    def _is_frequent(self, path: str) -> bool:
        """Count a reading. True: it was the one that makes the file frequent."""
        now = time.monotonic()
        began, count = self._readings.get(path, (now, 0))
        if now - began >= self._period_s:
            began, count = now, 0
            self._readings.pop(path, None)
        count += 1
        if count >= self._wanted:
            self._readings.pop(path, None)
            return True
        self._readings[path] = (began, count)
        if len(self._readings) > MAX_ENTRIES:
            self._readings.popitem(last=False)
        return False

    def _keep(self, path: str, cached: CachedFile) -> None:
        self._files[path] = cached
        self._bytes += len(cached.data or b"")
        while self._files and (self._bytes > self._most or len(self._files) > MAX_ENTRIES):
            _, dropped = self._files.popitem(last=False)
            dropped.close()
            self._bytes -= len(dropped.data or b"")

    def _drop(self, path: str) -> None:
        cached = self._files.pop(path, None)
        if cached is not None:
            cached.close()
            self._bytes -= len(cached.data or b"")


def _read(entry: Entry) -> tuple[Entry, bytes] | None:
    """The file's bytes with the stat of the descriptor that they came from; None where it grew too large meanwhile."""
    descriptor = open_file(entry)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        return None
    return Entry(entry.kind, status, entry.real_root, entry.real_parts, entry.through_link), data


def _is(status: os.stat_result, expected: os.stat_result) -> bool:
    """Whether a descriptor has the very file that was looked up."""
    return (status.st_ino, status.st_mtime_ns, status.st_size) == (expected.st_ino, expected.st_mtime_ns, expected.st_size)


def _unchanged(old: Entry, new: Entry) -> bool:
    a, b = old.stat, new.stat
    same_file = a.st_ino == b.st_ino and a.st_dev == b.st_dev and old.real_parts == new.real_parts
    return same_file and a.st_mtime_ns == b.st_mtime_ns and a.st_size == b.st_size and a.st_ctime_ns == b.st_ctime_ns
