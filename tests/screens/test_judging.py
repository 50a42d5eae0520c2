"""An edit that takes long to judge: the console goes on, says so where edits are told, and Esc gives it up before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.places import Place
from tests.support.console_driver import ConsoleDriver, console
from tests.support.held_judging import HeldJudging

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


@pytest.fixture
async def held(config: Path) -> AsyncIterator[tuple[HeldJudging, ConsoleDriver]]:
    """The pools' page, and the gate shut."""
    judging = HeldJudging()
    async with console(config, (80, 24), Place("pools"), interpret=judging) as driver:
        await driver.wait(lambda: driver.session.workspace.is_judged, "the first judging")
        judging.gate.clear()
        yield judging, driver
        judging.gate.set()


async def test_the_console_goes_on_while_an_edit_is_judged(held: tuple[HeldJudging, ConsoleDriver], config: Path) -> None:
    judging, driver = held
    before = config.read_bytes()
    await driver.press("m")
    await driver.until("looking at what it would bring")
    assert "Esc gives it up" in driver.lines[-2]
    await driver.press("ctrl+p")
    await driver.type("modul")
    await driver.until("Modules")
    await driver.press("escape")  # the palette's
    await driver.until("looking at what it would bring")
    assert config.read_bytes() == before
    judging.gate.set()
    await driver.wait(lambda: config.read_bytes() != before, "the save")
    await driver.until("Configuration: '")
    await driver.press("z")
    await driver.wait(lambda: config.read_bytes() == before, "the undo")


async def test_escape_gives_it_up_and_nothing_is_written(held: tuple[HeldJudging, ConsoleDriver], config: Path) -> None:
    judging, driver = held
    before = config.read_bytes()
    await driver.press("m")
    await driver.until("Esc gives it up")
    await driver.press("escape")
    await driver.wait(lambda: any("given up, nothing was written" in told for told in driver.told), "the word")
    await driver.until("Configuration: '")
    judging.gate.set()
    await driver.press("m")
    await driver.wait(lambda: config.read_bytes() != before, "the next edit")
    assert len(driver.session.workspace.history) == 1
