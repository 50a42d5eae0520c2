"""The name beside a file under which its new bytes are written, and the lock on it: one save of a file at a time, on the whole machine.

Knows paths and locks, no content. The lock ends with the process that holds it, so what lies there without one was left by a
save that was killed. saving.py claims the name, workspace.py sweeps when it opens a file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import stat
import time
from collections.abc import Iterator
from pathlib import Path

#: How long another save of the same file is waited for.
PATIENCE_S = 1.0
_STEP_S = 0.005
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class InTheWay(Exception):
    """Somebody else has the name. `reason`: a sentence without the file's own path."""

    def __init__(self, reason: str, command: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.command = command


def unsaved_name(target: Path) -> Path:
    """It ends as configuration does, which no site serves: the file may lie in a site's content."""
    return target.with_name(f".{target.name}.unsaved.config")


def place_of(path: Path) -> Path:
    """Where a file's bytes are written: a symbolic link stays one."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextlib.contextmanager
def claimed(target: Path, mode: int) -> Iterator[int]:
    """A descriptor of an empty file of that name, ours alone; at the end the name goes, unless it was renamed. Raises InTheWay, OSError."""
    name = unsaved_name(target)
    deadline = time.monotonic() + PATIENCE_S
    while (descriptor := _claim(name, mode)) is None:
        if time.monotonic() >= deadline:
            raise _why(name)
        time.sleep(_STEP_S)
    try:
        yield descriptor
    finally:
        _drop(name, descriptor)


def sweep(path: Path) -> None:
    """Takes away what a killed save left of the file. What somebody holds, or may not be taken, stays."""
    with contextlib.suppress(OSError, ValueError, InTheWay):  # a path with a zero byte names nothing
        name = unsaved_name(place_of(path))
        if os.path.lexists(name):
            _sweep(name)


def _claim(name: Path, mode: int) -> int | None:
    """None: not this time. Between the making of a file and its lock somebody may take it for a leftover."""
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, mode)
    except FileExistsError:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            _sweep(name)
        return None
    try:
        if _locked(descriptor) is not False and _is_at(name, descriptor):
            return descriptor
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _sweep(name: Path) -> None:
    descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _left(name)
        if _locked(descriptor) is True and _is_at(name, descriptor):
            name.unlink()
    finally:
        os.close(descriptor)


def _drop(name: Path, descriptor: int) -> None:
    with contextlib.suppress(OSError):  # what stays is swept by the next save
        if _is_at(name, descriptor):
            name.unlink()
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _locked(descriptor: int) -> bool | None:
    """False: somebody else has the lock. None: this file system knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_at(name: Path, descriptor: int) -> bool:
    """Whether the open file still has the name: it may have been renamed, or swept."""
    mine = os.fstat(descriptor)
    try:
        there = os.lstat(name)
    except FileNotFoundError:
        return False
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _why(name: Path) -> InTheWay:
    with contextlib.suppress(OSError):
        descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FLAGS)
        try:
            if _locked(descriptor) is False:
                return InTheWay("another program is saving it; try again in a moment")
        finally:
            os.close(descriptor)
    return _left(name)


def _left(name: Path) -> InTheWay:
    return InTheWay(f"{name} is in the way, left by another user or program", f"rm -rf {shlex.quote(str(name))}")
