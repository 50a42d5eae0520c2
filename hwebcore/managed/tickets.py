"""Forms tickets: who signed in, until when, sealed so that only this application can have made them.

Knows no cookie and no request. AES-GCM with keys of its own, derived from the application's secrets or from machineKey; the
application's path and the cookie's name are bound in. Look next at forms.py.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_MOST_CHARACTERS = 4096
_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class Ticket:
    """`issued` and `expires` are Unix time."""

    name: str
    issued: float
    expires: float
    persistent: bool = False
    #: Which sign-in it is of: the same in all tickets that one was renewed to. "": made before there were numbers.
    sign_in: str = ""
    #: It was sealed with a key that seals no longer.
    former: bool = field(default=False, compare=False)


class TicketSealer:
    """Seals and opens the tickets of one application and cookie. The first of the secrets seals, all of them open."""

    def __init__(self, secrets: tuple[bytes, ...], application: str, cookie: str) -> None:
        self._ciphers = [AESGCM(_key(secret)) for secret in secrets]
        self._bound = _VERSION + json.dumps([application.lower(), cookie]).encode()

    def seal(self, ticket: Ticket) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps([ticket.name, ticket.issued, ticket.expires, ticket.persistent, ticket.sign_in], separators=(",", ":")).encode()
        return _text(_VERSION + nonce + self._ciphers[0].encrypt(nonce, plain, self._bound))

    def open(self, text: str) -> Ticket | None:
        """The ticket, expired or not; None for whatever this application did not seal."""
        if not text.isascii() or len(text) > _MOST_CHARACTERS:
            return None
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (ValueError, binascii.Error):
            return None
        # Several texts decode to the same bytes; only the one that was given out counts.
        if _text(sealed) != text or not sealed.startswith(_VERSION) or len(sealed) < 1 + _NONCE_BYTES:
            return None
        nonce, encrypted = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        for age, cipher in enumerate(self._ciphers):
            try:
                name, issued, expires, persistent, *more = json.loads(cipher.decrypt(nonce, encrypted, self._bound))
            except (InvalidTag, ValueError):
                continue
            return Ticket(str(name), float(issued), float(expires), bool(persistent), str(more[0]) if more else "", age > 0)
        return None


def secrets_of(application_keys: tuple[bytes, ...], decryption_key: str, validation_key: str) -> tuple[bytes, ...]:
    """What tickets are sealed with: machineKey's keys where it has any, else the instance's secrets for the application."""
    try:
        configured = bytes.fromhex(decryption_key) + bytes.fromhex(validation_key)
    except ValueError:
        configured = b""
    return (configured,) if configured else application_keys


def _key(secret: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"poolhouse forms ticket").derive(secret)


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
