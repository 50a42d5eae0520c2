import stat
from pathlib import Path

import pytest

from console.cli import settings
from console.cli.settings import Settings


def test_what_is_written_is_read(tmp_path: Path) -> None:
    kept = Settings({"C": "/srv"}, {80: 8080}, ("x",), True, False, 7)
    settings.write(tmp_path, kept)
    assert settings.read(tmp_path) == kept


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    settings.write(tmp_path, Settings())
    assert stat.S_IMODE((tmp_path / settings.FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"ports": {"x": "y"}, "drives": 3, "accepted": 1, "stay": "yes", "has_run": 1, "connections_per_address": -1}', "\x00"]
)
def test_what_cannot_be_read_is_as_if_never_written(tmp_path: Path, text: str) -> None:
    (tmp_path / settings.FILE).write_text(text)
    assert settings.read(tmp_path) == Settings()


def test_new_answers_are_laid_over_old_ones() -> None:
    kept = Settings({"C": "/a", "D": "/d"}, {80: 8080}).with_answers({"C": "/b"}, {443: 8443})
    assert kept == Settings({"C": "/b", "D": "/d"}, {80: 8080, 443: 8443})
