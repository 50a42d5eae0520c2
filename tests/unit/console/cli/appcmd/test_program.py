import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program

Sample = Callable[[str], Path]


def test_pools(sample: Sample, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(sample("first-run")))
    assert program.run(["list", "apppools"]) == 0
    assert capsys.readouterr().out == (
        'APPPOOL "DefaultAppPool" (MgdVersion:v4.0,MgdMode:Integrated,state:Unknown)\n'
        'APPPOOL "Classic .NET AppPool" (MgdVersion:v4.0,MgdMode:Classic,state:Unknown)\n'
    )


def test_what_one_command_lists_another_takes(sample: Sample, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    config = ["--config", str(sample("first-run"))]
    assert program.run(["list", "apppools", "/managedPipelineMode:Classic", "/xml", *config]) == 0
    xml = capsys.readouterr().out.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(xml)))
    assert program.run(["set", "apppool", "/in", "/managedPipelineMode:Integrated", *config]) == 0
    assert capsys.readouterr().out == 'APPPOOL object "Classic .NET AppPool" changed\n'


def test_help_names_every_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["/?"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("APPPOOL", "SITE", "APP", "MODULE", "WP"))


@pytest.mark.parametrize(("arguments", "status"), [(["list", "apppool", "nope"], 1), (["recycle", "apppool"], 87), (["recycle", "site"], 50)])
def test_failures_are_told_on_stdout_as_appcmd_does(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(arguments) == status
    assert capsys.readouterr().out.startswith("ERROR ( message:")


def test_a_configuration_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["list", "sites", "--config", "nowhere"]) == 1
    assert "there is no nowhere" in capsys.readouterr().out


def test_what_is_no_result_of_appcmd(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"<appcmd>")))
    assert program.run(["list", "apppools", "/in"]) == 87
    assert "standard input" in capsys.readouterr().out
