"""The instance's certificates as dialogs: console/certificates.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.certificates import Shelf, StoreFault, create, create_form, import_form, listened, take_in, wanted
from hwebcore.certificate_making import WrongPassword, self_signed
from hwebcore.certificate_store import CertificateStore
from model.workspace import Workspace


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "state")


def test_what_is_made_is_kept_and_seen(shelf: Shelf) -> None:
    assert shelf.contents.certificates == ()
    create(shelf, {"name": " web ", "hosts": "a.example, b.example 127.0.0.1", "days": "30", "bind": "a.example:8443 *:8444"})
    [made] = shelf.contents.certificates
    assert (made.name, made.names) == ("web", ("a.example", "b.example", "127.0.0.1"))
    assert shelf.contents.keys_of("web") == ("*:8444", "a.example:8443")
    with pytest.raises(StoreFault):
        create(shelf, {"name": "web", "hosts": "a.example", "days": "30", "bind": ""})


def test_the_dialog_begins_with_what_a_binding_lacks(shelf: Shelf, tmp_path: Path) -> None:
    config = tmp_path / "applicationHost.config"
    https = '<binding protocol="https" bindingInformation="{}" sslFlags="{}" />'.format
    bindings = https("*:443:", 0) + https("10.0.0.1:443:a.example", 1) + '<binding protocol="http" bindingInformation="*:80:" />'
    site = f'<site name="S" id="1"><bindings>{bindings}</bindings></site>'
    config.write_text(f"<configuration><system.applicationHost><sites>{site}</sites></system.applicationHost></configuration>", "utf-8")
    hierarchy = Workspace.open(config).hierarchy
    missing = list(wanted(hierarchy, shelf.contents, {443: 8443}))
    assert missing == [("*:8443", ""), ("a.example:8443", "a.example")]
    begun = create_form(shelf.contents, missing).initial
    assert (begun["name"], begun["hosts"], begun["bind"]) == ("localhost", "localhost, 127.0.0.1", "*:8443")
    create(shelf, begun)
    assert list(wanted(hierarchy, shelf.contents, {443: 8443})) == [], "*:8443 serves both"
    begun = create_form(shelf.contents, missing[1:]).initial
    assert (begun["name"], begun["hosts"], begun["bind"]) == ("a.example", "a.example", "a.example:8443")
    assert create_form(shelf.contents, missing).initial["name"] == "", "that one is there"


def test_it_is_read_again_only_when_it_changed(shelf: Shelf, tmp_path: Path) -> None:
    create(shelf, {"name": "web", "hosts": "a.example", "days": "30", "bind": ""})
    before = shelf.contents
    assert shelf.contents is before
    CertificateStore(tmp_path / "state").bind("*:443", "web")
    assert shelf.contents.keys_of("web") == ("*:443",)


def test_a_store_that_is_not_to_be_trusted_is_said(shelf: Shelf) -> None:
    create(shelf, {"name": "web", "hosts": "a.example", "days": "30", "bind": ""})
    shelf.kept.folder.chmod(0o755)
    (shelf.kept.folder / "more").touch()
    assert shelf.contents.certificates == ()
    assert "0700" in shelf.fault


def test_without_a_folder_nothing_is_kept() -> None:
    assert Shelf(None).contents.certificates == ()
    with pytest.raises(LookupError):
        create(Shelf(None), {"name": "web", "hosts": "a.example", "days": "30", "bind": ""})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "WEB"),
        ("hosts", " , "),
        ("days", "0"),
        ("days", "x"),
        ("days", "99999"),
        ("bind", "nowhere"),
        ("bind", "a.example:443 *:0"),
    ],
)
def test_what_the_dialog_refuses(shelf: Shelf, field: str, value: str) -> None:
    create(shelf, {"name": "web", "hosts": "a.example", "days": "30", "bind": ""})
    form = create_form(shelf.contents)
    good = {**form.initial, "name": "other"}
    assert form.check(good) == {}
    assert list(form.check({**good, field: value})) == [field]


def test_import(shelf: Shelf, tmp_path: Path) -> None:
    pair = self_signed(["i.example"])
    (tmp_path / "both.pem").write_bytes(pair.chain + pair.key)
    (tmp_path / "chain.pem").write_bytes(pair.chain)
    (tmp_path / "key.pem").write_bytes(pair.key)
    (tmp_path / "broken.pfx").write_bytes(b"x")
    given = {"key": "", "password": "", "bind": "", "name": "", "replace": "false"}
    form = import_form(shelf.contents)
    assert set(form.check({**given, "file": ""})) == {"file"}
    assert set(form.check({**given, "file": str(tmp_path / "both.pem"), "key": "/none"})) == {"key"}
    assert take_in(shelf, {**given, "file": str(tmp_path / "both.pem")}).name == "both"
    assert take_in(shelf, {**given, "file": str(tmp_path / "chain.pem"), "key": str(tmp_path / "key.pem"), "name": "two"}).name == "two"
    with pytest.raises(WrongPassword):
        take_in(shelf, {**given, "file": str(tmp_path / "broken.pfx")})
    assert set(form.check({**given, "file": str(tmp_path / "both.pem"), "bind": "nowhere"})) == {"bind"}
    assert "*:8443 has none" in import_form(shelf.contents, [("*:8443", "")]).fields[-1].hint
    assert take_in(shelf, {**given, "file": str(tmp_path / "both.pem"), "name": "three", "bind": "*:8443"}).name == "three"
    assert shelf.contents.keys_of("three") == ("*:8443",)
    again = {**given, "file": str(tmp_path / "both.pem"), "name": "both"}
    assert set(import_form(shelf.contents).check(again)) == {"name"}
    shelf.kept.bind("*:443", "both")
    assert set(import_form(shelf.contents).check({**again, "replace": "true"})) == set()
    assert take_in(shelf, {**again, "replace": "true"}).name == "both"
    assert shelf.contents.keys_of("both") == ("*:443",)


def test_a_binding_is_found_by_the_port_listened_on() -> None:
    assert [listened(place, {443: 8443}) for place in ("a.example:443", "*:443", "[::1]:443", "*:80")] == [
        "a.example:8443", "*:8443", "[::1]:8443", "*:80",
    ]  # fmt: skip
