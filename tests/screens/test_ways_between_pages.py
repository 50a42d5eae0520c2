"""What IIS Manager's panes lead to: a pool's applications, a worker's requests, log files, providers; and a site's new name."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest

from console.places import Place, Target
from console.widgets.rows import Rows
from tests.support.console_driver import console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
WORKER = {"pid": 4121, "state": "running", "started": 0.0, "cpu_percent": 12.5, "private_kb": 23456, "virtual_kb": 345678}
SNAPSHOT: dict[str, object] = {
    "service": {"pid": 1, "running": True}, "generation": {"number": 1}, "rings": [], "sites": [],
    "pools": [{"name": "DefaultAppPool", "mode": "Integrated", "state": "Started", "identity": "ApplicationPoolIdentity (runs as www)", "workers": [WORKER, {**WORKER, "pid": 4122, "private_kb": 0}]}],
}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def test_what_workers_use_and_the_way_to_their_requests(config: Path) -> None:
    async with console(config, (160, 45), Place("worker_processes"), snapshot=SNAPSHOT) as driver:
        await driver.until("Private (KB)")
        for expected in ("12.5", "23 456", "345 678"):
            assert expected in driver.line_with("4121")
        assert "www" in driver.line_with("4121")
        assert "ApplicationPoolIdentity" not in driver.line_with("4121")
        assert "23 456" not in driver.line_with("4122"), "not measured yet"
        driver.frame.query_one(Rows).select(driver.frame.query_one(Rows).rows[1].key)
        driver.frame.action_deed("view_requests")
        await driver.until("Module Name")
        assert driver.frame.place == Place("requests", detail="4122")


async def test_a_pools_applications_alone(config: Path) -> None:
    async with console(config, (160, 45), Place("pools", detail="Classic .NET AppPool")) as driver:
        await driver.until("▌")
        driver.frame.action_deed("view_applications")
        await driver.until("those of the pool Classic .NET AppPool alone")
        assert {row.cells["pool"].run.text.plain for row in driver.frame.query_one("#page-applications").query_one(Rows).rows} == {
            "Classic .NET AppPool"
        }
        await driver.press("backspace")
        await driver.until("Integrated ─")


async def test_a_site_is_renamed_and_that_is_undone(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (80, 24), Place("sites", detail="Integrated")) as driver:
        await driver.until("Integrated")
        await driver.press("f2")
        await driver.until("New name:")
        await driver.type("Classic")
        await driver.until("OK waits: New name: There is a site of that name.")
        await driver.type("al")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<site name="Classical"' in config.read_bytes(), "renamed")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")


async def test_providers_and_log_files(config: Path) -> None:
    async with console(config, (120, 40), Place("authentication", detail="Windows Authentication")) as driver:
        await driver.until("Windows Authentication   ")
        driver.frame.action_deed("providers")
        await driver.wait(lambda: driver.frame.place.page == "entries", "the list of providers")
        await driver.until("Negotiate")
        await driver.open(Place("authentication", detail="Basic Authentication"))
        await driver.until("Basic Authentication   ")
        driver.frame.action_deed("providers")
        await driver.wait(lambda: any("has no providers" in told for told in driver.told), "said")
        await driver.open(Place("http_logging"))
        driver.frame.action_deed("view_log_files")
        await driver.until("Logs ▸")
        await driver.wait(lambda: driver.frame.page.id == "page-logs", "the logs")


async def test_a_folder_becomes_an_application(config: Path) -> None:
    before = config.read_bytes()
    folder = config.parent / "sites/integrated/files"
    async with console(config, (120, 40), Place("content", "Integrated", "/")) as driver:
        await driver.until("▸ files")
        rows = driver.frame.query_one(Rows)
        rows.select(next(row.key for row in rows.rows if row.cells["name"].run.text.plain == "files"))
        driver.frame.action_deed("convert_to_application")
        await driver.until("Convert to Application — Integrated")
        await driver.press("ctrl+s")
        await driver.until("◆ files")
        assert b'<application path="/files" applicationPool="DefaultAppPool">' in config.read_bytes()
        assert f'physicalPath="{folder}"'.encode() in config.read_bytes()
        driver.frame.action_deed("convert_to_application")
        await driver.wait(lambda: any("Only a folder or a virtual" in told for told in driver.told), "said")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")
        await driver.until("▸ files")


async def test_a_folder_has_a_home_whose_edits_go_to_its_own_file(config: Path) -> None:
    async with console(config, (160, 45), Place("content", "Integrated", "/")) as driver:
        await driver.until("▸ files")
        rows = driver.frame.query_one(Rows)
        rows.select(next(row.key for row in rows.rows if row.cells["name"].run.text.plain == "files"))
        driver.frame.action_deed("features_view")
        await driver.until("files Home")
        await driver.until("set for the application /")
        assert "Configuration: 'Integrated/files' web.config" in driver.lines[-2]
        assert "Integrated ▸ files ▸" in driver.lines[0]
        driver.frame.follow_way(Target("feature", "http_protocol"))
        await driver.until("files ▸ HTTP Response Headers")
        await driver.press("backspace")
        await driver.until("files Home")
        driver.frame.action_deed("content_view")
        await driver.until("Content of Integrated/files")
        await driver.press("backspace", "backspace")
        await driver.until("Integrated Home")


async def test_the_tree_has_the_folders_of_a_node_that_is_unfolded(config: Path) -> None:
    async with console(config, (160, 45), Place("site", "Integrated")) as driver:
        await driver.until("▸ ○ Integrated")
        assert "▫" not in driver.text, "nothing is read at the start"
        await driver.press("t", "right")
        await driver.until("▸ ▫ files")
        await driver.press("down", "enter")
        await driver.until("files Home")
        await driver.press("t", "right")
        await driver.until_gone("▸ ▫ files")  # nothing below
        await driver.press("left")
        await driver.press("left")
        await driver.until_gone("▫ members")


async def test_a_folder_that_goes_closes_its_home(config: Path) -> None:
    folder, before = config.parent / "sites/integrated/files", config.read_bytes()
    async with console(config, (120, 40), Place("folder", "Integrated", "/files")) as driver:
        await driver.until("files Home")
        driver.frame.action_deed("convert_to_application")
        await driver.until("Convert to Application — Integrated")
        await driver.press("ctrl+s")
        await driver.until("Integrated/files Home")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")
        await driver.wait(lambda: driver.frame.place == Place("folder", "Integrated", "/files"), "a folder again")
        shutil.rmtree(folder)
        config.write_bytes(before + b"\n")
        driver.session.look_at_files()
        await driver.wait(lambda: any("The folder Integrated/files is not there any more." in told for told in driver.told), "said")
        await driver.until("Integrated Home")


async def test_a_virtual_directory_has_its_settings_at_home_and_becomes_an_application(config: Path, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    line = f'<virtualDirectory path="/images" physicalPath="{tmp_path / "images"}" />'
    text = config.read_text("utf-8")
    root = next(one for one in text.splitlines(keepends=True) if 'virtualDirectory path="/"' in one)
    config.write_text(text.replace(root, f"{root}{line}\n", 1), "utf-8")
    async with console(config, (160, 45), Place("folder", "Integrated", "/images")) as driver:
        await driver.until("Edit Virtual Directory")
        await driver.press("v")
        await driver.wait(lambda: driver.frame.place == Place("directory_settings", "Integrated", "/", "/images"), "its settings")
        await driver.open(Place("folder", "Integrated", "/images"))
        await driver.press("b")
        await driver.until("Edit Virtual Directory — /images")
        await driver.press("escape")
        driver.frame.action_deed("convert_to_application")
        await driver.until("Convert to Application — Integrated")
        await driver.press("ctrl+s")
        await driver.wait(lambda: driver.frame.place == Place("application", "Integrated", "/images"), "an application's home")
        assert b'<application path="/images" applicationPool="DefaultAppPool">' in config.read_bytes()
        assert b'path="/images" physicalPath' not in config.read_bytes()
        await driver.open(Place("folder", "Integrated", "/files"))
        driver.frame.action_deed("advanced_settings")
        await driver.wait(lambda: any("Select" in told for told in driver.told), "a plain folder has none")


async def test_the_folder_of_an_application_is_not_converted(config: Path) -> None:
    async with console(config, (140, 40), Place("virtual_directories", "Integrated", "/")) as driver:
        driver.frame.action_deed("convert_to_application")
        await driver.wait(lambda: any("Only a folder or a virtual directory becomes" in told for told in driver.told), "said")


@pytest.mark.parametrize("page", ["modules", "live", "source", "pool_settings"])
async def test_the_end_may_come_while_a_page_comes_up(config: Path, page: str) -> None:
    async with console(config) as driver:
        driver.frame.open(Place(page, detail="DefaultAppPool" if page == "pool_settings" else ""))
    assert driver.app.return_code in (None, 0)
    assert driver.app._exception is None


async def test_a_page_of_figures_is_looked_at_once_a_second(config: Path) -> None:
    async with console(config, (160, 45), Place("worker_processes"), snapshot=copy.deepcopy(SNAPSHOT)) as driver:
        await driver.until("4121")
        driver.session.snapshot["pools"][0]["workers"][0]["cpu_percent"] = 87.5  # told to nobody
        await driver.until("87.5")


async def test_folders_in_the_palette_the_address_bar_and_live_requests(config: Path) -> None:
    before = config.read_bytes()
    config.write_bytes(before.replace(b"127.0.0.1:17080:", b"127.0.0.1:17080:shop.of-many-words.example.org"))
    (config.parent / "sites/integrated/files/deep").mkdir()
    async with console(config, (160, 45), Place("site", "Integrated")) as driver:
        await driver.until("e.org:17080 (http)")
        await driver.press("ctrl+p")
        await driver.until("An action, a site")
        await driver.type("integrated deep")
        await driver.until("Go to folder Integrated/files/deep")
        await driver.press("enter")
        await driver.until("deep Home")
        assert "The requests of this folder as they pass" in driver.text
        driver.frame.follow_way(("below", Place("folder", "Integrated", "/files")))
        await driver.until("Handler Mappings")
        await driver.press("d", "enter")
        await driver.wait(lambda: driver.frame.place == Place("folder", "Integrated", "/files/deep"), "the folder, by its first letter")
        driver.frame.follow_way(Target("feature", "live"))
        await driver.until('site="Integrated" url:"/files/deep*"')


async def test_the_palette_does_what_belongs_to_another_page(config: Path) -> None:
    async with console(config, (160, 45), Place("pools")) as driver:
        await driver.press("ctrl+p")
        await driver.type("add web")
        await driver.until("on Sites: A new site")
        await driver.press("enter")
        await driver.until("Site name")
        await driver.press("escape")
        await driver.wait(lambda: driver.frame.place.page == "sites", "the page that it belongs to")


async def test_the_palette_leads_to_what_is_of_one_pool(config: Path) -> None:
    async with console(config, (160, 45), Place("live")) as driver:
        await driver.press("ctrl+p")
        await driver.paste("environment classic")
        await driver.until("Environment Variables of Classic .NET AppPool")
        await driver.press("enter")
        await driver.until("Environment Variables — Classic .NET AppPool")
