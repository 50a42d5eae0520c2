"""Makes a self-signed certificate for development, and reads what others made: PEM and PKCS#12, with their keys and chains.

Knows no store and no binding. What comes out is checked: the key fits the certificate, and is long enough to be served.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hwebcore.certificate import BadCertificate as BadCertificate

_LEAST_RSA_BITS = 2048
_MOST_DAYS = 3650
_ENDS = (b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----")


class WrongPassword(BadCertificate):
    """The file is locked with another password, or with one where none was given."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`chain`: PEM, the certificate first. `key`: PEM, PKCS#8, not encrypted: only ever in a file of 0600, or on its way into one."""

    chain: bytes
    key: bytes


def self_signed(
    names: Sequence[str], days: int = 365, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None, subject: x509.Name | None = None
) -> Pair:
    """One for these host names and addresses; a new key and the first name as its subject where none is given. Raises BadCertificate."""
    if not names:
        raise BadCertificate("a certificate needs a host name or an address")
    if not 0 < days <= _MOST_DAYS:
        raise BadCertificate(f"a certificate lasts 1 to {_MOST_DAYS} days")
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = subject or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    start = datetime.now(UTC) - timedelta(minutes=5)  # clocks differ
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    try:
        alternatives = x509.SubjectAlternativeName([_general(name) for name in names])
        made = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=days))
            .add_extension(alternatives, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(key, hashes.SHA256())
        )
    except ValueError as error:
        raise BadCertificate(f"no certificate for {', '.join(names)}: {error}") from error
    return Pair(made.public_bytes(serialization.Encoding.PEM), _encoded(key))


def from_pem(certificates: bytes, key: bytes, password: str = "") -> Pair:
    """The certificates of a PEM text in their order, and the key (it may stand in the same text). Raises BadCertificate."""
    blocks = _blocks(certificates)
    if not blocks:
        raise BadCertificate("there is no certificate in the file")
    secret = _key_block(key) or _key_block(certificates)
    if not secret:
        raise BadCertificate("there is no private key in the file; name it with --key")
    try:
        read = [x509.load_pem_x509_certificate(block) for block in blocks]
    except ValueError as error:
        raise BadCertificate(f"the certificate cannot be read: {error}") from error
    try:
        private = serialization.load_pem_private_key(secret, password.encode() if password else None)
    except TypeError as error:  # one word for both: a password where none is needed, none where one is
        if not password:
            raise WrongPassword("the key is locked with a password") from error
        private = serialization.load_pem_private_key(secret, None)
    except ValueError as error:
        raise WrongPassword("the key cannot be read; is the password right?") from error
    return _checked(read, private)


def from_pkcs12(data: bytes, password: str = "") -> Pair:
    """Certificate, key and chain of a .pfx or .p12 file. Raises BadCertificate."""
    try:
        key, certificate, more = pkcs12.load_key_and_certificates(data, password.encode())
    except ValueError as error:
        raise WrongPassword("the file cannot be read; is the password right?") from error
    if certificate is None or key is None:
        raise BadCertificate("the file holds no certificate with its private key")
    return _checked([certificate, *more], key)


def _checked(certificates: list[x509.Certificate], key: object) -> Pair:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise BadCertificate("the key is neither RSA nor an elliptic curve's: clients would not agree")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _LEAST_RSA_BITS:
        raise BadCertificate(f"an RSA key of {key.key_size} bits is too short: {_LEAST_RSA_BITS} are the least")
    if _public(certificates[0].public_key()) != _public(key.public_key()):
        raise BadCertificate("the key is not that of the first certificate")
    return Pair(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates), _encoded(key))


def _public(key: Any) -> bytes:
    """`key`: of any of the library's kinds."""
    made: bytes = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return made


def _encoded(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return x509.DNSName(name)


def _blocks(text: bytes) -> list[bytes]:
    found = []
    start = text.find(_ENDS[0])
    while start >= 0:
        end = text.find(_ENDS[1], start)
        if end < 0:
            break
        found.append(text[start : end + len(_ENDS[1])] + b"\n")
        start = text.find(_ENDS[0], end)
    return found


def _key_block(text: bytes) -> bytes:
    for line in text.splitlines():
        if line.startswith(b"-----BEGIN ") and line.rstrip().endswith(b"PRIVATE KEY-----"):
            end = text.find(line.replace(b"BEGIN", b"END").rstrip(), text.find(line))
            return text[text.find(line) : end + len(line)] if end >= 0 else b""
    return b""
