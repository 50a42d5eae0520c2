"""Which file an edit goes to, and which location tag in it: IIS's rule of one file a folder, DESIGN.md 5's of where we write.

Knows no text and writes nothing; asks the hierarchy where folders are. workspace.py asks it before it proposes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model import administration
from model.config_path import ConfigPath
from model.drive_map import web_config_of
from model.edits import CannotEdit, Where
from model.effective import effective
from model.presence import is_file, is_folder

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy

_SERVER_ONLY = frozenset({"AppHostOnly", "MachineOnly", "MachineToRootWeb"})


@dataclass(frozen=True, slots=True)
class Destination:
    file: Path
    #: The path of the location tag in it; "" is the file's own level.
    location: str
    #: The level that the file belongs to.
    level: ConfigPath


def destination(hierarchy: Hierarchy, root: Path, where: Where) -> Destination:
    """Raises CannotEdit where the place has no folder here, or the section is the server's alone."""
    if where.commit == "administration":
        return Destination(root.with_name(administration.FILE), where.path.location, ConfigPath())
    if where.path.is_server or where.section.startswith("system.applicationHost/"):
        return Destination(root, "", ConfigPath())
    if where.commit == "location":
        return Destination(root, where.path.location, ConfigPath())
    if isinstance(where.commit, ConfigPath) and where.commit.key != where.path.key:
        if not where.path.is_within(where.commit):
            raise CannotEdit(f"What holds for {where.path.location} cannot stand in the file of {where.commit}")
        upper = destination(hierarchy, root, Where(where.section, where.commit))
        return Destination(upper.file, where.path.below(upper.level), upper.level)
    definition = effective(hierarchy, where.section, where.path).allow_definition
    if definition in _SERVER_ONLY:
        raise CannotEdit(f"{where.section} can be set for the server alone")
    application, _, physical = hierarchy.map_url(where.path.site, where.path.path)
    if application is None:
        raise CannotEdit(f"There is no site {where.path.site!r}")
    level = where.path
    if definition == "MachineToApplication":
        level = ConfigPath(where.path.site, application.path)
        _, _, physical = hierarchy.map_url(level.site, level.path)
    if physical is None:
        raise CannotEdit(f"{level.location} has no folder on this system: its drive is not mapped")
    if is_file(physical):  # what holds for a file stands in its folder's web.config
        return Destination(web_config_of(physical.parent), level.segments[-1], level.parent)
    if not is_folder(physical):
        raise CannotEdit(f"The folder {physical} of {level.location} is not there")
    return Destination(web_config_of(physical), "", level)
