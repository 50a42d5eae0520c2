"""Looks up and opens what a URL names on the disk: beneath its root, under its exact name, never a device.

Knows no request and no module; who may see a file was decided before it is asked for here (reliability.md C 2, 3, 5).
Look next at content_cache.py (small files in memory) and handlers/static_file.py (the main user).
"""

from __future__ import annotations

import errno
import os
import re
import stat as modes
from collections.abc import Iterable
from typing import Literal

from hwebcore.frozen import frozen

#: How long what was found on the disk is believed: a hot file is looked at once a second instead of once a request.
VALID_S = 1.0

#: The process has no room for another open file: nothing is said of the file, which must not be told to be missing.
OUT_OF_ROOM = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM))
#: NTFS's short alias of a long name ("WEB~1.CON"): another spelling of a name that rules may deny.
_SHORT_NAME = re.compile(r"[^.]{1,6}~[0-9]+(\.[^.]{0,3})?\Z")
#: The state of a file: real path, device, inode, size, times of the last write and change.
Identity = tuple[str, int, int, int, int, int]

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY


@frozen
class Entry:
    """Something that exists beneath a root. `real_parts`: its place below the root's real path, links resolved."""

    kind: Literal["file", "directory", "special"]
    stat: os.stat_result
    real_root: str
    real_parts: tuple[str, ...]
    #: Whether a symbolic link on the way made the real place another one than the URL says.
    through_link: bool


def refuse_segment(segment: str) -> str:
    """Why a path segment names nothing here, "" where it may: the spellings under which Windows would open another name."""
    if segment in (".", ".."):
        return "a dot segment"
    if segment[-1:] in (".", " "):
        return "a name that ends in a dot or space"
    if ":" in segment:
        return "a stream name"
    if "\\" in segment:
        return "a backslash in a name"
    if "~" in segment and _SHORT_NAME.match(segment):
        return "a short name"
    if not segment.isprintable() and any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in segment):
        return "a control character in a name"
    return ""


def fold_segment(segment: str) -> str:
    """The name that Windows would open for a segment: streams, trailing dots and spaces dropped, case-blind."""
    return segment.partition(":")[0].rstrip(". ").casefold()


def root_of(path: str, roots: Iterable[str]) -> str:
    """The longest of `roots` that `path` lies in by whole parts, "" if none: /srv/rootEvil is not in /srv/root."""
    best = ""
    for root in roots:
        trimmed = root.rstrip(os.sep) or os.sep
        if (path == trimmed or path.startswith(trimmed.rstrip(os.sep) + os.sep)) and len(trimmed) > len(best):
            best = trimmed
    return best


def look_up(path: str, root: str) -> Entry | None:
    """What `path` names beneath `root`; None where nothing does, where a link leads out, or the spelling is not the exact one."""
    parts = parts_below(path, root)
    if parts is None or any(refuse_segment(part) for part in parts):
        return None
    try:
        real_root = os.path.realpath(root, strict=True)
        real = os.path.realpath(os.path.join(real_root, *parts), strict=True)
        status = os.stat(real)
    except (OSError, ValueError):
        return None
    real_parts = parts_below(real, real_root)
    if real_parts is None or not _spelled_exactly(real_root, parts):
        return None
    mode = status.st_mode
    kind: Literal["file", "directory", "special"] = "file" if modes.S_ISREG(mode) else "directory" if modes.S_ISDIR(mode) else "special"
    return Entry(kind, status, real_root, real_parts, real_parts != parts)


def open_file(entry: Entry) -> int:
    """A descriptor of a regular file found before; the caller owns it.

    Every step from the root is opened without following links, so a link swapped in since the look-up is refused, not
    followed. Raises OSError: also where the entry is no regular file any more.
    """
    if not entry.real_parts:
        raise IsADirectoryError(entry.real_root)
    folder = os.open(entry.real_root, _DIRECTORY)
    try:
        for part in entry.real_parts[:-1]:
            inner = os.open(part, _DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        descriptor = os.open(entry.real_parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)
    if not modes.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(entry.real_parts[-1])
    return descriptor


def identity_of(entry: Entry) -> Identity:
    return identity_at(os.path.join(entry.real_root, *entry.real_parts), entry.stat)


def identity_at(path: str, status: os.stat_result) -> Identity:
    return (path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def parts_below(path: str, root: str) -> tuple[str, ...] | None:
    """`path`'s parts after `root`; None where it lies elsewhere. A slash at the end counts for nothing."""
    trimmed = root.rstrip(os.sep)
    if path in (root, trimmed):
        return ()
    if not path.startswith(trimmed + os.sep):
        return None
    return tuple(part for part in path[len(trimmed) + 1 :].split(os.sep) if part)


def _spelled_exactly(root: str, parts: tuple[str, ...]) -> bool:
    """False where a case-blind file system opened a name under another spelling (reliability.md, top risk 4)."""
    folder = root
    for part in parts:
        swapped = part.swapcase()
        path = os.path.join(folder, part)
        if swapped != part and _same_file(path, os.path.join(folder, swapped)) and part not in os.listdir(folder):
            return False
        folder = path
    return True


def _same_file(one: str, other: str) -> bool:
    try:
        return os.path.samestat(os.lstat(one), os.lstat(other))
    except OSError:
        return False
