"""Contexts, identities by key, what a connection agreed on: hwebcore/wire/tls.py."""

from __future__ import annotations

import os
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hwebcore.certificate_making import self_signed
from hwebcore.platform import memory_text
from hwebcore.wire.tls import IdentityReader, TlsIdentities, context_of
from hwebcore.wire.tls_session import TlsSession
from tests.support.outside import needs
from tests.support.tls import client_context


def _shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """Both ends of a handshake in memory. Raises ssl.SSLError where they do not agree."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = client.wrap_bio(to_client, to_server, server_hostname="a.example")
    for _ in range(4):
        for end in (theirs, ours):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ours, theirs


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    pair = self_signed(["a.example"])
    path = tmp_path / "a.pem"
    path.write_bytes(pair.chain + pair.key)
    return path


def test_it_speaks_12_and_13_and_nothing_older(pem: Path) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        ours, _ = _shaken(context_of(str(pem)), client_context(minimum_version=version, maximum_version=version))
        assert TlsSession().agreed(ours).bits >= 128
    context = context_of(str(pem))
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert {cipher["name"].split("-")[0].split("_")[0] for cipher in context.get_ciphers()} == {"TLS", "ECDHE", "DHE"}


@needs("openssl")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_older_client_is_refused(pem: Path) -> None:
    old = client_context(minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        _shaken(context_of(str(pem)), old)


def test_without_13(pem: Path) -> None:
    ours, _ = _shaken(context_of(str(pem), without_13=True), client_context())
    assert TlsSession("s", "i", 256).agreed(ours).protocol == "TLSv1.2"


def test_http_1_is_what_it_offers(pem: Path) -> None:
    client = client_context()
    client.set_alpn_protocols(["h2", "http/1.1"])
    ours, _ = _shaken(context_of(str(pem)), client)
    assert ours.selected_alpn_protocol() == "http/1.1"


def _entry(name: str, *keys: str, pool: str = "", without_13: bool = False) -> dict[str, Any]:
    return {"name": name, "keys": [[key, without_13] for key in keys], "pool": pool, "subject": f"CN={name}", "issuer": "CN=i", "bits": 256}


def _memory(*names: str) -> int:
    pair = self_signed(names)
    return memory_text("x", pair.chain + pair.key)


def test_certificates_come_in_pieces_and_are_found_by_key() -> None:
    reader = IdentityReader()
    first, faults = reader.take(
        {"first": True, "last": False, "certificates": [_entry("a", "a.example:443", "*:443", pool="P")]}, [_memory("a.example")]
    )
    assert (first, faults) == (None, [])
    made, faults = reader.take({"first": False, "last": True, "certificates": [_entry("w", "*.example:443")]}, [_memory("*.example")])
    assert isinstance(made, TlsIdentities)
    assert faults == []
    found = {name: made.find("10.0.0.1", 443, name) for name in ("a.example", "b.example", "x.y.example", "other", "")}
    assert {name: identity.name for name, identity in found.items() if identity is not None} == {
        "a.example": "a", "b.example": "w", "x.y.example": "w", "other": "a", "": "a",
    }  # fmt: skip
    assert found["a.example"] is not None
    assert (found["a.example"].pool, found["a.example"].session) == ("P", TlsSession("CN=a", "CN=i", 256))
    assert made.find("10.0.0.1", 444, "a.example") is None


def test_a_new_set_replaces_the_old_one() -> None:
    reader = IdentityReader()
    reader.take({"first": True, "last": True, "certificates": [_entry("a", "*:443")]}, [_memory("a.example")])
    made, _ = reader.take({"first": True, "last": True, "certificates": []}, [])
    assert made is not None
    assert len(made) == 0


def test_one_that_cannot_be_used_is_told_and_the_others_serve() -> None:
    broken = memory_text("x", b"no pem")
    fine = _memory("b.example")
    made, faults = IdentityReader().take({"first": True, "last": True, "certificates": [_entry("a", "*:1"), _entry("b", "*:2")]}, [broken, fine])
    assert made is not None
    assert made.find("", 1, "") is None
    assert made.find("", 2, "") is not None
    assert "'a' cannot be used" in faults[0]
    for descriptor in (broken, fine):
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(descriptor)


@needs("openssl")
def test_openssl_finds_it_good(pem: Path) -> None:
    answer = subprocess.run(["openssl", "x509", "-in", str(pem), "-noout", "-checkhost", "a.example"], capture_output=True, text=True, check=True)
    assert "does match certificate" in answer.stdout
