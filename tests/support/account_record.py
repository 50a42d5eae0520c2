"""An account as the service sends it to workers, cheap to compute.

Knows the record's form alone.
"""

from __future__ import annotations

import hashlib
from typing import Any


def record(name: str, password: str, *groups: str, n: int = 16) -> dict[str, Any]:
    salt = bytes(range(16))
    made = hashlib.scrypt(password.encode(), salt=salt, n=n, r=8, p=1, maxmem=64 << 20, dklen=32)
    return {"name": name, "groups": list(groups), "scrypt": {"n": n, "r": 8, "p": 1, "salt": salt.hex(), "hash": made.hex()}}
