from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program


@pytest.fixture
def folder(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    found = sample("first-run")
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(found))
    return found


def test_a_backup_brings_the_servers_file_back_and_no_web_config(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, web = folder / "applicationHost.config", folder / "sites" / "classic" / "web.config"
    before = config.read_bytes()
    assert program.run(["add", "backup", "Before"]) == 0
    assert program.run(["set", "apppool", "DefaultAppPool", "/autoStart:false"]) == 0
    web.write_text("<configuration />")
    assert program.run(["restore", "backup", "Before", "/stop:false"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == 'Restored configuration from backup "Before"'
    assert config.read_bytes() == before
    assert web.read_text() == "<configuration />"


def test_a_backup_without_a_name_gets_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["add", "backup"]) == 0
    name = capsys.readouterr().out.split('"')[1]
    assert program.run(["list", "backups"]) == 0
    assert capsys.readouterr().out == f'BACKUP "{name}"\n'
