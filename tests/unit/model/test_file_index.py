"""What one file holds, found by name; what nobody declared is a problem."""

from pathlib import Path

from model.document import Document
from model.file_index import FileIndex, index

NAME = "MACHINE/WEBROOT/APPHOST/S"


def read(text: str, known: frozenset[str] = frozenset()) -> FileIndex:
    return index(Document.parse(Path("web.config"), text.encode()), NAME, known)


def test_sections_are_found_through_groups_that_stand_twice() -> None:
    found = read(
        "<configuration><system.webServer><security><access sslFlags='Ssl'/></security></system.webServer>"
        "<system.webServer><security><authorization/></security></system.webServer></configuration>"
    )
    assert sorted(found.body) == ["system.webServer/security/access", "system.webServer/security/authorization"]
    assert found.problems == ()


def test_a_location_tag_speaks_for_its_path_below_the_file() -> None:
    found = read(
        "<configuration><location path='Admin\\page.aspx' allowOverride='false'><system.webServer>"
        "<asp/></system.webServer></location></configuration>"
    )
    (tag,) = found.locations["machine/webroot/apphost/s/admin/page.aspx"]
    assert (tag.override_mode, tag.inherit, sorted(tag.sections)) == ("Deny", True, ["system.webServer/asp"])


def test_own_declarations_make_names_known() -> None:
    found = read(
        "<configuration><configSections><sectionGroup name='mine'><section name='part'/></sectionGroup>"
        "</configSections><mine><part/></mine></configuration>"
    )
    assert sorted(found.declarations) == ["mine/part"]
    assert sorted(found.body) == ["mine/part"]
    assert found.problems == ()


def test_problems_have_code_and_place() -> None:
    found = read(
        "<configuration>\n<system.web/>\n<configSections><section name='a'/><section name='known'/></configSections>\n<unheard/>\n"
        "<location path='x' overrideMode='Allow' allowOverride='true'/>\n</configuration>",
        frozenset({"known"}),
    )
    assert [(problem.code, problem.source.line if problem.source else 0) for problem in found.problems] == [
        ("0x8007000d", 3),
        ("0x800700b7", 3),
        ("0x8007000d", 4),
        ("0x8007000d", 5),
    ]
    assert "unheard" in found.problems[2].message


def test_words_that_no_declaration_or_location_knows_are_problems() -> None:
    found = read(
        "<configuration><configSections><section name='a' allowDefinition='Here' allowLocation='no'/><section/></configSections>"
        "<location path='x' overrideMode='Perhaps' depth='1'><system.webServer><asp/></system.webServer></location>"
        "<system.web speed='1' xmlns='u'/></configuration>"
    )
    assert [(problem.severity, problem.message.split(".")[0]) for problem in found.problems] == [
        ("error", "'Here' is no value of 'allowDefinition'"),
        ("error", "'no' is no value of 'allowLocation'"),
        ("error", "<section> needs the attribute 'name'"),
        ("warning", "<system"),
        ("error", "<location> has no attribute 'depth'"),
        ("error", "'Perhaps' is no value of 'overrideMode'"),
    ]


def test_a_file_that_is_not_well_formed_says_nothing_but_that() -> None:
    found = read("<configuration><system.webServer><asp/>")
    assert found.body == {}
    (problem,) = found.problems
    assert problem.source is not None
    assert problem.source.config_path == NAME
    assert read("<other/>").problems[0].message == "The root element is <other>, not <configuration>"
