"""Scripts do the same change again: their appcmd lines and their Python are run on a copy, and the bytes compared."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from console import script, ways
from console.cli.appcmd import program
from model import administration
from model.config_path import ConfigPath
from model.edits import AddEntry, Batch, ClearEntries, Edit, LockAttributes, LockSection, MoveEntry, RemoveEntry, Revert, SetAttribute, Step, Where
from model.workspace import Workspace
from tests.support.console_views import AT_SITE, view
from tests.support.meaning import web

POOLS, SITES, HEADERS = "system.applicationHost/applicationPools", "system.applicationHost/sites", "system.webServer/httpProtocol"
DOCUMENTS, AUTHORIZATION = "system.webServer/defaultDocument", "system.webServer/security/authorization"
POOL = (Step("add", (("name", "P"),)),)
SITE = ConfigPath("S")
EDITS: tuple[Edit, ...] = (
    SetAttribute(Where(POOLS), POOL, "queueLength", "77"),
    SetAttribute(Where(POOLS), (*POOL, Step("recycling"), Step("periodicRestart")), "time", "01:00:00"),
    SetAttribute(Where(POOLS), POOL, "managedRuntimeVersion", None),
    SetAttribute(Where(SITES), (Step("site", (("name", "S"),)), Step("application", (("path", "/"),))), "preloadEnabled", "true"),
    AddEntry(Where(HEADERS, SITE), (Step("customHeaders"),), "add", (("name", "X-It's"), ("value", "a $b \\ c"))),
    AddEntry(Where(DOCUMENTS), (Step("files"),), "add", (("value", "first.htm"),), 0),
    RemoveEntry(Where(DOCUMENTS, SITE), (Step("files"),), (("value", "b.htm"),)),
    ClearEntries(Where(DOCUMENTS), (Step("files"),)),
    AddEntry(Where(AUTHORIZATION, SITE, "location"), (), "add", (("accessType", "Deny"), ("users", "eve"))),
    Revert(Where(DOCUMENTS, SITE)),
    LockSection(Where(HEADERS), "Deny"),
    LockAttributes(Where(DOCUMENTS), (), ("enabled",), True),
)  # fmt: skip


def opened(folder: Path) -> Workspace:
    folder.mkdir()
    files = '<system.webServer><defaultDocument><files><add value="b.htm" /></files></defaultDocument></system.webServer>'
    return view(folder, "<system.webServer><defaultDocument><files><clear /><add value='a.htm' /></files></defaultDocument></system.webServer>",
                AT_SITE, {"s/web.config": web(files)}).session.workspace  # fmt: skip


def texts(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("applicationHost.config", "s/web.config") if (folder / name).is_file()}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{type(edit).__name__}-{edit.label}")
def test_both_scripts_do_the_same_change_again(edit: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened(tmp_path / "a")
    for name in ("b", "c"):
        shutil.copytree(tmp_path / "a", tmp_path / name)
    workspace.save(workspace.propose(edit))
    wanted = texts(tmp_path / "a")
    assert wanted != texts(tmp_path / "b")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for line in script.appcmd_lines([edit]):
        assert program.run([*shlex.split(line)[1:], "--config", str(tmp_path / "b" / "applicationHost.config")]) == 0, line
    assert texts(tmp_path / "b") == wanted
    exec("\n".join(script.python_lines([edit], tmp_path / "c" / "applicationHost.config", "again")), {})
    assert texts(tmp_path / "c") == wanted


def test_what_appcmd_cannot_say_is_a_comment_and_secrets_are_left_out() -> None:
    secret = SetAttribute(Where(POOLS), (*POOL, Step("processModel")), "password", "s3cret")
    edits: list[Edit] = [MoveEntry(Where(DOCUMENTS), (Step("files"), Step("add", (("value", "a"),))), 1), LockSection(Where(HEADERS), "Inherit"), secret,
             AddEntry(Where("system.web/authorization"), (), "deny", (("users", "?"),))]  # fmt: skip
    lines = script.appcmd_lines([Batch("all", tuple(edits))])
    assert len(lines) == 4
    assert all(line.startswith("# ") for line in lines)
    both = "\n".join([*lines, *script.python_lines(edits, Path("/c"), "x")])
    assert "s3cret" not in both


def test_all_that_a_level_says_says_it_again(tmp_path: Path) -> None:
    inner = """<system.webServer><httpProtocol allowKeepAlive="false"><customHeaders><add name="A" value="1" /></customHeaders></httpProtocol>
    <tracing><traceFailedRequests><add path="*.x"><traceAreas><add provider="ASP" verbosity="Error" /></traceAreas>
    <failureDefinitions statusCodes="500" /></add></traceFailedRequests></tracing></system.webServer>"""
    for section in (HEADERS, "system.webServer/tracing/traceFailedRequests"):
        folder = tmp_path / section.rpartition("/")[2]
        (folder / "a").mkdir(parents=True)
        full = view(folder / "a", inner)
        edits = script.local_edits(section, Where(section), ways.section(full, section).root)
        (folder / "b").mkdir()
        empty = view(folder / "b")
        empty.session.workspace.save(empty.session.workspace.propose(Batch("again", tuple(edits))))
        assert script.local_edits(section, Where(section), ways.section(empty, section).root) == edits
        assert len(edits) >= 2


def test_what_stands_in_administration_config_is_no_command_of_appcmd() -> None:
    lines = script.appcmd_lines(administration.hidden(None, ConfigPath(), "DefaultDocument"))
    assert len(lines) == 1
    assert lines[0].startswith("# ")
    assert administration.FILE in lines[0]
