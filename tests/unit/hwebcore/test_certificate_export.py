"""What leaves the store: described, as PEM and PKCS#12, renewed; and the file that it is written to."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hwebcore.certificate_export import as_pem, as_pkcs12, details, renewed, write
from hwebcore.certificate_making import BadCertificate, WrongPassword, from_pem, from_pkcs12, self_signed
from tests.support.tls import issued

PAIR = self_signed(["a.example", "127.0.0.1"])
TEXT = PAIR.chain + PAIR.key


def test_what_stands_in_it() -> None:
    told = details(TEXT)
    assert (told.key, told.signature, told.is_whole) == ("EC secp256r1", "SHA256", True)
    assert told.chain == (("CN=a.example", "CN=a.example"),)
    assert len(told.sha256) == 64


def test_pem_without_the_key_has_none() -> None:
    assert as_pem(TEXT, with_key=False) == PAIR.chain
    assert b"PRIVATE" not in as_pem(TEXT, with_key=False)


def test_pem_with_its_key_locked_or_not() -> None:
    assert from_pem(as_pem(TEXT, with_key=True), b"") == PAIR
    locked = as_pem(TEXT, with_key=True, password="p")
    with pytest.raises(WrongPassword):
        from_pem(locked, b"")
    assert from_pem(locked, b"", "p") == PAIR


def test_pkcs12_comes_back_as_it_went() -> None:
    data = as_pkcs12(TEXT, "web", "päss")
    assert from_pkcs12(data, "päss") == PAIR
    with pytest.raises(WrongPassword):
        from_pkcs12(data, "other")
    with pytest.raises(BadCertificate, match="needs a password"):
        as_pkcs12(TEXT, "web", "")


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)], ids=["ec", "rsa"])
def test_a_renewed_one_has_the_names_and_a_new_key_of_the_kind(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    old = self_signed(["a.example", "::1"], 30, key)
    new = renewed(old.chain + old.key, ["a.example", "::1"], 60)
    before, after = x509.load_pem_x509_certificate(old.chain), x509.load_pem_x509_certificate(new.chain)
    assert details(new.chain).key == details(old.chain).key
    assert after.subject == before.subject
    assert after.extensions.get_extension_for_class(x509.SubjectAlternativeName) == before.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert (after.not_valid_after_utc - after.not_valid_before_utc).days == 60
    assert serialization.load_pem_private_key(new.key, None) != key
    assert after.public_key() != before.public_key()


def test_what_others_issued_they_renew() -> None:
    pair = issued("a.example")
    assert not details(pair.chain).is_whole
    with pytest.raises(BadCertificate, match="An Authority: only they can renew it"):
        renewed(pair.chain + pair.key, ["a.example"], 30)


def test_a_file_with_a_key_is_nobody_elses(tmp_path: Path) -> None:
    target = tmp_path / "a.pfx"
    target.write_bytes(b"old")
    target.chmod(0o644)
    write(target, b"new", secret=True)
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600
    write(tmp_path / "a.pem", b"open", secret=False)
    assert (tmp_path / "a.pem").read_bytes() == b"open"
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "none" / "a.pem", b"x", secret=False)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.pem", "a.pfx"]
