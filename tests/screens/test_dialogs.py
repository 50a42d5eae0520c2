"""One story for each kind of dialog and deed: wizard, greyed fields, why OK waits, changes from outside, many rows, past, locks, icons."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Checkbox, Select

from console.app import ConsoleApp
from console.places import Place, Target
from console.screens.form_dialog import FormDialog
from console.session import Session
from console.ways import Way
from hwebcore.certificate_making import self_signed
from hwebcore.certificate_store import CertificateStore
from model.workspace import Workspace
from tests.support.console_driver import ConsoleDriver, console

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
WIDE = (140, 44)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def asked(driver: ConsoleDriver, title: str) -> None:
    """Waits for the dialog of that title; its words may stand in the Actions pane, too."""
    await driver.wait(lambda: isinstance(driver.app.screen, FormDialog) and bool(driver.app.screen.query("#ok")), "a dialog")
    await driver.until(title)


def dialog(driver: ConsoleDriver) -> FormDialog:
    screen = driver.app.screen
    assert isinstance(screen, FormDialog)
    return screen


async def put(driver: ConsoleDriver, **values: str) -> None:
    """Gives fields their values as the keyboard would: by their widgets, one after the other."""
    for name, value in values.items():
        widget = driver.app.screen.query_one(f"#field-{name}")
        widget.value = value == "true" if value in ("true", "false") else value  # type: ignore[attr-defined]  # the page or widget in sight has it
    await driver.press()


async def test_a_wizard_goes_on_only_when_its_step_is_right(config: Path) -> None:
    async with console(config, WIDE, Place("pools")) as driver:
        await driver.until("DefaultAppPool")
        driver.frame.perform("recycling")
        await asked(driver, "1 of 2: Recycling Conditions")
        await put(driver, time="0")
        await driver.until("Finish waits: A whole number from 1")
        assert dialog(driver).query_one("#next").disabled
        assert dialog(driver).query_one("#field-requests").disabled
        await put(driver, time="60")
        await driver.until_gone("Finish waits")
        dialog(driver).query_one("#field-time").focus()
        await driver.press("enter")
        await driver.until("2 of 2: Recycling Events to Log")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'time="01:00:00"' in config.read_bytes(), "written")


async def test_what_others_change_is_shown_and_asked_about(config: Path) -> None:
    before = config.read_text("utf-8")
    other = before.replace('managedPipelineMode="Integrated"', 'managedPipelineMode="Classic" managedRuntimeVersion=""', 1)
    async with console(config, WIDE, Place("pools")) as driver:
        await driver.until("DefaultAppPool")
        driver.frame.select(Target("pool", "DefaultAppPool"))
        await driver.press("b")
        await asked(driver, "Edit Application Pool — DefaultAppPool")
        await put(driver, runtime="v2.0")
        config.write_text(other, "utf-8")
        driver.session.look_at_files()
        await driver.until("Changed by somebody else meanwhile")
        assert dialog(driver).values["mode"] == "Classic"  # left alone here: it follows
        await driver.press("ctrl+s")
        await driver.until("OK writes over")
        await driver.press("right", "enter")
        await driver.wait(lambda: b'managedPipelineMode="Classic" managedRuntimeVersion="v2.0"' in config.read_bytes(), "written over")


async def test_dialogs_of_modules_handlers_and_rules_follow_the_files(config: Path) -> None:
    """Left alone, a field follows; a name that somebody took meanwhile is refused; a subject that went closes the dialog."""
    web_config = config.parent / "sites" / "integrated" / "web.config"
    text = web_config.read_text("utf-8")

    def written(new: str) -> None:
        web_config.write_text(new, "utf-8")
        driver.session.look_at_files()

    async with console(config, WIDE, Place("modules", "Integrated", "/")) as driver:
        await driver.until("Stamp")
        driver.frame.select(Target("module", "Stamp"))
        await driver.press("e")
        await asked(driver, "Edit Managed Module — Stamp")
        await driver.until("writes Integrated web.config")
        written(text.replace("stamp.StampModule", "stamp.Other"))
        await driver.wait(lambda: dialog(driver).values["type"] == "stamp.Other", "the type follows")
        written(text.replace('<add name="Stamp"', '<add name="Stamped"'))
        await driver.wait(lambda: not isinstance(driver.app.screen, FormDialog), "the dialog closes")
        written(text)
        await driver.press("plus")
        await asked(driver, "Add Managed Module")
        await put(driver, name="Late", type="late.Module")
        await driver.until_gone("OK waits")
        written(text.replace('<add name="Stamp"', '<add name="Late" type="a.B" /><add name="Stamp"'))
        await driver.until("OK waits: Name: There is a module of that name here.")
        await driver.press("escape")
        written(text)
        await driver.open(Place("handlers", "Integrated", "/"))
        driver.frame.select(Target("entry", "Hello-Integrated"))
        await driver.press("e")
        await asked(driver, "Edit Managed Handler — Hello-Integrated")
        await driver.until("writes Integrated web.config")
        written(text.replace("hello_handler.Hello", "hello_handler.Other"))
        await driver.wait(lambda: dialog(driver).values["type"] == "hello_handler.Other", "the handler's type follows")


async def test_what_can_be_chosen_follows_the_files(config: Path, tmp_path: Path) -> None:
    """Other fields come and go, and other choices in one; what was filled in stays."""
    (folder := tmp_path / "folder").mkdir()
    before = config.read_text("utf-8")
    pool = next(line for line in before.splitlines(keepends=True) if 'name="DefaultAppPool"' in line)

    def written(text: str) -> None:
        config.write_text(text, "utf-8")
        driver.session.look_at_files()

    def pools() -> list[object]:
        select = dialog(driver)._inputs["pool"]
        assert isinstance(select, Select)
        return [value for _, value in select._options]

    def offered() -> list[str]:
        return [str(tick.label) for tick in dialog(driver).query(Checkbox)]

    async with console(config, WIDE, Place("folder", "Integrated", "/files")) as driver:
        await driver.until("files Home")
        driver.frame.action_deed("convert_to_application")
        await asked(driver, "Convert to Application — Integrated")
        await put(driver, folder=str(folder))
        written(before.replace(pool, pool + pool.replace("DefaultAppPool", "Late")))
        await driver.wait(lambda: "Late" in pools(), "the new pool can be chosen")
        await put(driver, pool="Late")
        assert dialog(driver).values["folder"] == str(folder)
        written(before.replace(pool, pool + pool.replace("DefaultAppPool", "Other")))
        await driver.wait(lambda: dialog(driver).values["pool"] == "DefaultAppPool", "one that went is chosen no more")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<application path="/files" applicationPool="DefaultAppPool">' in config.read_bytes(), "converted")
        late = before.replace("</globalModules>", '<add name="Late" image="l.dll" /><add name="More" image="m.dll" /></globalModules>')
        written(late)
        await driver.open(Place("modules"))
        driver.frame.action_deed("native_modules")
        await asked(driver, "Configure Native Modules")
        there = offered()
        assert there[-2:] == ["Late", "More"]
        dialog(driver).query(Checkbox).last().value = True
        await driver.press()
        third = late.replace("</globalModules>", '<add name="Third" image="t.dll" /></globalModules>')
        written('<modules><add name="Late" />'.join(third.rsplit("<modules>", 1)))
        await driver.wait(lambda: offered() == [*there[:-2], "More", "Third"], "the one goes, the other comes")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<add name="More" />' in config.read_bytes(), "what was ticked is enabled")
        assert b'<add name="Third" />' not in config.read_bytes()


async def test_a_pool_that_is_removed_closes_dialog_and_page(config: Path) -> None:
    before = config.read_text("utf-8")
    row = next(line for line in before.splitlines(keepends=True) if 'name="DefaultAppPool"' in line)
    async with console(config, WIDE, Place("pool_settings", detail="DefaultAppPool")) as driver:
        await driver.until("Advanced Settings: DefaultAppPool")
        await driver.press("enter")
        await asked(driver, ".NET CLR Version:")
        config.write_text(before.replace(row, ""), "utf-8")
        driver.session.look_at_files()
        await driver.until("the applications in it share its fate")
        await driver.press()
        assert driver.frame.place == Place("pools")
        assert not isinstance(driver.app.screen, FormDialog)
        assert any("is not there any more" in told for told in driver.told)


async def test_three_pools_are_toggled_by_one_preview_and_one_undo(config: Path) -> None:
    text = config.read_text("utf-8")
    row = next(line for line in text.splitlines(keepends=True) if 'name="DefaultAppPool"' in line)
    config.write_text(text.replace(row, row + row.replace("DefaultAppPool", "Third")), "utf-8")
    before = config.read_bytes()
    async with console(config, WIDE, Place("pools")) as driver:
        await driver.until("Third")
        await driver.press("home", "shift+down", "shift+down")
        await driver.until("3 marked")
        await driver.press("m")
        await driver.until("toggle the mode of 3 pools")
        await driver.press("enter")
        await driver.wait(lambda: config.read_bytes().count(b'"Classic"') == before.count(b'"Integrated"'), "toggled")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "one undo")
        assert "marked" not in driver.text, "what they were for is done"
        assert any("3 marks are taken off" in told for told in driver.told)
        await driver.press("home", "shift+down", "shift+down")
        await driver.until("3 marked")
        driver.frame.perform("set_for_all")
        await asked(driver, "Of DefaultAppPool, Third")
        choices = dict((str(label), value) for label, value in dialog(driver).query_one("#field-setting")._options)  # type: ignore[attr-defined]  # a Select
        await put(driver, setting=next(value for label, value in choices.items() if "Queue Length" in label))
        await driver.press("ctrl+s")
        await asked(driver, "Queue Length of 3")
        await put(driver, value="77")
        await driver.press("ctrl+s")
        await driver.until("set Queue Length of 3 pools to 77")
        await driver.press("enter")
        await driver.wait(lambda: config.read_bytes().count(b'queueLength="77"') == 3, "set")
        await driver.until_gone("3 marked")


async def test_a_change_is_looked_at_restored_and_undone(config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    session = Session(Workspace.open(config, state=tmp_path / "state"))
    app = ConsoleApp(session, start=Place("pools"))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        driver = ConsoleDriver(app, pilot)
        await driver.until("DefaultAppPool")
        await driver.press("m")
        await driver.wait(lambda: config.read_bytes() != before, "toggled")
        await driver.open(Place("history"))
        await driver.until("Poolhouse")
        await driver.press("enter")
        await driver.until("Difference: 1")
        assert "managedPipelineMode" in driver.text
        await driver.press("backspace")
        await driver.until("Configuration History")
        driver.frame.perform("add_backup")
        await asked(driver, "Of applicationHost.config alone")
        await driver.press("ctrl+s")
        await driver.until("Backups ─")
        driver.frame.select(Target("change", "1"))
        driver.frame.perform("restore")
        await driver.until("as it was before?")
        await driver.press("right", "enter")
        await driver.wait(lambda: config.read_bytes() == before, "restored")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() != before, "taken back")


async def test_delegation_locks_and_a_script(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, WIDE, Place("delegation")) as driver:
        await driver.press("slash")
        await driver.type("default doc")
        await driver.press("enter")
        driver.frame.perform("delegate_read")
        await driver.wait(lambda: b'overrideMode="Deny"' in config.read_bytes(), "locked")
        await driver.until("Read Only")
        await driver.open(Place("section", detail=str(Way("system.webServer/defaultDocument"))))
        driver.frame.perform("generate_script")
        await driver.until("appcmd lock config /section:system.webServer/defaultDocument")
        assert "LockSection(" in driver.text
        await driver.press("escape")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")


async def test_a_binding_is_added_where_none_has_it(config: Path) -> None:
    async with console(config, WIDE, Place("bindings", "Integrated")) as driver:
        await driver.press("plus")
        await asked(driver, "Add Site Binding — Integrated")
        await put(driver, ip="127.0.0.1", port="17081")
        await driver.until("Classic has this binding")
        await put(driver, host="a.example")
        await driver.until_gone("OK waits")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'bindingInformation="127.0.0.1:17081:a.example"' in config.read_bytes(), "added")
        await driver.until("a.example")


async def test_home_as_icons(config: Path) -> None:
    async with console(config, WIDE) as driver:
        await driver.until("Application Pools")
        driver.frame.perform("icons")
        await driver.until("▣ Application Pools")
        await driver.press("home", "down", "up", "right")
        await driver.until("▌▣")
        chosen = driver.frame.targets[0].name
        assert f"▌▣ {next(line for line in driver.lines if '▌▣' in line).partition('▌▣ ')[2].split('  ')[0]}" in driver.text
        await driver.press("enter")
        await driver.wait(lambda: driver.frame.page_or_none is not None and driver.frame.page.id == f"page-{chosen}", f"the page {chosen}")


async def test_a_certificate_is_named_for_a_host(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "c")
    config, store = tmp_path / "c" / "applicationHost.config", CertificateStore(tmp_path / "state")
    store.add("shop", self_signed(["shop.example"]))
    app = ConsoleApp(Session(Workspace.open(config, state=tmp_path / "state")), start=Place("bindings", "Integrated"))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        driver = ConsoleDriver(app, pilot)
        await driver.until("Site Bindings")
        await driver.press("plus")
        await asked(driver, "Add Site Binding — Integrated")
        await put(driver, type="https", port="17443", sni="true")
        await driver.until("Server Name Indication needs a host name")
        await put(driver, host="shop.example", certificate="shop")
        await driver.until_gone("OK waits")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'bindingInformation="*:17443:shop.example" sslFlags="1"' in config.read_bytes(), "added")
        await driver.wait(lambda: dict(store.read().bindings) == {"shop.example:17443": "shop"}, "the certificate is named")
        await driver.press()


async def test_common_headers_are_set_as_one_change(config: Path) -> None:
    web_config = config.parent / "sites/integrated/files/web.config"
    before = web_config.read_bytes()
    async with console(config, (80, 24), Place("http_protocol", "Integrated", "/files")) as driver:
        driver.frame.action_deed("common_headers")
        await driver.until("Expire Web content")
        await driver.press("tab", "space", "tab", "tab")
        await driver.type("x")
        await driver.until("OK waits: After: A whole number.")
        await driver.press("backspace", "2", "ctrl+s")
        await driver.wait(lambda: b'cacheControlMode="UseMaxAge"' in web_config.read_bytes(), "it is written")
        assert b"allowKeepAlive" not in web_config.read_bytes()
        await driver.press("z")
        await driver.wait(lambda: web_config.read_bytes() == before, "undone")


async def test_site_tracing_from_the_rules_asks_which_site_and_is_one_change(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (80, 24), Place("trace_failed_requests")) as driver:
        driver.frame.action_deed("edit_site_tracing")
        await asked(driver, "Site:")
        await driver.press("ctrl+s")
        await driver.until("Settings — Integrated")
        await driver.press("space", "tab", "tab")
        await driver.type("0")
        await driver.until("OK waits: Maximum number of trace files:")
        await driver.press("backspace", "7", "ctrl+s")
        await driver.wait(lambda: b'maxLogFiles="7"' in config.read_bytes(), "it is written")
        assert b'<traceFailedRequestsLogging enabled="true" maxLogFiles="7" />' in config.read_bytes()
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")


async def test_a_folder_is_read_as_a_user_and_tested_before_it_is_written(config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    async with console(config, (80, 24), Place("sites"), state=tmp_path / "state") as driver:
        await driver.until("Integrated")
        driver.frame.select(Target("site", "Integrated"))
        await driver.press("b")
        await asked(driver, "Edit Site — Integrated")
        await driver.until("Pass-through authentication")
        await driver.press("tab", "tab", "tab", "enter")
        await asked(driver, "Connect As")
        await put(driver, who="user")
        await driver.until("OK waits: User name: Which user?")
        await put(driver, user="D\\www", password="pass", confirm="other")
        await driver.until("The two are not the same.")
        await put(driver, confirm="pass")
        await driver.press("ctrl+s")
        await driver.until("As D\\www")
        await driver.press("tab", "enter")
        await driver.until("Test Connection")
        for words in ("Physical path", "The password of D\\www cannot be tested", "may read"):
            await driver.until(words)
        await driver.press("enter")
        await driver.until_gone("Test Connection")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'userName="D\\www" password="[enc:' in config.read_bytes(), "written, the password sealed")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")


async def test_each_address_of_a_site_is_browsed_by_its_own_action(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    opened = tmp_path / "opened"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    program.chmod(0o755)
    running: dict[str, object] = {"service": {"pid": 1, "running": True}, "generation": {"number": 1}, "pools": [], "rings": [],
                                  "sites": [{"name": "Integrated", "state": "Started", "urls": ["http://127.0.0.1:17080/"]}]}  # fmt: skip
    async with console(config, (160, 45), Place("site", "Integrated"), snapshot=running) as driver:
        await driver.until("127.0.0.1:17080 (http)")
        driver.frame.follow_way("browse http://127.0.0.1:17080/")
        await driver.until("There is no browser here: the address is copied.")
        await driver.until("Copied")
        await driver.press("escape")
        monkeypatch.setenv("BROWSER", str(program))
        monkeypatch.setenv("DISPLAY", ":0")
        await driver.press("ctrl+p")
        await driver.until("An action, a site")
        await driver.type("Browse 127")
        await driver.press("enter")
        await driver.wait(lambda: opened.exists() and opened.read_text() == "http://127.0.0.1:17080/\n", "the browser got it")


async def test_a_handler_mapping_is_renamed_where_it_is_written(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (140, 44), Place("handlers")) as driver:
        await driver.until("StaticFile")
        driver.frame.select(Target("entry", "StaticFile"))
        await driver.press("f2")
        await asked(driver, "Rename Handler Mapping — StaticFile")
        await put(driver, name="Files")
        await driver.press("ctrl+s")
        await driver.wait(lambda: b'<add name="Files"' in config.read_bytes(), "renamed")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")
        await driver.open(Place("handlers", "Integrated", "/"))
        driver.frame.select(Target("entry", "StaticFile"))
        await driver.press("f2")
        await driver.wait(lambda: any("rename it where it is written" in told for told in driver.told), "said why not")


async def test_the_cursor_stands_on_the_handler_mapping_that_was_added(config: Path) -> None:
    async with console(config, (140, 44), Place("handlers", "Integrated", "/")) as driver:
        await driver.until("StaticFile")
        await driver.press("plus")
        await asked(driver, "Add Managed Handler")
        await put(driver, path="*.new", type="hello_handler.Hello", name="Newest")
        await driver.press("ctrl+s")
        await driver.wait(lambda: [target.name for target in driver.frame.targets] == ["Newest"], "on the new row")


async def test_the_configuration_editor_adds_an_entry_in_words(config: Path) -> None:
    way = str(Way("system.webServer/httpProtocol").along("customHeaders"))
    async with console(config, (140, 44), Place("entries", "Integrated", "/", way)) as driver:
        await driver.press("plus")
        await asked(driver, "Add Entry")
        await driver.press("escape")


async def test_logging_is_disabled_by_its_action_unless_a_draft_waits(config: Path) -> None:
    before = config.read_bytes()
    async with console(config, (140, 44), Place("http_logging", "Integrated", "/")) as driver:
        await driver.until("Log File Rollover")
        driver.frame.perform("enable")
        await driver.wait(lambda: "It is enabled already." in driver.told, "told")
        driver.frame.perform("disable")
        await driver.wait(lambda: b'<logFile enabled="false" />' in config.read_bytes(), "disabled")
        await driver.press("z")
        await driver.wait(lambda: config.read_bytes() == before, "undone")
        await driver.press("space")
        await driver.until("not applied yet")
        driver.frame.perform("disable")
        await driver.wait(lambda: any("Apply or Cancel first" in told for told in driver.told), "the draft first")
        assert config.read_bytes() == before
