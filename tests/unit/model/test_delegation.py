"""Locking, unlocking and reverting sections in a server's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.delegation import Mode
from model.document import Document
from model.edits import LockSection, Revert, Where, splices

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
