"""Open, propose, save, undo: on real files in a folder."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Set
from pathlib import Path

import pytest

from hwebcore.plan import Generation, RouteTable
from model.compiler import Compiled
from model.config_path import ConfigPath
from model.document import Document
from model.edits import AddEntry, Batch, CannotEdit, RemoveEntry, SetAttribute, Step, Where
from model.hierarchy import Hierarchy
from model.meaning import Meaning, Read
from model.unsaved import unsaved_name
from model.workspace import ChangedOnDisk, UndoConflict, Workspace
from tests.support import configurations

SERVER = """<configuration>\r
\t<configSections>\r
\t\t<sectionGroup name="system.applicationHost">\r
\t\t\t<section name="applicationPools" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />\r
\t\t\t<section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />\r
\t\t</sectionGroup>\r
\t\t<sectionGroup name="system.webServer">\r
\t\t\t<section name="directoryBrowse" /><section name="defaultDocument" />\r
\t\t</sectionGroup>\r
\t</configSections>\r
\t<system.applicationHost>\r
\t\t<applicationPools>\r
\t\t\t<add name="P" managedPipelineMode="Integrated" />\r
\t\t\t<add name="Q" />\r
\t\t</applicationPools>\r
\t\t<sites>\r
\t\t\t<site name="Site" id="1">\r
\t\t\t\t<application path="/" applicationPool="P"><virtualDirectory path="/" physicalPath="site" /></application>\r
\t\t\t\t<bindings><binding protocol="http" bindingInformation="127.0.0.1:8080:" /></bindings>\r
\t\t\t</site>\r
\t\t</sites>\r
\t</system.applicationHost>\r
</configuration>\r
"""
BROWSE = Where("system.webServer/directoryBrowse", ConfigPath("Site"))
POOLS = Where("system.applicationHost/applicationPools")
MODE = SetAttribute(POOLS, (Step("add", (("name", "P"),)),), "managedPipelineMode", "Classic")
ENABLE = SetAttribute(BROWSE, (), "enabled", "true")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    path = tmp_path / "applicationHost.config"
    path.write_bytes(SERVER.encode())
    return path


def interpret(server: Document, read: Read, before: Meaning | None = None, changed: Set[str] | None = None) -> Meaning:
    """The hierarchy and its files' problems, without compiling."""
    hierarchy = Hierarchy(server, read)

    def problems() -> Compiled:
        return Compiled(Generation(None, RouteTable(), (*server.problems, *hierarchy.file_problems(ConfigPath("Site")))))

    return Meaning(hierarchy, problems)


@pytest.fixture
def workspace(root: Path) -> Workspace:
    return Workspace.open(root, interpret=interpret)


def apply(workspace: Workspace, edit: SetAttribute | AddEntry | RemoveEntry | Batch) -> None:
    workspace.save(workspace.propose(edit))


def test_a_proposal_writes_nothing_and_says_what_it_would_do(workspace: Workspace, root: Path) -> None:
    proposal = workspace.propose(MODE)
    assert root.read_bytes() == SERVER.encode()
    (change,) = proposal.changes
    assert change.path == root
    assert change.after == SERVER.replace("Integrated", "Classic").encode()
    assert [line for line in change.diff.splitlines() if line[0] in "+-"][2:] == [
        '-\t\t\t<add name="P" managedPipelineMode="Integrated" />',
        '+\t\t\t<add name="P" managedPipelineMode="Classic" />',
    ]
    assert proposal.label == "set managedPipelineMode of P to Classic"
    assert proposal.new_problems == ()


def test_saving_changes_the_file_and_its_meaning(workspace: Workspace, root: Path) -> None:
    saved = workspace.save(workspace.propose(MODE))
    assert root.read_bytes() == SERVER.replace("Integrated", "Classic").encode()
    assert saved.digests == ((root, Document.read(root).digest),)
    assert [pool.managed_pipeline_mode for pool in workspace.hierarchy.pools()][:1] == ["Classic"]
    assert workspace.refresh() == frozenset()


def test_opening_a_folder_and_a_missing_file(root: Path) -> None:
    assert Workspace.open(root.parent, interpret=interpret).root == root
    with pytest.raises(FileNotFoundError):
        Workspace.open(root.parent / "site", interpret=interpret)


def test_an_edit_that_changes_nothing_is_an_empty_proposal(workspace: Workspace) -> None:
    proposal = workspace.propose(SetAttribute(POOLS, MODE.steps, "managedPipelineMode", "Integrated"))
    assert proposal.changes == ()
    assert workspace.save(proposal).paths == ()
    assert not workspace.can_undo
    assert workspace.propose(SetAttribute(BROWSE, (), "enabled", None)).changes == ()


def test_a_web_config_is_made_with_the_servers_line_ends_and_goes_again(workspace: Workspace, root: Path) -> None:
    path = root.parent / "site" / "web.config"
    assert workspace.file_for(BROWSE) == path
    apply(workspace, ENABLE)
    assert path.read_bytes().endswith(b'<directoryBrowse enabled="true" />\r\n    </system.webServer>\r\n</configuration>\r\n')
    assert workspace.document(path) is not None
    workspace.undo()
    assert not path.exists()
    workspace.redo()
    assert b'enabled="true"' in path.read_bytes()


def test_a_web_config_that_is_only_proposed_is_judged_wherever_it_will_be(root: Path) -> None:
    (root.parent / "site" / "in" / "ner").mkdir(parents=True)
    text = SERVER.replace('<section name="directoryBrowse" />', '<section name="directoryBrowse" overrideModeDefault="Deny" />')
    root.write_bytes(text.encode())
    workspace = Workspace.open(root)
    for path in ("/", "/in", "/in/ner"):
        proposal = workspace.propose(SetAttribute(Where(BROWSE.section, ConfigPath("Site", path)), (), "enabled", "true"))
        assert any("is locked above" in problem.message for problem in proposal.errors), path
    allowed = workspace.propose(SetAttribute(Where("system.webServer/defaultDocument", ConfigPath("Site", "/in")), (), "enabled", "false"))
    assert allowed.errors == ()
    workspace.save(allowed)
    before = workspace.problems
    assert before == Workspace.open(root).problems
    workspace.undo()
    assert not (root.parent / "site" / "in" / "web.config").exists()
    assert workspace.problems == Workspace.open(root).problems


def test_several_edits_are_one_entry(workspace: Workspace, root: Path) -> None:
    add = AddEntry(POOLS, (), "add", (("name", "R"),))
    apply(workspace, Batch("both", (MODE, add, RemoveEntry(POOLS, (), (("name", "Q"),)), ENABLE)))
    assert [entry.label for entry in workspace.history] == ["both"]
    assert len(workspace.history[0].paths) == 2
    workspace.undo()
    assert root.read_bytes() == SERVER.encode()
    assert not (root.parent / "site" / "web.config").exists()


@pytest.mark.parametrize(
    "again", [b"\xef\xbb\xbf" + SERVER.encode(), SERVER.encode("utf-16"), SERVER.replace("Integrated", "Classic").encode("utf-16")]
)
@pytest.mark.parametrize("foreign", [False, True])
def test_another_encoding_can_be_undone(workspace: Workspace, root: Path, again: bytes, foreign: bool) -> None:
    if foreign:
        root.write_bytes(again)
        assert workspace.refresh() == {root}
    else:
        workspace.save(workspace.propose_content(root, again, "restore"))
    assert root.read_bytes() == again
    apply(workspace, ENABLE)
    workspace.undo(workspace.history[0])
    assert root.read_bytes() == SERVER.encode()
    workspace.undo()
    workspace.redo()
    workspace.redo()
    assert root.read_bytes() == again


def test_a_file_that_cannot_be_read_is_no_empty_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.open(root, interpret=interpret, state=root.parent / "state")
    assert workspace.archive is not None
    apply(workspace, MODE)
    good = root.read_bytes()
    monkeypatch.setattr("model.document.MAX_BYTES", len(good) + 1)
    large = good + b"<!-- too much -->"

    def by_others(data: bytes) -> None:
        root.write_bytes(data)
        os.utime(root, (0, 0))  # it has stood so for long
        assert workspace.refresh() == {root}

    by_others(large)
    Workspace.open(root, interpret=interpret, state=root.parent / "state")
    assert len(workspace.archive.records()) == 1, "nothing is known of it but that it is there"
    workspace.save(workspace.propose_content(root, good, "restore"))
    assert root.read_bytes() == good
    workspace.undo()
    assert root.read_bytes() == large
    workspace.undo(workspace.history[-1])
    assert root.read_bytes() == good
    assert [record.foreign for record in workspace.archive.records()] == [False, False, False, False]
    assert all(file.before and file.after for record in workspace.archive.records() for file in record.files)
    by_others(large)
    assert [entry.label for entry in workspace.history][-1] == "edit applicationHost.config"
    by_others(good.replace(b"\t", b" "))
    last = workspace.archive.records()[-1]
    assert (last.foreign, workspace.archive.content(last.files[0].before)) == (True, good)


def test_undo_and_redo_go_through_all_own_edits(workspace: Workspace, root: Path) -> None:
    apply(workspace, MODE)
    apply(workspace, SetAttribute(POOLS, (Step("add", (("name", "Q"),)),), "autoStart", "false"))
    changed = root.read_bytes()
    workspace.undo()
    workspace.undo()
    assert root.read_bytes() == SERVER.encode()
    assert workspace.undo() is None
    workspace.redo()
    workspace.redo()
    assert root.read_bytes() == changed
    assert workspace.redo() is None


def test_undo_leaves_later_foreign_changes_standing(workspace: Workspace, root: Path) -> None:
    apply(workspace, MODE)
    root.write_bytes(root.read_bytes().replace(b"<configuration>", b"<configuration>\r\n\t<!-- theirs -->", 1))
    saved = workspace.undo()
    assert saved is not None
    assert root.read_bytes() == SERVER.replace("<configuration>", "<configuration>\r\n\t<!-- theirs -->").encode()
    assert [entry.foreign for entry in workspace.history] == [True]


def test_undo_of_a_place_that_was_changed_since_is_a_choice(workspace: Workspace, root: Path) -> None:
    apply(workspace, MODE)
    root.write_bytes(root.read_bytes().replace(b"Classic", b"Integrated"))
    with pytest.raises(UndoConflict) as caught:
        workspace.undo()
    assert '+\t\t\t<add name="P" managedPipelineMode="Classic" />' in caught.value.diff.splitlines()
    workspace.undo(caught.value.later)
    workspace.undo()
    assert root.read_bytes() == SERVER.encode()


def test_foreign_changes_are_seen_and_recorded(workspace: Workspace, root: Path) -> None:
    web_config = root.parent / "site" / "web.config"
    assert workspace.document(web_config) is None
    web_config.write_bytes(b"<configuration/>")
    root.write_bytes(SERVER.replace('"Q"', '"Other"').encode())
    assert workspace.refresh() == {root, web_config}
    assert workspace.refresh() == frozenset()
    (entry,) = workspace.history
    assert entry.foreign
    assert entry.label == "create web.config; edit applicationHost.config"
    assert workspace.hierarchy.pools()[1].name == "Other"
    assert not workspace.can_undo
    workspace.undo(entry)
    assert root.read_bytes() == SERVER.encode()
    assert not web_config.exists()


def test_a_touched_file_with_the_same_bytes_is_no_change(workspace: Workspace, root: Path) -> None:
    root.write_bytes(SERVER.encode())
    os.utime(root, (1, 1))
    assert workspace.refresh() == frozenset()


def test_what_another_program_wrote_is_never_overwritten(workspace: Workspace, root: Path) -> None:
    proposal = workspace.propose(MODE)
    theirs = SERVER.replace('"Q"', '"Theirs"').encode()
    root.write_bytes(theirs)
    with pytest.raises(ChangedOnDisk):
        workspace.save(proposal)
    assert root.read_bytes() == theirs
    assert workspace.refresh() == {root}
    apply(workspace, MODE)
    assert root.read_bytes() == theirs.replace(b"Integrated", b"Classic")


def test_a_change_between_saving_and_looking_is_seen(workspace: Workspace, root: Path) -> None:
    apply(workspace, MODE)
    theirs = root.read_bytes().replace(b'"Q"', b'"T"')
    stat = root.stat()
    root.write_bytes(theirs)
    os.utime(root, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert workspace.refresh() == {root}


def test_only_problems_that_are_new_are_told(workspace: Workspace, root: Path) -> None:
    (root.parent / "site" / "web.config").write_bytes(b"<configuration>\n <wrong/>\n</configuration>\n")
    workspace.refresh()
    assert [problem.severity for problem in workspace.problems] == ["error"]
    assert workspace.propose(SetAttribute(BROWSE, (), "enabled", "true")).new_problems == ()
    proposal = workspace.propose(AddEntry(Where("not/declared", ConfigPath("Site")), (), "x", ()))
    assert [problem.severity for problem in proposal.errors] == ["error"]
    assert "not" in proposal.errors[0].message


def test_a_broken_server_file_opens_with_its_problem_and_recovers(root: Path) -> None:
    root.write_bytes(b"<configuration>\n<oops</configuration>")
    workspace = Workspace.open(root, interpret=interpret)
    assert str(workspace.problems[0].source).endswith("applicationHost.config:2:6")
    with pytest.raises(CannotEdit):
        workspace.propose(MODE)
    root.write_bytes(SERVER.encode())
    workspace.refresh()
    assert workspace.problems == ()
    assert workspace.propose(MODE).changes


def test_a_file_that_is_being_written_is_not_looked_at(workspace: Workspace, root: Path) -> None:
    apply(workspace, MODE)
    text = root.read_bytes()
    root.write_bytes(b"")
    assert workspace.refresh() == frozenset()
    root.write_bytes(text.replace(b'"Q"', b'"Theirs"'))
    assert workspace.refresh() == {root}
    workspace.undo()
    assert root.read_bytes() == SERVER.replace('"Q"', '"Theirs"').encode()


def test_a_file_that_stays_broken_counts(workspace: Workspace, root: Path) -> None:
    root.write_bytes(b"<configuration>")
    os.utime(root, (time.time() - 1, time.time() - 1))
    assert workspace.refresh() == {root}
    assert workspace.problems


def test_a_file_that_went_is_told_and_can_be_brought_back(workspace: Workspace, root: Path) -> None:
    root.unlink()
    os.utime(root.parent, (time.time() - 1, time.time() - 1))
    assert workspace.refresh() == {root}
    assert {(problem.severity, problem.message) for problem in workspace.problems} == {("error", f"There is no {root.name} in {root.parent}")}
    assert workspace.unreadable == workspace.problems[0]
    workspace.undo(workspace.history[0])
    assert root.read_bytes() == SERVER.encode()


def test_changing_an_inherited_entry_removes_it_here_and_adds_it_again(workspace: Workspace, root: Path) -> None:
    files = Where("system.webServer/defaultDocument", ConfigPath("Site"))
    apply(workspace, AddEntry(Where(files.section), (Step("files"),), "add", (("value", "a.htm"),)))
    apply(workspace, SetAttribute(files, (Step("files"), Step("add", (("value", "a.htm"),))), "value", "b.htm"))
    written = (root.parent / "site" / "web.config").read_text()
    assert [line.strip() for line in written.splitlines() if "htm" in line] == ['<remove value="a.htm" />', '<add value="b.htm" />']


def test_two_proposals_made_beside_each_other_do_not_undo_one_another(workspace: Workspace, root: Path) -> None:
    mode, enable = workspace.propose(MODE), workspace.propose(ENABLE)
    workspace.save(mode)
    workspace.save(enable)
    assert workspace.hierarchy.pools()[0].managed_pipeline_mode == "Classic"
    assert len(workspace.hierarchy.files_for(ConfigPath("Site"))) == len(workspace.hierarchy.files_for(ConfigPath())) + 1


@pytest.mark.parametrize("path", [path for path in configurations.samples() if "application" in path.name], ids=lambda path: path.name)
def test_toggling_a_pool_of_a_real_file_changes_its_value_alone(path: Path, tmp_path: Path) -> None:
    root = tmp_path / "applicationHost.config"
    shutil.copyfile(path, root)
    workspace = Workspace.open(root, interpret=interpret)
    pool = workspace.hierarchy.pools()[0]
    other = "Classic" if pool.managed_pipeline_mode == "Integrated" else "Integrated"
    apply(workspace, SetAttribute(POOLS, (Step("add", (("name", pool.name),)),), "managedPipelineMode", other))
    assert workspace.hierarchy.pools()[0].managed_pipeline_mode == other
    before, after = path.read_text().splitlines(), root.read_text().splitlines()
    assert len([1 for old, new in zip(before, after, strict=True) if old != new]) == 1
    workspace.undo()
    assert root.read_bytes() == path.read_bytes()


def kept(root: Path) -> Workspace:
    """The configuration of an instance that keeps state."""
    return Workspace.open(root, interpret=interpret, state=root.parent / "state")


def test_every_change_is_kept_with_who_made_it_and_can_be_brought_back(root: Path) -> None:
    before = root.read_bytes()
    workspace = kept(root)
    apply(workspace, MODE)
    root.write_bytes(root.read_bytes().replace(b'name="Q"', b'name="R"'))
    workspace.refresh()
    kept(root).refresh()  # a second console sees the same and adds nothing
    workspace.undo()
    assert workspace.archive is not None
    records = workspace.archive.records()
    assert [(record.label.partition(":")[0], record.foreign) for record in records] == [
        ("set managedPipelineMode of P to Classic", False),
        ("edit applicationHost.config", True),
        ("undo", False),
    ]
    first = records[0].files[0]
    restored = workspace.propose_content(root, workspace.archive.content(first.before), "restore")
    workspace.save(restored)
    assert root.read_bytes() == before
    assert workspace.archive.records()[-1].files[0].after == first.before
    assert workspace.propose_content(root, before, "again").changes == ()
    workspace.undo()
    assert b'name="R"' in root.read_bytes()


def test_what_happened_while_nobody_looked_is_recorded(root: Path) -> None:
    apply(kept(root), MODE)
    root.write_bytes(root.read_bytes().replace(b'name="Q"', b'name="R"'))
    workspace = kept(root)
    assert workspace.archive is not None
    newest = workspace.archive.records()[-1]
    assert newest.foreign
    assert 'name="R"' in workspace.archive.diff(root, newest.files[0].before, newest.files[0].after)


def test_a_history_that_cannot_be_written_stops_no_saving(root: Path) -> None:
    workspace = kept(root)
    shutil.rmtree(root.parent / "state" / "history")
    apply(workspace, MODE)
    assert b"Classic" in root.read_bytes()
    assert "history" in workspace.history_fault


def test_a_secret_is_encrypted_in_the_file_and_absent_elsewhere(root: Path) -> None:
    workspace = kept(root)
    steps = (Step("add", (("name", "P"),)), Step("processModel"))
    proposal = workspace.propose(SetAttribute(POOLS, steps, "password", "open sesame"))
    workspace.save(proposal)
    assert b'password="[enc:PoolhouseAesGcm:' in root.read_bytes()
    root.write_bytes(root.read_bytes().replace(b'<add name="Q" />', b'<add name="Q"><processModel password="open sesame" /></add>'))
    workspace.refresh()
    told = "".join(entry.label + entry.diff for entry in workspace.history) + proposal.label
    assert "sesame" not in told
    assert "********" in told
    stored = (root.parent / "state" / "history" / "changes.jsonl").read_text()
    assert "sesame" not in stored


def test_what_a_killed_save_left_goes_when_the_files_are_opened(root: Path) -> None:
    web = root.parent / "site" / "web.config"
    for path in (root, web):
        unsaved_name(path).write_bytes(b"half")
    Workspace.open(root, interpret=interpret).judge()
    assert [path.name for path in root.parent.rglob("*") if path.is_file()] == ["applicationHost.config"]
