"""The instance's accounts for Basic and forms authentication: one JSON file, 0600, passwords as scrypt alone.

Knows no command. The file is the contract with whoever checks a password: name, groups, scrypt's n, r, p, salt and hash in
hexadecimal, and of accounts that may use NTLM the NT hash, encrypted. Names compare case-blind, as Windows accounts do. account.py is the command.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.cli.nt_hash import nt_hash
from model.secret import Vault

FILE = "accounts"

#: About 0.1 s and 32 MB a try.
_N, _R, _P, _BYTES = 1 << 15, 8, 1, 32
_MEMORY = 64 << 20


class Unusable(Exception):
    """The file is not to be trusted or not to be read; nothing is written over it."""


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    groups: tuple[str, ...]
    n: int
    r: int
    p: int
    salt: bytes
    hash: bytes
    #: The NT hash in hexadecimal, encrypted with the instance's key; "" for an account without NTLM.
    nt: str = ""

    @classmethod
    def made(cls, name: str, groups: Iterable[str], password: str, vault: Vault | None = None) -> Account:
        """With a vault the account may use NTLM."""
        salt = os.urandom(16)
        nt = vault.protect(nt_hash(password).hex()) if vault is not None else ""
        return cls(name, tuple(groups), _N, _R, _P, salt, _hashed(password, salt, _N, _R, _P), nt)

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(self.hash, _hashed(password, self.salt, self.n, self.r, self.p))


def read(folder: Path) -> tuple[Account, ...]:
    """Raises Unusable."""
    path = folder / FILE
    try:
        status = path.lstat()
    except FileNotFoundError:
        return ()
    if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
        raise Unusable(f"{path} must be a file of this user alone (0600)")
    try:
        return tuple(_account(value) for value in json.loads(path.read_bytes())["accounts"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{path} cannot be read: {error}") from error


def write(folder: Path, accounts: Iterable[Account]) -> None:
    value = {"schema": 1, "accounts": [_value(account) for account in accounts]}
    unfinished = folder / f".{FILE}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / FILE)


def find(accounts: Iterable[Account], name: str) -> Account | None:
    return next((account for account in accounts if account.name.casefold() == name.casefold()), None)


def _hashed(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=_BYTES)


def _value(account: Account) -> dict[str, Any]:
    scrypt = {"n": account.n, "r": account.r, "p": account.p, "salt": account.salt.hex(), "hash": account.hash.hex()}
    return {"name": account.name, "groups": list(account.groups), "scrypt": scrypt, **({"nt": account.nt} if account.nt else {})}


def _account(value: dict[str, Any]) -> Account:
    kept = value["scrypt"]
    groups = tuple(str(group) for group in value["groups"])
    n, r, p = int(kept["n"]), int(kept["r"]), int(kept["p"])
    salt, hashed = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["hash"])
    return Account(str(value["name"]), groups, n, r, p, salt, hashed, str(value.get("nt", "")))
