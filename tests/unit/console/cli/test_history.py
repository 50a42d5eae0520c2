from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program
from console.cli.command_line import run


@pytest.fixture
def folder(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    found = sample("first-run")
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(found))
    for value in ("false", "true"):
        assert program.run(["set", "apppool", "DefaultAppPool", f"/autoStart:{value}"]) == 0
    return found


def history(folder: Path, *words: str) -> int:
    return run(["history", *words, "--config", str(folder)])


def test_changes_are_listed_with_who_and_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "applicationHost.config"
    config.write_bytes(config.read_bytes().replace(b'autoStart="true"', b'autoStart="false"'))
    capsys.readouterr()
    assert history(folder, "--json") == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert [(change["number"], change["foreign"]) for change in changes] == [(1, False), (2, False), (3, True)]
    assert changes[0]["label"] == "appcmd set apppool DefaultAppPool"
    assert changes[1]["files"][0]["before"] == changes[0]["files"][0]["after"] == changes[2]["files"][0]["after"]
    assert history(folder, "list") == 0
    assert "by another program" in capsys.readouterr().out


def test_a_diff_between_any_two(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert history(folder, "diff", "1") == 0
    assert '+            <add name="DefaultAppPool" managedPipelineMode="Integrated" autoStart="false" />' in capsys.readouterr().out
    assert history(folder, "diff", "1", "2") == 0
    out = capsys.readouterr().out
    assert 'autoStart="false" />' in out
    assert 'autoStart="true" />' in out


def test_a_version_comes_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "applicationHost.config"
    assert history(folder, "restore", "1") == 0
    assert 'autoStart="false"' in config.read_text()
    assert history(folder, "restore", "1", "--before", "--json") == 0
    assert "autoStart" not in config.read_text().split("<applicationPools>")[1].split("</applicationPools>")[0]
    assert history(folder, "restore", "1", "--before") == 0
    assert "as it was then" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "code"), [(("diff",), 2), (("restore", "1", "2"), 2), (("list", "1"), 2), (("diff", "99"), 1)])
def test_what_cannot_be_meant(folder: Path, words: tuple[str, ...], code: int) -> None:
    assert history(folder, *words) == code
