"""basicAuthentication: what a plan says of it."""

from __future__ import annotations

from pathlib import Path

from model.config_path import ConfigPath
from model.sections.basic_authentication import BasicAuthentication, settings
from tests.support.meaning import hierarchy, server


def test_as_shipped_nobody_is_asked_and_where_it_is_switched_on_is_known(tmp_path: Path) -> None:
    written = '<basicAuthentication enabled="true"\n realm="r" defaultLogonDomain="CORP" />'
    inner = f'<location path="S"><system.webServer><security><authentication>{written}</authentication></security></system.webServer></location>'
    found = hierarchy(tmp_path, server(inner))
    assert settings(found.merged(BasicAuthentication.SECTION, ConfigPath())).enabled is False
    basic = settings(found.merged(BasicAuthentication.SECTION, ConfigPath("S")))
    assert (basic.enabled, basic.realm, basic.default_logon_domain) == (True, "r", "CORP")
    assert basic.source is not None
    assert basic.source.line > 1
