"""A path is asked about, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.presence import is_file, is_folder, is_there


def test_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.touch()
    assert (is_there(file), is_file(file), is_folder(file)) == (True, True, False)
    assert (is_there(tmp_path), is_file(tmp_path), is_folder(tmp_path)) == (True, False, True)
    assert not is_there(tmp_path / "y")


@pytest.mark.parametrize("name", ["n" * 300, "a/" * 3000, "nul\0", "\udcff", "x/y/z"])
def test_what_no_system_has(tmp_path: Path, name: str) -> None:
    (tmp_path / "x").touch()
    assert not is_there(tmp_path / name)
    assert not is_folder(tmp_path / name)
    assert not is_file(tmp_path / name)
