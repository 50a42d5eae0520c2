"""Forms: what they accept, and the edits that come out of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import forms
from model.config_path import ConfigPath
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(SAMPLE, tmp_path / "c")
    return Workspace.open(tmp_path / "c")


def save(workspace: Workspace, edit: forms.Edit) -> str:
    workspace.save(workspace.propose(edit))
    document = workspace.document(workspace.root)
    assert document is not None
    return document.text


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "needs a name"),
        ("DEFAULTAPPPOOL", "of that name"),
        ("a/b", "cannot contain"),
        ("x" * 65, "at most 64"),
        ("a\x1bb", "cannot contain"),
        ("Good", ""),
    ],
)
def test_names_of_pools(workspace: Workspace, name: str, fault: str) -> None:
    form = forms.pool_form(workspace.hierarchy)
    problem = form.check({**form.initial, "name": name}).get("name", "")
    assert (fault in problem) if fault else problem == ""


def test_a_pool_is_added_with_what_differs_from_the_defaults(workspace: Workspace) -> None:
    text = save(workspace, forms.add_pool(workspace.hierarchy, {"name": "New", "runtime": "v4.0", "mode": "Classic", "start": "false"}))
    line = next(line for line in text.splitlines() if 'name="New"' in line)
    assert 'managedPipelineMode="Classic"' in line
    assert 'autoStart="false"' in line
    pool = next(pool for pool in workspace.hierarchy.pools() if pool.name == "New")
    assert (pool.managed_runtime_version, pool.managed_pipeline_mode, pool.auto_start) == ("v4.0", "Classic", False)


def test_a_dialog_shows_the_name_of_what_it_is_about_and_does_not_ask_it(workspace: Workspace) -> None:
    for form in (forms.pool_form(workspace.hierarchy, "DefaultAppPool"), forms.module_form(set(), "Stamp", "stamp.Stamp")):
        assert form.initial["name"] in form.title
        assert set(form.disabled(form.initial)) == {"name"}
        assert form.check(form.initial) == {}
    assert not forms.pool_form(workspace.hierarchy).disabled({})


def test_only_what_was_changed_is_written(workspace: Workspace) -> None:
    form = forms.pool_form(workspace.hierarchy, "DefaultAppPool")
    assert forms.edit_pool("DefaultAppPool", form.initial, form.initial) is None
    edit = forms.edit_pool("DefaultAppPool", form.initial, {**form.initial, "runtime": ""})
    assert edit is not None
    save(workspace, edit)
    pool = next(pool for pool in workspace.hierarchy.pools() if pool.name == "DefaultAppPool")
    assert (pool.managed_runtime_version, pool.managed_pipeline_mode) == ("", "Integrated")


def test_applications_follow_a_renamed_pool(workspace: Workspace) -> None:
    save(workspace, forms.rename_pool(workspace.hierarchy, "DefaultAppPool", "Renamed"))
    assert {pool.name for pool in workspace.hierarchy.pools()} == {"Renamed", "Classic .NET AppPool"}
    assert [site.applications[0].application_pool for site in workspace.hierarchy.sites()] == ["Renamed", "Classic .NET AppPool"]
    workspace.undo()
    assert {pool.name for pool in workspace.hierarchy.pools()} == {"DefaultAppPool", "Classic .NET AppPool"}


def test_a_module_is_added_edited_and_keeps_other_preconditions(workspace: Workspace) -> None:
    place = ConfigPath("Integrated")
    file = workspace.file_for(forms.module_where(place))
    workspace.save(workspace.propose(forms.add_module(place, {"name": "Timer", "type": "timer.Timer", "managed_only": "true"})))
    assert 'name="Timer" type="timer.Timer" preCondition="managedHandler"' in file.read_text("utf-8")
    before = {"type": "timer.Timer", "managed_only": "true"}
    edit = forms.edit_module(place, "Timer", before, {"type": "timer.Other", "managed_only": "false"}, "managedHandler,runtimeVersionv4.0")
    assert edit is not None
    workspace.save(workspace.propose(edit))
    assert 'type="timer.Other" preCondition="runtimeVersionv4.0"' in file.read_text("utf-8")
    assert forms.edit_module(place, "Timer", before, before) is None


def test_module_forms_want_a_type() -> None:
    form = forms.module_form({"Stamp"})
    assert form.check({"name": "stamp", "type": "", "managed_only": "false"}).keys() == {"name", "type"}


def test_two_ports_cannot_become_one() -> None:
    form = forms.ports_form((80, 443), {80: 8080})
    assert form.initial == {"port80": "8080", "port443": "8443"}
    assert form.check({"port80": "8080", "port443": "8080"}) == {"port443": "Port 80 is mapped to it already."}
    assert form.check({"port80": "x", "port443": "8443"}).keys() == {"port80"}


def test_a_drive_is_a_folder_that_is_there(tmp_path: Path) -> None:
    form = forms.drives_form(("C:", "%HOME%"), {"C:": ("C:\\inetpub", "C:\\www")}, {"%HOME%": "/"})
    assert form.initial == {"drive0": "", "drive1": "/"}
    assert form.fields[0].hint == "needed by C:\\inetpub and 1 more"
    assert form.check({"drive0": "", "drive1": str(tmp_path)}) == {}
    assert form.check({"drive0": str(tmp_path / "none"), "drive1": ""}).keys() == {"drive0"}
