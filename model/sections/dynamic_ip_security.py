"""system.webServer/security/dynamicIpSecurity: limits on how often and how often at once an address may ask.

Knows no connections. restrictions.py asks whether a limit is enabled.
"""

from __future__ import annotations

from typing import ClassVar

from model.sections.section import Section


class ConcurrentLimit(Section):
    enabled: bool = False
    max_concurrent_requests: int = 5


class RateLimit(Section):
    enabled: bool = False
    max_requests: int = 20
    request_interval_in_milliseconds: int = 200


class DynamicIpSecurity(Section):
    SECTION: ClassVar[str] = "system.webServer/security/dynamicIpSecurity"

    enable_logging_only_mode: bool = False
    deny_by_concurrent_requests: ConcurrentLimit = ConcurrentLimit()
    deny_by_request_rate: RateLimit = RateLimit()
