"""Saving files whole or not at all: the new bytes are on the disk under another name before they take the file's place.

Knows bytes and paths, no XML. A file that is not as it was when it was read is never overwritten. workspace.py calls it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


class ChangedOnDisk(Exception):
    """Another program changed the file since it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was changed by another program since it was read")
        self.path = path


class ReadOnly(Exception):
    """The file cannot be written; `reason` is a sentence without its path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Replaced:
    """A file's bytes before (None: it is not there) and after (None: it goes)."""

    path: Path
    before: bytes | None
    after: bytes | None


def save(files: Iterable[Replaced]) -> None:
    """Writes all the files. Raises ChangedOnDisk or ReadOnly before the first has changed; a failure later puts the earlier ones back."""
    files = tuple(files)
    targets = [_target(file.path) for file in files]
    for file, target in zip(files, targets, strict=True):
        if _bytes(file.path, target) != file.before:
            raise ChangedOnDisk(file.path)
    with contextlib.ExitStack() as temporary:
        prepared = [_prepare(file, target, temporary) for file, target in zip(files, targets, strict=True)]
        done: list[tuple[Replaced, Path]] = []
        try:
            for file, target, new in zip(files, targets, prepared, strict=True):
                with _refusals(file.path):
                    _put(target, new)
                done.append((file, target))
        except ReadOnly:
            _put_back(done)
            raise


def _target(path: Path) -> Path:
    """Where the bytes are: a symbolic link stays one."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _bytes(path: Path, target: Path) -> bytes | None:
    try:
        with _refusals(path):
            return target.read_bytes()
    except ReadOnly as refusal:
        if isinstance(refusal.__cause__, FileNotFoundError):
            return None
        raise


def _prepare(file: Replaced, target: Path, temporary: contextlib.ExitStack) -> Path | None:
    """A file beside the target with the new bytes, safely on the disk; None where the file goes."""
    with _refusals(file.path):
        status = target.stat() if file.before is not None else None
        if status is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "you may not write it")
        if status is not None and not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            if not target.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, f"the folder {target.parent} is not there")
            raise PermissionError(errno.EACCES, f"you may not write in the folder {target.parent}")
        if file.after is None:
            return None
        name = target.parent / f".{target.name}.{secrets.token_hex(6)}.tmp"
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600 if status else 0o666)
        temporary.callback(_remove, name)
        with open(descriptor, "wb") as stream:
            if status is not None:
                _like(descriptor, target, status)
            stream.write(file.after)
            stream.flush()
            os.fsync(descriptor)
        return name


def _like(descriptor: int, target: Path, status: os.stat_result) -> None:
    """Owner, mode and access list of the file that is replaced: somebody else may have to read it."""
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise PermissionError(error.errno, "its owner could not be kept") from error
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):  # a file system may know none, or keep some to itself
            for name in os.listxattr(target):
                os.setxattr(descriptor, name, os.getxattr(target, name))


def _put(target: Path, new: Path | None) -> None:
    if new is None:
        target.unlink()
    else:
        new.replace(target)
    with contextlib.suppress(OSError):  # the change is made; some file systems cannot sync a folder
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put_back(done: list[tuple[Replaced, Path]]) -> None:
    """Best effort, newest first: whoever asked is told of the failure that led here."""
    for file, target in reversed(done):
        with contextlib.suppress(ReadOnly, OSError), contextlib.ExitStack() as temporary:
            _put(target, _prepare(Replaced(target, file.after, file.before), target, temporary))


def _remove(name: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        name.unlink()


@contextlib.contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReadOnly(path, error.strerror or str(error)) from error
