"""poolhouse certificate: hosts, keys, PEM and PKCS#12 files, and what is told."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from console.cli.command_line import run
from hwebcore.certificate_making import self_signed


@pytest.fixture
def certificate(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    folder = sample("first-run")

    def called(*words: str, password: str = "") -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        return run(["certificate", *words, "--config", str(folder)])

    return called


@pytest.fixture
def listed(certificate: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, tuple[list[str], list[str]]]]:
    def asked() -> dict[str, tuple[list[str], list[str]]]:
        capsys.readouterr()
        assert certificate("list", "--json") == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["schema"] == 1
        return {one["name"]: (one["hosts"], one["bindings"]) for one in answer["certificates"]}

    return asked


Listed = Callable[[], dict[str, tuple[list[str], list[str]]]]


def test_new_is_for_the_names_where_it_is_bound(certificate: Callable[..., int], listed: Listed) -> None:
    assert certificate("new", "--bind", "A.example:8443", "--bind", "*.b.example:8443") == 0
    assert certificate("new", "local", "--bind", "*:8444") == 0
    assert certificate("new", "c", "--host", "c.example") == 0
    assert listed() == {
        "a.example": (["a.example", "*.b.example"], ["*.b.example:8443", "a.example:8443"]),
        "c": (["c.example"], []),
        "local": (["localhost", "127.0.0.1", "::1"], ["*:8444"]),
    }


def test_they_come_and_go(certificate: Callable[..., int], listed: Listed, capsys: pytest.CaptureFixture[str]) -> None:
    assert certificate("new", "x", "--host", "x.example") == 0
    assert certificate("new", "X") == 1
    assert certificate("new", "x", "--replace", "--host", "y.example") == 0
    assert certificate("bind", "x", "x.example:443", "*:443") == 0
    assert listed()["x"] == (["y.example"], ["*:443", "x.example:443"])
    assert certificate("remove", "x") == 1
    assert "--unbind removes it" in capsys.readouterr().err
    assert certificate("unbind", "*:443", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1, "event": "unbound", "certificate": "x", "bindings": ["*:443"], "service": False,
    }  # fmt: skip
    assert certificate("remove", "x", "--unbind") == 0
    assert listed() == {}
    assert certificate("list") == 0
    assert "no certificates" in capsys.readouterr().err


def test_a_host_that_it_is_not_for_is_noted(certificate: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert certificate("new", "x", "--host", "x.example", "--bind", "y.example:443") == 0
    assert "not for y.example" in capsys.readouterr().err


def test_import(certificate: Callable[..., int], listed: Listed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = self_signed(["i.example"])
    (tmp_path / "both.pem").write_bytes(pair.chain + pair.key)
    (tmp_path / "chain.pem").write_bytes(pair.chain)
    (tmp_path / "key.pem").write_bytes(pair.key)
    made, key = x509.load_pem_x509_certificate(pair.chain), serialization.load_pem_private_key(pair.key, None)
    locked = serialization.BestAvailableEncryption(b"sesame")
    (tmp_path / "locked.pfx").write_bytes(pkcs12.serialize_key_and_certificates(None, key, made, None, locked))  # type: ignore[arg-type]  # the key is of a kind that can be kept
    (tmp_path / "locked.pem").write_bytes(
        pair.chain + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)  # type: ignore[union-attr]  # the key is of a kind that can be kept
    )
    assert certificate("import", str(tmp_path / "both.pem"), "--bind", "i.example:443") == 0
    assert certificate("import", str(tmp_path / "chain.pem"), "--key", str(tmp_path / "key.pem"), "--name", "two files") == 0
    assert certificate("import", str(tmp_path / "locked.pfx"), password="sesame") == 0
    assert certificate("import", str(tmp_path / "locked.pem"), "--name", "locked too", password="sesame") == 0
    assert listed() == {
        "both": (["i.example"], ["i.example:443"]), "two files": (["i.example"], []), "locked": (["i.example"], []),
        "locked too": (["i.example"], []),
    }  # fmt: skip
    assert certificate("import", str(tmp_path / "locked.pfx"), "--name", "y", password="wrong") == 1
    assert certificate("import", str(tmp_path / "chain.pem"), "--name", "y") == 1
    capsys.readouterr()
    assert certificate("import", str(tmp_path / "nothing.pem")) == 2
    assert "nothing.pem: No such file or directory: name the .pfx" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("new", "a", "b"),
        ("import",),
        ("list", "x"),
        ("remove",),
        ("bind", "x"),
        ("unbind",),
        ("new", "--bind", "nowhere"),
        ("bind", "x", "y:0"),
        ("frob",),
    ],
)
def test_what_cannot_be_meant(certificate: Callable[..., int], words: tuple[str, ...]) -> None:
    assert certificate(*words) == 2


@pytest.mark.parametrize("words", [("remove", "x"), ("bind", "x", "*:443"), ("unbind", "*:443"), ("new", "../x"), ("new", "x", "--days", "0")])
def test_what_cannot_be_done(certificate: Callable[..., int], words: tuple[str, ...]) -> None:
    assert certificate(*words) == 1


def test_one_that_ends_soon_is_told(certificate: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert certificate("new", "x", "--days", "3") == 0
    capsys.readouterr()
    assert certificate("list") == 0
    assert "expires on" in capsys.readouterr().out
