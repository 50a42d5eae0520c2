"""The instance's keys, and what each application gets of them: 32 bytes of its own, so that pools cannot read one another's cookies.

Knows no cookie. The file is 0600 in the state folder: the key in force, then those before it, which still read what they sealed.
One that others may read or write is refused. Look next at managed/tickets.py.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from hwebcore.plan import PoolPlan

FILE = "key"
_BYTES = 32
#: Keys that were in force before; the oldest goes with the next rotation.
MOST_FORMER = 2


class InstanceKeys:
    """The first of `keys` seals, all of them read. `refresh` looks at the file again."""

    def __init__(self, state_dir: Path) -> None:
        """Read or make the file. Raises PermissionError for one that is not ours alone, or no longer whole."""
        self._path = state_dir / FILE
        self._stamp: tuple[int, ...] = ()
        self.keys: tuple[bytes, ...] = ()
        self._sweep()
        try:
            self._read()
        except FileNotFoundError:
            self._write((os.urandom(_BYTES),), replace=False)
            self._read()

    def refresh(self) -> bool:
        """Whether they are others than before. Raises OSError for a file that cannot be used: those that were read stay."""
        status = self._path.lstat()
        if self._stamp == _stamp(status):
            return False
        before = self.keys
        self._read()
        return self.keys != before

    def rotate(self) -> None:
        """Seal with a new key from now on; what the last two sealed is still read."""
        self._write((os.urandom(_BYTES), *self.keys[:MOST_FORMER]))

    def forget(self) -> None:
        """Read only what the key in force sealed."""
        self._write(self.keys[:1])

    def _read(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
                raise PermissionError(f"{self._path} must be a file of this user alone (0600)")
            data = os.read(descriptor, _BYTES * (MOST_FORMER + 1) + 1)
        finally:
            os.close(descriptor)
        if not data or len(data) % _BYTES or len(data) > _BYTES * (MOST_FORMER + 1):
            raise PermissionError(f"{self._path} holds no keys: put the right ones back from a backup, or remove it")
        self.keys = tuple(data[start : start + _BYTES] for start in range(0, len(data), _BYTES))
        self._stamp = _stamp(status)

    def _sweep(self) -> None:
        """What a killed writer left: a key is in it."""
        for left in self._path.parent.glob(f".{FILE}.*"):
            pid = left.suffix[1:]
            if not pid.isdecimal():
                continue
            try:
                os.kill(int(pid), 0)
            except (ProcessLookupError, OverflowError):
                left.unlink(missing_ok=True)
            except PermissionError:  # another user's process has this number now, or it is no litter of ours
                continue

    def _write(self, keys: tuple[bytes, ...], *, replace: bool = True) -> None:
        """The file is whole at every moment. Without `replace` whoever is first decides."""
        unfinished = self._path.with_name(f".{FILE}.{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"".join(keys))
                file.flush()
                os.fsync(descriptor)
            if replace:
                unfinished.replace(self._path)
            else:
                try:
                    os.link(unfinished, self._path)
                except FileExistsError:
                    return
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        finally:
            unfinished.unlink(missing_ok=True)


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode, status.st_uid)


def application_keys(keys: Sequence[bytes], plan: PoolPlan) -> dict[str, list[str]]:
    """ "site|path" → hexadecimal keys of each application of the pool, in the order of the instance's."""
    names = [(f"{one.site}|{one.path}", f"{one.site}\n{one.path}".encode()) for one in plan.applications]
    return {name: [hmac.digest(key, text, hashlib.sha256).hex() for key in keys] for name, text in names}
