"""What lies in content folders: web.configs and code."""

import os
from pathlib import Path

import pytest

from model import content_walk
from model.content_walk import code_digest, walk
from tests.support.meaning import write


def test_walk(tmp_path: Path) -> None:
    write(
        tmp_path,
        dict.fromkeys(
            ["web.config", "a/Web.config", "a/b/web.config", "app.py", "a/x.py", ".git/h.py", "__pycache__/y.py", "env/pyvenv.cfg", "env/z.py"], ""
        ),
    )
    found = walk(tmp_path)
    assert found.configured == ("a", "a/b")
    assert [Path(path).name for path, _, _ in found.code] == ["x.py", "app.py"]
    assert found.complete


def test_a_loop_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "web.config").touch()
    assert walk(tmp_path).configured == ("a",)


def test_limits_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"{number}/web.config": "" for number in range(5)})
    monkeypatch.setattr(content_walk, "MAX_FOLDERS", 3)
    found = walk(tmp_path)
    assert not found.complete
    assert len(found.configured) < 5


def test_the_digest_of_code(tmp_path: Path) -> None:
    assert code_digest(walk(tmp_path).code) == ""
    write(tmp_path, {"a.py": "1"})
    os.utime(tmp_path / "a.py", ns=(0, 1_000_000_000))
    first = code_digest(walk(tmp_path).code)
    assert first == code_digest(walk(tmp_path).code)
    os.utime(tmp_path / "a.py", ns=(0, 2_000_000_000))
    assert code_digest(walk(tmp_path).code) != first
