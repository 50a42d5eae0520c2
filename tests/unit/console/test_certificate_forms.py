"""View, Export and Renew of a certificate: what is told, what is refused, what is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.certificate_forms import export, export_form, renew, renew_form, view, why_not_renewed
from console.certificates import Shelf
from hwebcore.certificate_making import from_pkcs12, self_signed
from model.workspace import Workspace
from tests.support import console_views
from tests.support.meaning import SITE
from tests.support.tls import issued

BINDINGS = (
    '<binding protocol="https" bindingInformation="*:443:" /><binding protocol="https" bindingInformation="*:443:a.example" sslFlags="1" />'
    '<binding protocol="https" bindingInformation="*:444:" /></bindings>'
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    found = Shelf(tmp_path / "state")
    found.kept.add("web", self_signed(["a.example", "127.0.0.1"], 30))
    return found


def test_view_tells_whose_it_is_and_what_shows_it(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "c" / "s").mkdir(parents=True)
    (tmp_path / "c" / "applicationHost.config").write_text(f"<configuration>{SITE.replace('</bindings>', BINDINGS)}</configuration>")
    hierarchy = Workspace.open(tmp_path / "c").hierarchy
    for place in ("*:8443", "a.example:8443", "b.example:9"):
        shelf.kept.bind(place, "web")
    told = {finding.heading: finding for finding in view(shelf, "web", hierarchy, {443: 8443}).findings}
    assert told["Issued to"].text == "CN=a.example"
    assert told["Issued by"].text == "itself"
    assert told["Names"].text == "a.example, 127.0.0.1"
    assert told["Valid"].state == "warning"
    assert "expires on" in told["Valid"].text
    assert told["Serves"].text == "S *:8443 (https); S a.example on *:8443 (https); b.example:9 (no binding of a site)"
    assert told["Key"].text == "EC secp256r1, kept here; signed with SHA256"
    assert told["Chain"].text == "CN=a.example"


def test_a_chain_that_is_not_whole_says_so(shelf: Shelf, tmp_path: Path) -> None:
    shelf.kept.add("given", issued("a.example"))
    told = {finding.heading: finding.text for finding in view(shelf, "given", console_views.view(tmp_path).session.workspace.hierarchy, {}).findings}
    assert told["Chain"] == "CN=a.example → CN=An Authority (not in the file)"
    assert told["Serves"] == "nothing"
    with pytest.raises(LookupError):
        view(shelf, "gone", console_views.view(tmp_path).session.workspace.hierarchy, {})


def test_what_an_export_needs(tmp_path: Path) -> None:
    form = export_form("web")
    good = {"format": "pfx", "file": str(tmp_path / "a.pfx"), "password": "p", "confirm": "p"}
    assert form.check(good) == {}
    assert set(form.check({**good, "password": "", "confirm": ""})) == {"password"}
    assert set(form.check({**good, "confirm": "q"})) == {"confirm"}
    for file in ("", str(tmp_path), str(tmp_path / "none" / "a.pfx")):
        assert set(form.check({**good, "file": file})) == {"file"}
    assert form.check({**good, "format": "pem-key", "password": "", "confirm": ""}) == {}
    assert form.check({**good, "format": "pem", "confirm": "q"}) == {}
    assert form.disabled({**good, "format": "pem"}) == ("password", "confirm")
    assert form.disabled(good) == ()


def test_exported_with_and_without_its_key(shelf: Shelf, tmp_path: Path) -> None:
    given = {"format": "pfx", "file": str(tmp_path / "a.pfx"), "password": "p", "confirm": "p"}
    made = export(shelf, "web", given)
    assert from_pkcs12(made.read_bytes(), "p").chain in shelf.kept.text("web")
    assert made.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" not in export(shelf, "web", {**given, "format": "pem", "file": str(tmp_path / "a.pem")}).read_bytes()
    assert b"ENCRYPTED PRIVATE KEY" in export(shelf, "web", {**given, "format": "pem-key", "file": str(tmp_path / "b.pem")}).read_bytes()


def test_renewed_in_its_place(shelf: Shelf) -> None:
    shelf.kept.bind("*:443", "web")
    before = shelf.contents.certificates[0]
    form = renew_form(shelf, "web")
    assert form.initial == {"days": "30"}
    assert "EC secp256r1" in form.fields[0].hint
    assert "It serves *:443" in form.fields[0].hint
    assert set(form.check({"days": "x"})) == {"days"}
    assert form.check({"days": "400"}) == {}
    renew(shelf, "web", 400)
    [after] = shelf.contents.certificates
    assert (after.name, after.names) == (before.name, before.names)
    assert after.key_digest != before.key_digest
    assert shelf.contents.keys_of("web") == ("*:443",)


def test_why_others_are_not_renewed(shelf: Shelf) -> None:
    given = shelf.kept.add("given", issued("a.example"))
    own = shelf.contents.named("web")
    assert own is not None
    assert why_not_renewed(own) == ""
    assert "issued by An Authority: only they renew it" in why_not_renewed(given)
