"""system.applicationHost/webLimits: limits of HTTP.sys for all sites.

Knows no sites. sites.py joins these with a site's own limits.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from model.sections.section import Section


class WebLimits(Section):
    SECTION: ClassVar[str] = "system.applicationHost/webLimits"

    connection_timeout_s: float = Field(120.0, alias="connectionTimeout")
    header_wait_timeout_s: float = Field(0.0, alias="headerWaitTimeout")
    min_bytes_per_second: int = 240
    max_global_bandwidth: int = 4294967295
    demand_start_threshold: int = 2147483647
