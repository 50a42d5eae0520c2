"""Marks of the effective configuration: local, locked, where a value was written."""

from pathlib import Path

from model.config_path import ConfigPath
from model.effective import EffectiveElement, effective
from tests.support.meaning import hierarchy, server, web


def test_values_know_where_they_come_from(tmp_path: Path) -> None:
    config = server('<system.webServer><directoryBrowse showFlags="Date" /></system.webServer>')
    found = hierarchy(tmp_path, config, {"s/web.config": web('<system.webServer><directoryBrowse enabled="true" /></system.webServer>')})
    at_site = effective(found, "system.webServer/directoryBrowse", ConfigPath("S")).root
    assert (at_site.values["enabled"].value, at_site.values["enabled"].local) == ("true", True)
    assert (at_site.values["showFlags"].value, at_site.values["showFlags"].local) == ("Date", False)
    below = effective(found, "system.webServer/directoryBrowse", ConfigPath("S", "/folder")).root
    assert not below.values["enabled"].local
    source = at_site.source_of("showFlags")
    assert source is not None
    assert (source.line, source.config_path) == (7, "MACHINE/WEBROOT/APPHOST")
    server_level = effective(found, "system.webServer/directoryBrowse", ConfigPath()).root
    assert server_level.values["enabled"].is_default
    assert server_level.values["showFlags"].local


def test_equal_words_are_merged_once(tmp_path: Path) -> None:
    found = hierarchy(tmp_path, server())
    assert found.merged("system.webServer/handlers", ConfigPath("S", "/a")) is found.merged("system.webServer/handlers", ConfigPath("S", "/b"))


def test_a_locked_section_says_so_below_alone(tmp_path: Path) -> None:
    found = hierarchy(tmp_path, server())
    assert effective(found, "system.webServer/security/access", ConfigPath("S")).locked
    assert not effective(found, "system.webServer/security/access", ConfigPath()).locked
    assert not effective(found, "system.webServer/defaultDocument", ConfigPath("S")).locked


def test_a_section_without_a_schema_is_kept(tmp_path: Path) -> None:
    own = '<configSections><section name="mine" /></configSections><mine a="1"><row b="2" /></mine>'
    found = effective(hierarchy(tmp_path, server(), {"s/web.config": web(own)}), "mine", ConfigPath("S"))
    assert [(problem.severity, problem.code) for problem in found.problems] == [("information", "0x80070002")]
    assert (found.root.get("a"), found.root.entries[0].get("b")) == ("1", "2")


def test_an_undeclared_section(tmp_path: Path) -> None:
    found = effective(
        hierarchy(tmp_path, server(), {"s/web.config": web("<system.ftpServer><log /></system.ftpServer>")}), "system.ftpServer/log", ConfigPath("S")
    )
    assert not found.declared
    assert found.errors[0].message == "No file declares the section 'system.ftpServer/log' in <configSections>: it is not read"


def test_a_path_of_no_site(tmp_path: Path) -> None:
    found = effective(hierarchy(tmp_path, server()), "system.webServer/directoryBrowse", ConfigPath("None"))
    assert [problem.code for problem in found.errors] == ["0x80070002"]


def test_at_gives_an_empty_element_for_what_is_not_there() -> None:
    assert EffectiveElement("x").at("a/b").get("c") == ""
