"""What is longer than its pane can be read all the same: lines of a file, of a difference, of what a change did."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.forms import toggle_mode
from console.places import Place
from console.session import Session
from model.workspace import Workspace
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
LAST = "managedPipelineMode"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """One pool's row is longer than any pane."""
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    config = tmp_path / "first-run" / "applicationHost.config"
    text = config.read_text("utf-8")
    config.write_text(text.replace('<add name="DefaultAppPool"', f'<add queueLength="1000"{" " * 60}name="DefaultAppPool"', 1), "utf-8")
    return config


async def test_the_selected_line_of_a_file_stands_whole_below_it(config: Path) -> None:
    number = next(number for number, text in enumerate(config.read_text("utf-8").splitlines(), 1) if 'name="DefaultAppPool"' in text)
    async with console(config, (100, 30), Place("source", detail=f"{config}:{number}")) as driver:
        await driver.until(LAST)
        await driver.press("home")
        await driver.until_gone(LAST)


async def test_the_end_of_a_long_line_is_seen_in_what_a_change_did(config: Path, tmp_path: Path) -> None:
    session = Session(Workspace.open(config, state=tmp_path / "state"))
    await session.apply(toggle_mode("DefaultAppPool", "Integrated"))
    app = ConsoleApp(session, start=Place("history"))
    async with app.run_test(size=(100, 44)) as pilot:
        driver = ConsoleDriver(app, pilot)
        await driver.until(LAST + '="Classic"')
        await driver.press("enter")
        await driver.until("Green is the newer")
        await driver.press("end", "up", "up", "up")
        await driver.until(LAST + '="Classic"')
