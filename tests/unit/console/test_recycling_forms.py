"""The Recycling wizard and the Identity dialog: what they accept, and edits to the byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import recycling_forms
from console.forms import Form
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"
POOL = "DefaultAppPool"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(SAMPLE, tmp_path / "c")
    return Workspace.open(tmp_path / "c", state=tmp_path / "state")


def wizard(workspace: Workspace) -> Form:
    form = recycling_forms.recycling_form(workspace.hierarchy, POOL)
    assert form is not None
    return form


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ""),
        ({"time": "0"}, "time"),
        ({"by-time": "false", "time": "x"}, ""),
        ({"by-requests": "true"}, "requests"),
        ({"by-requests": "true", "requests": "1000"}, ""),
        ({"by-schedule": "true", "schedule": "25:00"}, "schedule"),
        ({"by-schedule": "true"}, "schedule"),
        ({"by-schedule": "true", "schedule": "20:00, 0:30"}, ""),
        ({"by-memory": "true", "memory": "-1"}, "memory"),
    ],
)
def test_what_it_accepts(workspace: Workspace, given: dict[str, str], field: str) -> None:
    form = wizard(workspace)
    assert list(form.check({**form.initial, **given})) == ([field] if field else [])


def test_events_of_conditions_that_are_not_armed_are_greyed(workspace: Workspace) -> None:
    form = wizard(workspace)
    disabled = form.disabled(form.initial)
    assert "log-Time" not in disabled
    assert {"log-Requests", "log-Memory", "requests"} <= set(disabled)
    assert {"log-OnDemand", "log-ConfigChange", "log-IsapiUnhealthy"}.isdisjoint(disabled)


def test_only_what_differs_is_written_and_the_schedule_follows(workspace: Workspace) -> None:
    form = wizard(workspace)
    assert form.initial["time"] == "1740"
    assert recycling_forms.edit_recycling(workspace.hierarchy, POOL, form.initial) is None
    before = workspace.root.read_bytes()
    given = {"time": "2880", "by-schedule": "true", "schedule": "20:00, 0:30", "log-ConfigChange": "false"}
    edit = recycling_forms.edit_recycling(workspace.hierarchy, POOL, {**form.initial, **given})
    assert edit is not None
    workspace.save(workspace.propose(edit))
    text = workspace.root.read_text("utf-8")
    assert 'time="2.00:00:00"' in text
    assert '<add value="20:00:00" />' in text
    assert 'logEventOnRecycle="Time, Requests, Schedule, Memory, PrivateMemory, OnDemand, IsapiUnhealthy"' in text
    again = wizard(workspace)
    assert (again.initial["time"], again.initial["schedule"]) == ("2880", "20:00, 00:30")
    edit = recycling_forms.edit_recycling(workspace.hierarchy, POOL, {**again.initial, "schedule": "00:30"})
    assert edit is not None
    workspace.save(workspace.propose(edit))
    assert "20:00:00" not in workspace.root.read_text("utf-8")
    workspace.undo()
    workspace.undo()
    assert workspace.root.read_bytes() == before


def test_a_pool_that_is_gone_has_no_dialog(workspace: Workspace) -> None:
    assert recycling_forms.recycling_form(workspace.hierarchy, "none") is None
    assert recycling_forms.identity_form(workspace.hierarchy, "none") is None


def test_a_custom_account_and_back(workspace: Workspace) -> None:
    form = recycling_forms.identity_form(workspace.hierarchy, POOL)
    assert form is not None
    assert form.check({**form.initial, "identity": "SpecificUser"}) == {"user": "A custom account needs its name."}
    assert form.disabled(form.initial) == {"user", "password"}
    before = workspace.root.read_bytes()
    edit = recycling_forms.edit_identity(POOL, form.initial, {"identity": "SpecificUser", "user": "www", "password": "s3cret"})
    assert edit is not None
    workspace.save(workspace.propose(edit))
    text = workspace.root.read_text("utf-8")
    assert 'identityType="SpecificUser" userName="www"' in text
    assert "s3cret" not in text
    now = recycling_forms.identity_form(workspace.hierarchy, POOL)
    assert now is not None
    assert (now.initial["user"], now.initial["password"]) == ("www", "")
    back = recycling_forms.edit_identity(POOL, now.initial, {**now.initial, "identity": "NetworkService"})
    assert back is not None
    workspace.save(workspace.propose(back))
    assert 'processModel identityType="NetworkService" />' in workspace.root.read_text("utf-8")
    workspace.undo()
    workspace.undo()
    assert workspace.root.read_bytes() == before
