"""Which file an edit of a section goes to from here, and in what words the status bar says so.

Knows no widget. A locked section is written into a location tag of applicationHost.config, and the user is asked before (model/destination.py).
In the Configuration Editor the user may choose a file above: IIS Manager's "From".
"""

from __future__ import annotations

from pathlib import Path

from console.places import Place
from console.session import Session
from model.config_path import ConfigPath
from model.edits import CannotEdit, Where
from model.effective import effective
from model.obstacle import obstacle

#: The pages where the file may be chosen.
CHOOSING = frozenset({"configuration_editor", "section", "entries"})
#: A section that the file of any folder may hold.
ANYWHERE = "system.webServer/defaultDocument"
SERVER_ONLY = frozenset({"AppHostOnly", "MachineOnly", "MachineToRootWeb"})


def where_for(session: Session, section: str, path: ConfigPath) -> Where:
    """Where an edit of the section at a place is written."""
    if path.is_server or section.startswith("system.applicationHost/"):
        return Where(section)
    found = effective(session.workspace.hierarchy, section, path)
    if found.allow_definition in SERVER_ONLY:
        return Where(section)
    application = session.workspace.hierarchy.map_url(path.site, path.path)[0]
    if found.allow_definition == "MachineToApplication" and application is not None and application.path.casefold() != path.path.casefold():
        return where_for(session, section, ConfigPath(path.site, application.path))
    return Where(section, path, "location" if found.locked else "local")


def path_of(place: Place) -> ConfigPath:
    return ConfigPath(place.site, place.app or "/") if place.site else ConfigPath()


def where_at(session: Session, section: str, place: Place) -> Where:
    """The same for a page, with what was chosen there as long as the locks let it."""
    where = where_for(session, section, path_of(place))
    chosen = session.commits.get(where.path.key) if place.page in CHOOSING and where.commit == "local" else None
    return where if chosen is None else next((found for found in choices(session, section, place) if found.commit == chosen), where)


def choices(session: Session, section: str, place: Place) -> tuple[Where, ...]:
    """All the files that an edit here may be written to, the nearest first; one alone where the section is locked or the server's."""
    where = where_for(session, section, path_of(place))
    if where.path.is_server or where.commit != "local":
        return (where,)
    above = [path for path in where.path.lineage if not path.is_server and path.key != where.path.key]
    open_there = [path for path in reversed(above) if where_for(session, section, path).commit == "local"]
    found = (where, *(Where(section, where.path, path) for path in open_there), Where(section, where.path, "location"))
    return tuple(choice for choice in found if file_of(session, choice) is not None)


def own_file(session: Session, path: ConfigPath) -> Path | None:
    """The file of a place itself: its web.config, whether or not there is one yet; None where it has no folder here."""
    return file_of(session, Where(ANYWHERE, path))


def file_of(session: Session, where: Where) -> Path | None:
    """The file that an edit there is written to; None where there can be none."""
    try:
        return session.workspace.file_for(where)
    except (CannotEdit, LookupError, ValueError, OSError):
        return None


def short(where: Where) -> str:
    """The level alone whose file it is."""
    level = where.commit if isinstance(where.commit, ConfigPath) else where.path if where.commit == "local" else ConfigPath()
    return "applicationHost.config" if level.is_server else f"{level.location} web.config"


def in_words(where: Where, file: Path | None, host: str) -> str:
    """The status bar's sentence: "Configuration: 'Site' web.config", and that it cannot be written, with the reason."""
    if file is None:
        return f"Configuration: '{where.path.location}' cannot be edited here"
    found = obstacle(file)
    shut = f" (read-only: {found.reason})" if found is not None else ""
    if where.path.is_server:
        return f"Configuration: '{host}' applicationHost.config{shut}"
    if isinstance(where.commit, ConfigPath):
        return f"Configuration: '{where.commit.location}' {file.name}, <location path='{where.path.below(where.commit)}'>{shut}"
    if where.commit == "location":
        return f"Configuration: '{host}' applicationHost.config, <location path='{where.path.location}'>{shut}"
    return f"Configuration: '{where.path.location}' {file.name}{shut}"
