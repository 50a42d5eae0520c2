"""What stops a request: errors of a subtree, closed paths, pages that exist."""

from pathlib import Path

import pytest

from hwebcore.plan import AddressRules
from model.config_path import ConfigPath
from model.scopes import Scopes
from model.sections.precondition import PoolFacts
from model.source import INVALID_DATA
from tests.support.meaning import hierarchy, server, web

SITE = ConfigPath("S")
INTEGRATED = PoolFacts("Integrated")
NATIVE = (
    '<system.webServer><globalModules><add name="IpRestrictionModule" image="iprestr.dll" /></globalModules></system.webServer>'
    '<location path="" overrideMode="Allow"><system.webServer>'
    '<modules><add name="IpRestrictionModule" lockItem="true" /></modules></system.webServer></location>'
)


def test_an_error_closes_its_subtree_alone(tmp_path: Path) -> None:
    bad = web(
        '<system.webServer><security><authentication><anonymousAuthentication enabled="false" /></authentication></security></system.webServer>'
    )
    scopes = Scopes(hierarchy(tmp_path, server(), {"s/bad/web.config": bad}))
    assert scopes.settings(SITE, SITE, INTEGRATED).error is None
    error = scopes.settings(SITE, ConfigPath("S", "/bad"), INTEGRATED).error
    assert error is not None
    assert error.source is not None
    assert (error.code, error.source.file, error.source.line) == ("0x80070021", str(tmp_path / "s/bad/web.config"), 1)
    assert any(problem.code == "0x80070021" for problem in scopes.problems)


def test_a_fault_in_a_section_that_nobody_reads_is_a_warning(tmp_path: Path) -> None:
    odd = web('<system.webServer><caching enableKernelCache="perhaps" /></system.webServer>')
    scopes = Scopes(hierarchy(tmp_path, server(), {"s/web.config": odd}))
    assert scopes.settings(SITE, SITE, INTEGRATED).error is None
    assert [problem.severity for problem in scopes.problems if "enableKernelCache" in problem.message] == ["warning"]


def test_equal_paths_share_their_settings(tmp_path: Path) -> None:
    scopes = Scopes(hierarchy(tmp_path, server()))
    assert scopes.settings(SITE, SITE, INTEGRATED) is scopes.settings(SITE, ConfigPath("S", "/x"), INTEGRATED)
    assert scopes.settings(SITE, SITE, INTEGRATED) is not scopes.settings(SITE, SITE, PoolFacts("Classic"))


@pytest.mark.parametrize(
    ("rule", "section"),
    [
        ('<security><access sslFlags="Ssl, SslRequireCert" /></security>', "system.webServer/security/access"),
        ('<security><ipSecurity enableReverseDns="true"><add domainName="a.test" /></ipSecurity></security>', "system.webServer/security/ipSecurity"),
    ],
)
def test_restrictions_that_are_not_executed_close_the_path(tmp_path: Path, rule: str, section: str) -> None:
    found = hierarchy(tmp_path, server(NATIVE + f"<location path='S/in'><system.webServer>{rule}</system.webServer></location>"))
    inner = ConfigPath("S", "/in")
    closed = Scopes(found).settings(SITE, inner, INTEGRATED).closed
    assert closed is not None
    assert closed.section == section
    assert closed.source is not None
    assert Scopes(found).settings(SITE, SITE, INTEGRATED).closed is None
    assert Scopes(found, frozenset({section})).settings(SITE, inner, INTEGRATED).closed is None


def test_ssl_is_asked_for_where_it_is_written(tmp_path: Path) -> None:
    rule = "<location path='S/in'><system.webServer><security><access sslFlags='Ssl, Ssl128' /></security></system.webServer></location>"
    scopes = Scopes(hierarchy(tmp_path, server(NATIVE + rule)))
    inner = scopes.settings(SITE, ConfigPath("S", "/in"), INTEGRATED)
    assert (inner.ssl_flags, inner.closed) == (("Ssl", "Ssl128"), None)
    assert inner.ssl_source is not None
    assert scopes.settings(SITE, SITE, INTEGRATED).ssl_flags == ()


def test_flags_that_are_none_open_nothing(tmp_path: Path) -> None:
    rule = "<location path='S/in'><system.webServer><security><access sslFlags='Ssl, Foo' /></security></system.webServer></location>"
    error = Scopes(hierarchy(tmp_path, server(NATIVE + rule))).settings(SITE, ConfigPath("S", "/in"), INTEGRATED).error
    assert error is not None
    assert "sslFlags" in error.message


def test_a_restriction_without_its_module_restricts_nobody(tmp_path: Path) -> None:
    rule = (
        '<system.webServer><security><ipSecurity enableReverseDns="true" allowUnlisted="false"><add ipAddress="x" /><add domainName="a.test" />'
        "</ipSecurity></security></system.webServer>"
    )
    scopes = Scopes(hierarchy(tmp_path, server(rule)))
    settings = scopes.settings(SITE, SITE, INTEGRATED)
    assert (settings.closed, settings.error, settings.address_rules) == (None, None, AddressRules())
    message = "system.webServer/security/ipSecurity has no effect here: IpRestrictionModule is not in <modules>"
    assert [(problem.code, problem.message) for problem in scopes.problems] == [("no-module", message)]


def test_limits_without_their_module_are_told(tmp_path: Path) -> None:
    limit = "<security><dynamicIpSecurity><denyByRequestRate enabled='{}' /></dynamicIpSecurity></security>"
    for enabled, told in (("true", ["no-module"]), ("false", [])):
        scopes = Scopes(hierarchy(tmp_path, server(f"<system.webServer>{limit.format(enabled)}</system.webServer>")))
        scopes.settings(SITE, SITE, INTEGRATED)
        assert [problem.code for problem in scopes.problems] == told


def test_an_address_that_is_none_is_a_problem_that_closes_its_path(tmp_path: Path) -> None:
    rule = (
        "<location path='S/in'><system.webServer><security><ipSecurity enableReverseDns='true'><add ipAddress='10.0.0.1' subnetMask='33' />"
        "<add domainName='a.test' allowed='true' /></ipSecurity></security></system.webServer></location>"
    )
    scopes = Scopes(hierarchy(tmp_path, server(NATIVE + rule)))
    for _ in range(2):  # the second is known, and tells it again
        scopes.problems.clear()
        settings = scopes.settings(SITE, ConfigPath("S", "/in"), INTEGRATED)
        assert settings.error is not None
        assert settings.error.message == 'ipSecurity: "33" are more bits than 10.0.0.1 has'
        assert [(problem.severity, problem.code) for problem in scopes.problems] == [("warning", "not-executed"), ("error", INVALID_DATA)]
    assert scopes.settings(SITE, SITE, INTEGRATED).error is None


def test_error_pages_are_files_that_exist(tmp_path: Path) -> None:
    errors = (
        '<system.webServer><httpErrors><error statusCode="404" prefixLanguageFilePath="C:\\custerr" path="404.htm" />'
        '<error statusCode="500" prefixLanguageFilePath="C:\\custerr" path="500.htm" /></httpErrors></system.webServer>'
    )
    own = web(
        '<system.webServer><httpErrors><error statusCode="403" path="no.html" />'
        '<error statusCode="401" path="/x" responseMode="ExecuteURL" /></httpErrors></system.webServer>'
    )
    files = {"s/web.config": own, "s/no.html": "no", "drive/custerr/en-US/404.htm": "gone"}
    found = hierarchy(tmp_path, server(errors), files, {"C": tmp_path / "drive"})
    pages = Scopes(found).settings(SITE, SITE, INTEGRATED).http_errors.pages
    assert [(page.status, page.path) for page in pages] == [
        (404, str(tmp_path / "drive/custerr/en-US/404.htm")),
        (403, str(tmp_path / "s/no.html")),
        (401, "/x"),
    ]
