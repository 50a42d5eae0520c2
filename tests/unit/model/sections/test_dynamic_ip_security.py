"""Limits of one address."""

from pathlib import Path

from model.sections.dynamic_ip_security import DynamicIpSecurity
from tests.unit.model.sections import section


def test_read(tmp_path: Path) -> None:
    rows = '<dynamicIpSecurity><denyByRequestRate enabled="true" maxRequests="3" /></dynamicIpSecurity>'
    found = DynamicIpSecurity.from_effective(section(tmp_path, DynamicIpSecurity.SECTION, rows))
    assert (found.deny_by_request_rate.enabled, found.deny_by_request_rate.max_requests) == (True, 3)
    assert not found.deny_by_concurrent_requests.enabled
