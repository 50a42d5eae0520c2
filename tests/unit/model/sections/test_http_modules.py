"""Classic's modules: the .NET level's first, in its order (cfg 2.4)."""

from pathlib import Path

from model.sections.http_modules import HttpModules, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = '<httpModules><remove name="PassportAuthentication" /><add name="Own" type="own.Module" /></httpModules>'
    names = [entry.name for entry in settings(section(tmp_path, HttpModules.SECTION, rows))]
    assert names[:4] == ["OutputCache", "Session", "WindowsAuthentication", "FormsAuthentication"]
    assert "PassportAuthentication" not in names
    assert names[-1] == "Own"
