"""Named backups of applicationHost.config, kept in the instance's state; never of a web.config, as with IIS.

Knows one folder. `appcmd add|delete|list|restore backup` uses it; restoring goes through workspace.py, so it can be undone.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

FILE = "applicationHost.config"
_MOST_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Backups:
    folder: Path

    def names(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if not entry.name.startswith(".") and (entry / FILE).is_file())

    def add(self, name: str, data: bytes) -> None:
        """Raises FileExistsError, or ValueError for a name that cannot be a folder's."""
        if not name or len(name) > _MOST_CHARACTERS or name.startswith(".") or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
            raise ValueError(f'"{name}" cannot be the name of a backup')
        if (self.folder / name).exists():
            raise FileExistsError(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.mkdir(mode=0o700)
        descriptor = os.open(unfinished / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(self.folder / name)

    def read(self, name: str) -> bytes | None:
        return (self.folder / name / FILE).read_bytes() if name in self.names() else None

    def delete(self, name: str) -> None:
        if name in self.names():
            shutil.rmtree(self.folder / name)


def usual_name(now: float) -> str:
    """20261122T093000: what a backup without a name is called."""
    return time.strftime("%Y%m%dT%H%M%S", time.localtime(now))
