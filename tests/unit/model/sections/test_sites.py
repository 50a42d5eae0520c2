"""Sites: bindings, virtual directories, limits and logs as values."""

from pathlib import Path

import pytest

from hwebcore.plan import CustomField
from model.sections.sites import SiteBinding, Sites, binding_route, log_not_executed, site_limits, site_log
from model.sections.web_limits import WebLimits
from tests.support.meaning import hierarchy, server


@pytest.mark.parametrize(
    ("information", "route"),
    [
        ("*:80:", ("*", 8080, "")),
        (":443:Www.Example.com", ("*", 443, "www.example.com")),
        ("127.0.0.1:80:*.example.com", ("127.0.0.1", 8080, "*.example.com")),
        ("[::1]:81:", ("::1", 81, "")),
        ("*:abc:h", None),
        ("*:0:h", None),
        ("*:161902:h", None),
        ("80", None),
    ],
)
def test_bindings(information: str, route: tuple[str, int, str] | None) -> None:
    found = binding_route(SiteBinding(protocol="HTTP", binding_information=information), {80: 8080})
    assert (found and (found.ip, found.port, found.host)) == route
    assert found is None or found.protocol == "http"


def test_a_site(tmp_path: Path) -> None:
    xml = """<system.applicationHost><sites><site name="S" id="7" serverAutoStart="false"><application path="/app" preloadEnabled="true">
<virtualDirectory path="/" physicalPath="a" /><virtualDirectory path="/v" physicalPath="b" /></application>
<limits connectionTimeout="00:00:05" maxUrlSegments="4" /><logFile directory="logs" logExtFileFlags="Date, Time, UriStem" period="Hourly" /></site>
<siteDefaults><bindings><binding protocol="http" bindingInformation="*:1:" /></bindings></siteDefaults></sites></system.applicationHost>"""
    (site,) = Sites.of(hierarchy(tmp_path, server(beside=xml))).sites
    assert (site.name, site.id, site.server_auto_start, site.bindings) == ("S", 7, False, ())
    (application,) = site.applications
    assert [application.url_of(directory) for directory in application.virtual_directories] == ["/app", "/app/v"]
    assert application.root is application.virtual_directories[0]
    limits = site_limits(site, WebLimits())
    assert (limits.connection_timeout_s, limits.max_url_segments, limits.header_wait_timeout_s) == (5.0, 4, 20.0)
    log = site_log(site, tmp_path / "logs")
    assert (log.directory, log.fields, log.period) == (str(tmp_path / "logs"), ("Date", "Time", "UriStem"), "Hourly")
    assert log_not_executed(site) == ""


def test_columns_of_a_logs_own(tmp_path: Path) -> None:
    xml = """<system.applicationHost><sites><site name="S" id="7"><logFile logFormat="NCSA"><customFields maxCustomFieldLength="9">
<add logFieldName="x-forwarded" sourceName="X-Forwarded-For" sourceType="RequestHeader" /><add logFieldName="key" sourceName="HTTPS_KEYSIZE" sourceType="ServerVariable" />
</customFields></logFile></site></sites></system.applicationHost>"""
    (site,) = Sites.of(hierarchy(tmp_path, server(beside=xml))).sites
    log = site_log(site, None)
    assert log.custom == (CustomField("x-forwarded", "RequestHeader", "X-Forwarded-For"), CustomField("key", "ServerVariable", "HTTPS_KEYSIZE"))
    assert log.most_custom_bytes == 9
    assert "NCSA" in log_not_executed(site)
