"""Live Requests: narrowed, completed, sorted, pinned, searched; text gets out by keys and by mouse."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.actions import by_id
from console.places import Place
from console.preferences import read
from console.widgets.request_list import RequestList
from tests.support.console_driver import ConsoleDriver, console
from tests.support.ring_worker import Worker

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
RUNNING: dict[str, object] = {"service": {"pid": 1, "running": True}, "generation": {"number": 1}, "pools": [], "rings": [],
                              "sites": [{"name": "S", "urls": ["http://127.0.0.1:9/"]}]}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


@contextlib.asynccontextmanager
async def live(config: Path, size: tuple[int, int] = (160, 45)) -> AsyncIterator[ConsoleDriver]:
    """With five requests of one worker."""
    worker = Worker(config.parent, "a", 11)
    async with console(config, size, Place("live"), snapshot=RUNNING) as driver:
        driver.app.feed.add_reader(worker.info, worker.reader())
        for number, (url, status) in enumerate((("/b", 200), ("/a", 404), ("/c/report", 500), ("/a/2", 200), ("/d", 302))):
            worker.serve(url, status, wall=1000.0 + number, took=0.001 * (number + 1))
        await driver.until("5 seen")
        yield driver
    worker.close()


def urls(driver: ConsoleDriver) -> list[str]:
    return [entry.url for entry in driver.frame.query_one(RequestList).projection.shown]


async def test_a_filter_is_completed_and_says_where_it_is_wrong(config: Path) -> None:
    async with live(config) as driver:
        await driver.press("slash")
        await driver.type("sta")
        await driver.until("status>=400")
        await driver.wait(lambda: driver.frame.focused is not None and driver.frame.focused._suggestion.startswith("status"), "a completion")  # type: ignore[attr-defined]
        await driver.press("tab")
        await driver.type("=40x")
        await driver.until("wants a status")
        field = next(line for line in driver.lines if "Filter" in line)
        told = driver.lines[driver.lines.index(field) + 1]
        assert told[field.index("status>=40x")] == "^"
        assert len(urls(driver)) == 5
        await driver.press("backspace")
        await driver.type("0")
        await driver.wait(lambda: urls(driver) == ["/a", "/c/report"], "narrowed")
        await driver.press("escape")
        await driver.wait(lambda: len(urls(driver)) == 5, "all again")


async def test_sort_stands_still_and_is_kept(config: Path) -> None:
    async with live(config) as driver:
        list_ = driver.frame.query_one(RequestList)
        titles = driver.line_with("Verb")
        row = driver.lines.index(titles)
        await driver.click((titles.index("URL"), row))
        await driver.until("sorted by URL, standing still")
        assert urls(driver) == ["/a", "/a/2", "/b", "/c/report", "/d"]
        assert "URL▴" in driver.line_with("Verb")
        await driver.press("s")
        await driver.wait(lambda: urls(driver)[0] == "/d", "the other way round")
        assert driver.session.preferences.sort_of("live") == ("url", True)
        await driver.press("f")
        await driver.until("following")
        assert urls(driver)[0] == "/b"
        assert list_.following


async def test_pins_and_search(config: Path) -> None:
    async with live(config) as driver:
        await driver.press("home", "P")
        await driver.press("ctrl+f")
        await driver.until("Enter finds")
        await driver.type("report or /a")
        await driver.press("enter")
        await driver.wait(lambda: driver.frame.request is not None and driver.frame.request.url == "/a", "the first match")
        await driver.press("n")
        await driver.wait(lambda: driver.frame.request is not None and driver.frame.request.url == "/c/report", "the next")
        await driver.press("slash")
        await driver.type("nothing-of-that-kind")
        await driver.wait(lambda: urls(driver) == [], "nothing shown")
        assert "/b" in driver.text


async def test_columns_are_chosen_and_kept(config: Path) -> None:
    async with live(config) as driver:
        driver.frame.perform("columns")
        await driver.until("√ Steps")
        await driver.press("end", "enter")
        await driver.wait(lambda: "steps" not in driver.session.preferences.columns["live"], "chosen")
        await driver.press("escape")
        await driver.wait(lambda: driver.app.screen is driver.frame, "closed")
        assert "Steps" not in driver.line_with("Verb")


async def test_y_offers_what_a_request_is(config: Path) -> None:
    async with live(config) as driver:
        await driver.press("y")
        await driver.until("curl command")
        for label in ("Row", "URL", "Trace as JSON", "Cell: Client"):
            assert label in driver.text
        await driver.press("c", "enter")
        await driver.until("Copied")
        assert driver.app.clipboard == "curl -i 'http://127.0.0.1:9/d'"


async def test_y_on_a_pool_offers_xml_and_appcmd(config: Path) -> None:
    async with console(config, (160, 45), Place("pools")) as driver:
        await driver.press("y")
        await driver.until("appcmd line")
        await driver.press("x", "enter")
        await driver.until("Copied")
        assert driver.app.clipboard.startswith("<add name=")


async def test_the_mouse_selects_and_y_copies_it(config: Path, tmp_path: Path) -> None:
    async with live(config) as driver:
        driver.session.preferences.folder = tmp_path / "kept"
        line = driver.line_with("/c/report")
        row, begin = driver.lines.index(line), line.index("/c/report")
        await driver.drag((begin, row), (begin + 8, row))
        await driver.press("y")
        await driver.until("Copied")
        assert driver.app.clipboard == "/c/report"
        assert (tmp_path / "kept" / "copied.txt").read_text() == "/c/report\n"
        assert "also in the file" in driver.text
        assert "copied.txt" in driver.text.replace("\n", "")


async def test_the_right_button_opens_the_rows_actions(config: Path) -> None:
    async with live(config) as driver:
        line = driver.line_with("/c/report")
        await driver.click((line.index("/c/report"), driver.lines.index(line)), button=3)
        await driver.wait(lambda: driver.app.screen is not driver.frame, "the menu")
        await driver.until("Compare in Both Modes")
        assert driver.frame.request is not None
        assert driver.frame.request.url == "/c/report"
        await driver.press("escape")


async def test_what_was_not_captured_is_not_sent_again(config: Path) -> None:
    async with live(config) as driver:
        assert driver.frame.blocked(by_id("replay")) == ""
        entry = driver.frame.request
        assert entry is not None
        entry.packed = entry.packed.replace(b"GET\x00", b"POST", 1)
        assert "body" in driver.frame.blocked(by_id("replay"))
        assert "not captured" in driver.frame.blocked(by_id("compare"))


async def test_address_drop_downs_and_splitters(config: Path) -> None:
    async with console(config, (160, 45), Place("site", "Integrated")) as driver:
        title = driver.lines[0]
        await driver.click((title.index("Sites") + len("Sites") + 1, 0))
        await driver.wait(lambda: driver.app.screen is not driver.frame, "the sites")
        await driver.press("c", "enter")
        await driver.wait(lambda: driver.frame.place == Place("site", "Classic"), "the other site")
        rule = driver.lines[5].index("│")
        await driver.drag((rule, 5), (rule + 8, 5))
        await driver.wait(lambda: driver.lines[5].index("│") == rule + 8, "a wider tree")
        assert driver.session.preferences.widths["left"] == rule + 8


async def test_a_save_is_reviewed_where_that_is_preferred(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (120, 40), Place("pools")) as driver:
        driver.session.preferences.review = True
        await driver.press("m")
        await driver.until("Review:")
        assert 'managedPipelineMode="Classic"' in driver.line_with("+  ") or "Classic" in driver.text
        await driver.press("escape")
        await driver.until("not written")
        assert config.read_bytes() == before
        await driver.press("m")
        await driver.until("Review:")
        await driver.press("enter")
        await driver.wait(lambda: config.read_bytes() != before, "written")


async def test_a_tip_is_told_once(config: Path, tmp_path: Path) -> None:
    async with console(config, (120, 40), Place("server")) as driver:
        driver.session.preferences.folder = tmp_path / "kept"
        await driver.open(Place("pools"))
        await driver.until("Tip")
        await driver.open(Place("problems"))
        await driver.open(Place("pools"))
        await driver.until_gone("Tip")


async def test_a_lists_order_is_kept(config: Path) -> None:
    async with console(config, (120, 40), Place("pools")) as driver:
        await driver.press("u", "s", "s")
        kept = driver.session.preferences
        await driver.wait(lambda: kept.sort_of("pools") is not None and "pools" in kept.groups, "kept")
        sort = kept.sort_of("pools")
        await driver.open(Place("sites"))
        assert driver.session.preferences.sort_of("sites") is None
        assert kept.sort_of("pools") == sort


async def test_the_columns_of_an_ordinary_list_are_chosen_and_kept(config: Path, tmp_path: Path) -> None:
    async with console(config, (120, 40), Place("sites")) as driver:
        driver.session.preferences.folder = tmp_path / "kept"
        await driver.press("s")
        driver.frame.perform("columns")
        await driver.until("√ Binding")
        await driver.press("b", "enter")
        await driver.wait(lambda: "Binding" in driver.text and "√ Binding" not in driver.text, "seen at once")
        await driver.press("n", "enter")
        await driver.until_gone("√ Name")
        await driver.until("√ Path")
        await driver.press("escape")
        await driver.wait(lambda: driver.app.screen is driver.frame, "closed")
        assert "Binding" not in driver.line_with("Path")
        assert "Name" not in driver.line_with("Path")
        assert driver.session.preferences.sort_of("sites") is None, "what is not seen does not sort"
    again = read(tmp_path / "kept")
    async with console(config, (120, 40), Place("pools")) as driver:
        driver.session.preferences.columns = again.columns
        await driver.open(Place("sites"))
        await driver.until("Path")
        assert "Binding" not in driver.line_with("Path")
        driver.frame.perform("columns")
        await driver.until("  Binding")
        await driver.press("b", "enter")
        await driver.until("√ Binding")
        await driver.press("n", "enter")
        await driver.until("√ Name")
        await driver.press("escape")
        await driver.wait(lambda: driver.app.screen is driver.frame, "closed")
        assert "Binding" in driver.line_with("Path")
        assert not driver.session.preferences.columns["sites"], "all of them is what is usual"
