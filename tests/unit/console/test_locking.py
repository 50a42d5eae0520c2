"""Locks that a level sets: of a setting, an entry, a module and a list; what they forbid below, and their way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import grid, locking, ways
from console.collection import Collection, Part, Selected, rows_of
from console.grid import Inner
from console.listing import View
from console.places import Place, Target
from console.ways import Way
from model.edits import Where
from tests.support.console_views import AT_SITE, view

SECTION = "system.webServer/defaultDocument"
FILES = Collection(SECTION, "file", (Part("value", "Name"),), "files")
INNER = """<system.webServer><defaultDocument><files><clear /><add value="a.htm" /></files></defaultDocument>
<modules><add name="M" type="m.M" /></modules></system.webServer>"""


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path, INNER)


def setting(seen: View) -> Target:
    row = next(row for row in grid.rows(seen, Way(SECTION)) if row.cells["name"].run.text.plain == "Enabled")
    assert isinstance(row.key, Target)
    return row.key


def locked(seen: View, value: object, on: bool = True, section: str = SECTION) -> None:
    edit = locking.lock_edit(seen, value, Where(section), on)
    assert edit is not None
    seen.session.workspace.save(seen.session.workspace.propose(edit))


def text(seen: View) -> str:
    return seen.session.workspace.root.read_text("utf-8")


def at_site(seen: View) -> View:
    return View(seen.session, seen.feed, AT_SITE)


def test_a_setting_is_locked_below_and_opened_again(seen: View) -> None:
    before = text(seen)
    locked(seen, setting(seen).value)
    assert '<defaultDocument lockAttributes="enabled">' in text(seen)
    assert (
        "locked"
        in next(row for row in grid.rows(at_site(seen), Way(SECTION)) if row.cells["name"].run.text.plain == "Enabled").cells["set"].run.text.plain
    )
    said = [run.text.plain for line in grid.detail(seen, setting(seen)) for run in line.left]
    assert any("locked here" in words for words in said)
    locked(seen, setting(seen).value, on=False)
    assert text(seen) == before
    assert not any("locked here" in run.text.plain for line in grid.detail(seen, setting(seen)) for run in line.left)


def test_an_entry_a_module_and_a_list(seen: View) -> None:
    row = rows_of(seen, FILES)[0]
    assert isinstance(row.key, Target)
    locked(seen, row.key.value)
    assert '<add value="a.htm" lockItem="true" />' in text(seen)
    module = ways.section(seen, "system.webServer/modules").root.entries[-1]
    locked(seen, module, section="system.webServer/modules")
    assert '<add name="M" type="m.M" lockItem="true" />' in text(seen)
    locked(seen, Inner(Way(SECTION).along("files"), 1))
    assert 'lockElements="files"' in text(seen)
    locked(seen, Inner(Way(SECTION).along("files"), 1), on=False)
    assert "lockElements" not in text(seen)


def test_what_cannot_be_locked_by_itself(seen: View) -> None:
    assert locking.lock_edit(seen, Inner(Way(SECTION), 0), Where(SECTION), True) is None
    assert locking.lock_edit(seen, None, Where(SECTION), True) is None


def test_the_section_that_a_lock_is_written_in(seen: View) -> None:
    row = rows_of(seen, FILES)[0]
    assert isinstance(row.key, Target)
    assert isinstance(row.key.value, Selected)
    assert {locking.section_of(value) for value in (setting(seen).value, row.key.value, Inner(Way(SECTION), 0))} == {SECTION}
    assert locking.section_of(Place("x")) == ""
