"""system.applicationHost/sites: sites with bindings, limits, log and applications with their virtual directories.

Knows no drives (hierarchy.py fills `folder` in) and no sockets. compiler.py makes routes of these with the functions below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from hwebcore.plan import BindingRoute, CustomField, SiteLimits, SiteLog
from model.sections.section import OWN, Section
from model.sections.web_limits import WebLimits

_ENDPOINT = re.compile(r"(\[[^\]]*\]|[^:]*):([^:]*):(.*)")


class SiteBinding(Section):
    protocol: str = ""
    binding_information: str = ""
    ssl_flags: int = 0


class Limits(Section):
    max_bandwidth: int = 4294967295
    max_connections: int = 4294967295
    connection_timeout_s: float = Field(120.0, alias="connectionTimeout")
    max_url_segments: int = 32


class LogColumn(Section):
    log_field_name: str = ""
    source_name: str = ""
    source_type: Literal["RequestHeader", "ResponseHeader", "ServerVariable"] = "RequestHeader"


class CustomFields(Section):
    max_custom_field_length: int = 4096
    rows: tuple[LogColumn, ...] = Field((), alias=OWN)


class LogFile(Section):
    enabled: bool = True
    directory: str = r"%SystemDrive%\inetpub\logs\LogFiles"
    log_format: Literal["IIS", "NCSA", "W3C", "Custom"] = "W3C"
    fields: tuple[str, ...] = Field((), alias="logExtFileFlags")
    period: Literal["MaxSize", "Daily", "Weekly", "Monthly", "Hourly"] = "Daily"
    truncate_bytes: int = Field(20971520, alias="truncateSize")
    local_time_rollover: bool = False
    custom_fields: CustomFields = CustomFields()


class VirtualDirectory(Section):
    path: str = "/"
    physical_path: str = ""
    allow_sub_dir_config: bool = True
    user_name: str = ""
    #: The folder on this system, None where a drive or variable of `physical_path` is not mapped.
    folder: Path | None = Field(None, exclude=True)


class Application(Section):
    path: str = "/"
    application_pool: str = ""
    enabled_protocols: str = "http"
    preload_enabled: bool = False
    virtual_directories: tuple[VirtualDirectory, ...] = Field((), alias=OWN)

    @property
    def root(self) -> VirtualDirectory | None:
        return next((directory for directory in self.virtual_directories if directory.path == "/"), None)

    def url_of(self, directory: VirtualDirectory) -> str:
        """The virtual directory's URL path within the site."""
        if directory.path == "/":
            return self.path
        return directory.path if self.path == "/" else self.path + directory.path


class Site(Section):
    name: str = ""
    id: int = 0
    server_auto_start: bool = True
    bindings: tuple[SiteBinding, ...] = ()
    limits: Limits = Limits()
    log_file: LogFile = LogFile()
    applications: tuple[Application, ...] = Field((), alias=OWN)


class Sites(Section):
    SECTION: ClassVar[str] = "system.applicationHost/sites"

    sites: tuple[Site, ...] = Field((), alias=OWN)


def binding_route(binding: SiteBinding, ports: Mapping[int, int]) -> BindingRoute | None:
    """The binding as front and workers read it, None where `IP:port:host` is not what it says. `ports` moves ports."""
    match = _ENDPOINT.fullmatch(binding.binding_information.strip())
    if match is None or not match[2].isdecimal() or not 0 < int(match[2]) < 65536:
        return None
    port = int(match[2])
    ip = match[1].strip("[]").lower() or "*"
    return BindingRoute(binding.protocol.lower(), ip, ports.get(port, port), match[3].strip().lower(), binding.source, binding.ssl_flags)


def site_limits(site: Site, web: WebLimits) -> SiteLimits:
    return SiteLimits(
        connection_timeout_s=site.limits.connection_timeout_s,
        header_wait_timeout_s=web.header_wait_timeout_s or SiteLimits().header_wait_timeout_s,
        min_bytes_per_second=web.min_bytes_per_second,
        max_connections=site.limits.max_connections,
        max_url_segments=site.limits.max_url_segments,
        max_bandwidth=site.limits.max_bandwidth,
    )


def site_log(site: Site, directory: Path | None) -> SiteLog:
    log = site.log_file
    folder = str(directory) if directory is not None else ""
    columns = tuple(CustomField(row.log_field_name, row.source_type, row.source_name) for row in log.custom_fields.rows)
    most = log.custom_fields.max_custom_field_length
    return SiteLog(log.enabled, folder, log.fields, log.period, log.truncate_bytes, log.local_time_rollover, False, columns, most)


def log_not_executed(site: Site) -> str:
    """What the site's log is to be and is not here, "" where it is."""
    form = site.log_file.log_format
    return "" if form == "W3C" else f'The log of "{site.name}" is to be written in the format {form}: it is written in W3C extended format here'
