"""What somebody meets who has just opened a configuration: alerts in sight, keys whose words fit, Esc back, environment variables,
and who leaves at once."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from console.first_look import UNFOLDED, FirstLook
from console.places import Place
from console.screens.opening import tree_lines
from tests.support.console_driver import console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
POOLS = [{"name": "DefaultAppPool", "mode": "Integrated", "state": "Stopped", "reason": "opened, not started", "workers": []}]
OPENED: dict[str, object] = {"service": {"pid": 1, "running": False}, "generation": {}, "rings": [], "sites": [], "pools": POOLS}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def test_alerts_are_in_sight_where_their_pane_is_not(config: Path) -> None:
    async with console(config, (120, 35), Place("pools"), OPENED) as driver:
        await driver.until("1 alert, a")
        assert "✖" not in driver.text, "what was only opened has not failed"
        await driver.press("S")
        await driver.until("No service runs: only the files are edited.")
        await driver.press("a")
        await driver.until("No service runs; this edits")
        await driver.until_gone("1 alert, a")


async def test_the_keys_stand_whole_at_80_columns(config: Path) -> None:
    async with console(config, (80, 24), Place("live")) as driver:
        await driver.press("question_mark")
        await driver.until("Esc closes")
        assert "Bodies Keep" in driver.text
        assert "…" not in driver.text.partition("Esc closes")[2].partition("Filter")[0]
        await driver.press("escape", "f1")
        await driver.until("Every request of every worker")
        assert "it passes module" not in driver.text


async def test_esc_leaves_what_stands_on_another_page(config: Path) -> None:
    async with console(config, (120, 35), Place("pools", detail="DefaultAppPool")) as driver:
        await driver.until("▌")
        await driver.press("v")
        await driver.until("Queue Length")
        await driver.press("slash", *"queue", "escape")
        await driver.press("escape")
        await driver.until("A pool is one or more")
        assert driver.frame.place.page == "pools"


async def test_a_pools_environment_is_one_action_away(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (120, 35), Place("pools", detail="DefaultAppPool")) as driver:
        await driver.until("▌")
        driver.frame.action_deed("environment")
        await driver.until("The list is empty")
        await driver.press("plus")
        await driver.until("Value:")
        await driver.type("MODE")
        await driver.press("tab")
        await driver.type("test")
        await driver.press("enter")
        await driver.wait(lambda: b'<add name="MODE" value="test" />' in config.read_bytes(), "written")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")
        await driver.press("backspace")


async def test_the_root_applications_row_stands_for_its_site(config: Path) -> None:
    async with console(config, (160, 45), Place("site", "Integrated")) as driver:
        await driver.until("Manage Website")
        assert [target.kind for target in driver.frame.targets] == ["site", "application"]


async def test_news_while_the_console_closes_is_drawn_by_nobody(config: Path) -> None:
    told = 0

    async def tell() -> None:
        nonlocal told
        while True:
            told += 1
            for callback in (*session.findings.told, *feed.arrived):
                callback()
            await asyncio.sleep(0)

    async with console(config, (120, 35), Place("history")) as driver:
        session, feed = driver.session, driver.frame.feed
        telling = asyncio.ensure_future(tell())
        await driver.until("Configuration History")
        before = told
    assert not telling.done(), "it found what it draws on"
    assert told > before
    telling.cancel()


def test_applications_of_many_sites_begin_folded_as_in_the_tree() -> None:
    """What stands there before the file is understood does not jump when it is."""
    few = FirstLook({"P": "Classic"}, {"S": ("P", ("/api", "/admin"))})
    many = FirstLook({"P": ""}, {f"S{number}": ("P", ("/api",)) for number in range(UNFOLDED // 2 + 1)})
    assert [line.left[-1].text.plain for line in tree_lines(few, "h")[3:]] == ["S", "admin", "api"]
    assert len(tree_lines(many, "h")) == 3 + len(many.sites)
