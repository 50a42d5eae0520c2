"""Changing what an upper file wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.document import Document
from model.edits import AddEntry, CannotEdit, SetAttribute, Single, Step, Where
from model.hierarchy import Hierarchy
from model.inherited import restated

SERVER = """<configuration>
  <configSections>
    <sectionGroup name="system.applicationHost"><section name="sites" /></sectionGroup>
    <sectionGroup name="system.webServer">
      <section name="modules" /><section name="defaultDocument" /><section name="fastCgi" />
    </sectionGroup>
  </configSections>
  <system.applicationHost>
    <sites><site name="Site" id="1"><application path="/"><virtualDirectory path="/" physicalPath="site" /></application></site></sites>
  </system.applicationHost>
  <system.webServer>
    <modules>
      <add name="Native" lockItem="true" />
      <add name="Session" type="S" preCondition="managedHandler" />
    </modules>
    <defaultDocument><files><add value="Default.htm" /></files></defaultDocument>
    <fastCgi>
      <application fullPath="a.exe"><environmentVariables><environmentVariable name="n" value="v" /></environmentVariables></application>
    </fastCgi>
  </system.webServer>
</configuration>
"""
SITE = ConfigPath("Site")
MODULES = Where("system.webServer/modules", SITE)


@pytest.fixture
def hierarchy(tmp_path: Path) -> Hierarchy:
    return Hierarchy(Document.parse(tmp_path / "applicationHost.config", SERVER.encode()), lambda path: None)


def module(name: str) -> tuple[Step, ...]:
    return (Step("add", (("name", name),)),)


def test_an_inherited_entry_is_removed_and_added_as_a_whole(hierarchy: Hierarchy) -> None:
    pair = restated(hierarchy, SetAttribute(MODULES, module("Session"), "type", "mine.Session"))
    assert pair is not None
    remove, add = pair
    assert remove.key == (("name", "Session"),)
    assert add.attributes == (("name", "Session"), ("type", "mine.Session"), ("preCondition", "managedHandler"))


def test_an_attribute_that_is_taken_away_or_new(hierarchy: Hierarchy) -> None:
    pair = restated(hierarchy, SetAttribute(MODULES, module("Session"), "preCondition", None))
    assert pair is not None
    assert pair[1].attributes == (("name", "Session"), ("type", "S"))
    where = Where("system.webServer/defaultDocument", SITE)
    pair = restated(hierarchy, SetAttribute(where, (Step("files"), Step("add", (("value", "DEFAULT.HTM"),))), "value", "index.html"))
    assert pair is not None
    assert pair[0].key == (("value", "Default.htm"),)
    assert pair[1].attributes == (("value", "index.html"),)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (SetAttribute(MODULES, module("Native"), "preCondition", "x"), "locked"),
        (SetAttribute(Where("system.webServer/fastCgi", SITE), (Step("application", (("fullPath", "a.exe"),)),), "maxInstances", "1"), "elements"),
    ],
)
def test_what_cannot_be_restated_says_why_and_where(hierarchy: Hierarchy, edit: Single, reason: str) -> None:
    with pytest.raises(CannotEdit, match=reason) as caught:
        restated(hierarchy, edit)
    assert caught.value.source is not None
    assert caught.value.source.line > 10


@pytest.mark.parametrize(
    "edit",
    [
        SetAttribute(MODULES, module("Unknown"), "type", "x"),
        SetAttribute(MODULES, module("session"), "type", "x"),
        SetAttribute(MODULES, (), "runAllManagedModulesForAllRequests", "true"),
        AddEntry(MODULES, module("Session"), "x", ()),
    ],
)
def test_other_edits_are_none_of_its_business(hierarchy: Hierarchy, edit: Single) -> None:
    assert restated(hierarchy, edit) is None
