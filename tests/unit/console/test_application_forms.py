"""Dialogs of applications and virtual directories: what they refuse, and what their edits write."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import application_forms
from console.application_forms import application_form, directory_form, url_path
from console.forms import SITES
from console.site_forms import application_steps
from model.edits import AddEntry, Edit, SetAttribute, Step, Where
from model.sections.sites import Application
from model.workspace import Workspace
from tests.support.console_views import view

SEALED = "[enc:IISWASOnlyAesProvider:c2VhbGVk:enc]"
HOSTILE = "a\x1b]0;x\x07"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = view(tmp_path).session.workspace
    save(found, application_forms.add_application("S", {"alias": "api", "pool": "P", "folder": f" {tmp_path} "}))
    save(found, application_forms.add_directory("S", "/api", {"alias": "images/", "folder": "C:\\images"}))
    return found


def save(workspace: Workspace, edit: Edit) -> None:
    workspace.save(workspace.propose(edit))


def applications(workspace: Workspace) -> dict[str, Application]:
    site = workspace.hierarchy.site("S")
    return {item.path: item for item in site.applications} if site else {}


@pytest.mark.parametrize(
    ("typed", "path"), [("api", "/api"), (" /api/ ", "/api"), ("a\\b", "/a/b"), ("//a//b", "/a/b"), ("", "/"), (" / ", "/"), ("a b", "/a b")]
)
def test_an_alias_as_a_url_path(typed: str, path: str) -> None:
    assert url_path(typed) == path


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("alias", "", "name of its own"),
        ("alias", "API/", "of that path already"),
        ("alias", "a/../b", "no segment"),
        ("alias", HOSTILE, "control characters"),
        ("folder", " ", "Which folder"),
        ("folder", "/no/such/folder", "no such folder"),
        ("folder", "~no such user/x", "no such folder"),
        ("folder", f"C:\\{HOSTILE}", "control characters"),
        ("pool", "", "Which pool"),
    ],
)
def test_what_an_application_needs(workspace: Workspace, field: str, value: str, fault: str) -> None:
    form = application_form(workspace.hierarchy, "S")
    good = {"alias": "new", "pool": "P", "folder": "%SystemDrive%\\new", "user": "", "password": ""}
    assert form.check(good) == {}
    problems = form.check({**good, field: value})
    assert list(problems) == [field]
    assert fault in problems[field]


def test_a_new_application_starts_in_the_sites_pool(workspace: Workspace) -> None:
    form = application_form(workspace.hierarchy, "S")
    assert form.initial == {"alias": "", "pool": "P", "folder": "", "user": "", "password": ""}
    assert form.fields[1].choices == (("P", "P  (Integrated)"),)


def test_a_site_that_is_not_there_has_no_pool_yet(workspace: Workspace) -> None:
    form = application_form(workspace.hierarchy, "Gone")
    assert form.check({**form.initial, "alias": "a", "folder": "C:\\"}).keys() == {"pool"}


def test_an_application_is_written_with_its_root(workspace: Workspace, tmp_path: Path) -> None:
    added = applications(workspace)["/api"]
    assert added.application_pool == "P"
    assert added.root is not None
    assert added.root.physical_path == str(tmp_path)


def test_editing_an_application_writes_only_what_differs(workspace: Workspace) -> None:
    before = application_form(workspace.hierarchy, "S", applications(workspace)["/api"]).initial
    assert before.keys() == {"alias", "pool", "folder", "user", "password"}
    assert application_forms.edit_application("S", "/api", before, before) is None
    edit = application_forms.edit_application("S", "/api", before, {**before, "folder": "D:\\elsewhere "})
    assert edit is not None
    save(workspace, edit)
    root = applications(workspace)["/api"].root
    assert root is not None
    assert root.physical_path == "D:\\elsewhere"


def test_the_pool_alone_is_changed(workspace: Workspace) -> None:
    before = application_form(workspace.hierarchy, "S", applications(workspace)["/api"]).initial
    edit = application_forms.edit_application("S", "/api", before, {**before, "pool": "Other"})
    assert edit is not None
    save(workspace, edit)
    assert [item.application_pool for item in applications(workspace).values()] == ["P", "Other"]


def test_removing_leaves_the_others(workspace: Workspace) -> None:
    save(workspace, application_forms.remove_directory("S", "/api", "/images"))
    assert [item.path for item in applications(workspace)["/api"].virtual_directories] == ["/"]
    save(workspace, application_forms.remove_application("S", "/api"))
    assert list(applications(workspace)) == ["/"]


@pytest.mark.parametrize(("alias", "fault"), [("", "name of its own"), ("/IMAGES", "of that path already"), ("..", "no segment"), ("new", "")])
def test_aliases_of_directories(workspace: Workspace, alias: str, fault: str) -> None:
    form = directory_form(workspace.hierarchy, applications(workspace)["/api"])
    problem = form.check({"alias": alias, "folder": "C:\\x"}).get("alias", "")
    assert (fault in problem) if fault else problem == ""


def test_a_directory_is_moved(workspace: Workspace) -> None:
    application = applications(workspace)["/api"]
    form = directory_form(workspace.hierarchy, application, application.virtual_directories[1])
    assert (form.title, form.initial["folder"]) == ("Edit Virtual Directory — /images", "C:\\images")
    assert (form.initial["alias"], set(form.disabled(form.initial)), form.check(form.initial).get("alias")) == ("/images", {"alias"}, None)
    assert application_forms.edit_directory("S", "/api", "/images", form.initial, form.initial) is None
    edit = application_forms.edit_directory("S", "/api", "/images", form.initial, {**form.initial, "folder": "~/pictures", "user": "D\\u"})
    assert edit is not None
    save(workspace, edit)
    moved = applications(workspace)["/api"].virtual_directories[1]
    assert (moved.physical_path, moved.user_name) == (str(Path("~/pictures").expanduser()), "D\\u")


def test_a_virtual_directory_becomes_an_application_of_its_path(workspace: Workspace) -> None:
    """What it says goes along, a sealed password as it is; so do the directories below it, whose URLs the application answers for."""
    save(workspace, SetAttribute(Where(SITES), (Step("virtualDirectoryDefaults"),), "allowSubDirConfig", "false"))
    own = (("path", "/images/small"), ("physicalPath", "D:\\small"), ("userName", "D\\u"), ("password", SEALED), ("logonMethod", "Network"))
    save(workspace, AddEntry(Where(SITES), application_steps("S", "/api"), "virtualDirectory", own))
    before = workspace.root.read_text("utf-8")
    application = applications(workspace)["/api"]
    form = application_form(workspace.hierarchy, "S", None, "api/images", "C:\\images", user="")
    assert set(form.disabled(form.initial)) >= {"alias"}
    edit = application_forms.convert_directory(workspace.hierarchy, "S", application, application.virtual_directories[1], form.initial, form.initial)
    save(workspace, edit)
    made, old = applications(workspace)["/api/images"], applications(workspace)["/api"]
    assert [directory.path for directory in old.virtual_directories] == ["/"]
    assert [(directory.path, directory.physical_path, directory.user_name) for directory in made.virtual_directories] == [
        ("/", "C:\\images", ""), ("/small", "D:\\small", "D\\u"),
    ]  # fmt: skip
    text = workspace.root.read_text("utf-8")
    assert '<virtualDirectory path="/" physicalPath="C:\\images" />' in text
    assert SEALED in text
    assert 'logonMethod="Network"' in text
    workspace.undo()
    assert workspace.root.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({}, {"physicalPath": "C:\\i", "userName": "u", "password": "s"}),
        ({"user": ""}, {"physicalPath": "C:\\i"}),
        ({"user": "v", "password": "t"}, {"physicalPath": "C:\\i", "userName": "v", "password": "t"}),
        ({"folder": "D:\\i"}, {"physicalPath": "D:\\i", "userName": "u", "password": "s"}),
    ],
)
def test_a_converted_directory_keeps_what_the_dialog_left(given: dict[str, str], written: dict[str, str]) -> None:
    before = {"folder": "C:\\i", "user": "u", "password": ""}
    own = {"physicalPath": "C:\\i", "userName": "u", "password": "s"}
    assert application_forms._answered(own, before, {**before, **given}) == written
