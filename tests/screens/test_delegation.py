"""Feature Delegation on the screen: not delegated is set, told, looked at before it is written, and taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.places import Place
from model import administration
from tests.support.console_driver import console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def test_a_feature_is_not_delegated_and_that_is_undone(config: Path) -> None:
    before, beside = config.read_bytes(), config.with_name(administration.FILE)
    async with console(config, (160, 45), Place("delegation", detail="Output Caching")) as driver:
        driver.session.preferences.review = True
        await driver.until("Output Caching   Read/Write")
        driver.frame.action_deed("delegate_none")
        await driver.until('overrideMode="Deny"')
        await driver.until('<remove name="NativeCaching" />')  # both files are shown before they are written
        assert config.read_bytes() == before
        await driver.press("ctrl+s")
        await driver.until("Output Caching   Not Delegated")
        assert b'<remove name="NativeCaching" />' in beside.read_bytes()
        driver.session.preferences.review = False
        driver.frame.action_deed("delegate_read")
        await driver.until("Output Caching   Read Only")
        await driver.press("z", "z")
        await driver.until("Output Caching   Read/Write")
        assert config.read_bytes() == before
        assert not beside.exists()


async def test_what_is_no_page_of_iis_manager_says_so(config: Path) -> None:
    async with console(config, start=Place("delegation", detail="WebSocket Protocol")) as driver:
        await driver.until("WebSocket Protocol   ")
        driver.frame.action_deed("delegate_none")
        await driver.wait(lambda: any("no page of its own" in told for told in driver.told), "it is said")
