"""The XML of an element where it stands, and the appcmd line that writes it."""

from __future__ import annotations

import pytest

from console.element_text import appcmd_line, element_at
from model.source import Source

TEXT = """<?xml version="1.0"?>
<configuration>
  <system.applicationHost>
    <applicationPools>
      <add name="My &quot;Pool&quot;" managedPipelineMode="Classic">
        <processModel userName="ada" password="secret" />
      </add>
    </applicationPools>
    <sites>
      <site name="S" id="1"><bindings><binding protocol="http" bindingInformation="*:80:" /></bindings></site>
    </sites>
  </system.applicationHost>
  <location path="S/app">
    <system.webServer>
      <modules runAllManagedModulesForAllRequests="true">
        <add name="Stamp" type="stamp.StampModule" preCondition="" />
      </modules>
    </system.webServer>
  </location>
</configuration>
"""


def at(part: str, offset: int = 0) -> Source:
    index = TEXT.index(part) + offset
    return Source("f", TEXT.count("\n", 0, index) + 1, index - TEXT.rfind("\n", 0, index), "MACHINE/WEBROOT/APPHOST")


def test_the_whole_element_with_secrets_masked() -> None:
    found = element_at(TEXT, at("<add name"))
    assert found is not None
    assert found.xml.startswith("<add name=")
    assert found.xml.endswith("</add>")
    assert "secret" not in found.xml
    assert found.way == ("system.applicationHost", "applicationPools", "add")
    assert found.attributes[0] == ("name", 'My "Pool"')


@pytest.mark.parametrize("part", ["<add name=", "managedPipelineMode"])
def test_an_attribute_stands_for_its_element(part: str) -> None:
    found = element_at(TEXT, at(part))
    assert found is not None
    assert dict(found.attributes)["managedPipelineMode"] == "Classic"


def test_an_element_within_a_line() -> None:
    found = element_at(TEXT, at("<binding "))
    assert found is not None
    assert found.xml == '<binding protocol="http" bindingInformation="*:80:" />'


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("<add name=\"Stamp", 'appcmd set config S/app -section:system.webServer/modules "/+[name=\'Stamp\',type=\'stamp.StampModule\',preCondition=\'\']" /commit:apphost'),
        ("<modules", "appcmd set config S/app -section:system.webServer/modules /runAllManagedModulesForAllRequests:true /commit:apphost"),
        ("<binding ", "appcmd set config -section:system.applicationHost/sites \"/+[name='S'].bindings.[protocol='http',bindingInformation='*:80:']\""),
        ("<processModel", 'appcmd set config -section:system.applicationHost/applicationPools "/[name=\'My \\"Pool\\"\'].processModel.userName:ada"'),
    ],
)  # fmt: skip
def test_appcmd_lines(part: str, line: str) -> None:
    found = element_at(TEXT, at(part))
    assert found is not None
    assert appcmd_line(found, "MACHINE/WEBROOT/APPHOST") == line


def test_a_broken_file_has_what_stood_before_the_break() -> None:
    broken = TEXT.replace("</location>", "</locatio>")
    assert element_at(broken, at("<add name")) is not None
    assert element_at("<a", Source("f", 1, 1, "")) is None
    assert element_at("", Source("f", 9, 9, "")) is None


def test_what_stands_in_no_section_has_no_line() -> None:
    found = element_at("<configuration><mine a='1'/></configuration>", Source("f", 1, 16, ""))
    assert found is not None
    assert appcmd_line(found, "") == ""
