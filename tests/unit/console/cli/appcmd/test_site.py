from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program


@pytest.fixture(autouse=True)
def config(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(sample("first-run")))


def test_sites(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["list", "sites"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == 'SITE "Classic" (id:2,bindings:http/127.0.0.1:17081:,state:Unknown)'


def test_the_written_element_at_the_margin(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["list", "site", "Classic", "/config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == '<site name="Classic" id="2" serverAutoStart="true">'
    assert lines[1] == '    <application path="/" applicationPool="Classic .NET AppPool">'
    assert lines[-1] == "</site>"


@pytest.mark.parametrize(("name", "code"), [("Classic", "0x80070426"), ("2", "0x80070426"), ("nope", "0x80070490")])
def test_a_site_is_told_by_name_or_id(name: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["stop", "site", name]) == 1
    assert code in capsys.readouterr().out
