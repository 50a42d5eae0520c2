"""What lies in content folders: web.configs and code."""

import os
from pathlib import Path

import pytest

from model import content_walk
from model.content_walk import code_digest, shortened, walk
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
    assert found.unseen == (".git", "env")


def test_a_folder_is_looked_at_under_each_of_its_paths(tmp_path: Path) -> None:
    write(tmp_path, {"members/web.config": "", "members/in/web.config": ""})
    for name in ("alias", "zalias"):  # whichever the folder lists first
        (tmp_path / name).symlink_to(tmp_path / "members")
    (tmp_path / "members" / "up").symlink_to(tmp_path)
    assert walk(tmp_path).configured == ("alias", "alias/in", "members", "members/in", "zalias", "zalias/in")


def test_folders_of_one_name_in_two_cases_are_told(tmp_path: Path) -> None:
    write(tmp_path, {"a/One/x": "", "a/one/x": "", "B/x": "", "c/b/x": ""})
    assert walk(tmp_path).doubled == (("a/one",) if len(list((tmp_path / "a").iterdir())) == 2 else ())


def test_dot_folders_are_closed_but_for_well_known(tmp_path: Path) -> None:
    write(tmp_path, {".well-known/web.config": "", ".private/web.config": "", "node_modules/x/web.config": "", "node_modules/x/y.py": ""})
    found = walk(tmp_path)
    assert found.configured == (".well-known", "node_modules/x")
    assert found.unseen == (".private",)
    assert found.code == ()


def test_many_paths_are_told_by_what_holds_them() -> None:
    assert shortened(("a/b/c", "a/b/d", "e"), 2) == ("a/b", "e")
    assert shortened(("a/b", "c/d", "e"), 2) == ("",)
    assert shortened(("a/b", "c"), 2) == ("a/b", "c")


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
    assert len(found.configured) == 2
    assert len(found.unseen) == 3
    assert not set(found.unseen) & set(found.configured)


def test_the_digest_of_code(tmp_path: Path) -> None:
    assert code_digest(walk(tmp_path).code) == ""
    write(tmp_path, {"a.py": "1"})
    os.utime(tmp_path / "a.py", ns=(0, 1_000_000_000))
    first = code_digest(walk(tmp_path).code)
    assert first == code_digest(walk(tmp_path).code)
    os.utime(tmp_path / "a.py", ns=(0, 2_000_000_000))
    assert code_digest(walk(tmp_path).code) != first
