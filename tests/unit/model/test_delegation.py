"""Locking, unlocking and reverting sections in a server's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.delegation import mode_here
from model.document import Document
from model.edits import LockSection, Revert, Where, splices
from model.section_place import Mode

SERVER = """<configuration>
    <system.webServer>
        <asp enabled="true">
            <limits bufferingLimit="9" />
        </asp>
        <cgi />
    </system.webServer>
    <location path="" overrideMode="Allow">
        <system.webServer>
            <modules>
                <add name="One" />
            </modules>
            <handlers />
        </system.webServer>
    </location>
    <location path="Site" allowOverride="false">
        <system.webServer>
            <asp />
        </system.webServer>
    </location>
</configuration>
"""


def after(section: str, mode: Mode | None, location: str = "", text: str = SERVER) -> str:
    where = Where(f"system.webServer/{section}", ConfigPath.parse(location), "location")
    edit = Revert(where) if mode is None else LockSection(where, mode)
    document = Document.parse(Path("f.config"), text.encode())
    changed = document.apply(splices(edit, document, location))
    assert changed.is_sound
    return changed.text


def test_unlocking_moves_the_section_into_the_tag_that_allows() -> None:
    moved = after("asp", "Allow")
    body, tag = moved.split("<location", 1)
    assert "<asp" not in body
    assert "<cgi />" in body
    expected = '            <asp enabled="true">\n                <limits bufferingLimit="9" />\n            </asp>\n'
    assert expected in tag.split("</location>")[0]


def test_locking_one_of_two_gives_it_a_tag_of_its_own() -> None:
    moved = after("modules", "Deny")
    allowed, denied = moved.split('<location path="" overrideMode="Deny">')
    assert "<modules>" not in allowed
    assert "<handlers />" in allowed
    assert '<add name="One" />' in denied


def test_a_tag_that_holds_nothing_else_changes_its_word() -> None:
    assert after("asp", "Allow", "Site") == SERVER.replace('allowOverride="false"', 'overrideMode="Allow"')
    assert after("asp", "Deny", "Site") == SERVER


def test_what_is_written_nowhere_gets_an_empty_section() -> None:
    locked = after("directoryBrowse", "Deny", "Other/app")
    tag = '<location path="Other/app" overrideMode="Deny">\n        <system.webServer>\n            <directoryBrowse />\n'
    assert locked == SERVER.replace("</configuration>", f"    {tag}        </system.webServer>\n    </location>\n</configuration>")


@pytest.mark.parametrize(("mode", "location"), [("Deny", "Other/app"), ("Allow", ""), ("Deny", "")])
def test_a_word_that_is_taken_back_leaves_nothing(mode: Mode, location: str) -> None:
    assert after("directoryBrowse", "Inherit", location, after("directoryBrowse", mode, location)) == SERVER
    assert after("urlCompression", "Inherit", location) == SERVER


def test_reverting_keeps_the_lock() -> None:
    assert after("handlers", None) == SERVER
    assert after("modules", None) == SERVER.replace('<modules>\n                <add name="One" />\n            </modules>', "<modules />")
    assert "<cgi" not in after("cgi", None)


OF_A_SITE = """<configuration>
  <system.webServer>
    <cgi />
  </system.webServer>
  <location path="Site" WORDS>
    <system.webServer>
      <modules />
      <handlers>
        <add name="one" path="*" type="first
  second" />
      </handlers>
    </system.webServer>
  </location>
</configuration>
"""
_HANDLERS = """      <handlers>
        <add name="one" path="*" type="first
  second" />
      </handlers>
"""


def test_a_section_that_moves_keeps_its_values_and_its_layout() -> None:
    moved = after("handlers", "Deny", "Site", OF_A_SITE.replace("WORDS", 'overrideMode="Allow"'))
    assert f'<location path="Site" overrideMode="Deny">\n    <system.webServer>\n{_HANDLERS}    </system.webServer>\n' in moved


@pytest.mark.parametrize("mode", ["Deny", "Allow"])
def test_what_no_application_below_inherits_stays_so(mode: Mode) -> None:
    moved = after("handlers", mode, "Site", OF_A_SITE.replace("WORDS", 'inheritInChildApplications="false"'))
    assert f'<location path="Site" overrideMode="{mode}" inheritInChildApplications="false">' in moved
    of_the_server = after("handlers", "Inherit", "", OF_A_SITE.replace('"Site" WORDS', '"." overrideMode="Deny" inheritInChildApplications="false"'))
    assert '<location path="" inheritInChildApplications="false">' in of_the_server


def test_a_word_in_another_case_is_taken_back() -> None:
    text = OF_A_SITE.replace("WORDS", 'overrideMode="deny"')
    body, _, tag = after("handlers", "Inherit", "Site", text).partition('<location path="Site">')
    assert "<handlers>" not in body
    assert _HANDLERS in tag
    assert "<handlers />" in after("handlers", None, "Site", text)


def test_a_section_that_stands_twice_loses_no_words() -> None:
    twice = OF_A_SITE.replace("WORDS", 'overrideMode="Allow"').replace(
        "</configuration>",
        '  <location path="site" overrideMode="Deny">\n    <system.webServer><handlers accessPolicy="Read" /><cgi /></system.webServer>\n  </location>\n</configuration>',
    )
    moved = after("handlers", "Inherit", "Site", twice)
    assert 'accessPolicy="Read"' in moved
    assert 'name="one"' in moved


def test_what_comes_back_into_the_body_stands_before_the_tags() -> None:
    text = OF_A_SITE.replace('"Site" WORDS', '"" overrideMode="Deny"').replace("  <system.webServer>\n    <cgi />\n  </system.webServer>\n", "")
    body, tag = after("handlers", "Inherit", "", text).split("<location")
    assert "<handlers>" in body
    assert "<modules />" in tag


def test_a_tag_of_its_own_stays_where_and_as_it_is() -> None:
    tag = """  <location path='Site'  overrideMode="Deny"><!-- why -->
    <system.webServer>
      <asp />
    </system.webServer>
  </location>
"""
    text = f'<configuration>\n{tag}  <location path="Other" />\n</configuration>\n'
    assert after("asp", "Allow", "Site", text) == text.replace('"Deny"', '"Allow"')
    assert after("asp", "Inherit", "Site", text.replace("<asp />", '<asp enabled="true" />')) == text.replace(' overrideMode="Deny"', "").replace(
        "<asp />", '<asp enabled="true" />'
    ).replace("'Site' ", "'Site'")


def test_what_the_tags_of_a_file_say() -> None:
    document = Document.parse(Path("f.config"), SERVER.encode())
    assert [mode_here(document, f"system.webServer/{name}", "") for name in ("modules", "handlers", "asp", "urlCompression")] == [
        "Allow", "Allow", "Inherit", "Inherit",
    ]  # fmt: skip
    assert mode_here(document, "system.webServer/asp", "site") == "Deny"
