"""Values that the schema has encrypted: kept as `[enc:PoolhouseAesGcm:…:enc]` under the instance's key, shown as asterisks.

Knows no file but the key's. Values that Windows encrypted can be kept, not read: its keys never leave their machine.
workspace.py seals what is written; who shows a value or a diff calls `shown` and `masked`.
"""

from __future__ import annotations

import base64
import functools
import os
import re
import stat
from pathlib import Path

from model.element import Element
from model.schema import ElementSchema, section_schema, sections

PROVIDER = "PoolhouseAesGcm"
ASTERISKS = "********"

_PROTECTION = "configProtectionProvider"
_KEY_BYTES, _NONCE_BYTES = 32, 12
_ENCRYPTED = re.compile(r"\[enc:([^:\]]*):(.*):enc\]", re.DOTALL)
#: The name stands first, so that a text without it is searched as fast as can be.
_ATTRIBUTE = r"""(%s)(\s*=\s*)("[^"]*"|'[^']*')"""


class Unreadable(Exception):
    """The value was encrypted with another key: by Windows, or by another instance."""


class Vault:
    """Encrypts and decrypts with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, state: Path) -> Vault:
        """With the key in an instance's state folder, made when missing. Raises PermissionError for a key that others may read."""
        return cls(_key(state / "configuration.key"))

    def seal(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, data, PROVIDER.encode())

    def unseal(self, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], PROVIDER.encode())
        except (ValueError, InvalidTag) as error:
            raise Unreadable("The value was encrypted with another key") from error

    def protect(self, text: str) -> str:
        return f"[enc:{PROVIDER}:{base64.b64encode(self.seal(text.encode())).decode('ascii')}:enc]"


def is_encrypted(value: str) -> bool:
    return _ENCRYPTED.fullmatch(value) is not None


def is_encrypted_section(element: Element) -> bool:
    """Whether a section was encrypted whole, by .NET: IIS has no way to read one, and nothing can be added to it."""
    return element.get(_PROTECTION) is not None or element.find("EncryptedData") is not None


def is_foreign(value: str) -> bool:
    """Whether Windows (or whoever) encrypted it, so that it can only be kept."""
    found = _ENCRYPTED.fullmatch(value)
    return found is not None and bool(found[2]) and found[1] != PROVIDER


@functools.cache
def secret_names() -> frozenset[str]:
    """Every attribute that some section of the schema has encrypted."""
    return frozenset(name for section in sections() for name in _names(section_schema(section)))


def shown(name: str, value: str) -> str:
    """An attribute's value as it may be shown: asterisks for a secret, and who made it where it cannot be read here."""
    if name not in secret_names() or not value:
        return value
    found = _ENCRYPTED.fullmatch(value)
    if found is not None and not found[2]:
        return ""
    return f"{ASTERISKS} (encrypted by {found[1]})" if found is not None and found[1] != PROVIDER else ASTERISKS


def masked(text: str) -> str:
    """A configuration's text as it may be shown, with asterisks in each secret's place."""
    for name in secret_names():
        if name in text:
            text = _pattern(name).sub(_mask, text)
    return text


def is_clear(text: str) -> bool:
    """Whether a configuration's text holds a secret that is not encrypted."""
    return any(
        not is_encrypted(found[3][1:-1]) for name in secret_names() if name in text for found in _pattern(name).finditer(text) if found[3][1:-1]
    )


def _mask(match: re.Match[str]) -> str:
    if not match.string[match.start() - 1 : match.start()].isspace():
        return match[0]  # the end of a longer name
    quote, value = match[3][0], match[3][1:-1]
    return f"{match[1]}{match[2]}{quote}{shown(match[1], value)}{quote}"


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_ATTRIBUTE % re.escape(name))


def _names(schema: ElementSchema | None) -> set[str]:
    if schema is None:
        return set()
    found = {name for name, attribute in schema.attributes.items() if attribute.encrypted}
    for inner in (*schema.elements.values(), schema.entry):
        found |= _names(inner)
    return found


def _key(path: Path) -> bytes:
    try:
        return _read_key(path)
    except FileNotFoundError:
        pass
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)  # whoever is first decides: a second process reads the first one's key
        except FileExistsError:
            pass
    finally:
        unfinished.unlink()
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
        raise PermissionError(f"{path} must be a file of this user alone (0600)")
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise PermissionError(f"{path} holds no key: put the right one back from a backup")
    return key
