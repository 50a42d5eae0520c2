"""Takes a certificate out of the store's text: described in full, as PEM or PKCS#12, or renewed with a key of the same kind.

Knows no store and no binding; what it is given is the text that the store keeps: the chain and the key. A file with a key in it is 0600.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from hwebcore.certificate_making import BadCertificate, Pair, from_pem, self_signed

#: Those that clients agree on.
_CURVES: dict[str, type[ec.EllipticCurve]] = {"secp256r1": ec.SECP256R1, "secp384r1": ec.SECP384R1, "secp521r1": ec.SECP521R1}


@dataclass(frozen=True, slots=True)
class Details:
    """What stands in a certificate beside what Certificate has. `chain`: (subject, issuer), the certificate itself first."""

    key: str
    signature: str
    sha256: str
    chain: tuple[tuple[str, str], ...]

    @property
    def is_whole(self) -> bool:
        """Whether the last of the chain vouches for itself: clients that know it need nothing more."""
        return self.chain[-1][0] == self.chain[-1][1]


def details(text: bytes) -> Details:
    """Raises ValueError."""
    read = x509.load_pem_x509_certificates(text)
    first = read[0]
    algorithm = first.signature_hash_algorithm
    return Details(
        key_kind(first.public_key()), algorithm.name.upper() if algorithm is not None else first.signature_algorithm_oid.dotted_string,
        first.fingerprint(hashes.SHA256()).hex(), tuple((one.subject.rfc4514_string(), one.issuer.rfc4514_string()) for one in read),
    )  # fmt: skip


def key_kind(key: object) -> str:
    """ "RSA 2048", "EC secp256r1"."""
    if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey")


def as_pem(text: bytes, *, with_key: bool, password: str = "") -> bytes:
    """The chain; with its key, which a password locks. Raises BadCertificate."""
    pair = from_pem(text, b"")
    if not with_key:
        return pair.chain
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        locked = serialization.BestAvailableEncryption(password.encode())
    return pair.chain + _private(pair).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def as_pkcs12(text: bytes, name: str, password: str) -> bytes:
    """Certificate, key and chain in one file that Windows imports. Raises BadCertificate."""
    if not password:
        raise BadCertificate("a PKCS#12 file needs a password")
    pair = from_pem(text, b"")
    first, *more = x509.load_pem_x509_certificates(pair.chain)
    locked = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(name.encode(), _private(pair), first, more or None, locked)


def renewed(text: bytes, names: Sequence[str], days: int) -> Pair:
    """A self-signed one in the old one's place: the same names, a new key of the same kind. Raises BadCertificate."""
    old = x509.load_pem_x509_certificate(text)
    if old.subject != old.issuer:
        raise BadCertificate(f"it was issued by {old.issuer.rfc4514_string()}: only they can renew it")
    return self_signed(names, days, key=_new_key(old.public_key()), subject=old.subject)


def lasts_days(begins: datetime, ends: datetime) -> int:
    return max(1, round((ends - begins) / timedelta(days=1)))


def write(path: Path, data: bytes, *, secret: bool) -> None:
    """The file whole or not at all; where a key is in it, nobody else's to read, also where a file of that name was. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600 if secret else 0o644)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _new_key(old: object) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if isinstance(old, rsa.RSAPublicKey):
        return rsa.generate_private_key(65537, old.key_size)
    if isinstance(old, ec.EllipticCurvePublicKey) and old.curve.name in _CURVES:
        return ec.generate_private_key(_CURVES[old.curve.name]())
    raise BadCertificate(f"a key of the kind {key_kind(old)} is not made here")


def _private(pair: Pair) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pair.key, None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key
