"""The log page over the change of file: what was read stays above what is written next, and the end is followed."""

from __future__ import annotations

from pathlib import Path

from console.places import Place
from console.screens.text_page import TextPage
from tests.support.console_driver import console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run" / "applicationHost.config"


async def test_a_log_that_is_begun_anew_is_followed(tmp_path: Path) -> None:
    log = tmp_path / "Shop.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    async with console(SAMPLE, (120, 30), Place("log", detail=str(log))) as driver:
        await driver.until("line 99")
        log.rename(tmp_path / "Shop.log.1")
        log.write_text("the next file\n")
        driver.app.screen.query_one(TextPage).refresh_rows()
        await driver.until("the next file")
        assert "line 99" in driver.text
        assert "101 lines" in driver.text
