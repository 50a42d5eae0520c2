"""A folder for each pool's compressed copies, in the instance's state: its worker gets a descriptor of it, and reaches nothing else there.

Knows names of pools and accounts, nothing of what lies in a folder. Gone with its pool. Look next at hwebcore/compressed_copies.py.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from hwebcore.plan import PoolPlan
from hwebcore.platform import private_folder
from hwebcore.service.identity import Identity

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class CopyFolders:
    """`report` hears of a folder that cannot be had: such a pool sends its files as they are."""

    def __init__(self, state_dir: Path, report: Callable[[str], None]) -> None:
        self._root = state_dir / "compressed"
        self._report = report

    def open(self, plan: PoolPlan, identity: Identity) -> int:
        """A descriptor, the caller's own; -1 where the pool compresses nothing, or there is no folder."""
        if not any(settings.static_compression.enabled for settings in plan.settings):
            return -1
        try:
            return self._open(plan.name, os.getuid() if identity.uid is None else identity.uid, identity.gid)
        except OSError as error:
            self._report(f"pool '{plan.name}' compresses no files: {error}")
            return -1

    def drop(self, pool: str) -> None:
        self._remove(_name(pool))

    def keep(self, pools: Iterable[str]) -> None:
        """Those of other pools go."""
        names = {_name(pool) for pool in pools}
        try:
            found = os.listdir(self._root)
        except OSError:
            return
        for name in found:
            if name not in names:
                self._remove(name)

    def _open(self, pool: str, uid: int, gid: int | None) -> int:
        path = private_folder(self._root) / _name(pool)
        for _ in range(2):
            path.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(path, _FOLDER)
            status = os.fstat(descriptor)
            if status.st_uid == os.getuid() != uid:
                os.chown(descriptor, uid, -1 if gid is None else gid)
            elif status.st_uid != uid or stat.S_IMODE(status.st_mode) & 0o077:  # another account's by now, or opened to others
                os.close(descriptor)
                self._remove(path.name)
                continue
            return descriptor
        raise PermissionError(f"{path} is not to be had for account {uid}")

    def _remove(self, name: str) -> None:
        path = self._root / name
        try:
            if path.is_symlink() or not path.is_dir():
                path.unlink(missing_ok=True)
            else:
                shutil.rmtree(path)
        except OSError as error:
            self._report(f"{path} cannot be removed: {error}")


def _name(pool: str) -> str:
    return hashlib.sha256(pool.encode("utf-8", "surrogatepass")).hexdigest()[:16]
