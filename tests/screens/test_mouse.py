"""By mouse alone: the tree's and the rows' menus, column heads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.places import Place
from console.screens.menu import MenuChoice, MenuDialog
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def menu_of(driver: ConsoleDriver, text: str) -> str:
    """The right button on it; the screen with the menu."""
    line = driver.line_with(text)
    await driver.click((line.index(text), driver.lines.index(line)), button=3)
    await driver.until("Copy…")
    return driver.text


async def test_the_trees_menu_is_of_the_node_that_was_clicked(config: Path) -> None:
    async with console(config, (160, 45), Place("server")) as driver:
        site = await menu_of(driver, "○ Classic")
        assert driver.frame.place == Place("site", "Classic")
        rows = [line[:80] for line in site.splitlines()]
        for label in ("Start ", "Basic Settings…", "Bindings…", "Browse ", "Configuration Source"):
            assert any(label in row for row in rows), label
        await driver.press("escape")
        pools = await menu_of(driver, "Application Pools")
        rows = [line[:80] for line in pools.splitlines()]
        assert any("Add Application Pool…" in row for row in rows)
        assert not any("Remove" in row for row in rows), "no row was clicked"


async def test_a_menu_shows_each_action_before_why_it_is_not_for_now(config: Path) -> None:
    async with console(config, (160, 45)) as driver:
        driver.app.push_screen(MenuDialog("", [MenuChoice("Recycle", "recycle", "R", "No service runs that could do it.")], (20, 20)))
        await driver.until("No service runs that could do it.")
        assert "Recycle  No service runs" in driver.text


async def test_a_sorted_columns_head_keeps_its_title(config: Path) -> None:
    async with console(config, (160, 45), Place("pools")) as driver:
        heads = driver.line_with("Name ▴")
        await driver.click((heads.index(".NET"), driver.lines.index(heads)))
        await driver.until(".NET▴")
