"""A log's newest bytes, and what is written next: over the change of file too, when a full one becomes NAME.log.1.

Knows no line and no service; a file is known by its inode, whatever it is called by now. Look next at hwebcore/service/logs.py, which
changes the files.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: How far each file was read, by device and inode.
Ends = dict[tuple[int, int], int]
MOST_BYTES = 1 << 20


def former(path: Path) -> Path:
    """What was written before this file."""
    return path.with_name(f"{path.name}.1")


def newest(path: Path, most: int = MOST_BYTES) -> tuple[bytes, Ends]:
    """The last bytes, from the begin of a line on, the former file's where this one has fewer; and how far that is."""
    found, ends, left = b"", Ends(), most
    with contextlib.ExitStack() as opened:
        for file in _files(path, opened):  # both are open before one is read: the change of file cannot come between
            status = os.fstat(file.fileno())
            key, size = (status.st_dev, status.st_ino), status.st_size
            if key not in ends:
                found = _last(file, size, left) + found
                ends[key], left = size, max(0, left - size)
    return found, ends


def _files(path: Path, opened: contextlib.ExitStack) -> list[BinaryIO]:
    files: list[BinaryIO] = []
    for name in (path, former(path)):
        with contextlib.suppress(OSError):
            files.append(opened.enter_context(name.open("rb")))
    return files


def _last(file: BinaryIO, size: int, most: int) -> bytes:
    begin = max(0, size - most)
    file.seek(begin)
    data = file.read(size - begin)
    return data.partition(b"\n")[2] if begin else data  # the first line is cut


def written_since(path: Path, ends: Ends) -> Iterator[tuple[tuple[int, int], bytes]]:
    """What was written since, oldest first, each piece with the file it stands in; `ends` goes along. A file that became shorter is begun anew."""
    with contextlib.ExitStack() as opened:
        files = _files(path, opened)
        seen = Ends()
        for file in reversed(files):
            status = os.fstat(file.fileno())
            key = (status.st_dev, status.st_ino)
            end = ends.get(key, 0)
            file.seek(end if status.st_size >= end else 0)
            while data := file.read(MOST_BYTES):
                yield key, data
            seen[key] = file.tell()
        ends.clear()
        ends.update(seen)
