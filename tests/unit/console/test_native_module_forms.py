"""Configure and Register Native Modules: what is offered, what is refused, what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import native_module_forms as forms
from console import ways
from console.listing import View
from model.edits import Where
from tests.support.console_views import view

MODULES = "system.webServer/modules"
INNER = """<system.webServer><globalModules><add name="A" image="a.dll" /><add name="B" image="b.dll" /></globalModules>
<modules><add name="A" /></modules></system.webServer>"""


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path, INNER)


def test_only_what_is_not_enabled_is_offered() -> None:
    form = forms.native_modules_form({"A": "a.dll", "B": "b.dll"}, ["A"])
    assert [field.label for field in form.asked] == ["B"]
    assert forms.chosen(form.initial) == []
    assert forms.chosen({form.asked[0].id: "true"}) == ["B"]
    assert forms.native_modules_form({"A": "a.dll"}, ["A"]).asked == ()
    assert forms.enable(Where(MODULES), []) is None


def test_enabling_and_registering_write_their_lines(seen: View) -> None:
    workspace = seen.session.workspace
    before = workspace.root.read_bytes()
    edit = forms.enable(Where(MODULES), ["B"])
    assert edit is not None
    workspace.save(workspace.propose(edit))
    workspace.save(workspace.propose(forms.register(Where(MODULES), {"name": "C", "image": " c.dll ", "enable": "true"})))
    assert [entry.get("name") for entry in ways.section(seen, MODULES).root.entries] == ["A", "B", "C"]
    assert '<add name="C" image="c.dll" />' in workspace.root.read_text("utf-8")
    workspace.undo()
    workspace.undo()
    assert workspace.root.read_bytes() == before


@pytest.mark.parametrize(("name", "image", "wrong"), [("", "x", {"name"}), ("C", "", {"image"}), ("a", "x", {"name"}), ("C", "x", set())])
def test_what_registering_refuses(name: str, image: str, wrong: set[str]) -> None:
    assert set(forms.register_form(["A"]).check({"name": name, "image": image, "enable": "true"})) == wrong
