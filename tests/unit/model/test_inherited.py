"""Changing what an upper file wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.document import Document
from model.edits import AddEntry, CannotEdit, ClearEntries, MoveEntry, Revert, SetAttribute, Single, Step, Where
from model.hierarchy import Hierarchy
from model.inherited import CrossesInherited, resolved, restated

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


FASTCGI = (Step("application", (("fullPath", "a.exe"),)),)


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


def files(*values: str) -> str:
    return "".join(f'<add value="{value}" />' for value in values)


def moved(hierarchy: Hierarchy, tmp_path: Path, web: str, section: str, steps: tuple[Step, ...], offset: int) -> tuple[Single, ...]:
    text = f"<configuration><system.webServer>{web}</system.webServer></configuration>".encode()
    below = Hierarchy(hierarchy.server, lambda path: Document.parse(path, text) if path == tmp_path / "site" / "web.config" else None)
    return resolved(below, MoveEntry(Where(section, SITE), steps, offset))


DOCUMENTS = "system.webServer/defaultDocument"
WEB_DOCUMENTS = f"<defaultDocument><files>{files('a', 'b')}</files></defaultDocument>"


def document(value: str) -> tuple[Step, ...]:
    return (Step("files"), Step("add", (("value", value),)))


def test_a_move_among_local_entries_stays_one(hierarchy: Hierarchy, tmp_path: Path) -> None:
    (single,) = moved(hierarchy, tmp_path, WEB_DOCUMENTS, DOCUMENTS, document("a"), 1)
    assert isinstance(single, MoveEntry)
    assert moved(hierarchy, tmp_path, WEB_DOCUMENTS, DOCUMENTS, document("a"), -1) == ()


def test_a_move_past_an_inherited_entry_is_clear_and_copies(hierarchy: Hierarchy, tmp_path: Path) -> None:
    (single,) = moved(hierarchy, tmp_path, WEB_DOCUMENTS, DOCUMENTS, document("default.htm"), -1)
    assert isinstance(single, ClearEntries)
    assert [draft.attributes for draft in single.entries] == [(("value", "a"),), (("value", "Default.htm"),), (("value", "b"),)]


def test_a_copy_keeps_the_locks_that_this_file_sets(hierarchy: Hierarchy, tmp_path: Path) -> None:
    locks = 'lockAllAttributesExcept="y,x" lockElements="inner" lockAllElementsExcept="" lockAttributes="value"'
    web = f'<defaultDocument><files><add value="a" {locks} /></files></defaultDocument>'
    (single,) = moved(hierarchy, tmp_path, web, DOCUMENTS, document("default.htm"), -1)
    assert isinstance(single, ClearEntries)
    written = (("lockAttributes", "value"), ("lockAllAttributesExcept", "x,y"), ("lockElements", "inner"), ("lockAllElementsExcept", ""))
    assert [draft.attributes for draft in single.entries] == [(("value", "Default.htm"),), (("value", "a"), *written)]


def test_modules_never_cross_inherited_ones(hierarchy: Hierarchy, tmp_path: Path) -> None:
    web = '<modules><add name="Mine" type="m" /></modules>'
    with pytest.raises(CrossesInherited, match=r"500\.19") as caught:
        moved(hierarchy, tmp_path, web, "system.webServer/modules", module("Mine"), -1)
    assert caught.value.offer is None
    with pytest.raises(CrossesInherited, match=r"applicationHost\.config") as caught:
        moved(hierarchy, tmp_path, web, "system.webServer/modules", module("Session"), -1)
    assert caught.value.offer == MoveEntry(Where("system.webServer/modules"), module("Session"), -1)


def test_clearing_what_is_locked_is_refused(hierarchy: Hierarchy) -> None:
    with pytest.raises(CannotEdit, match="Native, which is locked") as caught:
        resolved(hierarchy, ClearEntries(MODULES))
    assert caught.value.source is not None
    clear = ClearEntries(Where(DOCUMENTS, SITE), (Step("files"),))
    assert resolved(hierarchy, clear) == (clear,)


def test_what_needs_nothing_from_above_stays_as_it_is(hierarchy: Hierarchy) -> None:
    pool, recycling = Step("add", (("name", "P"),)), Step("recycling")
    inner = (*FASTCGI, Step("environmentVariables"))
    edits: tuple[Single, ...] = (
        MoveEntry(Where("system.webServer/modules"), module("Session"), -1),
        MoveEntry(Where("system.webServer/fastCgi", SITE), (*inner, Step("environmentVariable", (("name", "n"),))), 1),
        ClearEntries(Where("system.webServer/modules")),
        ClearEntries(Where("system.webServer/fastCgi", SITE), inner),
        Revert(MODULES),
        Revert(Where("system.applicationHost/applicationPools"), (pool, recycling)),
    )
    for edit in edits:
        assert resolved(hierarchy, edit) == (edit,)


def test_a_copy_keeps_what_an_entry_holds(hierarchy: Hierarchy, tmp_path: Path) -> None:
    text = SERVER.replace(
        '<section name="fastCgi" />', '<section name="fastCgi" /><sectionGroup name="rewrite"><section name="rules" /></sectionGroup>'
    )
    rule = '<rule name="One"><match url="^a" /><conditions><add input="{X}" pattern="1" /></conditions><action type="None" /></rule>'
    text = text.replace("<fastCgi>", f"<rewrite><rules>{rule}</rules></rewrite><fastCgi>")
    upper = Hierarchy(Document.parse(tmp_path / "applicationHost.config", text.encode()), lambda path: None)
    web = '<rewrite><rules><rule name="Two"><match url="b" /></rule></rules></rewrite>'
    (single,) = moved(upper, tmp_path, web, "system.webServer/rewrite/rules", (Step("rule", (("name", "Two"),)),), -1)
    assert isinstance(single, ClearEntries)
    assert [draft.attributes for draft in single.entries] == [(("name", "Two"),), (("name", "One"),)]
    one = {draft.name: draft for draft in single.entries[1].children}
    assert one["match"].attributes == (("url", "^a"),)
    assert one["conditions"].children[0].attributes == (("input", "{X}"), ("pattern", "1"))
    assert one["action"].attributes == (("type", "None"),)
    assert [draft.name for draft in single.entries[0].children] == ["match"], "and nothing that nobody wrote"


def test_the_servers_own_sections_have_no_parent(hierarchy: Hierarchy) -> None:
    with pytest.raises(CannotEdit, match="no parent"):
        resolved(hierarchy, Revert(Where("system.applicationHost/sites")))
