"""Saving files whole or not at all: the new bytes are on the disk under another name before they take the file's place.

Knows bytes and paths, no XML. A file that is not as it was when it was read is never overwritten, and who saves holds a lock, so
that two consoles cannot. unsaved.py has that other name, obstacle.py the words for a refusal; workspace.py calls `save`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from model.obstacle import Obstacle, explained, obstacle
from model.unsaved import InTheWay, claimed, place_of, unsaved_name

_ACCESS_LIST = "system.posix_acl_access"


class ChangedOnDisk(Exception):
    """Another program changed the file since it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was changed by another program since it was read")
        self.path = path


class ReadOnly(Exception):
    """The file cannot be written; `reason` is a sentence without its path, `command` would help (or is "")."""

    def __init__(self, path: Path, reason: str, command: str = "") -> None:
        super().__init__(f"{path} cannot be written: {reason}")
        self.path = path
        self.reason = reason
        self.command = command


@dataclass(frozen=True, slots=True)
class Replaced:
    """A file's bytes before (None: it is not there) and after (None: it goes)."""

    path: Path
    before: bytes | None
    after: bytes | None


@dataclass(slots=True)
class _Draft:
    """A file while it is saved. `target`: where the bytes are, as a symbolic link stays one. `descriptor` writes the other name."""

    file: Replaced
    target: Path
    descriptor: int | None = None
    #: Of the file before.
    status: os.stat_result | None = None


def save(files: Iterable[Replaced]) -> None:
    """Writes all the files. Raises ChangedOnDisk or ReadOnly before the first has changed; a failure later puts the earlier ones back."""
    drafts = [_Draft(file, file.path) for file in files]
    for draft in drafts:
        _possible(draft)
    with contextlib.ExitStack() as held:
        for draft in sorted(drafts, key=lambda draft: draft.target):  # two that save the same files wait for one another, not each for the other
            _claim(draft, held)
        for draft in drafts:
            _unchanged(draft)
        for draft in drafts:
            _write(draft)
        for draft in drafts:  # the syncing took its time, and not every editor asks for the lock
            _unchanged(draft)
        _put_all(drafts)


def _possible(draft: _Draft) -> None:
    """Refuses before anything is touched what can be seen to fail."""
    with _refusals(draft):
        draft.target = place_of(draft.file.path)
        found = obstacle(draft.target)
    if found is not None:
        raise ReadOnly(draft.file.path, found.reason, found.command)


def _claim(draft: _Draft, held: contextlib.ExitStack) -> None:
    try:
        draft.descriptor = held.enter_context(claimed(draft.target, 0o600 if draft.file.before is not None else 0o666))
    except InTheWay as leftover:
        raise ReadOnly(draft.file.path, leftover.reason, leftover.command) from leftover
    except OSError as error:
        if draft.file.after is None and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return  # a file can go from a full disk
        raise _refusal(draft, error) from error


def _unchanged(draft: _Draft) -> None:
    with _refusals(draft):
        try:
            now = draft.target.read_bytes()
            draft.status = draft.target.stat()
        except FileNotFoundError:
            now = None
    if now != draft.file.before:
        raise ChangedOnDisk(draft.file.path)


def _write(draft: _Draft) -> None:
    """The new bytes under the other name, safely on the disk."""
    if draft.file.after is None:
        return
    assert draft.descriptor is not None
    with _refusals(draft):
        if draft.status is not None:
            _like(draft.descriptor, draft.target, draft.status)
        rest = memoryview(draft.file.after)
        while rest:
            rest = rest[os.write(draft.descriptor, rest) :]
        os.fsync(draft.descriptor)


def _like(descriptor: int, target: Path, status: os.stat_result) -> None:
    """Owner, mode and access list of the file that is replaced: somebody else may have to read it."""
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise PermissionError(error.errno, "its owner could not be kept") from error
    if hasattr(os, "listxattr"):
        _attributes_like(descriptor, target)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))  # last: a list that comes or goes changes it


def _attributes_like(descriptor: int, target: Path) -> None:
    """Extended attributes, the access list among them. The folder may have given the new file a list that the old one has not."""
    try:
        wanted, given = os.listxattr(target), os.listxattr(descriptor)
    except OSError:  # this file system knows none
        return
    for name in given:
        if name not in wanted:
            with contextlib.suppress(OSError):  # the system keeps some to itself, and gives every file its own
                os.removexattr(descriptor, name)
    for name in wanted:
        try:
            os.setxattr(descriptor, name, os.getxattr(target, name))
        except OSError as error:
            if name == _ACCESS_LIST:
                raise PermissionError(error.errno, "its access list could not be kept") from error


def _put_all(drafts: list[_Draft]) -> None:
    done: list[_Draft] = []
    for draft in drafts:
        try:
            _put(draft)
        except OSError as error:
            refusal = _refusal(draft, error)
            stay = [str(other.target) for other in reversed(done) if not _put_back(other)]
            if stay:
                reason = f"{refusal.reason}; {', '.join(stay)} had changed before that, and could not be put back"
                raise ReadOnly(draft.file.path, reason, refusal.command) from error
            raise refusal from error
        done.append(draft)


def _put(draft: _Draft) -> None:
    target = draft.target
    if draft.file.after is None:
        target.unlink()
    else:
        unsaved_name(target).replace(target)
    with contextlib.suppress(OSError):  # the change is made; some file systems cannot sync a folder
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put_back(done: _Draft) -> bool:
    """Best effort: whoever asked is told of the failure that led here, and of a file that stays changed."""
    back = _Draft(Replaced(done.file.path, done.file.after, done.file.before), done.target, done.descriptor, done.status)
    try:
        with contextlib.ExitStack() as held:
            if done.file.after is not None and done.file.before is not None:  # the name that was claimed has become the file
                back.descriptor = held.enter_context(claimed(back.target, 0o600))
            _write(back)
            _put(back)
    except (InTheWay, ReadOnly, OSError):
        return False
    return True


def _refusal(draft: _Draft, error: OSError) -> ReadOnly:
    found: Obstacle = explained(error, draft.target)
    return ReadOnly(draft.file.path, found.reason, found.command)


@contextlib.contextmanager
def _refusals(draft: _Draft) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refusal(draft, error) from error
