"""Which requests are logged."""

from pathlib import Path

from model.sections.http_logging import HttpLogging, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(section(tmp_path, HttpLogging.SECTION, '<httpLogging dontLog="true" selectiveLogging="LogError" />'))
    assert (found.dont_log, found.selective) == (True, "LogError")
