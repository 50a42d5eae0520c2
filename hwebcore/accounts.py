"""The instance's accounts in a worker: whether a password is the account's, without telling by time whether there is such an account.

Knows scrypt records, no file and no request: the service sends them. `check` blocks (0.1 s) and belongs into a thread; `remembered`
does not. What was right is remembered for a short while under a key of this process. Look next at modules/basic_authentication.py.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: How long a right password is believed without being computed again.
REMEMBERED_S = 60.0
#: So many wrong passwords of one name and address within so long, and no more are looked at until it is over.
MOST_FAILURES, LOCKED_S = 10, 60.0
_MOST_KEPT = 4096
_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class KnownAccount:
    name: str
    groups: frozenset[str]
    n: int
    r: int
    p: int
    salt: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        made = hashlib.scrypt(password.encode("utf-8", "surrogateescape"), salt=self.salt, n=self.n, r=self.r, p=self.p, maxmem=_MEMORY, dklen=32)
        return hmac.compare_digest(self.hash, made)


#: Computed for a name that nobody has: as much work as for one that somebody has.
_NOBODY = KnownAccount("", frozenset(), 1 << 15, 8, 1, bytes(16), bytes(32))


class Accounts:
    def __init__(self, records: Iterable[Mapping[str, Any]] = ()) -> None:
        self._key = os.urandom(32)
        self._accounts: dict[str, KnownAccount] = {}
        #: Digest of name and password → the account, and until when.
        self._right: dict[bytes, tuple[KnownAccount, float]] = {}
        #: Name and address → how many were wrong, and until when they count.
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}
        self.put(records)

    def put(self, records: Iterable[Mapping[str, Any]]) -> None:
        """These are all the accounts there are now. Raises ValueError, KeyError or TypeError for what is no record."""
        # Others, not emptied: a check that a thread is at began with the former ones, and remembers in them what it finds.
        self._accounts, self._right = {account.name.casefold(): account for account in map(_account, records)}, {}

    def remembered(self, names: tuple[str, ...], password: str) -> KnownAccount | None:
        found = self._right.get(self._digest(names, password))
        return found[0] if found is not None and found[1] > time.monotonic() else None

    def locked(self, name: str, address: str) -> bool:
        count, until = self._wrong.get((name.casefold(), address), (0, 0.0))
        return count >= MOST_FAILURES and until > time.monotonic()

    def check(self, names: tuple[str, ...], password: str, address: str) -> KnownAccount | None:
        """The first of the names that is an account's decides. Blocks."""
        right = self._right  # taken before the accounts: never an older account's answer among newer ones
        accounts = self._accounts
        account = next((accounts[name.casefold()] for name in names if name.casefold() in accounts), None)
        if (account or _NOBODY).matches(password) and account is not None:
            _keep(right, self._digest(names, password), (account, time.monotonic() + REMEMBERED_S))
            self._wrong.pop((names[0].casefold(), address), None)
            return account
        count, until = self._wrong.get((names[0].casefold(), address), (0, 0.0))
        fresh = until <= time.monotonic()
        _keep(self._wrong, (names[0].casefold(), address), (1 if fresh else count + 1, time.monotonic() + LOCKED_S if fresh else until))
        return None

    def _digest(self, names: tuple[str, ...], password: str) -> bytes:
        return hmac.digest(self._key, "\0".join((*names, password)).encode("utf-8", "surrogateescape"), hashlib.sha256)


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    """Strangers choose the keys: the oldest goes."""
    kept.pop(key, None)
    if len(kept) >= _MOST_KEPT:
        kept.pop(next(iter(kept)), None)
    kept[key] = value


def _account(record: Mapping[str, Any]) -> KnownAccount:
    scrypt = record["scrypt"]
    numbers = (int(scrypt["n"]), int(scrypt["r"]), int(scrypt["p"]))
    groups = frozenset(str(group) for group in record["groups"])
    return KnownAccount(str(record["name"]), groups, *numbers, bytes.fromhex(scrypt["salt"]), bytes.fromhex(scrypt["hash"]))
