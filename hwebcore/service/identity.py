"""Whose account a pool's worker runs under, and the words for it.

Knows accounts, no files and no plan beyond processModel. A pool that names root is refused; a service that itself runs as
root and was given no account for built-in identities runs their pools as itself, and says so.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass

from hwebcore.plan import ProcessSettings
from hwebcore.service.failure import Failure, WorkerFailed


@dataclass(frozen=True, slots=True)
class Identity:
    """`uid` None: the service's own user."""

    label: str
    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] = ()
    #: What the account's processes find in their environment (setProfileEnvironment, which IIS has on by itself).
    environment: tuple[tuple[str, str], ...] = ()


def identity_for(settings: ProcessSettings, account: str) -> Identity:
    """Raises WorkerFailed (event 5021) where the identity cannot be had."""
    specific = settings.identity_type == "SpecificUser"
    name = settings.user_name.rsplit("\\", 1)[-1] if specific else account
    own = _name(os.getuid())
    if not specific and (not name or os.getuid() != 0 or name == own):
        return Identity(f"{settings.identity_type} (runs as {own})")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise WorkerFailed(Failure("refused", f"its identity {name!r} is no account of this system", 5021)) from None
    if entry.pw_uid == 0:
        raise WorkerFailed(Failure("refused", "its identity is root, which no pool may be", 5021))
    label = name if specific else f"{settings.identity_type} (runs as {name})"
    if entry.pw_uid == os.getuid():
        return Identity(label)
    if os.getuid() != 0:
        raise WorkerFailed(Failure("refused", f"its identity is {name!r}, and only a service of root can become it", 5021))
    profile = (("HOME", entry.pw_dir), ("USER", name), ("LOGNAME", name))
    return Identity(label, entry.pw_uid, entry.pw_gid, tuple(os.getgrouplist(name, entry.pw_gid)), profile)


def identity_label(settings: ProcessSettings, account: str) -> str:
    try:
        return identity_for(settings, account).label
    except WorkerFailed as failed:
        return f"{settings.identity_type}: {failed.failure.text}"


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
