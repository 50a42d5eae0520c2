"""The instance's key, and what each application gets of it: 32 bytes of its own, so that pools cannot read one another's cookies.

Knows no cookie. The file is 0600 in the state folder; one that others may read or write is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

from hwebcore.plan import PoolPlan

_BYTES = 32


def instance_key(state_dir: Path) -> bytes:
    """Read or make the key. Raises PermissionError for a file that is not ours alone."""
    path = state_dir / "key"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
            raise PermissionError(f"{path} must be a file of this user alone (0600)") from None
        key = path.read_bytes()
        if len(key) == _BYTES:
            return key
        fd = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
    key = os.urandom(_BYTES)
    with os.fdopen(fd, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def application_keys(key: bytes, plan: PoolPlan) -> dict[str, str]:
    """ "site|path" → hexadecimal key of each application of the pool."""
    return {
        f"{application.site}|{application.path}": hmac.digest(key, f"{application.site}\n{application.path}".encode(), hashlib.sha256).hex()
        for application in plan.applications
    }
