"""Limits of one address."""

from pathlib import Path

from hwebcore.plan import RequestLimits
from model.sections.dynamic_ip_security import DynamicIpSecurity, settings
from tests.unit.model.sections import section


def made(folder: Path, xml: str) -> RequestLimits:
    return settings(section(folder, DynamicIpSecurity.SECTION, xml))


def test_nothing_is_limited_by_itself(tmp_path: Path) -> None:
    assert made(tmp_path, "") == RequestLimits()


def test_both_limits(tmp_path: Path) -> None:
    rows = (
        '<dynamicIpSecurity denyAction="NotFound" enableProxyMode="true" enableLoggingOnlyMode="true">'
        '<denyByConcurrentRequests enabled="true" maxConcurrentRequests="7" />'
        '<denyByRequestRate enabled="true" maxRequests="3" requestIntervalInMilliseconds="1500" /></dynamicIpSecurity>'
    )
    found = made(tmp_path, rows)
    assert (found.at_once, found.in_a_while, found.while_s) == (7, 3, 1.5)
    assert (found.action, found.by_proxy, found.only_told) == ("NotFound", True, True)
    assert found.at_once_source is not None
    assert found.in_a_while_source is not None


def test_a_limit_that_is_not_enabled_is_none(tmp_path: Path) -> None:
    found = made(tmp_path, '<dynamicIpSecurity><denyByConcurrentRequests maxConcurrentRequests="7" /></dynamicIpSecurity>')
    assert (found.at_once, found.in_a_while) == (0, 0)
