"""DriveMap: what a path written for Windows means on this system.

Knows no configuration. `%SystemDrive%\\inetpub`, `C:/sites`, plain Unix paths and paths relative to the configuration's folder
are read; what has no counterpart here gives None. Used by hierarchy.py and the compiler.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from model.presence import is_there

#: %POOLHOUSE_CONFIG%: the folder of applicationHost.config.
CONFIG_FOLDER = "POOLHOUSE_CONFIG"

_VARIABLE = re.compile(r"%([^%\\/]+)%")
_DRIVE = re.compile(r"([A-Za-z]):(?:/|$)(.*)", re.DOTALL)
_BUILT_IN = {
    "systemdrive": "C:",
    "homedrive": "C:",
    "windir": r"C:\Windows",
    "systemroot": r"C:\Windows",
    "iis_bin": r"C:\Windows\System32\inetsrv",
    "programfiles": r"C:\Program Files",
}


class DriveMap:
    """`drives` maps a drive letter ("C") or a variable's name ("IIS_SITES_HOME") to a folder of this system."""

    def __init__(self, folder: Path, drives: Mapping[str, Path] | None = None, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.drives = {name.strip("%").rstrip(":\\/").lower(): Path(target) for name, target in (drives or {}).items()}
        self._environment = {name.lower(): value for name, value in (os.environ if environment is None else environment).items()}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DriveMap):
            return NotImplemented
        return (self.folder, self.drives, self._environment) == (other.folder, other.drives, other._environment)

    __hash__ = None  # type: ignore[assignment]  # the mappings have none

    def expand(self, text: str) -> str:
        """The text with its variables replaced; one that is unknown stays as it is."""
        for _ in range(4):
            expanded = _VARIABLE.sub(lambda match: self._variable(match[1], match[0]), text)
            if expanded == text:
                break
            text = expanded
        return text

    def resolve(self, text: str) -> Path | None:
        """The path on this system (it need not exist), None where a drive or a variable has no counterpart."""
        if not text or "\0" in text:
            return None
        path = self.expand(text).replace("\\", "/")
        if _VARIABLE.search(path) or path.startswith("//"):
            return None
        drive = _DRIVE.fullmatch(path)
        if drive is not None:
            target = self.drives.get(drive[1].lower())
            return None if target is None else _joined(target, drive[2])
        return _joined(Path("/"), path) if path.startswith("/") else _joined(self.folder, path)

    def unmapped(self, text: str) -> str:
        """What the text names that is not mapped: "C:", "%NAME%" or a network share; "" where it resolves."""
        if self.resolve(text) is not None:
            return ""
        path = self.expand(text).replace("\\", "/")
        variable = _VARIABLE.search(path)
        drive = _DRIVE.fullmatch(path)
        return variable[0] if variable else f"{drive[1].upper()}:" if drive else path

    def _variable(self, name: str, written: str) -> str:
        lowered = name.lower()
        if lowered == CONFIG_FOLDER.lower():
            return str(self.folder)
        if lowered in self.drives:
            return str(self.drives[lowered])
        return _BUILT_IN.get(lowered) or self._environment.get(lowered, written)


def _joined(folder: Path, rest: str) -> Path:
    return Path(os.path.normpath(folder / rest.lstrip("/")))


def web_config_of(folder: Path) -> Path:
    """The folder's web.config as its name is written there: Windows does not tell "Web.config" from it."""
    plain = folder / "web.config"
    if not is_there(plain):
        for name in ("Web.config", "Web.Config", "WEB.CONFIG"):
            if is_there(folder / name):
                return folder / name
    return plain
