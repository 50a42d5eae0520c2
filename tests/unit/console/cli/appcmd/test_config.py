from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program


@pytest.fixture(autouse=True)
def folder(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    found = sample("first-run")
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(found))
    return found


def test_a_secret_is_asterisks_wherever_it_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["set", "config", "/section:anonymousAuthentication", "/password:open sesame"]) == 0
    text = (folder / "applicationHost.config").read_text()
    assert "sesame" not in text
    assert 'password="[enc:PoolhouseAesGcm:' in text
    for form in ("/text:*", "/text:password", "/xml", "/config:*"):
        assert program.run(["list", "config", "/section:anonymousAuthentication", form]) == 0
    shown = capsys.readouterr().out
    assert shown.count("********") == 4
    assert "enc:Poolhouse" not in shown
