"""Folders that are virtual environments, and those on which no worker could run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hwebcore.virtual_environment import fault_of, python_of

OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def environment(folder: Path, text: str) -> str:
    (folder / "bin").mkdir()
    Path(python_of(str(folder))).symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(text)
    return str(folder)


@pytest.mark.parametrize("text", [f"home = /usr\nversion = {OURS}.1\n", f"version_info = {OURS}.0.final.0\nhome = /usr\n"])
def test_usable(tmp_path: Path, text: str) -> None:
    assert fault_of(environment(tmp_path, text)) == ""


def test_another_version(tmp_path: Path) -> None:
    folder = environment(tmp_path, "version = 3.9.1\n")
    assert fault_of(folder) == f"its VIRTUAL_ENV {folder} has Python 3.9, and this server runs {OURS}"


def test_none(tmp_path: Path) -> None:
    assert fault_of(str(tmp_path)) == f"its VIRTUAL_ENV {tmp_path} is no virtual environment"
    assert "is no virtual environment" in fault_of(environment(tmp_path, "nothing of use"))
