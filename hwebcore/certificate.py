"""What a certificate says of itself: whose it is, who vouches, for which names, until when. Never its key.

Knows PEM and no store and no socket. certificate_store.py keeps them, certificate_making.py makes and imports them.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509

#: So long before its end a certificate is a problem already.
WARN = timedelta(days=30)


class BadCertificate(ValueError):
    """What was given cannot be served, and why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`names`: DNS names and addresses that it is good for. `key_digest`: equal for certificates of one key."""

    name: str
    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    serial: str
    thumbprint: str
    key_digest: str
    key_bits: int
    self_signed: bool

    @property
    def issued_to(self) -> str:
        return _common_name(self.subject) or (self.names[0] if self.names else self.subject)

    @property
    def issued_by(self) -> str:
        return _common_name(self.issuer) or self.issuer

    def covers(self, host: str) -> bool:
        """RFC 9525 6.3: a wildcard stands for one whole left-most label; a wildcard binding needs that wildcard itself."""
        wanted = host.lower().rstrip(".")
        known = {name.lower().rstrip(".") for name in self.names}
        if wanted in known:
            return True
        label, dot, rest = wanted.partition(".")
        return bool(dot and label != "*" and not _is_address(wanted) and f"*.{rest}" in known)

    def described(self) -> dict[str, Any]:
        """For snapshots, and for --json."""
        return {
            "name": self.name, "issued_to": self.issued_to, "issued_by": self.issued_by, "hosts": list(self.names), "begins": self.begins.isoformat(),
            "expires": self.ends.isoformat(), "thumbprint": self.thumbprint, "self_signed": self.self_signed, "trouble": self.trouble(now()),
        }  # fmt: skip

    def expired(self, now: datetime) -> bool:
        return now >= self.ends

    def trouble(self, now: datetime) -> str:
        """ "" while it is good for longer than `WARN`."""
        if now < self.begins:
            return f"is valid only from {self.begins:%Y-%m-%d %H:%M} UTC on"
        if self.expired(now):
            return f"expired on {self.ends:%Y-%m-%d}"
        if now + WARN >= self.ends:
            return f"expires on {self.ends:%Y-%m-%d}"
        return ""


def read_certificate(name: str, pem: bytes) -> Certificate:
    """The first certificate of a PEM text (the others are its chain). Raises ValueError."""
    from cryptography import x509  # a service without certificates starts without the library
    from cryptography.hazmat.primitives import serialization

    found = x509.load_pem_x509_certificate(pem)
    public = found.public_key()
    encoded = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    subject, issuer = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
    return Certificate(
        name, subject, issuer, _names(found), found.not_valid_before_utc, found.not_valid_after_utc, f"{found.serial_number:x}",
        hashlib.sha1(found.public_bytes(serialization.Encoding.DER), usedforsecurity=False).hexdigest(), hashlib.sha256(encoded).hexdigest(),
        int(getattr(public, "key_size", 256)), subject == issuer,
    )  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


def _names(found: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        common = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return tuple(str(entry.value) for entry in common)
    return (*alternatives.get_values_for_type(x509.DNSName), *map(str, alternatives.get_values_for_type(x509.IPAddress)))


def _common_name(text: str) -> str:
    parts: Iterable[str] = text.replace("\\,", "\0").split(",")
    return next((part[3:].replace("\0", ",") for part in parts if part.startswith("CN=")), "")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
