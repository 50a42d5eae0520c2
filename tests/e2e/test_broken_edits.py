"""Story: somebody breaks files with another program while it serves, and mends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.load_driver import Load
from tests.support.program_driver import Program, eventually


def test_a_broken_web_config_breaks_its_folder_and_nothing_else(first_run: Program) -> None:
    file = first_run.config / "sites" / "integrated" / "files" / "web.config"
    with first_run.serving():
        assert first_run.get("/files/").status == 200
        first_run.edit(file, 'enabled="true"', 'enabled="true')
        page = eventually(lambda: answers(first_run, "/files/", 500), "the broken folder answers 500")
        assert "500.19" in page
        assert f"{file}" in page
        assert first_run.get("/files/spring.txt").status == 500
        assert first_run.get("/hello").status == first_run.get("/files/", "classic").status == 200
        checked = first_run.poolhouse("check")
        assert checked.code == 1
        assert f"{file}:" in checked.out
        first_run.edit(file, 'enabled="true', 'enabled="true"')
        eventually(lambda: first_run.get("/files/").status == 200, "the mended folder serves")
        assert first_run.poolhouse("check").code == 0


def test_a_broken_server_file_leaves_the_last_good_generation(first_run: Program) -> None:
    with first_run.serving():
        first_run.get("/hello")
        with Load(first_run.ports["integrated"]) as load:
            first_run.edit(first_run.server_file, "</sites>", "</site>")
            said = eventually(lambda: (done := first_run.poolhouse("status")).code == 1 and done, "status says refused")
            assert "refused; 1 still serves" in said.out
            assert f"{first_run.server_file}:" in said.out
            assert first_run.poolhouse("check").code == 1
            seen = load.answered
            eventually(lambda: load.answered > seen + 50, "the last good generation serves on")
            first_run.edit(first_run.server_file, "</site>\n\n        <webLimits", "</sites>\n\n        <webLimits")
            eventually(lambda: first_run.poolhouse("status").code == 0, "the mended file is applied")
        assert load.lost == []
        assert set(load.statuses) == {200}


def test_the_console_names_the_place(first_run: Program) -> None:
    with first_run.console() as terminal:
        terminal.until("● service")
        first_run.edit(first_run.server_file, "</sites>", "</site>")
        terminal.until("refused")
        terminal.until("applicationHost.config:")


def test_an_application_that_cannot_be_imported_answers_500_and_is_no_failure(first_run: Program) -> None:
    module = first_run.config / "sites" / "integrated" / "hello_handler.py"
    with first_run.serving():
        assert first_run.get("/hello").body == b"Hello"
        first_run.edit(module, "class Hello:", "class Hello(:")
        page = eventually(lambda: answers(first_run, "/hello", 500), "the reason is told")
        assert "hello_handler" in page
        assert first_run.get("/notes.txt").status == 200
        assert first_run.pool("DefaultAppPool")["failures"] == 0
        first_run.edit(module, "class Hello(:", "class Hello:")
        eventually(lambda: first_run.get("/hello").body == b"Hello", "it serves again")


def test_four_broken_folders_and_a_sound_one(program: Callable[[str], Program]) -> None:
    sample = program("config-error")
    with sample.serving():
        statuses = {path: sample.get(path, "site").status for path in ("/", "/malformed/", "/locked/", "/unknown/", "/duplicate/")}
    assert statuses == {"/": 200, "/malformed/": 500, "/locked/": 500, "/unknown/": 500, "/duplicate/": 500}


@pytest.mark.parametrize(("path", "substatus"), [("/modules/", "500.22"), ("/handlers/page", "500.23"), ("/identity/", "500.24")])
def test_migration_errors(program: Callable[[str], Program], path: str, substatus: str) -> None:
    sample = program("migration-errors")
    with sample.serving():
        page = sample.get(path, "site")
        assert page.status == 500
        assert substatus in page.text
        assert sample.get("/", "site").status == 200
        assert sample.appcmd("set", "apppool", "DefaultAppPool", "/managedPipelineMode:Classic").code == 0
        eventually(lambda: sample.get(path, "site").status == 200, "Classic serves it")


def answers(program: Program, path: str, status: int) -> str:
    page = program.get(path)
    return page.text if page.status == status else ""
