"""The configurations that come with the program, and the user's own copies of them: a sample is copied once, then it is theirs.

Knows no configuration. Read through importlib.resources, so that they are found in a wheel too.
"""

from __future__ import annotations

import importlib.resources
import os
import shutil
from importlib.resources.abc import Traversable
from pathlib import Path

FIRST_RUN = "first-run"


def names() -> tuple[str, ...]:
    entries = importlib.resources.files("sample_configs").iterdir()
    return tuple(sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(("_", "."))))


def data_folder() -> Path:
    """Where the user's copies live: below $XDG_DATA_HOME."""
    configured = os.environ.get("XDG_DATA_HOME", "")
    root = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "share"
    return root / "poolhouse"


def own_copy(name: str) -> Path:
    """The applicationHost.config of the user's copy of a sample; copied now where there is none yet."""
    target = data_folder() / name
    config = target / "applicationHost.config"
    if not config.exists():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Under another name first: a copy that was cut short must not pass for the user's own next time.
        unfinished = target.with_name(f".{name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        _copy(importlib.resources.files("sample_configs") / name, unfinished)
        if target.exists():
            shutil.copytree(unfinished, target, dirs_exist_ok=True)
            shutil.rmtree(unfinished)
        else:
            unfinished.rename(target)
    return config


def text_of(name: str, file: str) -> bytes:
    return (importlib.resources.files("sample_configs") / name / file).read_bytes()


def _copy(source: Traversable, target: Path) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for entry in source.iterdir():
            if entry.name != "__pycache__":
                _copy(entry, target / entry.name)
    else:
        target.write_bytes(source.read_bytes())
