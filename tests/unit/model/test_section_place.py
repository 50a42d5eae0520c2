"""Where a section stands in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.document import Document, Element
from model.section_place import SectionPlace, Step, find_section, same_key, same_location, schema_at

MODULES = "system.webServer/modules"


def place(inside: str, section: str = MODULES, steps: tuple[Step, ...] = (), location: str = "") -> SectionPlace:
    root = Document.parse(Path("f"), f"<configuration>{inside}</configuration>".encode()).root
    assert root is not None
    return find_section(root, section, steps, location)


def names(found: SectionPlace) -> tuple[str, str]:
    return "/".join(element.name for element in found.lineage), "/".join(draft.name for draft in found.missing)


def test_a_section_in_the_body() -> None:
    assert names(place("<system.webServer><modules/></system.webServer>")) == ("configuration/system.webServer/modules", "")


def test_a_section_that_setup_moved_into_a_location_tag_is_found_there() -> None:
    inside = (
        '<system.webServer><asp/></system.webServer><location path="" overrideMode="Allow"><system.webServer><modules/></system.webServer></location>'
    )
    assert names(place(inside)) == ("configuration/location/system.webServer/modules", "")


def test_what_is_missing_is_added_in_the_body_whatever_unlocks_others() -> None:
    inside = '<location path="" overrideMode="Allow"><system.webServer><handlers/></system.webServer></location>'
    assert names(place(inside)) == ("configuration", "system.webServer/modules")
    assert names(place("<system.webServer/>" + inside)) == ("configuration/system.webServer", "modules")


def test_missing_elements_below_a_section_are_told() -> None:
    found = place("<a><b/></a>", "a/b", (Step("c"), Step("d")))
    assert names(found) == ("configuration/a/b", "c/d")


def test_a_group_may_stand_in_a_file_twice() -> None:
    inside = "<a><x/></a><a><b><c/></b></a>"
    assert names(place(inside, "a/b", (Step("c"),))) == ("configuration/a/b/c", "")


def test_an_entry_is_found_by_its_key_and_never_made() -> None:
    inside = '<system.webServer><modules><add name="One"/><add name="Two"/></modules></system.webServer>'
    found = place(inside, steps=(Step("add", (("name", "Two"),)),))
    assert found.lineage[-1].get("name") == "Two"
    missing = place(inside, steps=(Step("add", (("name", "Three"),)), Step("x")))
    assert missing.absent == Step("add", (("name", "Three"),))
    assert missing.lineage[-1].name == "modules"


def test_location_tags_are_matched_by_path() -> None:
    inside = '<location path="Site/App"><a><b/></a></location><a><b><c/></b></a>'
    assert names(place(inside, "a/b", location="site/app")) == ("configuration/location/a/b", "")
    assert names(place(inside, "a/x", location="Site/App")) == ("configuration/location/a", "x")
    other = place(inside, "a/b", location="Site")
    assert names(other) == ("configuration", "location/a/b")
    assert other.missing[0].attributes == (("path", "Site"),)


@pytest.mark.parametrize("attributes", ['overrideMode="Deny"', 'allowOverride="false"', 'inheritInChildApplications="false"'])
def test_nothing_new_is_put_where_it_would_be_locked_or_not_inherited(attributes: str) -> None:
    inside = f'<location path="S" {attributes}><a><b/></a></location>'
    assert names(place(inside, "a/c", location="S")) == ("configuration", "location/a/c")
    assert names(place(inside, "a/b", location="S")) == ("configuration/location/a/b", "")


def test_keys_compare_as_the_schema_says() -> None:
    def entry(attributes: str) -> Element:
        root = Document.parse(Path("f"), f"<add {attributes}/>".encode()).root
        assert root is not None
        return root

    pool = schema_at("system.applicationHost/applicationPools", (Step("add"),))
    assert same_key(pool, entry('name="DefaultAppPool"'), (("name", "defaultapppool"),))
    module = schema_at(MODULES, (Step("add"),))
    assert same_key(module, entry('name="Session"'), (("name", "Session"),))
    assert not same_key(module, entry('name="Session"'), (("name", "session"),))
    error = schema_at("system.webServer/httpErrors", (Step("error"),))
    assert same_key(error, entry('statusCode="404"'), (("statusCode", "404"), ("subStatusCode", "-1")))
    assert not same_key(error, entry('statusCode="404"'), (("statusCode", "404"), ("subStatusCode", "2")))
    assert same_key(schema_at("not/known", ()), entry('a="B"'), (("a", "b"),))


@pytest.mark.parametrize("written", [None, "", ".", "/"])
def test_a_location_without_a_path_is_the_files_own_level(written: str | None) -> None:
    assert same_location(written, "")
    assert not same_location(written, "Site")


def test_location_paths_compare_without_case_and_with_either_slash() -> None:
    assert same_location("Default Web Site\\App/", "default web site/app")
