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
    dynamic_idle_threshold: int = 0


def not_executed(limits: WebLimits) -> tuple[str, ...]:
    """What is asked for and not done here, as sentences."""
    asked = []
    if limits.max_global_bandwidth != WebLimits().max_global_bandwidth:
        asked.append("webLimits has a maxGlobalBandwidth: the bandwidth of sites is limited here, not that of all together")
    if limits.demand_start_threshold != WebLimits().demand_start_threshold:
        asked.append("webLimits has a demandStartThreshold: workers are started here however many there are")
    if limits.dynamic_idle_threshold:
        asked.append("webLimits has a dynamicIdleThreshold: idle time-outs are as configured here, whatever the load")
    return tuple(asked)
