"""Every page, at 80x24 and 120x40, on the first-run sample: what has to stand there does, and keys do what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.actions import by_id
from console.places import Place
from console.screens.text_page import TextPage
from console.unserved import Unserved, reason_of
from console.widgets.actions_pane import ActionsPane
from tests.support.console_driver import ConsoleDriver, console

RUNNING: dict[str, object] = {"service": {"pid": 1, "running": True}, "generation": {"number": 1}, "pools": [], "sites": [], "rings": []}
SIZES = [(80, 24), (120, 40)]
SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


def drawn_role(driver: ConsoleDriver, label: str) -> str:
    """The role in which the Actions pane draws an action."""
    pane = driver.frame.query_one(ActionsPane)
    lines = [pane.line_at(index) for index in range(pane.line_count)]
    return next(entry.left[0].role for entry in lines if entry.left and label in entry.left[0].text.plain)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


PAGES = [
    (Place("server"), ("Home", "Application Pools", "Start would", "stamp.StampModule")),
    (Place("pools"), ("Application Pools", "DefaultAppPool", "Classic .NET AppPool", "Integrated ─", "Pipeline")),
    (Place("sites"), ("Sites", "Binding", "17080")),
    (Place("site", "Integrated"), ("Integrated Home", "DefaultAppPool", "Live Requests")),
    (Place("modules", "Integrated", "/"), ("Modules", "RequestFilteringModule", "Native")),
    (Place("handlers", "Classic", "/"), ("Handler Mappings", "Hello", "hello")),
    (Place("problems"), ("Problems", "Nothing is wrong.")),
    (Place("live"), ("Live Requests", "No request can come", "URL")),
    (Place("compare"), ("Compare", "press c")),
    (Place("log", detail="DefaultAppPool"), ("has no log yet",)),
]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_page_shows_what_it_is_for(config: Path, size: tuple[int, int]) -> None:
    async with console(config, size) as driver:
        for place, shown in PAGES:
            await driver.open(place)
            for expected in shown:
                await driver.until(expected)
            assert len(driver.lines) == size[1]
            assert "Keys" in driver.lines[-1]


async def test_source_page_shows_the_file_at_its_line(config: Path) -> None:
    number = next(n for n, text in enumerate(config.read_text("utf-8").splitlines(), 1) if "DefaultAppPool" in text)
    async with console(config, start=Place("source", detail=f"{config}:{number}")) as driver:
        assert "DefaultAppPool" in driver.line_with(f" {number} ")


async def test_a_source_that_is_opened_from_another_page_shows_the_line(config: Path) -> None:
    number = len(config.read_text("utf-8").splitlines()) - 60
    async with console(config, start=Place("live")) as driver:
        driver.frame.open(Place("source", detail=f"{config}:{number}"))
        await driver.until(f" {number} ")
        await driver.wait(lambda: "▌" in driver.line_with(f" {number} "), "the cursor on it")


async def test_esc_takes_the_filter_of_a_file_off_and_stays_on_the_line(config: Path) -> None:
    number = next(n for n, text in enumerate(config.read_text("utf-8").splitlines(), 1) if "applicationPools" in text)
    async with console(config, start=Place("source", detail=f"{config}:1")) as driver:
        page = driver.frame.page
        assert isinstance(page, TextPage)
        await driver.press("slash")
        await driver.type("applicationpool")
        await driver.press("enter", "home")
        await driver.wait(lambda: page.file[1] == number, "the first of the lines that hold it")
        await driver.press("escape")
        await driver.until("<configSections>")
        assert page.file[1] == number


async def test_a_broken_server_file_is_no_empty_server(config: Path) -> None:
    config.write_text(config.read_text("utf-8").replace("</applicationPools>", "</applicationPool>"), "utf-8")
    async with console(config, start=Place("pools")) as driver:
        await driver.until("applicationHost.config cannot be read: The file is not well-formed XML")
        assert "No pool is defined" not in driver.text
        await driver.open(Place("server"))
        await driver.until("✖ applicationHost.config cannot be read")
        assert "listen on nothing" not in driver.text


async def test_a_site_s_source_is_its_own_file(config: Path) -> None:
    async with console(config, start=Place("site", "Classic")) as driver:
        await driver.press("slash")
        await driver.type("Configuration Source")
        await driver.press("enter", "enter")
        await driver.until("CLASSIC-SESSION")
        assert driver.frame.place == Place("source", "Classic", "/", str(config.parent / "sites/classic/web.config"))
        assert "<system.webServer>" in driver.text


async def test_a_site_without_a_folder_has_no_source(config: Path) -> None:
    config.write_text(config.read_text("utf-8").replace("%POOLHOUSE_CONFIG%\\sites\\classic", "Q:\\classic"), "utf-8")
    async with console(config, start=Place("site", "Classic")) as driver:
        await driver.press("slash")
        await driver.type("Configuration Source")
        await driver.press("enter", "enter")
        await driver.until("has no folder here")


async def test_source_page_marks_what_the_place_says_itself(config: Path) -> None:
    """By shape and word; the first place's own lines are not the other's. A line separator in a value moves no number."""
    tag = '<!-- \u2028 --><location path="Classic">\n<system.webServer><directoryBrowse enabled="true" /></system.webServer></location>\n'
    config.write_text(config.read_text("utf-8").replace("</configuration>", f"{tag}</configuration>"), "utf-8")
    at = f"{config}:{config.read_text('utf-8').count(chr(10)) - 1}"
    async with console(config, start=Place("source", "Classic", "/", at)) as driver:
        await driver.until("Local: set for Classic itself")
        await driver.until("▪ <system.webServer><directoryBrowse")
        assert "◂ for Classic" not in driver.text
        assert "▪" not in driver.line_with("<!--")
        await driver.open(Place("source", detail=at))
        await driver.until("Local: set for the server itself")
        await driver.until("◂ for Classic")
        assert "▪" not in driver.line_with("<directoryBrowse")


@pytest.mark.parametrize(("width", "panes"), [(160, (True, True)), (120, (True, False)), (80, (False, False))])
async def test_panes_by_width(config: Path, width: int, panes: tuple[bool, bool]) -> None:
    async with console(config, (width, 40), Place("pools")) as driver:
        assert ("Connections" in driver.lines[1], "Alerts · Actions" in driver.lines[1]) == panes


async def test_drawers_at_80_columns(config: Path) -> None:
    async with console(config, (80, 24), Place("pools")) as driver:
        await driver.press("t")
        await driver.until("Connections")
        await driver.press("escape")
        await driver.until_gone("Connections")
        await driver.press("a")
        await driver.until("Toggle Pipeline Mode")
        await driver.press("escape")
        await driver.until_gone("Toggle Pipeline Mode")


async def test_m_changes_one_attribute_and_z_takes_it_back(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, start=Place("pools")) as driver:
        await driver.press("m")
        await driver.wait(lambda: config.read_bytes() != before, "the file is written")
        after = config.read_bytes()
        assert after.count(b'managedPipelineMode="Classic"') == before.count(b'managedPipelineMode="Classic"') + 1
        assert after.replace(b'managedPipelineMode="Classic"', b'managedPipelineMode="Integrated"').count(b"Integrated") >= before.count(
            b"Integrated"
        )
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone byte for byte")
        await driver.press("Z")
        await driver.wait(lambda: config.read_bytes() == after, "made again")


async def test_add_pool_dialog_refuses_a_taken_name_and_adds_a_new_one(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.press("plus")
        await driver.until("Managed pipeline mode:")
        await driver.type("DefaultAppPool")
        await driver.until("There is a pool of that name.")
        await driver.press("ctrl+s")
        assert "Managed pipeline mode:" in driver.text
        await driver.type("2")
        await driver.until_gone("There is a pool of that name.")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'name="DefaultAppPool2"' in config.read_bytes(), "the pool is in the file")
        await driver.until("● DefaultAppPool2") if driver.session.running else await driver.until("DefaultAppPool2")


async def test_add_site_dialog(config: Path, tmp_path: Path) -> None:
    async with console(config, start=Place("sites")) as driver:
        await driver.press("plus")
        await driver.until("Physical path:")
        await driver.type("Third")
        await driver.press("tab", "tab")
        await driver.paste(str(tmp_path))
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'name="Third"' in config.read_bytes(), "the site is in the file")
        site = next(site for site in driver.session.workspace.hierarchy.sites() if site.name == "Third")
        assert site.applications[0].root is not None
        assert site.applications[0].root.folder == tmp_path
        await driver.press("z")
        await driver.wait(lambda: b'name="Third"' not in config.read_bytes(), "undone")


async def test_another_programs_edit_shows(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        config.write_bytes(config.read_bytes().replace(b'name="DefaultAppPool"', b'name="RenamedOutside"'))
        await driver.until("RenamedOutside")


async def test_a_broken_file_is_a_problem_not_an_end(config: Path) -> None:
    async with console(config, start=Place("problems")) as driver:
        config.write_bytes(config.read_bytes().replace(b"</configuration>", b"</configuratio>"))
        await driver.until("✖ The file is not well-formed XML")


async def test_filter_narrows_and_escape_clears(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.press("slash")
        await driver.type("classic .net")
        await driver.until("1 of 2 shown")
        assert "DefaultAppPool" not in driver.text
        await driver.press("escape")
        await driver.until("2 shown")


async def test_modules_are_grouped_and_ordered(config: Path) -> None:
    async with console(config, start=Place("modules", "Integrated", "/")) as driver:
        await driver.press("o")
        await driver.until("Local ─")
        await driver.press("o")
        await driver.until("Ordered List")
        assert "Local ─" not in driver.text


async def test_sites_are_grouped_as_iis_manager_does_and_the_choice_is_kept(config: Path) -> None:
    text = config.read_text("utf-8").replace('protocol="http" bindingInformation="127.0.0.1:17080:"', 'protocol="https" bindingInformation="*:443:"')
    config.write_text(text.replace("127.0.0.1:17081:", "127.0.0.1:8080:"), "utf-8")
    async with console(config, (80, 24), Place("sites")) as driver:
        for group, headings in (
            ("Protocol", ("http ─", "https ─")),
            ("Port", ("Port 443 ─", "Port 8080 ─")),
            ("IP Address", ("127.0.0.1 ─", "All Unassigned ─")),
        ):
            while f"Group by  {group} " not in driver.text:
                await driver.press("u")
            places = [driver.text.index(heading) for heading in headings]
            assert places == sorted(places)
        assert driver.session.preferences.groups["sites"] == "ip"
        await driver.press("u")
        await driver.until("No Grouping")


async def test_inherited_modules_do_not_move_and_say_why(config: Path) -> None:
    before = (config.parent / "sites" / "integrated" / "web.config").read_bytes()
    async with console(config, start=Place("modules", "Integrated", "/")) as driver:
        await driver.press("end", "K")
        await driver.until("Not past inherited entries")
        await driver.press("right", "enter")
        await driver.until("Modules ▸")
        await driver.wait(lambda: driver.frame.place == Place("modules", detail=driver.frame.place.detail), "the server's list")
        assert driver.frame.targets[0].name == driver.frame.place.detail
        assert (config.parent / "sites" / "integrated" / "web.config").read_bytes() == before


async def test_an_undo_that_meets_a_later_change_asks(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.press("m")
        await driver.wait(lambda: driver.session.workspace.can_undo, "the edit")
        mine = config.read_bytes()
        config.write_bytes(mine.replace(b'managedPipelineMode="Classic"', b'managedPipelineMode="Ntegrated"', 1))
        driver.session.look_at_files()
        await driver.press("z")
        await driver.until("Another program changed the same place")
        assert "Ntegrated" in driver.text
        await driver.press("right", "enter")
        await driver.wait(lambda: config.read_bytes().count(b'managedPipelineMode="Classic"') == 1, "both undone")


async def test_a_service_that_has_gone_is_started_again_from_its_alert(config: Path) -> None:
    async with console(config, (160, 45), Place("pools")) as driver:
        asked: list[bool] = []

        async def attach() -> None:
            asked.append(True)

        driver.app._attach_service = attach
        driver.session.lost_service = True
        driver.frame.draw_frame()
        await driver.until("Start it again")
        await driver.press("a", "enter")
        await driver.wait(lambda: bool(asked), "another service being asked for")


async def test_a_service_that_does_not_start_says_why_and_is_asked_for_again(config: Path) -> None:
    async with console(config, (160, 45), Place("pools")) as driver:
        asked: list[bool] = []

        async def attach() -> None:
            asked.append(True)
            raise Unserved(reason_of(["serve says: the disk is full"]))

        driver.app._attach_service = attach
        driver.session.wanted.set()
        await driver.until("No service: serve says:")
        assert "the service did not start" in driver.lines[-2]
        await driver.press("a", "enter")
        await driver.wait(lambda: any("The service does not start. serve says: the disk is full" in told for told in driver.told), "told again")
        assert len(asked) == 2


async def test_actions_of_a_fresh_page_are_not_grey(config: Path) -> None:
    async with console(config, (160, 45), Place("server"), snapshot=RUNNING) as driver:
        await driver.open(Place("pools"))
        await driver.wait(lambda: not driver.frame.blocked(by_id("toggle_mode")), "a selected pool")
        await driver.wait(lambda: drawn_role(driver, "Toggle Pipeline Mode") == "link", "the action lit")


async def test_keys_sheet_help_and_palette_open_and_close(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.press("question_mark")
        await driver.until("Switch the pool between Integrated and Classic")
        await driver.press("escape")
        await driver.until_gone("Switch the pool between")
        await driver.press("f1")
        await driver.until("An application pool is one or more worker processes")
        await driver.press("escape")
        await driver.until_gone("An application pool is")
        await driver.press("ctrl+p")
        await driver.until("An action, a site")


async def test_history_and_levels(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.open(Place("site", "Integrated"))
        await driver.press("less_than_sign")
        await driver.until("A pool is one or more")
        await driver.press("greater_than_sign")
        await driver.until("Integrated Home")
        await driver.press("backspace")
        await driver.until("A site is a set of addresses")


async def test_themes_switch(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        assert driver.app.theme == "server-2008"
        driver.frame.perform("theme")
        await driver.wait(lambda: driver.app.theme == "iis-dark", "the dark theme")


async def test_refused_generation_names_the_line_and_offers_undo(config: Path) -> None:
    problem = {
        "severity": "error",
        "code": "0x8007000d",
        "message": "mismatched tag",
        "source": {"file": str(config), "line": 7, "column": 3, "config_path": ""},
    }
    snapshot = {
        "service": {"pid": 1, "running": True}, "pools": [], "sites": [], "rings": [],
        "generation": {"number": 41, "state": "refused", "digests": {}, "problems": [], "refused": {"at": 1.0, "problems": [problem], "digests": {}}},
    }  # fmt: skip
    async with console(config, (160, 45), Place("pools"), snapshot=snapshot) as driver:
        await driver.until("refused, gen 41 still serves")
        await driver.until("applicationHost.config:7:3")


async def test_a_tiny_terminal_says_so_and_comes_back(config: Path) -> None:
    async with console(config, start=Place("pools")) as driver:
        await driver.resize(30, 8)
        await driver.until("Too small: 40x10")
        assert "DefaultAppPool" not in driver.text
        await driver.resize(80, 24)
        await driver.until("DefaultAppPool")


async def test_what_is_copied_is_shown_too(config: Path) -> None:
    async with console(config, start=Place("site", "Integrated")) as driver:
        await driver.press("y")
        await driver.until("URL")
        await driver.press("u", "enter")
        await driver.until("Copied")
        await driver.until("http://127.0.0.1:17080/")
        assert driver.app.clipboard == "http://127.0.0.1:17080/"
        await driver.press("escape")
        await driver.until_gone("Copied")
