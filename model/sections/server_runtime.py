"""system.webServer/serverRuntime: limits on requests inside a worker, and from when on a file is a frequent one.

Knows no requests. The two of frequentHit are executed (static_content.py puts them into a plan), the others only shown.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from model.sections.section import Section


class ServerRuntime(Section):
    SECTION: ClassVar[str] = "system.webServer/serverRuntime"

    enabled: bool = True
    app_concurrent_request_limit: int = 5000
    max_request_entity_allowed: int = 4294967295
    upload_read_ahead_size: int = 49152
    frequent_hit_threshold: int = 2
    frequent_hit_time_period_s: float = Field(10.0, alias="frequentHitTimePeriod")
