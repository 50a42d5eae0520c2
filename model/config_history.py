"""configHistory: copies of applicationHost.config as IIS keeps them, CFGHISTORY_0000000001 and on, with its path, period and number.

Knows one section and one folder. Where the folder's drive is not mapped, or it is switched off, there is no such history.
workspace.py calls `keep` after changes; archive.py is Poolhouse's own history, of every file.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model.config_path import ConfigPath
from model.schema import section_schema
from model.schema.value import seconds

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy

SECTION = "system.applicationHost/configHistory"
PREFIX = "CFGHISTORY_"
FILE = "applicationHost.config"

_PERIOD_S, _MOST = 120.0, 10


@dataclass(frozen=True, slots=True)
class ConfigHistory:
    folder: Path
    period_s: float
    most: int

    @classmethod
    def of(cls, hierarchy: Hierarchy) -> ConfigHistory | None:
        root = hierarchy.merged(SECTION, ConfigPath()).root
        folder = hierarchy.drives.resolve(root.get("path"))
        if root.get("enabled").lower() == "false" or folder is None:
            return None
        return cls(folder, _period(root.get("period")), max(int(root.get("maxHistories") or _MOST), 1))

    def names(self) -> list[str]:
        """Oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if entry.name.startswith(PREFIX) and (entry / FILE).is_file())

    def keep(self, data: bytes, now: float) -> str:
        """A copy, where the newest is another and `period` old; its name, "" where none was made. Raises OSError."""
        names = self.names()
        newest = self.folder / names[-1] / FILE if names else None
        if newest is not None and (now - newest.stat().st_mtime < self.period_s or newest.read_bytes() == data):
            return ""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{PREFIX}{_number(names[-1]) + 1 if names else 1:010d}"
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.mkdir(mode=0o700)
        descriptor = os.open(unfinished / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        unfinished.rename(self.folder / name)
        for old in names[: max(len(names) + 1 - self.most, 0)]:
            shutil.rmtree(self.folder / old, ignore_errors=True)
        return name

    def read(self, name: str) -> bytes | None:
        return (self.folder / name / FILE).read_bytes() if name in self.names() else None

    def delete(self, name: str) -> None:
        if name in self.names():
            shutil.rmtree(self.folder / name)


def _number(name: str) -> int:
    digits = name.removeprefix(PREFIX)
    return int(digits) if digits.isdecimal() else 0


def _period(text: str) -> float:
    schema = section_schema(SECTION)
    try:
        return seconds(text, schema.attributes["period"] if schema else None)
    except ValueError:
        return _PERIOD_S
