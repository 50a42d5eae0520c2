"""Every test of the command line has folders of its own, and no service runs there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[4] / "sample_configs"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv("POOLHOUSE_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """A sample's own copy, by name: its folder."""

    def copied(name: str) -> Path:
        return shutil.copytree(SAMPLES / name, tmp_path / "configurations" / name, ignore=shutil.ignore_patterns("__pycache__"))

    return copied
