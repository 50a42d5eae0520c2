"""Whether others than its owner and group may change a configuration file, or code: who can, decides what runs, and as whom.

Knows paths and rights; no XML, and not who asks. cli/serve.py refuses as root (reliability.md C 24). Look next at obstacle.py.
"""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from model.obstacle import Obstacle


def exposure(path: Path) -> Obstacle | None:
    """Anybody may write the file, or put another in its place; None where nobody may, or nothing is there."""
    target = Path(os.path.realpath(path))
    if _mode(target) & stat.S_IWOTH:
        return Obstacle("everybody may write it", f"chmod o-w {shlex.quote(str(target))}")
    folder = _mode(target.parent)
    if folder & stat.S_IWOTH and not folder & stat.S_ISVTX:
        return Obstacle("everybody may put another in its place", f"chmod o-w {shlex.quote(str(target.parent))}")
    return None


def exposed_code(folder: Path) -> tuple[Path, Obstacle] | None:
    """The web.config or code at an application's root that everybody may change. What holds neither is content: writing it runs nothing."""
    for file in _what_runs(folder):
        found = exposure(file)
        if found is not None:
            return file, found
    return None


def _what_runs(folder: Path) -> list[Path]:
    """Nothing where the folder is not there, cannot be read, or has a name that no system takes: whoever reads it tells why."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name == "web.config" or entry.name.endswith(".py"))
    except (OSError, ValueError):
        return []
    return [folder / name for name in names if (folder / name).is_file()]


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:  # whoever reads it tells why
        return 0
