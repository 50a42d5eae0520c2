"""What is really drawn, in every theme: every text can be read where it stands, in true colour and in 256; the terminal's own palette is kept."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.places import Place
from tests.support.console_driver import ConsoleDriver, console
from tests.unit.themes.test_init import contrast
from themes import TERMINAL, Palette, palettes

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
#: Lines of ours; a page of Textual's widgets; a dialog of them over the first, and how it is closed.
PLACES = (Place("directory_browse", "Integrated", "/"), Place("pools"))
OVER = (("plus", "escape"),)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def screens(driver: ConsoleDriver) -> AsyncIterator[str]:
    """Pages, and every kind of dialog over the first."""
    for place in PLACES:
        await driver.open(place)
        yield place.page
    for opens, closes in OVER:
        await driver.press(opens)
        await driver.wait(lambda: driver.app.screen is not driver.frame, f"what {opens} opens")
        await driver.press("tab")
        yield opens
        await driver.press(closes)
        await driver.wait(lambda: driver.app.screen is driver.frame, f"{opens} closed")


def texts(driver: ConsoleDriver) -> list[tuple[Segment, Style]]:
    """What holds letters or digits, with the style that it is drawn in; of a dialog: what is its own. What lies behind it is shaded on purpose."""
    rows = driver.segments
    dialogs = driver.app.screen.query(".dialog")
    if dialogs:
        region = dialogs.first().region
        strips = [Strip(row).crop(region.x, region.right) for row in rows[region.y : region.bottom]]
        rows = [list(strip) for strip in strips]
    return [(segment, segment.style or Style()) for row in rows for segment in row if any(character.isalnum() for character in segment.text)]


def shade(colour: Color | None, in_256: bool) -> str:
    assert colour is not None
    return (colour.downgrade(ColorSystem.EIGHT_BIT) if in_256 else colour).get_truecolor().hex


def weak(driver: ConsoleDriver, theme: Palette, in_256: bool) -> list[tuple[str, str, float]]:
    """The texts whose contrast is less than the theme promises."""
    found = set()
    for segment, style in texts(driver):
        seen = contrast(shade(style.color, in_256), shade(style.bgcolor, in_256))
        if seen < theme.least:
            found.add((segment.text.strip()[:20], f"{shade(style.color, in_256)} on {shade(style.bgcolor, in_256)}", round(seen, 2)))
    return sorted(found)


def coloured(driver: ConsoleDriver) -> list[str]:
    """The texts that are anything but default on default, reversed, underlined or bold."""
    found = []
    for segment, style in texts(driver):
        colours = [colour for colour in (style.color, style.bgcolor) if colour is not None and not colour.is_default]
        if colours or any((style.dim, style.italic, style.strike, style.blink)):
            found.append(f"{segment.text.strip()[:30]!r} in {style}")
    return found


async def test_every_text_that_is_drawn_can_be_read(config: Path) -> None:
    async with console(config, (120, 40), Place("pools")) as driver:
        variants = []
        for theme in palettes():
            if not theme.is_terminal:  # under names of their own: whatever the terminal is that the tests run in
                for name, drawn, in_256 in ((f"{theme.name} in true colour", theme, False), (f"{theme.name} in 256", theme.for_256, True)):
                    driver.app.register_theme(dataclasses.replace(drawn.theme(), name=name))
                    variants.append((name, theme, in_256))
        lit = 0
        async for where in screens(driver):
            for name, theme, in_256 in variants:
                await driver.wear(name)
                assert weak(driver, theme, in_256) == [], f"{where} in {name}"
            await driver.wear(TERMINAL)
            assert coloured(driver) == [], where
            lit += sum(bool(style.reverse) for _, style in texts(driver))
        assert lit > 10


async def test_ascii_draws_no_other_character(config: Path) -> None:
    async with console(config, (120, 40), Place("pools")) as driver:
        driver.app.preferences.ascii = True
        driver.app.screen.refresh()
        async for where in screens(driver):
            other = {character for row in driver.segments for segment in row for character in segment.text if not character.isascii()}
            assert other == set(), where
