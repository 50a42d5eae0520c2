"""No page shows a secret, no field holds one, and a console that dies tells none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input

from console.places import Place
from console.ways import Way
from tests.support.captured_request import detail
from tests.support.console_driver import ConsoleDriver, console
from tests.support.marked_secrets import MARK, mark, places

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = shutil.copytree(SAMPLE, tmp_path / "first-run", ignore=shutil.ignore_patterns("__pycache__"))
    mark(folder / "applicationHost.config", 43)
    return folder / "applicationHost.config"


def assert_quiet(driver: ConsoleDriver, where: object) -> None:
    assert MARK not in driver.text, f"{where}\n{driver.text}"
    fields = [field.value for field in driver.app.screen.query(Input)]
    assert not [value for value in fields if MARK in value], where


async def test_no_page_shows_a_secret(config: Path) -> None:
    sections = sorted({place.section for place in places(config)})
    lines = config.read_text("utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if MARK in line]
    shown = [
        Place("problems"),
        Place("pools"),
        Place("pool_settings", detail="DefaultAppPool"),
        Place("site_settings", "Integrated"),
        Place("application_settings", "Integrated", "/"),
        Place("virtual_directories", "Integrated", "/"),
        Place("authentication"),
        *(Place("section", detail=str(Way(section))) for section in sections),
        *(Place("source", detail=f"{config}:{number}") for number in marked[::4]),
    ]
    async with console(config, (160, 50)) as driver:
        for place in shown:
            await driver.open(place)
            assert_quiet(driver, place)


async def test_a_console_that_dies_tells_no_draft_and_no_request(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        password = MARK
        raise RuntimeError(f"at {len(password)} characters")

    async def die() -> None:
        async with console(config) as driver:
            driver.session.captures.keep(("r1", 1, 1), detail(f"GET /?a={MARK} HTTP/1.1", [("Cookie", MARK)], MARK.encode(), said=MARK.encode()))
            driver.app.call_later(fail)
            await driver.wait(lambda: driver.app._exception is not None, "the end")

    with pytest.raises(RuntimeError):
        await die()
    report = capsys.readouterr()
    assert f"at {len(MARK)} characters" in report.out + report.err
    assert MARK not in report.out + report.err
