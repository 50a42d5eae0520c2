"""What lies in an application's folders: which of them have a web.config, and which Python files there are.

Knows no configuration. Limits keep a huge or looping tree from stopping the server: `unseen` says what nobody looked into.
Used by compiler.py for scopes and the code digest, by plan_source.py for what to watch.
"""

from __future__ import annotations

import collections
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from model.progress import next_folder

MAX_FOLDERS = 20_000
MAX_DEPTH = 48
#: Never walked: what Python writes there is no content, and a web.config in it counts for nothing.
IGNORED = frozenset({"__pycache__"})
#: Walked for web.configs, but what others wrote there is no code of the application.
_NOT_OURS = frozenset({"node_modules", "site-packages"})
_WELL_KNOWN = ".well-known"

#: (path, modification time in nanoseconds, size)
CodeFile = tuple[str, int, int]
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Content:
    #: Folders below the root that have a web.config, relative, with "/".
    configured: tuple[str, ...] = ()
    code: tuple[CodeFile, ...] = ()
    #: Folders whose web.configs nobody looked for: beyond the limits, dot folders, virtual environments. They must not be served.
    unseen: tuple[str, ...] = ()
    #: Folders that stand beside another of the same name in another case, in lower case: one URL to IIS, and so to every rule.
    doubled: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Folder:
    """`above`: the places of the folders that lead here, so that a link back to one of them ends."""

    path: str
    relative: str
    depth: int
    above: frozenset[_Place]
    ours: bool


def walk(root: Path) -> Content:
    """Breadth first, and what a symbolic link leads to last: a limit cuts off what lies deepest.

    A folder is looked at under each of its paths, as each has settings of its own.
    """
    configured: list[str] = []
    code: list[CodeFile] = []
    unseen: list[str] = []
    doubled: set[str] = set()
    place = _place(str(root))
    real = collections.deque([_Folder(str(root), "", 0, frozenset((place,) if place else ()), True)])
    linked: collections.deque[_Folder] = collections.deque()
    walked = 0
    complete = True
    while real or linked:
        folder = real.popleft() if real else linked.popleft()
        if walked >= MAX_FOLDERS or folder.depth > MAX_DEPTH:
            complete = False
            unseen.append(folder.relative)
            continue
        walked += 1
        next_folder()
        names: set[str] = set()
        for entry in _entries(folder.path):
            lowered = entry.name.lower()
            if lowered == "web.config":
                configured += [folder.relative] if folder.relative else []
            elif lowered.endswith(".py"):
                code += _code_file(entry) if folder.ours else []
            elif _is_folder(entry) and entry.name not in IGNORED:
                if lowered in names:
                    doubled.add(f"{folder.relative}/{lowered}".lstrip("/").lower())
                names.add(lowered)
                inner = _inner(entry, folder)
                if inner is None:
                    continue
                if _is_closed(entry):
                    unseen.append(inner.relative)
                else:
                    (linked if entry.is_symlink() else real).append(inner)
    return Content(tuple(sorted(set(configured))), tuple(sorted(code)), tuple(sorted(unseen)), tuple(sorted(doubled)), complete)


def shortened(paths: Iterable[str], most: int) -> tuple[str, ...]:
    """At most `most` paths that hold all of `paths`: the deepest are replaced by the folders above them. "" is the root."""
    found = set(paths)
    while len(found) > most:
        deepest = max(path.count("/") for path in found)
        if not deepest:
            return ("",)
        found = {path.rpartition("/")[0] if path.count("/") == deepest else path for path in found}
    return tuple(sorted(found))


def code_digest(files: Iterable[CodeFile]) -> str:
    """Changes when a file is added, removed or written; "" where there are none."""
    ordered = sorted(set(files))
    if not ordered:
        return ""
    text = "\n".join(f"{path}\0{modified}\0{size}" for path, modified, size in ordered)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _code_file(entry: os.DirEntry[str]) -> list[CodeFile]:
    try:
        status = entry.stat()
    except OSError:
        return []
    return [(entry.path, status.st_mtime_ns, status.st_size)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_closed(entry: os.DirEntry[str]) -> bool:
    """Folders that hold no content: .git and its like, virtual environments. `.well-known` is content (RFC 8615)."""
    return (entry.name.startswith(".") and entry.name.lower() != _WELL_KNOWN) or Path(entry.path, "pyvenv.cfg").exists()


def _inner(entry: os.DirEntry[str], folder: _Folder) -> _Folder | None:
    place = _place(entry.path)
    if place is None or place in folder.above:
        return None
    relative = f"{folder.relative}/{entry.name}" if folder.relative else entry.name
    return _Folder(entry.path, relative, folder.depth + 1, folder.above | {place}, folder.ours and entry.name not in _NOT_OURS)


def _place(path: str) -> _Place | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
