"""Story: applications that cannot start answer for themselves, with the reason, and serve as soon as they are mended."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable

import pytest

from tests.support.program_driver import Page, Program, eventually

BROKEN = "import no_such_library\n"


def test_an_application_that_fails_to_import_answers_500_and_is_no_failure(first_run: Program, capsys: pytest.CaptureFixture[str]) -> None:
    code = first_run.config / "sites/integrated/guestbook.py"
    good = code.read_text("utf-8")
    code.write_text(BROKEN + good, "utf-8")
    with first_run.serving():
        for _ in range(6):  # more than rapid-fail protection would stand
            page = first_run.get("/guestbook")
            assert page.status == 500
        assert "no_such_library" in page.text
        assert first_run.get("/hello").status == 200
        pool = first_run.pool("DefaultAppPool")
        assert (pool["state"], pool["failures"], pool["last_failure"]) == ("Started", 0, None)
        code.write_text(good, "utf-8")
        mended = time.monotonic()
        eventually(lambda: _with_status(first_run.get("/guestbook"), 200), "the mended application answers")
        mended_s = time.monotonic() - mended
        code.write_text(BROKEN + good, "utf-8")
        eventually(lambda: _with_status(first_run.get("/guestbook"), 500), "the change of its code counts")
        assert first_run.get("/guestbook", "classic").status == 200
    with capsys.disabled():
        print(f"\n  mended to 200: {mended_s:.2f} s", end=" ")


def _with_status(page: Page, status: int) -> Page | None:
    return page if page.status == status else None


def test_what_stands_in_the_way_of_integrated_mode(program: Callable[[str], Program]) -> None:
    world = program("migration-errors")
    refused = {"/modules/": "500.22", "/handlers/page": "500.23", "/identity/": "500.24"}
    with world.serving():
        for path, code in refused.items():
            page = world.get(path, "site")
            assert (page.status, code in page.text) == (500, True), (path, page.text)
        assert world.get("/", "site").status == 200
        checked = world.poolhouse("check")
        assert (checked.code, set(re.findall(r"500\.2[234]", checked.out))) == (1, set(refused.values()))
        assert world.appcmd("set", "apppool", "DefaultAppPool", "/managedPipelineMode:Classic").code == 0
        for path in refused:
            eventually(functools.partial(lambda path: _with_status(world.get(path, "site"), 200), path), f"{path} serves in Classic mode")


def test_unusable_files_answer_500_19_each_for_its_folder(program: Callable[[str], Program]) -> None:
    world = program("config-error")
    with world.serving():
        assert world.get("/", "site").status == 200
        for folder in ("malformed", "locked", "unknown", "duplicate"):
            page = world.get(f"/{folder}/", "site")
            assert (page.status, "500.19" in page.text) == (500, True), folder
            assert re.search(rf"{folder}/web\.config:\d+", page.text.replace("\\", "/")), page.text
        mended = world.config / "site/malformed/web.config"
        mended.write_text("<configuration />", "utf-8")
        eventually(lambda: _with_status(world.get("/malformed/index.html", "site"), 200), "the mended folder serves")
        assert world.get("/locked/index.html", "site").status == 500
