"""What lies in an application's folders: which of them have a web.config, and which Python files there are.

Knows no configuration. Limits keep a huge or looping tree from stopping the server: `complete` says whether all was seen.
Used by compiler.py for scopes and the code digest, by plan_source.py for what to watch.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MAX_FOLDERS = 4000
MAX_DEPTH = 24
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})

#: (path, modification time in nanoseconds, size)
CodeFile = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Content:
    #: Folders below the root that have a web.config, relative, with "/".
    configured: tuple[str, ...] = ()
    code: tuple[CodeFile, ...] = ()
    complete: bool = True


def walk(root: Path) -> Content:
    configured: list[str] = []
    code: list[CodeFile] = []
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[str, str, int]] = [(str(root), "", 0)]
    complete = True
    while waiting:
        folder, relative, depth = waiting.pop()
        if len(seen) >= MAX_FOLDERS or depth > MAX_DEPTH:
            complete = False
            continue
        for entry in _entries(folder):
            lowered = entry.name.lower()
            if lowered == "web.config":
                configured += [relative] if relative else []
            elif lowered.endswith(".py"):
                code += _code_file(entry)
            elif _is_new_folder(entry, seen):
                waiting.append((entry.path, f"{relative}/{entry.name}" if relative else entry.name, depth + 1))
    return Content(tuple(sorted(configured)), tuple(sorted(code)), complete)


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


def _is_new_folder(entry: os.DirEntry[str], seen: set[tuple[int, int]]) -> bool:
    if entry.name.startswith(".") or entry.name in _SKIPPED:
        return False
    try:
        if not entry.is_dir() or Path(entry.path, "pyvenv.cfg").exists():
            return False
        status = entry.stat()
    except OSError:
        return False
    place = (status.st_dev, status.st_ino)
    if place in seen:
        return False
    seen.add(place)
    return True
