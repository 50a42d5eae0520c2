"""A site's home: whatever row is selected, Start, Stop and the dialogs are about the site, as in IIS Manager's Actions pane."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.places import Place
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
SNAPSHOT: dict[str, object] = {
    "service": {"pid": 1, "running": True}, "generation": {"number": 1}, "rings": [], "pools": [],
    "sites": [{"name": "Integrated", "state": "Started", "urls": ["http://127.0.0.1:17080/"]}],
}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


def commands_of(driver: ConsoleDriver, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """What the service would be told."""
    told: list[tuple[str, dict[str, str]]] = []

    async def command(kind: str, **fields: str) -> dict[str, object]:
        told.append((kind, fields))
        return {}

    monkeypatch.setattr(driver.session, "command", command)
    return told


@pytest.mark.parametrize("row", ["/", "Live Requests"])
async def test_stop_is_the_sites_and_asks_for_no_other(config: Path, monkeypatch: pytest.MonkeyPatch, row: str) -> None:
    async with console(config, (160, 45), Place("site", "Integrated"), snapshot=SNAPSHOT) as driver:
        told = commands_of(driver, monkeypatch)
        await driver.until("▌/")
        if row != "/":
            await driver.press("slash")
            await driver.type(row)
            await driver.press("enter")
            await driver.until(f"▌{row}")
        await driver.press("X")
        await driver.wait(lambda: bool(told), "the command")
        assert told == [("stop_site", {"site": "Integrated"})]


async def test_the_dialogs_of_a_site_need_no_row(config: Path) -> None:
    async with console(config, (160, 45), Place("site", "Integrated"), snapshot=SNAPSHOT) as driver:
        await driver.press("slash")
        await driver.type("Live Requests")
        await driver.press("enter", "b")
        await driver.until("Edit Site")


async def test_why_nothing_is_listed_is_told_whole(config: Path) -> None:
    config.write_bytes(config.read_bytes().replace(b"</applicationPools>", b"</applicationPool>"))
    async with console(config, (80, 24), Place("sites")) as driver:
        told = await driver.until("cannot be read")
        assert "mismatched tag" in told
        assert "…" not in driver.line_with("mismatched tag")
