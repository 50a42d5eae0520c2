"""Dialogs of handler mappings: kinds, what they accept, edits to the byte; feature permissions."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import handler_forms, ways
from console.handler_forms import SECTION, Kind
from console.listing import View
from model.edits import Where
from model.effective import EffectiveEntry
from tests.support.console_views import view

INNER = """<system.webServer><handlers accessPolicy="Read, Script, NoRemoteWrite">
<add name="Page" path="page" verb="GET" type="page.Page" />
<add name="All" path="*" verb="*" modules="IsapiModule" scriptProcessor="x.dll" />
<add name="Php" path="*.php" verb="*" modules="CgiModule" scriptProcessor="php.exe" resourceType="File" />
<add name="Static" path="*.s" verb="*" modules="StaticFileModule" />
</handlers></system.webServer>"""


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path, INNER)


def entry(seen: View, name: str) -> EffectiveEntry:
    return next(found for found in ways.section(seen, SECTION).root.entries if found.get("name") == name)


@pytest.mark.parametrize(("name", "kind"), [("Page", "managed"), ("All", "wildcard"), ("Php", "script"), ("Static", "module")])
def test_kinds_and_unchanged_dialogs_write_nothing(seen: View, name: str, kind: Kind) -> None:
    found = entry(seen, name)
    assert handler_forms.kind_of(found) == kind
    form = handler_forms.handler_form(kind, {"Page", "All", "Php", "Static"}, ("StaticFileModule",), found)
    assert form.check(form.initial) == {}
    assert handler_forms.edit_handler(kind, Where(SECTION), found, form.initial) is None


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        ("managed", {}, {"path", "type", "name"}),
        ("script", {"path": "*.x"}, {"name", "executable"}),
        ("wildcard", {"executable": "x.exe", "name": "n"}, {"executable"}),
        ("module", {"path": "*.x", "name": "Page"}, {"name"}),
        ("module", {"path": "*.x", "name": "n", "all": "false"}, {"verb"}),
        ("module", {"path": "*.x", "name": "n"}, set()),
    ],
)
def test_what_they_accept(kind: Kind, given: dict[str, str], wrong: set[str]) -> None:
    form = handler_forms.handler_form(kind, {"Page"}, ("StaticFileModule",))
    assert set(form.check({**form.initial, **given})) == wrong


@pytest.mark.parametrize(
    ("kind", "given", "written"),
    [
        ("managed", {"path": "p", "type": "a.B", "name": "n"}, '<add name="n" path="p" verb="*" type="a.B" />'),
        ("script", {"path": "*.p", "executable": "p.exe", "name": "n", "all": "false", "verb": "GET"},
         '<add name="n" path="*.p" verb="GET" modules="CgiModule" scriptProcessor="p.exe" />'),
        ("wildcard", {"executable": "w.dll", "name": "n", "access": "Execute"},
         '<add name="n" path="*" verb="*" modules="IsapiModule" scriptProcessor="w.dll" requireAccess="Execute" />'),
        ("module", {"path": "*.m", "name": "n", "resource": "File"},
         '<add name="n" path="*.m" verb="*" modules="StaticFileModule" resourceType="File" />'),
    ],
)  # fmt: skip
def test_what_is_added(seen: View, kind: Kind, given: dict[str, str], written: str) -> None:
    form = handler_forms.handler_form(kind, set(), ("StaticFileModule",))
    workspace = seen.session.workspace
    workspace.save(workspace.propose(handler_forms.add_handler(kind, Where(SECTION), {**form.initial, **given})))
    assert written in workspace.root.read_text("utf-8")


def test_an_edit_writes_what_differs_and_a_new_name_last(seen: View) -> None:
    found = entry(seen, "Php")
    form = handler_forms.handler_form("script", set(), (), found)
    edit = handler_forms.edit_handler("script", Where(SECTION), found, {**form.initial, "name": "P", "executable": "php.dll", "resource": "Either"})
    assert edit is not None
    seen.session.workspace.save(seen.session.workspace.propose(edit))
    text = seen.session.workspace.root.read_text("utf-8")
    assert '<add name="P" path="*.php" verb="*" modules="IsapiModule" scriptProcessor="php.dll" resourceType="Either" />' in text


def test_permissions_keep_other_flags_and_execute_needs_script(seen: View) -> None:
    policy = "Read, Script, NoRemoteWrite"
    form = handler_forms.permissions_form(policy)
    assert form.initial == {"Read": "true", "Script": "true", "Execute": "false"}
    assert form.disabled({**form.initial, "Script": "false"}) == {"Execute"}
    assert handler_forms.edit_permissions(Where(SECTION), policy, form.initial) is None
    edit = handler_forms.edit_permissions(Where(SECTION), policy, {"Read": "true", "Script": "true", "Execute": "true"})
    assert edit is not None
    seen.session.workspace.save(seen.session.workspace.propose(edit))
    assert ways.section(seen, SECTION).root.get("accessPolicy") == "Read, Script, Execute, NoRemoteWrite"
    none = handler_forms.edit_permissions(Where(SECTION), "Read", {"Read": "false", "Script": "false", "Execute": "true"})
    assert getattr(none, "value", "") == "None"
