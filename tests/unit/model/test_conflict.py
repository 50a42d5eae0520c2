"""Two editors at once: theirs, mine, and both where they do not touch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config_path import ConfigPath
from model.conflict import conflict
from model.document import Document
from model.edits import AddEntry, Batch, SetAttribute, Step, Where
from model.workspace import ChangedOnDisk, Proposal, Workspace
from tests.support.meaning import server, write

POOLS = Where("system.applicationHost/applicationPools")
SITES = Where("system.applicationHost/sites")
STOPPED = SetAttribute(SITES, (Step("site", (("name", "S"),)),), "serverAutoStart", "false")
ADDED = AddEntry(POOLS, (), "add", (("name", "New"),))
BROWSE = SetAttribute(Where("system.webServer/directoryBrowse", ConfigPath("S")), (), "enabled", "true")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "s").mkdir()
    write(tmp_path, {"applicationHost.config": server("<!-- one -->\n<!-- two -->\n")})
    return Workspace.open(tmp_path)


def meanwhile(workspace: Workspace, old: bytes, new: bytes) -> bytes:
    now = workspace.root.read_bytes().replace(old, new, 1)
    assert new in now
    workspace.root.write_bytes(now)
    return now


def refused(workspace: Workspace, proposal: Proposal) -> None:
    with pytest.raises(ChangedOnDisk):
        workspace.save(proposal)


def test_changes_that_do_not_touch_are_merged_when_that_is_chosen(workspace: Workspace) -> None:
    mine = workspace.propose(STOPPED)
    theirs = meanwhile(workspace, b"<!-- two -->", b"<!-- theirs -->")
    refused(workspace, mine)
    found = conflict(workspace, mine)
    assert found is not None
    assert found.merged is not None
    assert found.paths == (workspace.root,)
    assert "+<!-- theirs -->" in found.theirs
    assert "serverAutoStart" not in found.theirs
    assert 'serverAutoStart="false"' in found.mine
    assert "theirs" not in found.mine
    assert workspace.root.read_bytes() == theirs  # to ask writes nothing
    workspace.save(found.merged)
    both = workspace.root.read_bytes()
    assert b"theirs" in both
    assert b'serverAutoStart="false"' in both
    assert [entry.foreign for entry in workspace.history] == [True, False]
    workspace.undo()
    assert workspace.root.read_bytes() == theirs


def test_mine_goes_over_theirs_only_when_that_is_chosen_and_comes_off_again(workspace: Workspace) -> None:
    mine = workspace.propose(STOPPED)
    theirs = meanwhile(workspace, b'<site name="S"', b'<site name="S" serverAutoStart="true"')
    refused(workspace, mine)
    found = conflict(workspace, mine)
    assert found is not None
    assert found.merged is None  # the same place
    workspace.save(found.over)
    assert workspace.root.read_bytes() == mine.changes[0].after
    workspace.undo()
    assert workspace.root.read_bytes() == theirs


def test_another_encoding_is_never_merged_away(workspace: Workspace) -> None:
    again = workspace.root.read_text().encode("utf-16")
    mine = workspace.propose_content(workspace.root, again, "restore")
    meanwhile(workspace, b"<!-- two -->", b"<!-- theirs -->")
    refused(workspace, mine)
    found = conflict(workspace, mine)
    assert found is not None
    assert found.merged is None
    assert found.over.changes[0].after == again


def test_a_file_that_came_or_went_is_never_merged(workspace: Workspace) -> None:
    file = workspace.root.parent / "s" / "web.config"
    mine = workspace.propose(BROWSE)
    file.write_text("<configuration />")
    refused(workspace, mine)
    found = conflict(workspace, mine)
    assert found is not None
    assert found.merged is None
    workspace.save(found.over)
    again = workspace.propose(SetAttribute(BROWSE.where, (), "enabled", None))
    file.unlink()
    refused(workspace, again)
    assert conflict(workspace, again) is None  # an editor may be about to put another in its place
    os.utime(file.parent, (0, 0))
    gone = conflict(workspace, again)
    assert gone is not None
    assert gone.merged is None
    assert gone.paths == (file,)


def test_the_other_files_of_a_change_come_along(workspace: Workspace) -> None:
    mine = workspace.propose(Batch("both", (STOPPED, BROWSE)))
    meanwhile(workspace, b"<!-- two -->", b"<!-- theirs -->")
    found = conflict(workspace, mine)
    assert found is not None
    assert found.merged is not None
    assert found.paths == (workspace.root,)
    workspace.save(found.merged)
    assert b"theirs" in workspace.root.read_bytes()
    assert b'enabled="true"' in (workspace.root.parent / "s" / "web.config").read_bytes()


def test_what_is_as_it_was_is_no_conflict(workspace: Workspace) -> None:
    mine = workspace.propose(ADDED)
    assert conflict(workspace, mine) is None
    workspace.save(mine)


def test_new_errors_of_a_merge_are_told(workspace: Workspace) -> None:
    mine = workspace.propose(ADDED)
    meanwhile(workspace, b"<applicationPools>", b'<applicationPools><add name="New" />')
    found = conflict(workspace, mine)
    assert found is not None
    assert found.merged is None or found.merged.errors


def test_a_secret_is_in_neither_difference(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    write(
        tmp_path,
        {"applicationHost.config": server().replace(' managedRuntimeVersion="v4.0" />', '><processModel userName="u" password="old" /></add>')},
    )
    workspace = Workspace.open(tmp_path, state=tmp_path / "state")
    step = (Step("add", (("name", "P"),)), Step("processModel"))
    mine = workspace.propose(SetAttribute(POOLS, step, "password", "s3cret-mine"))
    meanwhile(workspace, b'password="old"', b'password="s3cret-theirs"')
    found = conflict(workspace, mine)
    assert found is not None
    assert "s3cret" not in found.theirs + found.mine
    assert "A secret value changed" in found.theirs


@given(st.data())
def test_a_merge_is_both_changes_in_either_order(data: st.DataObject) -> None:
    """What is merged holds every line of both sides, whatever lines two programs change."""
    from model.difference import difference, replaced
    from model.history import Change, Entry, beside

    lines = [f"line {number}\n" for number in range(8)]
    places = data.draw(st.lists(st.integers(0, 7), min_size=2, max_size=2, unique=True))
    base = "".join(lines)
    mine = base.replace(lines[places[0]], data.draw(st.sampled_from(["", "mine\n", "mine\nmine\n"])))
    theirs = base.replace(lines[places[1]], data.draw(st.sampled_from(["", "theirs\n", "theirs\nand more\n"])))
    entries = [Entry("", 0.0, False, (Change(Path("f"), difference(base, text)),)) for text in (mine, theirs)]
    both = beside(*entries)
    if both is None:
        assert abs(places[0] - places[1]) == 1
        return
    one = replaced(theirs, both[0].changes[0].replacements)
    assert one == replaced(mine, both[1].changes[0].replacements)
    assert one is not None
    assert Document.parse(Path("f"), one.encode()).text == one
