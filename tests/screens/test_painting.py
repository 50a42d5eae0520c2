"""What is painted: the lines that changed, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region

from console.places import Place
from console.widgets.rows import Rows
from console.widgets.tree import Tree
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


def snapshot(driver: ConsoleDriver, stopped: str = "") -> dict[str, Any]:
    sites = [{"name": site.name, "state": "Stopped" if site.name == stopped else "Started"} for site in driver.session.workspace.hierarchy.sites()]
    return {"service": {"pid": 1, "running": True}, "generation": {"number": 1}, "pools": [], "sites": sites}


class Painting:
    """The rows of a pane that were asked to be painted since; None: all of them."""

    def __init__(self, pane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: set[int | None] = set()
        refresh = pane.refresh

        def told(*regions: Region, **options: Any) -> Any:
            self.rows |= {row for region in regions for row in region.line_range} or {None}
            return refresh(*regions, **options)

        monkeypatch.setattr(pane, "refresh", told)


async def test_a_moving_cursor_paints_two_lines(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(config, start=Place("sites")) as driver:
        rows = driver.frame.query_one(Rows)
        painting = Painting(rows, monkeypatch)
        head, before = 1, rows.cursor_line
        await driver.press("down")
        assert rows.cursor_line == before + 1
        assert painting.rows == {head + before, head + before + 1}
        assert driver.text.count("▌") == 1


async def test_a_snapshot_paints_what_it_changes(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(config, start=Place("sites")) as driver:
        driver.session.take(snapshot(driver))
        await driver.until("● Integrated")
        rows, tree = driver.frame.query_one(Rows), driver.frame.query_one(Tree)
        of_rows, of_tree = Painting(rows, monkeypatch), Painting(tree, monkeypatch)
        driver.session.take({**driver.session.snapshot, "totals": {"requests": 7}})  # the client keeps what did not change
        driver.frame.redraw()
        assert (of_rows.rows, of_tree.rows) == (set(), set())
        driver.session.take(snapshot(driver, "Integrated"))
        await driver.until("○ Integrated")
        shown = [index for index in range(rows.line_count) if getattr(rows.key_at(index), "name", "") == "Integrated"]
        assert of_rows.rows == {1 + shown[0]}
        assert len(of_tree.rows) == 1


async def test_what_stands_behind_a_dialog_is_drawn_when_it_closes(config: Path) -> None:
    async with console(config, start=Place("sites")) as driver:
        driver.session.take(snapshot(driver))
        await driver.until("● Integrated")
        await driver.press("ctrl+p")
        await driver.until("An action")
        driver.session.take(snapshot(driver, "Integrated"))
        await driver.press("escape")
        await driver.until("○ Integrated")
