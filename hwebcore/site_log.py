"""What a site's W3C log is to hold and where: part of its plan, read by the service (files) and by the worker (fields).

Knows no XML and no request. Look next at w3c_log.py (the fields' names) and service/logs.py (the files).
"""

from __future__ import annotations

from typing import Literal

from hwebcore.frozen import frozen


@frozen
class CustomField:
    """A row of logFile/customFields: a column of its own behind the others."""

    name: str
    type: Literal["RequestHeader", "ResponseHeader", "ServerVariable"]
    source_name: str


@frozen
class SiteLog:
    """W3C log of a site. The service opens the files; a worker gets descriptors and these fields."""

    enabled: bool = True
    directory: str = ""
    fields: tuple[str, ...] = ()
    period: str = "Daily"
    truncate_bytes: int = 20971520
    local_time: bool = False
    #: centralLogFileMode CentralW3C: the sites share one file.
    central: bool = False
    custom: tuple[CustomField, ...] = ()
    #: maxCustomFieldLength.
    most_custom_bytes: int = 4096
