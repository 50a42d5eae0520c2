"""Merging of collections beyond the golden cases of tests/conformance."""

from pathlib import Path

from model.config_path import ConfigPath
from model.effective import EffectiveSection
from model.merge import default_element
from model.schema import section_schema
from tests.support.meaning import hierarchy, server, web


def merged(folder: Path, section: str, above: str, below: str) -> EffectiveSection:
    return hierarchy(folder, server(above), {"s/web.config": web(below)}).merged(section, ConfigPath("S"))


def names(section: EffectiveSection, attribute: str = "name") -> list[str]:
    return [entry.get(attribute) for entry in section.root.entries]


def test_after_clear_the_own_order_holds(tmp_path: Path) -> None:
    above = (
        '<location path=""><system.webServer><httpErrors><error statusCode="404" path="a" />'
        '<error statusCode="500" path="b" /></httpErrors></system.webServer></location>'
    )
    below = (
        '<system.webServer><httpErrors><clear /><error statusCode="500" path="c" />'
        '<error statusCode="404" path="d" /></httpErrors></system.webServer>'
    )
    found = merged(tmp_path, "system.webServer/httpErrors", above, below)
    assert names(found, "path") == ["c", "d"]


def test_a_key_of_two_attributes_counts_its_defaults(tmp_path: Path) -> None:
    above = '<system.webServer><httpErrors><error statusCode="404" path="a" /></httpErrors></system.webServer>'
    below = (
        '<system.webServer><httpErrors><error statusCode="404" subStatusCode="3" path="b" />'
        '<error statusCode="404" path="c" /></httpErrors></system.webServer>'
    )
    found = merged(tmp_path, "system.webServer/httpErrors", above, below)
    assert names(found, "path") == ["a", "b"]
    assert found.errors[0].code == "0x800700b7"
    assert 'with statusCode="404" subStatusCode="-1" is there already' in found.errors[0].message


def test_keys_compare_without_case_where_the_schema_says_nothing(tmp_path: Path) -> None:
    above = '<system.webServer><staticContent><mimeMap fileExtension=".TXT" mimeType="a/b" /></staticContent></system.webServer>'
    below = (
        '<system.webServer><staticContent><remove fileExtension=".txt" />'
        '<mimeMap fileExtension=".Txt" mimeType="c/d" /></staticContent></system.webServer>'
    )
    assert names(merged(tmp_path, "system.webServer/staticContent", above, below), "mimeType") == ["c/d"]


def test_duplicates_are_allowed_where_the_schema_allows_them(tmp_path: Path) -> None:
    below = '<system.web><httpHandlers><clear /><add path="*" verb="*" type="a" /><add path="*" verb="*" type="b" /></httpHandlers></system.web>'
    found = merged(tmp_path, "system.web/httpHandlers", "", below)
    assert names(found, "type") == ["a", "b"]
    removed = merged(tmp_path, "system.web/httpHandlers", "", below.replace("</httpHandlers>", '<remove path="*" verb="*" /></httpHandlers>'))
    assert names(removed, "type") == []


def test_values_survive_what_is_refused(tmp_path: Path) -> None:
    above = '<system.webServer><directoryBrowse enabled="true" /></system.webServer>'
    found = merged(tmp_path, "system.webServer/directoryBrowse", above, '<system.webServer><directoryBrowse enabled="perhaps" /></system.webServer>')
    assert found.root.get("enabled") == "true"
    assert len(found.errors) == 1


def test_defaults_reach_through_child_elements() -> None:
    schema = section_schema("system.applicationHost/applicationPools")
    assert schema is not None
    assert schema.entry is not None
    pool = default_element(schema.entry)
    assert pool.at("recycling/periodicRestart").get("time") == "29:00:00"
    assert pool.values["queueLength"].is_default
    assert default_element(schema.entry) is pool
