"""The configuration's past: what a change did, what lies between two, files as they were, copies of the server's file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import forms, versions
from model.edits import SetAttribute, Where
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(SAMPLE, tmp_path / "c")
    opened = Workspace.open(tmp_path / "c", state=tmp_path / "state")
    for length in ("11", "12"):
        opened.save(opened.propose(SetAttribute(Where(forms.POOLS), forms.pool_step("DefaultAppPool"), "queueLength", length)))
    return opened


def test_what_one_change_did_and_what_lies_between_two(workspace: Workspace) -> None:
    archive = workspace.archive
    assert archive is not None
    first, second = archive.records()
    (one,) = versions.differences(archive, versions.pairs(archive, [second])).values()
    assert 'queueLength="11"' in one
    assert 'queueLength="12"' in one
    (both,) = versions.differences(archive, versions.pairs(archive, [first, second])).values()
    assert both == one
    assert versions.differences(archive, versions.pairs(archive, [second, first])) == {workspace.root: both}


def test_a_change_is_restored_as_one_and_undone(workspace: Workspace) -> None:
    archive = workspace.archive
    assert archive is not None
    now = workspace.root.read_bytes()
    first = archive.records()[0]
    workspace.save(workspace.propose_contents(versions.contents(archive, first, before=True), "restore"))
    assert b"queueLength" not in workspace.root.read_bytes()
    workspace.undo()
    assert workspace.root.read_bytes() == now
    assert versions.contents(archive, first, before=False)[workspace.root] != now


def test_a_version_that_is_gone_is_said(workspace: Workspace) -> None:
    archive = workspace.archive
    assert archive is not None
    shutil.rmtree(archive.folder / "contents")
    with pytest.raises(ValueError, match="is not kept"):
        versions.contents(archive, archive.records()[0], before=True)


def test_copies_are_backups_and_the_difference_is_from_then_to_now(workspace: Workspace) -> None:
    assert workspace.backups is not None
    workspace.backups.add("before", workspace.root.read_bytes())
    workspace.save(workspace.propose(SetAttribute(Where(forms.POOLS), forms.pool_step("DefaultAppPool"), "queueLength", "13")))
    (copy,) = (copy for copy in versions.copies(workspace) if copy.kind == "backup")
    assert copy.name == "before"
    diff = versions.copy_difference(workspace, copy)
    assert [line[:1] for line in diff.splitlines() if "queueLength" in line] == ["-", "+"]
    assert b'"12"' in versions.content_of(copy)
