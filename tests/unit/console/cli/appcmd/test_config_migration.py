from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program


def test_a_removed_module_is_removed_again(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sample("first-run")
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(folder))
    web = folder / "sites" / "classic" / "web.config"
    web.write_text('<configuration><system.web><httpModules><remove name="Session" /></httpModules></system.web></configuration>')
    assert program.run(["migrate", "config", "Classic/"]) == 0
    assert '<modules><remove name="Session" />' in web.read_text()
    assert "validateIntegratedModeConfiguration" in web.read_text()
