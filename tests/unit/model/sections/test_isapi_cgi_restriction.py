"""Programs count by their last name."""

from pathlib import Path

from model.sections.isapi_cgi_restriction import IsapiCgiRestriction, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = (
        '<isapiCgiRestriction notListedIsapisAllowed="true">'
        '<add path="%windir%\\X\\ASPNET_isapi.dll" allowed="true" /><add path="/usr/bin/php -c" allowed="false" /></isapiCgiRestriction>'
    )
    found = settings(section(tmp_path, IsapiCgiRestriction.SECTION, rows))
    assert found.not_listed_isapis_allowed
    assert [(rule.value, rule.allowed) for rule in found.entries] == [("aspnet_isapi.dll", True), ("php -c", False)]
