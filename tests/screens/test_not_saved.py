"""What the console says when a save does not happen: who was quicker, why it cannot be written; and that nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from console.places import Place
from hwebcore.certificate_making import self_signed
from model.unsaved import unsaved_name
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
CLASSIC = b'managedPipelineMode="Classic"'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


def unseen(driver: ConsoleDriver, monkeypatch: pytest.MonkeyPatch, config: Path, old: bytes, new: bytes) -> bytes:
    """Another program's change, in the moment before the console looks."""
    monkeypatch.setattr(driver.session, "look_at_files", lambda: frozenset())
    theirs = config.read_bytes().replace(old, new, 1)
    assert theirs != config.read_bytes()
    config.write_bytes(theirs)
    return theirs


@pytest.mark.parametrize("answer", ["Theirs", "Merge"])
async def test_another_program_was_quicker(config: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    before = config.read_bytes()
    async with console(config, (120, 45), Place("pools")) as driver:
        theirs = unseen(driver, monkeypatch, config, b"</configuration>", b"<!-- theirs -->\n</configuration>")
        await driver.press("m")
        await driver.until("Another program changed the file")
        assert "+<!-- theirs -->" in driver.text
        assert CLASSIC.decode() in driver.text
        assert config.read_bytes() == theirs  # nothing is written before the answer
        await driver.press(*("right", "right") * (answer == "Merge"), "enter")
        if answer == "Theirs":
            await driver.until("Theirs stays")
            assert config.read_bytes() == theirs
            return
        await driver.wait(lambda: config.read_bytes() != theirs, "the save")
        now = config.read_bytes()
        assert now.count(CLASSIC) == before.count(CLASSIC) + 1
        assert b"theirs" in now
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == theirs, "theirs again")


async def test_what_cannot_be_written_is_told_beforehand_and_can_be_tried_again(config: Path) -> None:
    before = config.read_bytes()
    blocked = unsaved_name(config)
    blocked.mkdir()
    async with console(config, start=Place("pools")) as driver:
        await driver.press("m")
        await driver.until("Not saved")
        assert "is in the way" in driver.text.replace("\n", " ")
        assert "rm -rf" in driver.text
        assert config.read_bytes() == before
        await driver.press("right", "enter")  # still there: asked again
        await driver.until("Not saved")
        blocked.rmdir()
        await driver.press("right", "enter")
        await driver.wait(lambda: config.read_bytes() != before, "the edit that waited")
        assert driver.session.unsaved is None


async def test_a_draft_stays_where_it_cannot_be_saved(config: Path) -> None:
    blocked = config.parent / "sites" / "integrated" / "web.config"
    before = blocked.read_bytes()
    unsaved_name(blocked).mkdir()
    async with console(config, (120, 45), Place("directory_browse", "Integrated", "/")) as driver:
        await driver.until("Directory Browsing")
        await driver.press("space")
        await driver.until("not applied yet")
        await driver.press("ctrl+s")
        await driver.until("Not saved")
        await driver.press("escape")
        await driver.until("not applied yet")  # what was entered stands in its fields
        assert blocked.read_bytes() == before
        await driver.press("ctrl+s")
        await driver.until("Not saved")
        unsaved_name(blocked).rmdir()
        await driver.press("right", "enter")
        await driver.wait(lambda: blocked.read_bytes() != before, "the draft")
        await driver.until("nothing changed")


async def test_what_follows_a_save_follows_one_that_was_insisted_on(config: Path, tmp_path: Path) -> None:
    """A website of https: its certificate is bound, and its row is selected; where the errors were not wanted, neither."""
    before, folder = config.read_bytes(), tmp_path / "secure"
    folder.mkdir()
    (folder / "web.config").write_text("<configuration>")
    given = {"name": "Secure", "folder": str(folder), "type": "https", "port": "17443", "host": "www.example.org", "certificate": "web"}
    async with console(config, (120, 45), Place("sites"), state=tmp_path / "state") as driver:
        store = driver.session.certificates.kept
        store.add("web", self_signed(["www.example.org"]))
        for answer in (("enter",), ("right", "enter")):
            assert (config.read_bytes(), dict(store.read().bindings)) == (before, {})
            await driver.press("plus")
            await driver.until("SSL certificate:")
            for name, text in given.items():
                field = driver.app.screen.query_one(f"#field-{name}")
                assert isinstance(field, (Input, Select))
                field.value = text
            await driver.press("ctrl+s")
            await driver.until("This would bring new errors")
            await driver.press(*answer)
            await driver.until_gone("This would bring new errors")
        await driver.wait(lambda: [target.name for target in driver.frame.targets] == ["Secure"], "the new row is selected")
        await driver.wait(lambda: bool(store.read().bindings), "the certificate is bound")
        assert str(folder).encode() in config.read_bytes()
        assert driver.session.unsaved is None
