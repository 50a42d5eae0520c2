"""Which file an edit of a section goes to from here, and in what words the status bar says so.

Knows no widget. A locked section is written into a location tag of applicationHost.config, and the user is asked before (model/destination.py).
"""

from __future__ import annotations

from pathlib import Path

from console.session import Session
from model.config_path import ConfigPath
from model.edits import CannotEdit, Where
from model.effective import effective
from model.obstacle import obstacle

SERVER_ONLY = frozenset({"AppHostOnly", "MachineOnly", "MachineToRootWeb"})


def where_for(session: Session, section: str, path: ConfigPath) -> Where:
    """Where an edit of the section at a place is written."""
    if path.is_server or section.startswith("system.applicationHost/"):
        return Where(section)
    found = effective(session.workspace.hierarchy, section, path)
    if found.allow_definition in SERVER_ONLY:
        return Where(section)
    return Where(section, path, "location" if found.locked else "local")


def own_file(session: Session, path: ConfigPath) -> Path | None:
    """The file of a place itself: its application's web.config, whether or not there is one yet; None where it has no folder here."""
    return file_of(session, Where("system.webServer/modules", path))


def file_of(session: Session, where: Where) -> Path | None:
    """The file that an edit there is written to; None where there can be none."""
    try:
        return session.workspace.file_for(where)
    except (CannotEdit, LookupError, ValueError, OSError):
        return None


def in_words(where: Where, file: Path | None, host: str) -> str:
    """The status bar's sentence: "Configuration: 'Site' web.config", and that it cannot be written, with the reason."""
    if file is None:
        return f"Configuration: '{where.path.location}' cannot be edited here"
    found = obstacle(file)
    shut = f" (read-only: {found.reason})" if found is not None else ""
    if where.path.is_server:
        return f"Configuration: '{host}' applicationHost.config{shut}"
    if where.commit == "location":
        return f"Configuration: '{host}' applicationHost.config, <location path='{where.path.location}'>{shut}"
    return f"Configuration: '{where.path.location}' {file.name}{shut}"
