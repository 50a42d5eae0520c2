"""Why a file cannot be written, in words, and the command that would change that.

Knows paths, rights and the system's errors; no XML and no screen. saving.py raises with it, the console shows it beforehand.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from model.presence import is_folder


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`reason`: a sentence without the path. `command`: for a shell; "" where none would help."""

    reason: str
    command: str = ""


def obstacle(path: Path) -> Obstacle | None:
    """What stands in the way of writing (or making, or removing) the file now; None where nothing does."""
    target = Path(os.path.realpath(path))
    if not is_folder(target.parent):
        return Obstacle(f"the folder {target.parent} is not there", f"mkdir -p {_quoted(target.parent)}")
    if os.statvfs(target.parent).f_flag & os.ST_RDONLY:
        return _read_only_system(target.parent)
    try:
        status = target.stat()
    except FileNotFoundError:
        status = None
    except OSError as error:
        return explained(error, target)
    if status is not None and not stat.S_ISREG(status.st_mode):
        return Obstacle("it is no regular file")
    folder_shut = not os.access(target.parent, os.W_OK | os.X_OK)
    if status is not None and not os.access(target, os.W_OK):
        if folder_shut:  # both at once: who did what was told should not be told the next thing then
            return Obstacle(f"you may write neither it nor in the folder {target.parent}", f"{_permit(target)} && {_permit(target.parent)}")
        return Obstacle("you may not write it", _permit(target))
    if folder_shut:
        return Obstacle(f"you may not write in the folder {target.parent}", _permit(target.parent))
    return _owner(target, status) if status is not None and os.geteuid() != 0 else None


def explained(error: OSError, path: Path) -> Obstacle:
    """A system's refusal to write `path`, as a person reads it."""
    folder = _quoted(path.parent)
    match error.errno:
        case errno.ENOSPC:
            return Obstacle("the disk is full", f"df -h {folder}")
        case errno.EDQUOT:
            return Obstacle("your quota on this disk is used up", "quota -s")
        case errno.EFBIG:
            return Obstacle("it would be larger than a file may be here", "ulimit -f unlimited")
        case errno.EROFS:
            return _read_only_system(path.parent)
        case errno.EIO:
            return Obstacle("the disk reports an error", "dmesg | tail")
    return Obstacle(error.strerror or str(error))


def _read_only_system(folder: Path) -> Obstacle:
    mounted = folder
    while not mounted.is_mount() and mounted != mounted.parent:
        mounted = mounted.parent
    return Obstacle("its file system is mounted read-only", f"sudo mount -o remount,rw {_quoted(mounted)}")


def _permit(path: Path) -> str:
    """Gives the user the right to write a file or folder."""
    if os.geteuid() == 0:  # nothing but an immutable file refuses root
        return f"chattr -i {_quoted(path)}"
    status = path.stat()
    if status.st_uid == os.geteuid():
        return f"chmod u+w {_quoted(path)}"
    return _own(path, status)


def _own(path: Path, status: os.stat_result) -> str:
    """Of a file the group too, where it is none of the user's: it has to be given to the file that takes its place."""
    with_group = "" if _is_own_group(status) or not stat.S_ISREG(status.st_mode) else ":"
    return f"sudo chown {_user(os.geteuid())}{with_group} {_quoted(path)}"


def _is_own_group(status: os.stat_result) -> bool:
    return status.st_gid in (os.getegid(), *os.getgroups())


def _owner(target: Path, status: os.stat_result) -> Obstacle | None:
    """A file is replaced by a new one, which has to belong to whom the old one belongs to: only root can give files away."""
    if status.st_uid != os.geteuid():
        reason = f"it belongs to {_user(status.st_uid)}, and you could not let it stay so"
        return Obstacle(reason, _own(target, status))
    if not _is_own_group(status):
        reason = f"it belongs to the group {_group(status.st_gid)}, which is not yours"
        return Obstacle(reason, f"sudo chgrp {_group(os.getegid())} {_quoted(target)}")
    return None


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
