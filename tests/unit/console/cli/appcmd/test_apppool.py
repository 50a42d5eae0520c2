import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program

Sample = Callable[[str], Path]


@pytest.fixture
def config(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = sample("first-run")
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(folder))
    return folder / "applicationHost.config"


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


def test_setting_the_mode_changes_one_value(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = config.read_text()
    assert program.run(["set", "apppool", "defaultapppool", "/managedpipelinemode:classic"]) == 0
    assert capsys.readouterr().out == 'APPPOOL object "DefaultAppPool" changed\n'
    assert changed_lines(before, config.read_text()) == [
        '-             <add name="DefaultAppPool" managedPipelineMode="Integrated" />',
        '+             <add name="DefaultAppPool" managedPipelineMode="Classic" />',
    ]


def test_setting_below_the_pool(config: Path) -> None:
    assert program.run(["set", "apppool", "DefaultAppPool", "/processModel.idleTimeout:00:05:00"]) == 0
    assert '<processModel idleTimeout="00:05:00" />' in config.read_text()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["nope", "/managedPipelineMode:Classic"], 1),
        (["DefaultAppPool"], 87),
        (["DefaultAppPool", "/nonsense:1"], 87),
        (["DefaultAppPool", "/nonsense.more:1"], 87),
        (["DefaultAppPool", "/name:Classic .NET AppPool"], 183),
        (["DefaultAppPool", "/managedPipelineMode:Modern"], 13),
        (["DefaultAppPool", "/queueLength:many"], 13),
    ],
)
def test_what_cannot_be_set_leaves_the_file_alone(config: Path, arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    before = config.read_bytes()
    assert program.run(["set", "apppool", *arguments]) == status
    assert capsys.readouterr().out.startswith("ERROR ( message:")
    assert config.read_bytes() == before


@pytest.mark.parametrize("verb", ["start", "stop", "recycle"])
def test_without_a_service_nothing_can_be_told(config: Path, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run([verb, "apppool", "DefaultAppPool"]) == 1
    assert "0x80070426" in capsys.readouterr().out


def test_a_new_name_is_followed_by_the_applications(config: Path) -> None:
    before = config.read_text()
    assert program.run(["set", "apppool", "DefaultAppPool", "/name:Other"]) == 0
    changed = changed_lines(before, config.read_text())
    assert sum(line.startswith("+") for line in changed) == 2
    assert any('applicationPool="Other"' in line for line in changed)
