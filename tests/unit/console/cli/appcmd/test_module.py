from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program


@pytest.fixture(autouse=True)
def config(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(sample("first-run")))


def test_an_application_has_its_own_modules_after_the_servers(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["list", "modules"]) == 0
    server = capsys.readouterr().out.splitlines()
    assert program.run(["list", "modules", "/app.name:Integrated/"]) == 0
    assert capsys.readouterr().out.splitlines() == [*server, 'MODULE "Stamp" ( type:stamp.StampModule, preCondition:managedHandler )']


def test_an_application_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["list", "modules", "/app.name:Integrated/nope"]) == 1
    assert "Cannot find APP object" in capsys.readouterr().out
