"""Dialogs and edits of a list's entries: what the schema says, what is written, what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import entry_edits
from console.collection import Collection, Part, entries
from console.feed import Feed
from console.listing import View
from console.pages.app_settings import SETTINGS
from console.pages.http_errors import PAGES as ERRORS
from console.pages.static_content import TYPES
from console.pages.web_authorization import RULES
from console.places import Place
from console.session import Session
from model.edits import AddEntry, Batch, RemoveEntry, SetAttribute, Where
from model.effective import EffectiveEntry, EffectiveValue
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def view(tmp_path: Path) -> View:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return View(Session(Workspace.open(tmp_path / "first-run")), Feed(), Place("static_content"))


def test_what_equals_the_default_is_not_written() -> None:
    values = {"statusCode": "404", "subStatusCode": "-1", "responseMode": "File", "path": "gone.htm", "prefixLanguageFilePath": ""}
    edit = entry_edits.add_edit(ERRORS, Where(ERRORS.section), values)
    assert isinstance(edit, AddEntry)
    assert edit.element == "error"
    assert edit.attributes == (("statusCode", "404"), ("path", "gone.htm"))


def test_a_rule_is_the_element_that_its_action_names() -> None:
    edit = entry_edits.add_edit(RULES, Where(RULES.section), {"users": "eve", "roles": "", "verbs": ""}, ((".", "deny"),))
    assert isinstance(edit, AddEntry)
    assert (edit.element, edit.attributes) == ("deny", (("users", "eve"),))


def test_editing_writes_only_what_differs_and_the_key_last(view: View) -> None:
    entry = next(entry for entry in entries(view, TYPES) if entry.get("fileExtension") == ".html")
    same = {"fileExtension": ".html", "mimeType": entry.get("mimeType")}
    assert entry_edits.change_edit(TYPES, Where(TYPES.section), entry, same) is None
    edit = entry_edits.change_edit(TYPES, Where(TYPES.section), entry, {"fileExtension": ".h", "mimeType": "text/x"})
    assert isinstance(edit, Batch)
    assert [single.name for single in edit.edits if isinstance(single, SetAttribute)] == ["mimeType", "fileExtension"]


def test_what_says_the_same_in_another_spelling_is_not_written() -> None:
    written = {name: EffectiveValue(value) for name, value in {"statusCode": "404", "responseMode": "file", "path": "gone.htm"}.items()}
    form = entry_edits.entry_form(ERRORS, (), EffectiveEntry("error", written))
    assert form.initial["responseMode"] == "File"
    assert entry_edits.change_edit(ERRORS, Where(ERRORS.section), EffectiveEntry("error", written), form.initial) is None


def test_a_second_entry_of_the_same_key_is_refused_and_the_own_one_is_not(view: View) -> None:
    present = entries(view, TYPES)
    form = entry_edits.entry_form(TYPES, present, None)
    assert "already" in form.check({"fileExtension": ".HTML", "mimeType": "a/b"})["fileExtension"]
    own = next(entry for entry in present if entry.get("fileExtension") == ".html")
    again = entries(View(Session(view.session.workspace), Feed(), Place("static_content")), TYPES)
    assert entry_edits.entry_form(TYPES, again, own).check({"fileExtension": ".html", "mimeType": "a/b"}) == {}


def test_what_is_required_must_be_filled_in(view: View) -> None:
    form = entry_edits.entry_form(TYPES, entries(view, TYPES), None)
    assert set(form.check({"fileExtension": "", "mimeType": ""})) == {"fileExtension", "mimeType"}


def test_what_tells_an_entry_from_others_must_be_there() -> None:
    """The schema requires no name of an application setting; one without could not be chosen, edited or removed."""
    assert "Which one?" in entry_edits.entry_form(SETTINGS, (), None).check({"key": " ", "value": "v"})["key"]
    nameless = EffectiveEntry("add", {"key": EffectiveValue(""), "value": EffectiveValue("v")})  # one that is there may have its value changed
    assert entry_edits.entry_form(SETTINGS, (nameless,), nameless).check({"key": "", "value": "w"}) == {}


def test_removing_names_the_element_where_there_are_several(view: View) -> None:
    entry = entries(view, TYPES)[0]
    plain = entry_edits.remove_edit(TYPES, Where(TYPES.section), entry)
    assert isinstance(plain, RemoveEntry)
    assert plain.entry == ""


def test_a_path_that_is_no_collection() -> None:
    with pytest.raises(LookupError):
        _ = Collection("system.webServer/directoryBrowse", "thing", (Part("x", "X"),)).schema


def test_a_new_name_is_nobody_elses(view: View) -> None:
    from console.pages.handlers import MAPPINGS

    present = entries(view, MAPPINGS)
    entry = next(entry for entry in present if entry.get("name") == "StaticFile")
    other = next(one.get("name") for one in present if one is not entry)
    form = entry_edits.rename_form(MAPPINGS, present, entry)
    assert form.initial == {"name": "StaticFile"}
    for name, fault in (("staticfile", ""), (" ", "needs a name"), (other.upper(), "of that name"), ("a\x1bb", "control characters")):
        assert fault in form.check({"name": name}).get("name", "") if fault else form.check({"name": name}) == {}
    edit = entry_edits.rename_edit(MAPPINGS, Where(MAPPINGS.section), entry, "Files")
    assert isinstance(edit, SetAttribute)
    assert (edit.name, edit.value, edit.steps[-1].key) == ("name", "Files", (("name", "StaticFile"),))
