"""Which files leave in a compressed copy."""

from __future__ import annotations

from pathlib import Path

from hwebcore.plan import ScopeSettings, StaticCompression
from model.config_path import ConfigPath
from model.scopes import Scopes
from model.sections.http_compression import HttpCompression, UrlCompression, not_executed, settings
from model.sections.precondition import PoolFacts
from tests.support.meaning import hierarchy, server, web
from tests.unit.model.sections import section

SCHEMES = '<scheme name="GZip" dll="gzip.dll" staticCompressionLevel="10" /><scheme name="br" dll="br.dll" />'
TYPES = '<staticTypes><add mimeType="Text/*" enabled="true" /><add mimeType="*/*" enabled="false" /></staticTypes>'
MODULE = (
    '<system.webServer><globalModules><add name="StaticCompressionModule" image="compstat.dll" /></globalModules></system.webServer>'
    '<location path="" overrideMode="Allow"><system.webServer>'
    '<modules><add name="StaticCompressionModule" lockItem="true" /></modules></system.webServer></location>'
)


def made(folder: Path, http: str = "", url: str = "") -> StaticCompression:
    return settings(section(folder, HttpCompression.SECTION, http), section(folder, UrlCompression.SECTION, url))


def test_defaults(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert (found.enabled, found.schemes, found.types, found.least_bytes, found.most_bytes) == (True, (), (), 2700, 100 << 20)
    assert (found.not_for_http10, found.not_for_proxies, found.not_for_ranges, found.ignore_hits) == (True, True, True, False)
    assert (found.disable_cpu, found.enable_cpu, found.cache_headers) == (100, 50, ())


def test_what_is_said(tmp_path: Path) -> None:
    http = f'<httpCompression doDiskSpaceLimiting="false" sendCacheHeaders="true" noCompressionForHttp10="false">{SCHEMES}{TYPES}</httpCompression>'
    found = made(tmp_path, http, '<urlCompression doStaticCompression="false" />')
    assert not found.enabled
    assert [(one.name, one.level) for one in found.schemes] == [("gzip", 9)]
    assert [(one.mime, one.enabled) for one in found.types] == [("text/*", True), ("*/*", False)]
    assert (found.most_bytes, found.not_for_http10) == (0, False)
    assert found.cache_headers == (("Cache-Control", "max-age=86400"), ("Expires", "Wed, 01 Jan 1997 12:00:00 GMT"))
    assert made(tmp_path, '<httpCompression maxDiskSpaceUsage="0" />').most_bytes == 1  # no room at all
    [told] = not_executed(section(tmp_path, HttpCompression.SECTION, http))
    assert (told.code, "br" in told.message) == ("not-executed", True)


def scoped(folder: Path, inner: str, own: str = "") -> tuple[ScopeSettings, Scopes]:
    scopes = Scopes(hierarchy(folder, server(inner), {"s/web.config": web(own)}))
    return scopes.settings(ConfigPath("S"), ConfigPath("S"), PoolFacts("Integrated")), scopes


def test_only_where_the_module_is(tmp_path: Path) -> None:
    http = f"<system.webServer><httpCompression>{SCHEMES}{TYPES}</httpCompression></system.webServer>"
    without, scopes = scoped(tmp_path, http)
    assert without.static_compression == StaticCompression()
    assert not [problem for problem in scopes.problems if "httpCompression" in problem.message]
    found, scopes = scoped(tmp_path, http + MODULE, '<system.webServer><urlCompression doStaticCompression="false" /></system.webServer>')
    assert (found.static_compression.enabled, [one.name for one in found.static_compression.schemes]) == (False, ["gzip"])
    assert [problem.code for problem in scopes.problems if "httpCompression" in problem.message] == ["not-executed"]


# rules: compression.fault
def test_a_fault_is_met_where_it_is_read(tmp_path: Path) -> None:
    found, _ = scoped(tmp_path, MODULE, '<system.webServer><urlCompression doStaticCompression="perhaps" /></system.webServer>')
    assert found.error is None
    assert [fault.section for fault in found.faults] == ["system.webServer/urlCompression"]
