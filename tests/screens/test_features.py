"""Every declared page at two sizes, on the sample and on hostile text; and the round of a list's entry: add, change, remove, undo."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.pages import PAGES, page
from console.places import Place
from console.ways import Way
from console.widgets.rows import Rows
from tests.screens.test_hostile import CONFIG, IN_XML, SITE, SNAPSHOT, assert_safe
from tests.support import hostile
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
SERVER_PAGES = ("server", "pools", "sites", "problems", "isapi_cgi_restriction", "pool_settings", "worker_processes", "requests",
                "fast_cgi", "history", "logs",
                "difference", "pool_defaults", "site_defaults", "application_defaults", "directory_defaults")  # fmt: skip
DETAILS = {
    "pool_settings": "DefaultAppPool",
    "section": str(Way("system.webServer/security/requestFiltering")),
    "entries": str(Way("system.webServer/handlers")),
}
#: All that XML can hold, in the values of every list.
VALUE = IN_XML + hostile.in_xml(" ".join(hostile.STRINGS.values()))
LISTS = f"""
    <defaultDocument><files><add value="{IN_XML}" /></files></defaultDocument>
    <staticContent><mimeMap fileExtension="{IN_XML}" mimeType="{VALUE}" /></staticContent>
    <httpProtocol><customHeaders><add name="{IN_XML}" value="{VALUE}" /></customHeaders></httpProtocol>
    <httpErrors><error statusCode="404" path="{IN_XML}" /></httpErrors>
    <caching><profiles><add extension="{IN_XML}" /></profiles></caching>
    <isapiFilters><filter name="{IN_XML}" path="{IN_XML}" /></isapiFilters>
    <fastCgi><application fullPath="{IN_XML}" arguments="{VALUE}" /></fastCgi>
    <tracing><traceFailedRequests><add path="{IN_XML}"><failureDefinitions statusCodes="{IN_XML}" /></add></traceFailedRequests></tracing>
    <rewrite><rules><rule name="{IN_XML}"><match url="{VALUE}" /><action type="Rewrite" url="{VALUE}" /></rule></rules></rewrite>
    <httpRedirect enabled="true" destination="{VALUE}" />
    <security>
      <authorization><add accessType="Allow" users="{IN_XML}" roles="{IN_XML}" /></authorization>
      <requestFiltering><hiddenSegments><add segment="{IN_XML}" /></hiddenSegments></requestFiltering>
    </security>
  </system.webServer>
  <system.web><authorization><deny users="{IN_XML}" /></authorization></system.web>
  <appSettings><add key="{IN_XML}" value="{VALUE}" /></appSettings>
  <connectionStrings><add name="{IN_XML}" connectionString="{VALUE}" /></connectionStrings>
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


def title_of(name: str) -> str:
    return page(name).title.partition("{")[0].strip(": ")


#: One page of each kind: what is drawn from a declaration looks the same on the others.
KINDS = ("server", "pools", "site", "handlers", "default_document", "request_filtering", "pool_settings", "section", "entries", "http_logging",
         "history", "delegation", "logs")  # fmt: skip


def assert_stands(driver: ConsoleDriver, name: str, height: int) -> None:
    lines = driver.lines
    assert len(lines) == height
    assert title_of(name) in driver.text
    assert "Keys" in lines[-1], f"{name}: the key bar\n{driver.text}"
    assert "Configuration: " in lines[-2], f"{name}: the status bar\n{driver.text}"
    assert all("Traceback" not in line for line in lines)


async def test_one_page_of_each_kind_stands_with_its_bars(config: Path) -> None:
    async with console(config, (140, 40)) as driver:
        for name in KINDS:
            await driver.open(Place(name, "" if name in SERVER_PAGES else "Integrated", "/", DETAILS.get(name, "")))
            await driver.until(title_of(name))
            assert_stands(driver, name, 40)


async def test_hostile_text_on_every_page_of_a_small_screen(tmp_path: Path) -> None:
    path = tmp_path / "applicationHost.config"
    path.write_text(CONFIG.replace("  </system.webServer>\n", LISTS), "utf-8")
    ways = {"pool_settings": SITE[4:], "section": str(Way("system.webServer/httpRedirect")), "entries": str(Way("appSettings")),
            "directory_settings": "/"}  # fmt: skip
    async with console(path, (80, 24), snapshot=SNAPSHOT) as driver:
        assert not [problem for problem in driver.session.workspace.problems if "well-formed" in problem.message]
        for name in PAGES:
            await driver.open(Place(name, "" if name in SERVER_PAGES else SITE, "/", ways.get(name, "")))
            assert_safe(driver)
            assert_stands(driver, name, 24)


async def named(driver: ConsoleDriver, field: str, text: str) -> None:
    """Puts a text into the dialog's field."""
    driver.app.screen.query_one(f"#field-{field}").focus()
    await driver.type(text)


async def test_an_entry_is_added_changed_removed_and_all_undone(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (140, 40), Place("http_protocol")) as driver:
        await driver.press("plus")
        await driver.until("Add Response Header")
        await named(driver, "name", "X-Story")
        await named(driver, "value", "one")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<add name="X-Story" value="one" />' in config.read_bytes(), "added")
        await driver.press("slash")
        await driver.type("story")
        await driver.press("enter")
        await driver.until("X-Story")
        await driver.press("enter")
        await driver.until("Edit Response Header — X-Story")
        await named(driver, "value", "two")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'name="X-Story" value="two"' in config.read_bytes(), "changed")
        await driver.press("delete")
        await driver.until("Remove X-Story?")
        await driver.press("right", "enter")
        await driver.wait(lambda: b"X-Story" not in config.read_bytes(), "removed")
        for _ in range(3):
            await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "all undone")


async def test_what_the_schema_refuses_is_said_under_the_field(config: Path) -> None:
    async with console(config, (140, 40), Place("http_errors", "Integrated", "/")) as driver:
        await driver.press("plus")
        await driver.until("Add Error Page")
        await named(driver, "statusCode", "1")
        await named(driver, "path", "x")
        await driver.press("ctrl+s")
        await driver.until("400")
        assert "Add Error Page" in driver.text


async def test_an_inherited_entry_is_removed_by_a_directive_and_reverted(config: Path) -> None:
    web_config = config.parent / "sites" / "integrated" / "web.config"
    before = web_config.read_bytes()
    async with console(config, (140, 40), Place("default_document", "Integrated", "/")) as driver:
        await driver.until("Inherited")
        await driver.press("delete")
        await driver.until("It is inherited")
        await driver.press("right", "enter")
        await driver.wait(lambda: b"<remove value=" in web_config.read_bytes(), "a directive")
        driver.frame.perform("revert")
        await driver.until("All that is written here")
        await driver.press("right", "enter")
        await driver.wait(lambda: b"<remove value=" not in web_config.read_bytes(), "reverted")
        await driver.press("z")
        await driver.press("z")
        await driver.wait(lambda: web_config.read_bytes() == before, "all undone")


async def test_a_locked_section_is_written_into_a_location_after_a_question(config: Path) -> None:
    async with console(config, (140, 40), Place("authentication", "Integrated", "/")) as driver:
        await driver.until("<location path='Integrated'>")
        driver.frame.perform("disable")
        await driver.until("is locked below the server")
        await driver.press("right", "enter")
        await driver.wait(lambda: b'<location path="Integrated">' in config.read_bytes(), "the location tag")
        await driver.until("Disabled")


async def test_a_setting_of_a_pool_is_bold_when_set_and_reset_by_del(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (140, 40), Place("pools")) as driver:
        await driver.press("v")
        await driver.until("Advanced Settings: ")
        await driver.press("slash")
        await driver.type("Queue Length")
        await driver.press("enter", "enter")
        await driver.until("A whole number from 10 to 65")
        await driver.press("end", *(["backspace"] * 4))
        await driver.type("77")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'queueLength="77"' in config.read_bytes(), "set")
        await driver.press("delete")
        await driver.wait(lambda: config.read_bytes() == before, "reset")


async def test_a_draft_is_applied_as_one_change_and_leaving_asks(config: Path) -> None:
    web_config = config.parent / "sites" / "integrated" / "web.config"
    before = web_config.read_bytes()
    async with console(config, (140, 40), Place("directory_browse", "Integrated", "/")) as driver:
        await driver.until("nothing changed")
        await driver.until("[ ] ")
        first = next(line for line in driver.lines if "[ ] " in line).strip()
        assert "default" in first or "inherited" in first
        await driver.press("space")
        await driver.until("not applied yet")
        assert "changed" in driver.line_with("[x] ")
        driver.frame.open(Place("pools"))
        await driver.until("Not applied")
        await driver.press("enter")
        await driver.until("not applied yet")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b"<directoryBrowse enabled=" in web_config.read_bytes(), "applied")
        await driver.until("nothing changed")
        assert "local" in driver.line_with("[x] "), "where it stands now"
        await driver.press("z")
        await driver.wait(lambda: web_config.read_bytes() == before, "undone")


async def test_what_is_wrong_between_fields_is_said_at_the_field_and_not_applied(config: Path) -> None:
    web_config = config.parent / "sites" / "integrated" / "web.config"
    before = web_config.read_bytes()
    async with console(config, (140, 40), Place("http_redirect", "Integrated", "/")) as driver:
        destination = driver.frame.query_one("#field-g0--destination")
        assert destination.disabled
        await driver.press("space")
        await driver.until("Where to?")
        assert not destination.disabled
        await driver.press("ctrl+s")
        await driver.wait(lambda: any("Where to?" in told for told in driver.told), "Apply is refused")
        assert web_config.read_bytes() == before
        await driver.press("tab")
        await driver.type("/sales")
        await driver.until_gone("Where to?")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<httpRedirect enabled="true" destination="/sales" />' in web_config.read_bytes(), "applied")
        await driver.until("nothing changed")


async def test_a_flag_says_what_is_wrong_with_it(config: Path) -> None:
    async with console(config, (80, 24), Place("ssl_settings")) as driver:
        driver.frame.query_one("#field-g0--sslFlags--Ssl128").focus()
        await driver.press("space")
        await driver.until("Require SSL, too")
        driver.frame.query_one("#field-g0--sslFlags--Ssl").focus()
        await driver.press("space")
        await driver.until_gone("Require SSL, too")


async def test_an_application_is_added_and_removed(config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    async with console(config, (140, 40), Place("applications", "Integrated")) as driver:
        await driver.press("plus")
        await driver.until("Add Application — Integrated")
        await named(driver, "alias", "api")
        (tmp_path / "api").mkdir()
        driver.app.screen.query_one("#field-folder").focus()
        await driver.paste(str(tmp_path / "api"))
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<application path="/api" applicationPool="DefaultAppPool">' in config.read_bytes(), "added")
        await driver.until("Integrated/api")
        await driver.press("delete")
        await driver.until("Remove Integrated/api?")
        await driver.press("right", "enter")
        await driver.wait(lambda: config.read_bytes() == before, "removed")


async def test_a_feature_without_a_page_says_why(config: Path) -> None:
    async with console(config, (140, 40), Place("server")) as driver:
        await driver.press("slash")
        await driver.type("SMTP")
        await driver.press("enter", "enter")
        await driver.until("SMTP E-mail   settings of the .NET Framework")
        assert driver.frame.place == Place("server")


async def test_e_on_a_list_in_a_grid_opens_its_entries(config: Path) -> None:
    way = str(Way("system.webServer/security/requestFiltering"))
    async with console(config, (160, 45), Place("section", detail=way)) as driver:
        await driver.press("slash")
        await driver.type("Hidden Segments")
        await driver.press("enter", "home")
        await driver.press("e")
        await driver.wait(lambda: driver.frame.place.page == "entries", "the entries")


async def test_what_has_to_be_selected_is_told_by_what_the_page_has(config: Path) -> None:
    async with console(config, (160, 45), Place("fast_cgi")) as driver:
        await driver.press("e")
        await driver.wait(lambda: "Select an entry first." in driver.told, "the reason")


async def test_what_was_found_stays_in_sight_when_the_filter_goes(config: Path) -> None:
    async with console(config, (100, 24), Place("static_content")) as driver:
        await driver.press("slash")
        await driver.type(".zip")
        await driver.press("enter")
        await driver.until("▌.zip")
        await driver.press("escape")
        await driver.until("Filter  /")
        assert "▌.zip" in driver.text


async def test_the_configuration_editor_asks_from_which_file(config: Path) -> None:
    web_config, before = config.parent / "sites" / "integrated" / "web.config", config.read_bytes()
    own = web_config.read_bytes()
    way = str(Way("system.webServer/directoryBrowse"))
    async with console(config, (80, 24), Place("section", "Integrated", "/", way)) as driver:
        await driver.until("Configuration: 'Integrated' web.config")
        driver.frame.action_deed("commit_to")
        await driver.wait(lambda: driver.app.screen is not driver.frame, "the menu")
        await driver.press("end", "enter")
        await driver.until("applicationHost.config, <location path='Inte")
        assert driver.lines[2].rstrip().endswith("▾")
        driver.frame.select(next(row.key for row in driver.frame.query_one(Rows).rows if row.key.value.label.lower() == "enabled"))
        await driver.press("enter")
        await driver.wait(lambda: driver.app.screen is not driver.frame, "the setting")
        await driver.press("space", "ctrl+s")
        await driver.wait(lambda: config.read_bytes() != before, "the edit")
        assert web_config.read_bytes() == own
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")
