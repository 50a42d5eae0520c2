"""Address rules."""

from pathlib import Path

from hwebcore.plan import AddressRules
from model.sections.ip_security import IpSecurity, settings
from tests.unit.model.sections import section


def test_nobody_is_denied_by_itself(tmp_path: Path) -> None:
    assert settings(section(tmp_path, IpSecurity.SECTION, "")) == (AddressRules(), None, ())


def test_read(tmp_path: Path) -> None:
    xml = (
        '<ipSecurity allowUnlisted="false" denyAction="AbortRequest" enableProxyMode="true"><add ipAddress="10.0.0.1" allowed="true" />'
        '<add ipAddress="2001:db8::" subnetMask="32" /><add domainName="a.test" /></ipSecurity>'
    )
    rules, bad, told = settings(section(tmp_path, IpSecurity.SECTION, xml))
    assert [(rule.address, rule.mask, rule.allowed) for rule in rules.rules] == [("10.0.0.1", "255.255.255.255", True), ("2001:db8::", "32", False)]
    assert (rules.allow_unlisted, rules.action, rules.by_proxy) == (False, "AbortRequest", True)
    assert None not in (rules.unlisted_source, *(rule.source for rule in rules.rules))
    assert (bad, told) == (None, ())


def test_an_entry_about_nobody(tmp_path: Path) -> None:
    rules, bad, told = settings(section(tmp_path, IpSecurity.SECTION, "<ipSecurity><add ipAddress='10.0.0.1' /><add allowed='true' /></ipSecurity>"))
    assert len(rules.rules) == 1
    assert bad is not None
    assert bad.message == 'ipSecurity: "" is no address'
    assert [(problem.severity, problem.message, problem.source) for problem in told] == [("error", bad.message, bad.source)]


def test_who_is_let_in_by_name_is_told(tmp_path: Path) -> None:
    xml = '<ipSecurity enableReverseDns="{}"><add domainName="a.test" allowed="true" /></ipSecurity>'
    assert [problem.code for problem in settings(section(tmp_path, IpSecurity.SECTION, xml.format("true")))[2]] == ["not-executed"]
    assert settings(section(tmp_path, IpSecurity.SECTION, xml.format("false")))[2] == ()
