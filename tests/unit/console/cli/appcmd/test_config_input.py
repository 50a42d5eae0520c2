"""set config /in: what another appcmd printed, set again."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from console.cli.appcmd import program
from model.config_path import ConfigPath
from model.effective import effective
from model.workspace import Workspace
from tests.support.meaning import server, write

CUSTOM = '<system.webServer><httpProtocol><customHeaders><add name="A" value="1" /><add name="B" value="2" /></customHeaders></httpProtocol></system.webServer>'


class Shell:
    def __init__(self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.config, self._patch, self._capsys = config, monkeypatch, capsys

    def __call__(self, *arguments: str, given: str = "") -> tuple[int, str]:
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        status = program.run([*arguments, "--config", str(self.config)])
        return status, self._capsys.readouterr().out

    def names(self, section: str, at: str = "") -> list[str]:
        entries = effective(Workspace.open(self.config).hierarchy, section, ConfigPath("S")).root.at(at).entries
        return [f"{entry.get('name')}={entry.get('value')}" for entry in entries]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "s").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    write(tmp_path, {"applicationHost.config": server(CUSTOM)})
    return Shell(tmp_path / "applicationHost.config", monkeypatch, capsys)


def test_what_was_listed_is_set_again(shell: Shell) -> None:
    _, listed = shell("list", "config", "S", "/section:httpProtocol", "/xml")
    assert shell("set", "config", "S", "/section:httpProtocol", "/customHeaders.[name='A'].value:9", "/allowKeepAlive:false")[0] == 0
    assert shell("set", "config", "S", "/section:httpProtocol", "/-customHeaders.[name='B']")[0] == 0
    assert shell.names("system.webServer/httpProtocol", "customHeaders") == ["A=9"]
    status, told = shell("set", "config", "/in", given=listed)
    assert (status, told.startswith('Applied configuration changes to section "system.webServer/httpProtocol" for "MACHINE/WEBROOT/APPHOST/S"')) == (
        0,
        True,
    )
    assert sorted(shell.names("system.webServer/httpProtocol", "customHeaders")) == ["A=1", "B=2"]
    before = (shell.config.parent / "s" / "web.config").read_bytes()
    assert shell("set", "config", "/in", given=listed)[0] == 0
    assert (shell.config.parent / "s" / "web.config").read_bytes() == before  # as it stands there already


def test_nested_entries_come_whole_and_secrets_stay(shell: Shell) -> None:
    secret = "/[name='P'].processModel.password:s3cret"
    assert shell("set", "config", "/section:applicationPools", "/[name='P'].processModel.userName:u", secret)[0] == 0
    sealed = shell.config.read_text()
    assert "s3cret" not in sealed
    given = (
        '<appcmd><CONFIG CONFIG.SECTION="system.applicationHost/applicationPools" path="MACHINE/WEBROOT/APPHOST">'
        '<system.applicationHost-applicationPools><add name="P" managedPipelineMode="classic"><processModel userName="v" password="********" /></add>'
        '<add name="New"><recycling><periodicRestart><schedule><add value="01:00:00" /></schedule></periodicRestart></recycling></add>'
        "</system.applicationHost-applicationPools></CONFIG></appcmd>"
    )
    assert shell("set", "config", "/in", given=given)[0] == 0
    pools = effective(Workspace.open(shell.config).hierarchy, "system.applicationHost/applicationPools", ConfigPath()).root.entries
    assert [pool.get("name") for pool in pools] == ["P", "New"]
    assert (pools[0].get("managedPipelineMode"), pools[0].at("processModel").get("userName")) == ("Classic", "v")
    assert pools[0].at("processModel").get("password") in sealed
    assert [entry.get("value") for entry in pools[1].at("recycling/periodicRestart/schedule").entries] == ["01:00:00"]


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ("<appcmd />", 87, "names no section"),
        ('<appcmd><CONFIG CONFIG.SECTION="system.webServer/httpProtocol" path="S" /></appcmd>', 87, "no content there"),
        ('<appcmd><CONFIG CONFIG.SECTION="httpProtocol" path="S"><x odd="1" /></CONFIG></appcmd>', 87, "Unknown attribute"),
        ('<appcmd><CONFIG CONFIG.SECTION="httpProtocol" path="S"><x><odd /></x></CONFIG></appcmd>', 87, "has no element"),
        ('<appcmd><CONFIG CONFIG.SECTION="httpProtocol" path="S"><x allowKeepAlive="perhaps" /></CONFIG></appcmd>', 13, "must be true or false"),
    ],
)
def test_what_cannot_be_set_is_told_and_changes_nothing(shell: Shell, given: str, status: int, reason: str) -> None:
    before = shell.config.read_bytes()
    code, told = shell("set", "config", "/in", given=given)
    assert (code, reason in told) == (status, True), told
    assert shell.config.read_bytes() == before
    assert not (shell.config.parent / "s" / "web.config").exists()
