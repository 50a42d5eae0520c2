"""Which Python runs a pool: hwebcore/service/interpreter.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hwebcore.service.failure import WorkerFailed
from hwebcore.service.interpreter import interpreter_for


def _environment(folder: Path, version: str) -> dict[str, str]:
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")
    return {"VIRTUAL_ENV": str(folder)}


def test_ours_where_none_is_named() -> None:
    assert interpreter_for({}, "/ours") == "/ours"


def test_the_environments_own_where_its_version_fits(tmp_path: Path) -> None:
    environment = _environment(tmp_path, f"{sys.version_info[0]}.{sys.version_info[1]}.99")
    assert interpreter_for(environment, "/ours") == str(tmp_path / "bin" / "python")


def test_another_version_and_no_environment_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed, match="no virtual environment"):
        interpreter_for({"VIRTUAL_ENV": str(tmp_path)}, "/ours")
    with pytest.raises(WorkerFailed, match=r"has Python 3\.9"):
        interpreter_for(_environment(tmp_path, "3.9.1"), "/ours")
