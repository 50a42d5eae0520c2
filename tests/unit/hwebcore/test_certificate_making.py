"""Self-signed certificates, PEM and PKCS#12: hwebcore/certificate_making.py."""

import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from hwebcore.certificate_making import BadCertificate, Pair, WrongPassword, from_pem, from_pkcs12, self_signed
from tests.support.outside import needs

PASSWORD = "open sesame"


def _locked(pair: Pair, password: str) -> bytes:
    key = serialization.load_pem_private_key(pair.key, None)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(password.encode()))


def _pkcs12(pair: Pair, password: str) -> bytes:
    key, certificate = serialization.load_pem_private_key(pair.key, None), x509.load_pem_x509_certificate(pair.chain)
    return pkcs12.serialize_key_and_certificates(
        b"x",
        key,
        certificate,
        None,
        serialization.BestAvailableEncryption(password.encode()),  # type: ignore[arg-type]  # a password is given where this runs
    )


def _greet(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> None:
    """A whole handshake, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks, answers = client.wrap_bio(to_client, to_server, server_hostname=name), server.wrap_bio(to_server, to_client, server_side=True)
    for end in (asks, answers, asks):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass


def test_a_self_signed_one_is_trusted_by_who_trusts_it(tmp_path: Path) -> None:
    made = self_signed(["localhost", "127.0.0.1"])
    (tmp_path / "a.pem").write_bytes(made.chain + made.key)
    trusting, serving = ssl.create_default_context(cafile=str(tmp_path / "a.pem")), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "a.pem")
    for name in ("localhost", "127.0.0.1"):
        _greet(trusting, serving, name)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        _greet(trusting, serving, "other.example")
    with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        _greet(ssl.create_default_context(), serving, "localhost")


@pytest.mark.parametrize(("names", "days"), [([], 1), (["a.example"], 0), (["a.example"], 4000), (["a\N{GREEK SMALL LETTER ALPHA}"], 1)])
def test_what_cannot_be_made_is_said(names: list[str], days: int) -> None:
    with pytest.raises(BadCertificate):
        self_signed(names, days)


def test_pem_with_its_key_beside_it_or_in_it() -> None:
    made = self_signed(["a.example"])
    assert from_pem(made.chain, made.key) == made
    assert from_pem(made.key + b"words between\n" + made.chain, b"") == made
    assert from_pem(made.chain, _locked(made, PASSWORD), PASSWORD) == made
    assert from_pem(made.chain, made.key, "not needed") == made


def test_a_chain_keeps_its_order() -> None:
    first, second = self_signed(["a.example"]), self_signed(["b.example"])
    assert from_pem(first.chain + second.chain, first.key).chain == first.chain + second.chain
    with pytest.raises(BadCertificate, match="not that of the first"):
        from_pem(second.chain + first.chain, first.key)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_locked_key_needs_its_password(password: str) -> None:
    made = self_signed(["a.example"])
    with pytest.raises(WrongPassword):
        from_pem(made.chain, _locked(made, PASSWORD), password)
    with pytest.raises(WrongPassword):
        from_pkcs12(_pkcs12(made, PASSWORD), password)


def test_pkcs12() -> None:
    made = self_signed(["a.example"])
    assert from_pkcs12(_pkcs12(made, PASSWORD), PASSWORD) == made


@needs("openssl")
def test_pkcs12_as_openssl_writes_it(tmp_path: Path) -> None:
    made = self_signed(["a.example"])
    (tmp_path / "a.pem").write_bytes(made.chain + made.key)
    subprocess.run(
        ["openssl", "pkcs12", "-export", "-in", "a.pem", "-out", "a.pfx", "-passout", f"pass:{PASSWORD}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert from_pkcs12((tmp_path / "a.pfx").read_bytes(), PASSWORD) == made


@pytest.mark.parametrize("text", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAA", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"])
def test_what_is_no_certificate_is_refused(text: bytes) -> None:
    with pytest.raises(BadCertificate):
        from_pem(text, self_signed(["a.example"]).key)
    with pytest.raises(BadCertificate):
        from_pkcs12(text)


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(BadCertificate, match="no private key"):
        from_pem(self_signed(["a.example"]).chain, b"")


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate()], ids=["short", "Ed25519"])
def test_a_key_that_clients_would_not_take_is_refused(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> None:
    encoded = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with pytest.raises(BadCertificate, match=r"too short|neither"):
        from_pem(self_signed(["a.example"]).chain, encoded)
