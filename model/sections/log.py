"""system.applicationHost/log: whether each site has a log of its own, or the server one for all.

Knows no files. compiler.py gives every site the central log where there is one; a site's own log is in sites.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from hwebcore.plan import SiteLog
from model.sections.section import Section


class CentralW3CLogFile(Section):
    enabled: bool = True
    directory: str = r"%SystemDrive%\inetpub\logs\LogFiles"
    period: Literal["MaxSize", "Daily", "Weekly", "Monthly", "Hourly"] = "Daily"
    truncate_bytes: int = Field(20971520, alias="truncateSize")
    local_time_rollover: bool = False
    fields: tuple[str, ...] = Field((), alias="logExtFileFlags")


class Log(Section):
    SECTION: ClassVar[str] = "system.applicationHost/log"

    central_log_file_mode: Literal["Site", "CentralBinary", "CentralW3C"] = "Site"
    central_file: CentralW3CLogFile = Field(CentralW3CLogFile(), alias="centralW3CLogFile")

    @property
    def is_central(self) -> bool:
        """One W3C log for all sites. CentralBinary is not written here: the sites keep their own."""
        return self.central_log_file_mode == "CentralW3C"


def central_log(log: Log, directory: Path | None) -> SiteLog:
    """The log that every site writes to where `log.is_central`."""
    file = log.central_file
    folder = str(directory) if directory is not None else ""
    return SiteLog(file.enabled, folder, file.fields, file.period, file.truncate_bytes, file.local_time_rollover, central=True)
