"""Moves that cross inherited entries: the reason, and the way out that is offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.places import Place
from model.config_path import ConfigPath
from model.effective import effective
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
SITE = ConfigPath("Integrated")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


def order(driver: ConsoleDriver, section: str, path: ConfigPath, at: str = "") -> list[str]:
    entries = effective(driver.session.workspace.hierarchy, section, path).root.at(at).entries
    return [entry.get("name") or entry.get("value") for entry in entries]


async def test_an_inherited_module_is_moved_where_it_is_written(config: Path) -> None:
    web = config.parent / "sites" / "integrated" / "web.config"
    local = web.read_bytes()
    async with console(config, (120, 45), Place("modules", "Integrated", "/")) as driver:
        before = order(driver, "system.webServer/modules", SITE)
        await driver.press("o", "down", "J")
        await driver.until("for all sites")
        await driver.press("right", "enter")
        swapped = [before[0], before[2], before[1], *before[3:]]
        await driver.wait(lambda: order(driver, "system.webServer/modules", SITE) == swapped, "the server's order")
        assert order(driver, "system.webServer/modules", ConfigPath())[:3] == swapped[:3]
        assert web.read_bytes() == local
        await driver.press("z")
        await driver.wait(lambda: order(driver, "system.webServer/modules", SITE) == before, "undone")


@pytest.mark.parametrize(("page", "at", "keys"), [("default_document", "files", ("end", "K")), ("handlers", "", ("o", "end", "K"))])
async def test_another_list_is_written_anew_where_the_user_agrees(config: Path, page: str, at: str, keys: tuple[str, ...]) -> None:
    section = f"system.webServer/{'defaultDocument' if page == 'default_document' else page}"
    web = config.parent / "sites" / "integrated" / "web.config"
    server, local = config.read_bytes(), web.read_bytes()
    async with console(config, (120, 45), Place(page, "Integrated", "/")) as driver:
        before = order(driver, section, SITE, at)
        await driver.press(*keys)
        await driver.until("Move past inherited entries")
        assert web.read_bytes() == local
        await driver.press("right", "enter")
        await driver.wait(lambda: web.read_bytes() != local, "the copies")
        assert order(driver, section, SITE, at) == [*before[:-2], before[-1], before[-2]]
        assert b"<clear />" in web.read_bytes()
        assert config.read_bytes() == server
        await driver.press("z")
        await driver.wait(lambda: web.read_bytes() == local, "undone")
