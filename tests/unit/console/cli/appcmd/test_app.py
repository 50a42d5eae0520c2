from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd import program


def test_applications(sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["list", "apps", "/applicationPool:Fragile", "--config", str(sample("crash-loop"))]) == 0
    assert capsys.readouterr().out == 'APP "Crash loop/fragile" (applicationPool:Fragile)\n'
