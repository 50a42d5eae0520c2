"""system.webServer/security/dynamicIpSecurity: limits on how often and how often at once an address may ask.

Knows no connections. scopes.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore import plan
from model.effective import EffectiveSection
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

    deny_action: plan.DenyAction = "Forbidden"
    enable_proxy_mode: bool = False
    enable_logging_only_mode: bool = False
    deny_by_concurrent_requests: ConcurrentLimit = ConcurrentLimit()
    deny_by_request_rate: RateLimit = RateLimit()


def settings(section: EffectiveSection) -> plan.RequestLimits:
    read = DynamicIpSecurity.from_effective(section)
    at_once, rate = read.deny_by_concurrent_requests, read.deny_by_request_rate
    return plan.RequestLimits(
        at_once=at_once.max_concurrent_requests if at_once.enabled else 0,
        in_a_while=rate.max_requests if rate.enabled else 0,
        while_s=rate.request_interval_in_milliseconds / 1000,
        action=read.deny_action,
        by_proxy=read.enable_proxy_mode,
        only_told=read.enable_logging_only_mode,
        at_once_source=at_once.source,
        in_a_while_source=rate.source,
    )
