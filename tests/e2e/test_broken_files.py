"""Story: files break while they are served: a folder's file breaks its folder, the server's file breaks nothing that runs."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program_driver import Page, Program, eventually
from tests.support.traffic import traffic

WHOLE = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.webServer>
        <directoryBrowse enabled="true" />
    </system.webServer>
</configuration>
"""
BROKEN = WHOLE.replace('"true" />', '"true" ')
#: The pace of the editors that are played here: so long a file is half written, or away.
EDITOR_S = 0.15
BROKEN_AT = "web.config:5:5"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Each story leaves the files as it found them."""
    program = Program(tmp_path_factory.mktemp("broken") / "first-run")
    with program.serving():
        for site in program.ports:
            assert program.get("/hello", site).status == 200
        yield program


def test_a_broken_web_config_answers_500_19_for_its_folder_alone(served: Program, capsys: pytest.CaptureFixture[str]) -> None:
    file = served.config / "sites/integrated/files/web.config"
    good = file.read_text("utf-8")
    assert served.get("/files/").status == 200
    other = _pids(served, "Classic .NET AppPool")
    file.write_text(BROKEN, "utf-8")
    broken = time.monotonic()
    page = eventually(lambda: _with_status(served.get("/files/autumn.txt"), 500), "500 below the broken file")
    broke_s = time.monotonic() - broken
    assert "500.19" in page.text
    assert f"files/{BROKEN_AT}" in page.text
    assert served.get("/files/").status == 500
    for path, status in {"/": 200, "/hello": 200, "/notes.txt": 200, "/members/photo.png": 302}.items():
        assert served.get(path).status == status, path
    assert served.get("/files/", "classic").status == 200
    assert _pids(served, "Classic .NET AppPool") == other
    checked = served.poolhouse("check")
    assert (checked.code, f"files/{BROKEN_AT}" in checked.out) == (1, True), checked
    file.write_text(good, "utf-8")
    mended = time.monotonic()
    eventually(lambda: _with_status(served.get("/files/"), 200), "the mended folder serves")
    with capsys.disabled():
        print(f"\n  broken to 500.19: {broke_s:.2f} s; mended to 200: {time.monotonic() - mended:.2f} s", end=" ")
    assert served.poolhouse("check").code == 0


def _with_status(page: Page, status: int) -> Page | None:
    return page if page.status == status else None


def _pids(program: Program, pool: str) -> list[int]:
    return [worker["pid"] for worker in program.pool(pool)["workers"] if worker["state"] == "running"]


def test_a_broken_server_file_leaves_the_last_good_generation_serving(served: Program, capsys: pytest.CaptureFixture[str]) -> None:
    good = served.server_file.read_bytes()
    number, pids = served.status()["generation"]["number"], _pids(served, "DefaultAppPool")
    line = good.decode().splitlines().index("        <applicationPools>") + 2  # where the unfinished tag meets the next one
    served.server_file.write_bytes(good.replace(b"<applicationPools>", b"<applicationPools", 1))
    broken = time.monotonic()
    said = eventually(lambda: found if (found := served.poolhouse("status")).code == 1 else None, "status says that it was refused")
    told_s = time.monotonic() - broken
    assert f"applicationHost.config:{line}:" in said.out
    refused = served.status()["generation"]
    source = refused["refused"]["problems"][0]["source"]
    where = f"applicationHost.config:{source['line']}:{source['column']}"
    checked = served.poolhouse("check")
    for place in (said.out, checked.out):
        assert where in place
    assert checked.code == 1
    assert (refused["number"], _pids(served, "DefaultAppPool")) == (number, pids)
    for site in served.ports:
        assert served.get("/hello", site).status == 200
    served.server_file.write_bytes(good)
    eventually(lambda: served.poolhouse("status").code == 0, "the mended file is applied")
    with capsys.disabled():
        print(f"\n  broken to refused, as status says: {told_s:.2f} s", end=" ")
    assert _pids(served, "DefaultAppPool") == pids, "a file that says the same again recycles nobody"


async def test_an_editor_never_makes_half_a_file_count(served: Program) -> None:
    """Written in two pieces, written beside and renamed, moved away and written anew: every request sees the old whole or the new whole."""
    file = served.config / "sites/integrated/web.config"
    old = file.read_text("utf-8")
    off = old.replace(' runAllManagedModulesForAllRequests="true"', "")
    async with traffic(served.ports["integrated"], "/login", kept=2, fresh=1) as load:
        for way in (_in_two_pieces, _by_rename, _moved_away):
            for text, stamped in ((off, False), (old, True)):
                await way(file, text)
                await asyncio.to_thread(eventually, functools.partial(_stamps, served, stamped), f"the whole file counts ({way.__name__})")
                await load.more(20)
    assert load.lost == []
    assert load.statuses.keys() == {200}


def _stamps(program: Program, wanted: bool) -> bool:
    return ("x-stamp" in program.get("/poolhouse.svg").headers) is wanted


async def _in_two_pieces(file: Path, text: str) -> None:
    """As an editor that truncates the file and writes it."""
    with file.open("w", encoding="utf-8") as out:
        out.write(text[: len(text) // 2])
        out.flush()
        await asyncio.sleep(EDITOR_S)
        out.write(text[len(text) // 2 :])


async def _by_rename(file: Path, text: str) -> None:
    beside = file.with_name("web.config~")
    beside.write_text(text[: len(text) // 2], "utf-8")
    await asyncio.sleep(EDITOR_S)
    beside.write_text(text, "utf-8")
    beside.rename(file)


async def _moved_away(file: Path, text: str) -> None:
    """The old file becomes the backup before the new one is written: for a moment there is none."""
    file.rename(file.with_name("web.config~"))
    await asyncio.sleep(EDITOR_S)
    file.write_text(text, "utf-8")
