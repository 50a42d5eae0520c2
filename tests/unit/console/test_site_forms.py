"""Dialogs of sites: what they refuse, and what their edits write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import site_forms
from console.forms import Report
from model.edits import Edit
from model.workspace import Workspace
from tests.support.console_views import view

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def sample(tmp_path: Path) -> Workspace:
    shutil.copytree(SAMPLE, tmp_path / "c")
    return Workspace.open(tmp_path / "c")


def save(workspace: Workspace, edit: Edit) -> None:
    workspace.save(workspace.propose(edit))


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [("port", "0", "1 to 65535"), ("port", "eighty", "1 to 65535"), ("port", "17080", "this binding"), ("ip", "localhost", "address"), ("ip", "::1", "address"),
     ("host", "http://x", "Only the name"), ("folder", "/no/such/folder", "no such folder"), ("folder", "no-such-folder", "no such folder"), ("folder", "~no such user/x", "no such folder"), ("folder", "", "Which folder"),
     ("name", "Classic", "of that name")],
)  # fmt: skip
def test_what_a_site_needs(sample: Workspace, tmp_path: Path, field: str, value: str, fault: str) -> None:
    form = site_forms.site_form(sample.hierarchy)
    good = {**form.initial, "name": "New", "folder": str(tmp_path)}
    assert form.check(good) == {}
    assert fault in form.check({**good, field: value})[field]


def test_require_server_name_indication_is_the_users_to_say(sample: Workspace, tmp_path: Path) -> None:
    form = site_forms.site_form(sample.hierarchy, ("web",), view=lambda name: Report(name, ()))
    given = {**form.initial, "name": "New", "folder": str(tmp_path), "port": "8123"}
    assert set(form.disabled(given)) == {"sni", "certificate", "view"}
    https = {**given, "type": "https", "sni": "true"}
    assert form.disabled(https) == ()
    assert "needs a host name" in form.check(https)["host"]
    assert form.check({**given, "sni": "true"}) == {}
    press = next(field for field in form.fields if field.id == "view").presses[0]
    assert [getattr(press.opens({**https, "certificate": chosen}), "title", "") for chosen in ("web", "")] == ["web", "Certificate"]
    for sni, number in (("true", 1), ("false", 0)):
        save(sample, site_forms.add_site(sample.hierarchy, {**https, "name": f"New{sni}", "host": f"{sni}.example", "sni": sni}))
        assert sample.hierarchy.sites()[-1].bindings[0].ssl_flags == number


def test_a_site_is_added_whole(sample: Workspace, tmp_path: Path) -> None:
    form = site_forms.site_form(sample.hierarchy)
    save(
        sample,
        site_forms.add_site(sample.hierarchy, {**form.initial, "name": "New", "folder": str(tmp_path), "host": "www.example.org", "port": "8123"}),
    )
    site = next(site for site in sample.hierarchy.sites() if site.name == "New")
    assert site.bindings[0].binding_information == "127.0.0.1:8123:www.example.org"
    assert site.applications[0].root is not None
    assert site.applications[0].root.folder == tmp_path
    assert site.id == 3


def test_basic_settings_of_a_site_write_what_differs(tmp_path: Path) -> None:
    workspace = view(tmp_path).session.workspace
    before = workspace.root.read_bytes()
    form = site_forms.site_settings_form(workspace.hierarchy, "S")
    assert form is not None
    assert form.check(form.initial) == {}
    assert site_forms.edit_site("S", form.initial, form.initial) is None
    assert set(form.check({**form.initial, "name": "a/b", "folder": "", "pool": ""})) == {"name", "folder", "pool"}
    edit = site_forms.edit_site("S", form.initial, {**form.initial, "name": "Shop", "folder": str(tmp_path), "user": "www"})
    assert edit is not None
    save(workspace, edit)
    site = workspace.hierarchy.site("Shop")
    assert site is not None
    root = site.applications[0].root
    assert root is not None
    assert (root.physical_path, root.user_name) == (str(tmp_path), "www")
    now = site_forms.site_settings_form(workspace.hierarchy, "Shop")
    assert now is not None
    back = site_forms.edit_site("Shop", now.initial, {**now.initial, "name": "S", "folder": form.initial["folder"], "user": ""})
    assert back is not None
    save(workspace, back)
    assert workspace.root.read_bytes() == before


def test_a_site_that_is_gone_has_no_dialog_and_location_tags_are_counted(tmp_path: Path) -> None:
    seen = view(tmp_path, '<location path="S/api"><system.webServer /></location>')
    assert site_forms.site_settings_form(seen.session.workspace.hierarchy, "T") is None
    form = site_forms.site_settings_form(seen.session.workspace.hierarchy, "S")
    assert form is not None
    assert "1 location tag names" in form.fields[0].hint
