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
from console.screens.review import ReviewDialog
from console.widgets.bar import Bar
from console.widgets.request_list import RequestList
from hwebcore.detail_ring import Detail
from tests.support.captured_request import FORM, detail
from tests.support.console_driver import ConsoleDriver, console
from tests.support.ring_worker import Worker

MARK = "qZ7secret"
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
    async with served(config, size) as (driver, _):
        yield driver


@contextlib.asynccontextmanager
async def served(config: Path, size: tuple[int, int] = (160, 45)) -> AsyncIterator[tuple[ConsoleDriver, Worker]]:
    """As `live`, with the worker, which may serve more."""
    worker = Worker(config.parent, "a", 11)
    async with console(config, size, Place("live"), snapshot=RUNNING) as driver:
        driver.app.feed.add_reader(worker.info, worker.reader())
        for number, (url, status) in enumerate((("/b", 200), ("/a", 404), ("/c/report", 500), ("/a/2", 200), ("/d", 302))):
            worker.serve(url, status, wall=1000.0 + number, took=0.001 * (number + 1))
        await driver.until("5 seen")
        yield driver, worker
    worker.close()


def urls(driver: ConsoleDriver) -> list[str]:
    return [entry.url for entry in driver.frame.query_one(RequestList).projection.shown]


async def test_what_is_under_way_is_counted(config: Path) -> None:
    """A WebSocket is one request, which comes into the list when it is closed."""
    async with console(config, (160, 45), Place("live"), snapshot={**RUNNING, "totals": {"under_way": 2}}) as driver:
        await driver.until("0 seen · 0 dropped · 2 under way")


async def test_a_filter_is_completed_and_says_where_it_is_wrong(config: Path) -> None:
    async with live(config) as driver:
        await driver.press("slash")
        await driver.type("sta")
        await driver.until("status>=400")
        await driver.wait(lambda: driver.frame.focused is not None and driver.frame.focused._suggestion.startswith("status"), "a completion")  # type: ignore[attr-defined]  # the page or widget in sight has it
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


async def test_esc_closes_the_waterfall_then_takes_the_filter_off(config: Path) -> None:
    async with live(config, (80, 24)) as driver:
        await driver.press("slash")
        await driver.type("/a")
        await driver.press("enter")
        await driver.wait(lambda: urls(driver) == ["/a", "/a/2"], "narrowed")
        await driver.press("home", "enter")
        await driver.wait(lambda: driver.frame.has_class("-trace"), "the waterfall")
        await driver.press("escape")
        assert isinstance(driver.frame.focused, RequestList)
        assert len(urls(driver)) == 2
        await driver.press("escape")
        await driver.wait(lambda: len(urls(driver)) == 5, "all again")
        assert driver.frame.request is not None
        assert driver.frame.request.url == "/a"


async def test_what_arrives_is_told_once(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(config) as (driver, worker):
        heading = driver.frame.query_one("#live-heading", Bar)
        told: list[object] = []
        monkeypatch.setattr(heading, "show_line", told.append)
        worker.serve("/new", 200, wall=1010.0)
        driver.app.feed.tick(tell=False)
        driver.frame.redraw_figures()
        assert len(told) == 1


async def test_what_arrives_while_something_else_stands_there_is_shown_afterwards(config: Path) -> None:
    async with served(config) as (driver, worker):
        await driver.press("question_mark")
        await driver.until("Everywhere")
        worker.serve("/behind-a-dialog", 200, wall=1010.0)
        await driver.wait(lambda: driver.app.feed.seen == 6, "it has arrived")
        await driver.press("escape")
        await driver.until("/behind-a-dialog")
        driver.frame.open(Place("pools"))
        await driver.until("share its fate")
        worker.serve("/behind-a-page", 200, wall=1011.0)
        await driver.wait(lambda: driver.app.feed.seen == 7, "it has arrived too")
        driver.frame.open(Place("live"))
        await driver.until("/behind-a-page")


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


async def test_a_kept_sort_waits_for_its_key(config: Path) -> None:
    """The next session follows what arrives: a list that stands still from the start stands empty."""
    worker = Worker(config.parent, "a", 11)
    async with console(config, (160, 45), snapshot=RUNNING) as driver:
        driver.session.preferences.sorts["live"] = ("url", True)
        driver.frame.open(Place("live"))
        await driver.until("No request can come")
        driver.app.feed.add_reader(worker.info, worker.reader())
        worker.serve("/a", 200, wall=1000.0)
        worker.serve("/b", 200, wall=1001.0)
        await driver.wait(lambda: urls(driver) == ["/a", "/b"], "both, as they arrived")
        await driver.until("following")
        await driver.press("s")
        await driver.until("sorted by URL, standing still")
        assert urls(driver) == ["/b", "/a"]
    worker.close()


async def test_a_list_that_stands_still_empty_says_what_waits(config: Path) -> None:
    worker = Worker(config.parent, "a", 11)
    async with console(config, (160, 45), Place("live"), snapshot=RUNNING) as driver:
        await driver.press("p")
        await driver.until("paused")
        driver.app.feed.add_reader(worker.info, worker.reader())
        worker.serve("/a", 200, wall=1000.0)
        await driver.until("1 waiting: f shows what arrived")
        await driver.press("f")
        await driver.wait(lambda: urls(driver) == ["/a"], "shown")
    worker.close()


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


async def test_what_the_eye_is_on_stays_when_the_oldest_go(config: Path) -> None:
    async with served(config, (80, 24)) as (driver, worker):
        driver.app.feed._most = 40
        for number in range(35):
            worker.serve(f"/more/{number}", 200, wall=1010.0 + number)
        await driver.until("40 seen")
        await driver.press("up", "up", "up", "up")
        await driver.wait(lambda: driver.frame.request is not None and driver.frame.request.url == "/more/30", "four up")
        row = driver.lines.index(driver.line_with("▌"))
        for number in range(10):
            worker.serve(f"/even/{number}", 200, wall=1050.0 + number)
        await driver.until("50 seen")
        await driver.wait(lambda: urls(driver)[0] == "/more/5", "the oldest went")
        await driver.wait(lambda: "/more/30" in driver.lines[row], "where it was")
        assert "▌" in driver.lines[row]


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
        captured(driver, detail("GET /d HTTP/1.1", [("User-Agent", "u"), ("Accept", "*/*")]))
        await driver.press("y")
        await driver.until("curl command")
        for label in ("Row", "URL", "Trace as JSON", "Cell: Client"):
            assert label in driver.text
        await driver.press("c", "enter")
        await driver.until("Copied")
        assert driver.app.clipboard == "curl -i -H 'User-Agent: u' -H 'Accept: */*' 'http://127.0.0.1:8080/d'"


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


def captured(driver: ConsoleDriver, taken: Detail) -> None:
    """Of the selected request."""
    entry = driver.frame.request
    assert entry is not None
    driver.session.captures.keep(entry.key, taken)
    driver.frame.page._details_arrived()  # type: ignore[attr-defined]  # the page or widget in sight has it


async def test_what_was_not_captured_is_not_sent_again(config: Path) -> None:
    async with live(config) as driver:
        for action in ("replay", "compare", "copy_curl"):
            assert "Not captured" in driver.frame.blocked(by_id(action))
        await driver.press("k")
        await driver.until("capturing is off")
        assert "k switches it on" in driver.frame.blocked(by_id("replay"))
        await driver.press("k")
        captured(driver, detail("POST /d HTTP/1.1", cut=True))
        assert "not captured whole" in driver.frame.blocked(by_id("replay"))
        captured(driver, detail("POST /d HTTP/1.1"))
        assert driver.frame.blocked(by_id("replay")) == ""


async def test_heads_and_bodies_stand_below_the_waterfall(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What visitors sent is shown and cannot act; their secrets are not shown."""
    monkeypatch.chdir(tmp_path)
    async with live(config) as driver:
        await driver.until("Not captured: it came before")
        headers = [("Cookie", f"k={MARK}"), ("X-Note", "[@click=app.quit]x[/] \x1b]0;t\x07"), ("Content-Type", FORM)]
        captured(driver, detail("POST /d HTTP/1.1", headers, f"password={MARK}&b=[/]".encode()))
        await driver.press("enter", "end")
        await driver.until("password=***&b=[/]")
        assert "k=***" in driver.text
        assert "[@click=app.quit]x[/] ␛]0;t␇" in driver.text
        assert MARK not in driver.text
        await driver.press("up", "y")
        await driver.until("Row")
        assert MARK not in driver.text
        await driver.press("escape", "escape", "E")
        await driver.wait(lambda: list(Path.cwd().glob("trace-*.json")), "the export")
        exported = next(Path.cwd().glob("trace-*.json")).read_text()
        assert "password=***" in exported
        assert MARK not in exported


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


async def test_nothing_is_cut_off_a_review_and_the_arrows_read_it(config: Path) -> None:
    long = 'type="' + "a" * 150 + '"'
    async with console(config, (80, 24), Place("pools")) as driver:
        await driver.until("DefaultAppPool")
        driver.app.push_screen(ReviewDialog("Fix: much", ["\n".join(["+++ web.config", f"+    {long}", *(f"-line {n}" for n in range(40))])]))
        await driver.until("Fix: much")
        assert driver.text.count("a" * 40) == 2, "what is long goes on below"
        assert "+        aaaa" in driver.text, "under its sign, further in"
        await driver.press("end")
        await driver.until("-line 39")


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


async def test_the_palette_leads_to_a_trace_by_its_address(config: Path) -> None:
    async with live(config) as driver:
        await driver.press("ctrl+p")
        await driver.type("c/report")
        await driver.until("Trace GET /c/report")
        await driver.press("enter")
        await driver.wait(lambda: (entry := driver.frame.query_one(RequestList).request) is not None and entry.url == "/c/report", "the trace's row")
