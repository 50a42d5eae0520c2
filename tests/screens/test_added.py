"""What was added is what the cursor stands on, on lists of each kind, also where the filter would hide it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from console.places import Place
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def added(driver: ConsoleDriver, title: str, **fields: str) -> None:
    """Fills the dialog in, closes it by ctrl+s."""
    await driver.until(title)
    dialog = driver.app.screen
    for name, text in fields.items():
        field = dialog.query_one(f"#field-{name}")
        assert isinstance(field, (Input, Select))
        field.value = text
    await driver.press("ctrl+s")
    await driver.wait(lambda: driver.app.screen is not dialog, "the dialog has closed")


async def stands_on(driver: ConsoleDriver, name: str) -> None:
    await driver.wait(lambda: [target.name for target in driver.frame.targets] == [name], f"the cursor on {name}: {driver.frame.targets}")


async def test_of_a_list_of_entries(config: Path) -> None:
    async with console(config, (140, 40), Place("default_document", "Integrated", "/")) as driver:
        await driver.press("slash")
        await driver.type("htm")
        await driver.press("enter", "plus")
        await driver.until("writes Integrated web.config")
        await added(driver, "Add Default Document", value="start.aspx")
        await stands_on(driver, "start.aspx")
        assert "start.aspx" in driver.text
        await driver.open(Place("request_filtering", "Integrated", "/"))
        await driver.press("plus")
        await added(driver, "Add to which list?", list="2")
        await added(driver, "Add Hidden Segment", segment="secret")
        await stands_on(driver, "Hidden Segment secret")


async def test_of_a_virtual_directory_and_of_a_trace_rule(config: Path, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    async with console(config, (140, 40), Place("virtual_directories", "Integrated", "/")) as driver:
        await driver.press("plus")
        await added(driver, "Add Virtual Directory", alias="images", folder=str(tmp_path / "images"))
        await stands_on(driver, "Integrated/ /images")
        await driver.open(Place("trace_failed_requests", "Integrated", "/"))
        await driver.press("plus")
        await added(driver, "Add Failed Request Tracing Rule", content="*.asp")
        await stands_on(driver, "*.asp")
