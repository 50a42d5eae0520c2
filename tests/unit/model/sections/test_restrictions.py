"""Which restrictions are in force."""

from pathlib import Path

import pytest

from model.sections.restrictions import restrictions
from tests.unit.model.sections import section

ALL = frozenset({"IpRestrictionModule", "RewriteModule"})
CASES = [
    ("system.webServer/security/access", '<access sslFlags="SslRequireCert" />'),
    ("system.webServer/security/ipSecurity", '<ipSecurity enableReverseDns="true"><add domainName="a.test" /></ipSecurity>'),
    ("system.webServer/rewrite/rules", '<rules><rule name="r"><action type="AbortRequest" /></rule></rules>'),
    ("system.webServer/rewrite/globalRules", '<globalRules><rule name="r"><action type="CustomResponse" statusCode="403" /></rule></globalRules>'),
]
HARMLESS = [
    ("system.webServer/security/access", '<access sslFlags="None" />'),
    ("system.webServer/security/access", '<access sslFlags="Ssl, SslNegotiateCert, Ssl128" />'),
    ("system.webServer/security/ipSecurity", '<ipSecurity allowUnlisted="false"><add ipAddress="10.0.0.1" allowed="false" /></ipSecurity>'),
    ("system.webServer/security/ipSecurity", '<ipSecurity><add domainName="a.test" /></ipSecurity>'),
    ("system.webServer/security/ipSecurity", '<ipSecurity enableReverseDns="true"><add domainName="a.test" allowed="true" /></ipSecurity>'),
    ("system.webServer/rewrite/rules", '<rules><rule name="r"><action type="Redirect" url="/x" /></rule></rules>'),
]


def found(folder: Path, name: str, xml: str, modules: frozenset[str]) -> list[str]:
    written = section(folder, name, xml)
    return [closed.section for closed in restrictions(lambda asked: written if asked == name else section(folder, asked, ""), modules)]


@pytest.mark.parametrize(("name", "xml"), CASES)
def test_in_force(tmp_path: Path, name: str, xml: str) -> None:
    assert found(tmp_path, name, xml, ALL) == [name]
    assert found(tmp_path, name, xml, frozenset()) == ([name] if name.endswith("/access") else [])


@pytest.mark.parametrize(("name", "xml"), HARMLESS)
def test_harmless(tmp_path: Path, name: str, xml: str) -> None:
    assert found(tmp_path, name, xml, ALL) == []
