"""Server Certificates and SSL Settings: made, imported, removed; required with one check; a website of https."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from console.places import Place, Target
from hwebcore.certificate_export import as_pkcs12
from hwebcore.certificate_making import self_signed
from tests.support.console_driver import console
from tests.support.tls import issued

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def test_a_certificate_is_made_and_removed(config: Path, tmp_path: Path) -> None:
    async with console(config, (80, 24), Place("server_certificates"), state=tmp_path / "state") as driver:
        await driver.until("No certificate is kept here.")
        await driver.press("plus")
        await driver.until("Host names:")
        await driver.type("web")
        await driver.press("ctrl+s")
        await driver.until_gone("Host names:")
        await driver.until("localhost")
        [made] = driver.session.certificates.contents.certificates
        assert made.names == ("localhost", "127.0.0.1")
        assert f"{made.ends:%Y-%m-%d}" in driver.line_with("web")
        await driver.press("delete")
        await driver.until("with its private key?")
        await driver.press("tab", "enter")
        await driver.until("No certificate is kept here.")


async def test_a_wrong_password_is_asked_again_with_all_that_was_typed(config: Path, tmp_path: Path) -> None:
    async with console(config, (120, 45), Place("server_certificates"), state=tmp_path / "state") as driver:
        kept = driver.session.certificates.kept
        kept.add("first", self_signed(["a.example"]))
        (tmp_path / "a.pfx").write_bytes(as_pkcs12(kept.text("first"), "first", "right"))
        driver.frame.perform("import_certificate")
        await driver.until("Certificate file:")
        for name, text in (("file", str(tmp_path / "a.pfx")), ("name", "second"), ("password", "wrong")):
            driver.app.screen.query_one(f"#field-{name}", Input).value = text
        asked = driver.app.screen
        await driver.press("ctrl+s")
        await driver.wait(lambda: driver.app.screen is not asked and bool(driver.app.screen.query("#field-password")), "asked again")
        assert any("is the password right?" in told for told in driver.told)
        assert driver.app.screen.query_one("#field-file", Input).value.endswith("a.pfx")
        driver.app.screen.query_one("#field-password", Input).value = "right"
        await driver.press("ctrl+s")
        await driver.wait(lambda: driver.session.certificates.contents.named("second") is not None, "kept")


async def test_one_that_expires_soon_says_so(config: Path, tmp_path: Path) -> None:
    async with console(config, (120, 40), Place("server_certificates"), state=tmp_path / "state") as driver:
        driver.session.certificates.kept.add("old", self_signed(["a.example"], days=3))
        driver.frame.redraw()
        await driver.until("It expires on")


async def test_ssl_is_required_with_one_check(config: Path) -> None:
    async with console(config, (120, 40), Place("ssl_settings", "Integrated", "/")) as driver:
        await driver.until("Require SSL")
        for words in ("Require 128-bit SSL", "Client certificates:", "Ignore"):
            assert words in driver.text
        await driver.press("space", "ctrl+s")
        await driver.until("The section is locked")
        await driver.press("right", "enter")
        await driver.wait(lambda: b'<access sslFlags="Ssl" />' in config.read_bytes(), "it is written")


async def test_what_the_store_refuses_is_told_and_the_site_stands(config: Path, tmp_path: Path) -> None:
    async with console(config, (120, 45), Place("sites"), state=tmp_path / "state") as driver:
        store = driver.session.certificates.kept
        store.add("web", self_signed(["www.example.org"]))
        await driver.press("plus")
        await driver.until("SSL certificate:")
        given = {"name": "Secure", "folder": str(tmp_path), "type": "https", "port": "17443", "host": "www.example.org", "certificate": "web"}
        for name, text in given.items():
            field = driver.app.screen.query_one(f"#field-{name}")
            assert isinstance(field, (Input, Select))
            field.value = text
        store.remove("web")
        await driver.press("ctrl+s")
        await driver.wait(lambda: any("Secure is added, web is not bound to it: there is no" in told for told in driver.told), "it is told")
        assert b'name="Secure"' in config.read_bytes()
        assert [target.name for target in driver.frame.targets] == ["Secure"]
        await driver.open(Place("server_certificates"))
        await driver.press("plus")
        await driver.until("Create Self-Signed Certificate")
        driver.app.screen.query_one("#field-name", Input).value = "other"
        (store.folder / "bindings").write_text("{}", "utf-8")
        (store.folder / "bindings").chmod(0o666)
        before = len(driver.told)
        await driver.press("ctrl+s")
        await driver.wait(lambda: any("of this user alone" in told for told in driver.told[before:]), "it is told in its own words")
        assert not any("StoreFault" in told for told in driver.told)


async def test_a_website_of_https_has_its_certificate(config: Path, tmp_path: Path) -> None:
    async with console(config, (120, 45), Place("sites"), state=tmp_path / "state") as driver:
        driver.session.certificates.kept.add("web", self_signed(["www.example.org"]))
        await driver.press("plus")
        await driver.until("SSL certificate:")
        await driver.type("Secure")
        await driver.press("tab", "tab")
        await driver.paste(str(tmp_path))
        await driver.press("tab", "tab", "tab", "enter", "down", "enter", "tab", "tab")
        await driver.type("9")
        await driver.press("tab")
        await driver.type("www.example.org")
        await driver.press("tab", "space", "tab", "enter", "down", "enter", "tab", "enter")
        await driver.until("Certificate — web")
        await driver.press("escape", "ctrl+s")
        await driver.wait(lambda: b'name="Secure"' in config.read_bytes(), "the site is in the file")
        assert b'protocol="https"' in config.read_bytes()
        assert b'sslFlags="1"' in config.read_bytes()
        await driver.wait(lambda: driver.session.certificates.contents.bindings, "bound")
        assert driver.session.certificates.contents.bindings == {"www.example.org:9": "web"}


async def test_a_certificate_is_viewed_exported_and_renewed(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.pem"
    async with console(config, (80, 24), Place("server_certificates"), state=tmp_path / "state") as driver:
        shelf = driver.session.certificates
        shelf.kept.add("web", self_signed(["a.example"]))
        shelf.kept.bind("*:9443", "web")
        shelf.kept.add("given", issued("b.example"))
        driver.frame.redraw()
        await driver.until("b.example")
        driver.frame.select(Target("certificate", "web"))
        await driver.press("enter")
        for words in ("Certificate — web", "Issued to", "SHA-256", "no binding of a site"):
            await driver.until(words)
        await driver.press("escape")
        target.write_text("mine")
        driver.frame.perform("export_certificate")
        await driver.until("Export waits: Password: PKCS#12 needs a password.")
        form = driver.app.screen
        for name, value in (("format", "pem-key"), ("file", str(target))):
            form.query_one(f"#field-{name}").value = value  # type: ignore[attr-defined]  # a field of any kind
        await driver.until_gone("Export waits")
        await driver.press("ctrl+s")
        await driver.until("is there already")
        assert target.read_text() == "mine"
        await driver.press("right", "enter")
        await driver.wait(lambda: b"PRIVATE KEY" in target.read_bytes(), "exported")
        assert target.stat().st_mode & 0o777 == 0o600
        before = shelf.contents.named("web")
        driver.frame.perform("renew_certificate")
        await driver.until("Renew Certificate — web")
        await driver.press("ctrl+s")
        await driver.wait(lambda: shelf.contents.named("web") != before, "renewed")
        assert shelf.contents.keys_of("web") == ("*:9443",)
        driver.frame.select(Target("certificate", "given"))
        driver.frame.perform("renew_certificate")
        await driver.wait(lambda: any("only they renew it" in told for told in driver.told), "why not")
