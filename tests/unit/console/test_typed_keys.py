"""Keys that arrive at once mean what they mean one by one."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from console.places import Place
from console.typed_keys import LOOKS
from tests.support.console_driver import console

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def test_what_follows_a_slash_filters_and_does_nothing_else(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, start=Place("pools")) as driver:
        await driver.type("/mX")
        assert driver.frame.query_one("#filter", Input).value == "mX"
        assert config.read_bytes() == before


async def test_what_follows_a_tab_stands_in_the_next_field(config: Path) -> None:
    async with console(config, start=Place("sites")) as driver:
        await driver.type("+Third\t\t/tmp")
        await driver.wait(lambda: [entry.value for entry in driver.app.screen.query(Input)][:2] == ["Third", "/tmp"], "both fields")


async def test_a_change_and_its_undo_in_one_breath(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, start=Place("pools")) as driver:
        await driver.type("mz")
        await driver.wait(lambda: driver.session.workspace.can_redo, "done and undone")
        assert config.read_bytes() == before


async def test_a_key_waits_for_the_page_that_it_is_meant_for(config: Path) -> None:
    """However long that takes: on the page before, or on none yet, it would be lost."""
    async with console(config, start=Place("pools")) as driver:
        opens = asyncio.Event()
        driver.frame.run_worker(opens.wait(), group="page")
        typing = asyncio.create_task(driver.type("m"))
        await driver.wait(lambda: max(driver.app.typed._looks.values(), default=0) > LOOKS["deeds"], "longer than a deed is waited for")
        assert not driver.session.workspace.can_undo
        opens.set()
        await typing
        await driver.wait(lambda: driver.session.workspace.can_undo, "toggled")


async def test_a_paste_keeps_its_place_among_the_keys(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        for event in (events.Key("slash", "/"), events.Paste("Classic"), events.Key("x", "x")):
            driver.send(event)
        await driver.until("0 of 2 shown")
        assert driver.frame.query_one("#filter", Input).value == "Classicx"
