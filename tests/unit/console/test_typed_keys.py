"""Keys that arrive at once mean what they mean one by one."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from console.app import ConsoleApp
from console.places import Place
from console.screens.opening import OpeningScreen
from console.screens.palette import PaletteDialog
from console.session import Session
from console.typed_keys import LOOKS
from model.workspace import Workspace
from tests.support.console_driver import ConsoleDriver, console
from tests.support.held_judging import HeldJudging

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


async def test_a_paste_waits_for_the_palette_that_the_key_before_it_opens(config: Path) -> None:
    """Also with a change and its undo before it, in one breath."""
    async with console(config, start=Place("pools")) as driver:
        for event in (events.Key("m", "m"), events.Key("z", "z"), events.Key("ctrl+p", None), events.Paste("Go to Sites")):
            driver.send(event)
        await driver.wait(lambda: _typed(driver) == "Go to Sites", "in the palette")


async def test_a_paste_is_for_the_palette_also_while_an_edit_is_judged(config: Path) -> None:
    """The edit is told, so no key waits for it; the palette that comes up is another matter."""
    judging = HeldJudging()
    async with console(config, start=Place("pools"), interpret=judging) as driver:
        await driver.wait(lambda: driver.session.workspace.is_judged, "the first judging")
        judging.gate.clear()
        try:
            await driver.press("m")
            await driver.until("looking at what it would bring")
            assert not driver.app.typed._under_way()
            comes_up = asyncio.Event()
            driver.frame.run_worker(comes_up.wait(), group="deeds")
            assert driver.app.typed._under_way(), "what a later key started"
            comes_up.set()
            driver.send(events.Key("ctrl+p", None))
            driver.send(events.Paste("Go to Sites"))
            await driver.wait(lambda: _typed(driver) == "Go to Sites", "in the palette")
        finally:
            judging.gate.set()


async def test_what_a_dialog_without_focus_is_given_stands_in_its_field(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.press("ctrl+p")
        driver.app.screen.set_focus(None)
        driver.send(events.Paste("Go to Site"))
        driver.send(events.Key("s", "s"))
        await driver.wait(lambda: _typed(driver) == "Go to Sites", "in the field")


async def test_what_is_typed_before_the_frame_is_there_is_kept_in_its_order(config: Path) -> None:
    def opened() -> Session:
        opening = app.screen
        assert isinstance(opening, OpeningScreen)
        opening.on_key(events.Key("slash", "/"))
        opening.on_paste(events.Paste("Classic"))
        opening.on_key(events.Key("x", "x"))
        return Session(Workspace.open(config))

    app = ConsoleApp(opened, start=Place("pools"))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = ConsoleDriver(app, pilot)
        await driver.until("0 of 2 shown")
        assert driver.frame.query_one("#filter", Input).value == "Classicx"
        app._exit = True


def _typed(driver: ConsoleDriver) -> str:
    return "".join(entry.value for entry in driver.app.screen.query(Input)) if isinstance(driver.app.screen, PaletteDialog) else ""
