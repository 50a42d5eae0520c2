"""The wizard of Failed Request Tracing Rules: what it accepts, what it greys, the rule that comes out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import tracing_forms, ways
from console.collection import entries
from console.listing import View
from console.pages.trace_failed_requests import PROVIDERS, RULES, providers, rows
from console.tracing_forms import Provider
from model.edits import Where
from model.effective import EffectiveEntry
from tests.support.console_views import view

DEFINED = """<system.webServer><tracing><traceProviderDefinitions>
<add name="WWW Server" guid="{3a2a4e84-4c21-4981-ae10-3fda0d9b0f83}"><areas><add name="Security" value="4" /><add name="Cache" value="64" /></areas></add>
<add name="ASP" guid="{06b94d9a-b15e-456e-a4ef-37c984a2cb4b}"><areas /></add>
</traceProviderDefinitions></tracing></system.webServer>"""


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path, DEFINED)


def offered(seen: View, rule: EffectiveEntry | None = None) -> tuple[Provider, ...]:
    return tracing_forms.offered(providers(seen), rule)


def filled(seen: View, **given: str) -> dict[str, str]:
    return {**tracing_forms.trace_form(RULES, offered(seen), set()).initial, **given}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ""),
        ({"content": ""}, "path"),
        ({"content": "", "path": "*.php"}, ""),
        ({"content": "*.asp"}, "content"),
        ({"statusCodes": "", "timeTaken": ""}, "statusCodes"),
        ({"statusCodes": "", "timeTaken": "00:00:05"}, ""),
        ({"timeTaken": "soon"}, "timeTaken"),
        ({"p0": "false", "p1": "false"}, "p0"),
    ],
)
def test_what_it_accepts(seen: View, given: dict[str, str], field: str) -> None:
    form = tracing_forms.trace_form(RULES, offered(seen), {"*.asp"})
    assert list(form.check(filled(seen, **given))) == ([field] if field else [])


def test_what_means_nothing_is_greyed(seen: View) -> None:
    form = tracing_forms.trace_form(RULES, offered(seen), set())
    assert form.disabled(filled(seen, p0="true", p1="false")) == {"path", "p1-verbosity"}
    assert form.disabled(filled(seen, p0="false", p1="true")) == {"path", "p0-verbosity", "p0-area0", "p0-area1"}
    assert "path" not in form.disabled(filled(seen, content=""))
    assert len(form.steps) == 3


def test_a_rule_is_added_and_edited_to_the_byte(seen: View) -> None:
    workspace = seen.session.workspace
    before = workspace.root.read_bytes()
    values = filled(seen, content="", path="*.php", statusCodes="500", p0="true", p1="false")
    workspace.save(workspace.propose(tracing_forms.add_trace(Where(RULES.section), offered(seen), values)))
    (entry,) = (entry for entry in entries(seen, RULES) if entry.get("path") == "*.php")
    assert entry.at("failureDefinitions").get("statusCodes") == "500"
    (area,) = entry.at("traceAreas").entries
    assert (area.get("provider"), area.get("areas"), area.get("verbosity")) == ("WWW Server", "Security,Cache", "Verbose")
    (row,) = (row for row in rows(seen) if row.cells["path"].run.text.plain == "*.php")
    assert (row.cells["providers"].run.text.plain, row.cells["codes"].run.text.plain) == ("WWW Server", "500")
    form = tracing_forms.trace_form(RULES, offered(seen), set(), entry)
    assert tracing_forms.edit_trace(Where(RULES.section), offered(seen), entry, form.initial, form.initial) is None
    changed = {**form.initial, "p1": "true", "p0-area0": "false", "timeTaken": "00:00:03", "path": "*.phtml"}
    edit = tracing_forms.edit_trace(Where(RULES.section), offered(seen), entry, form.initial, changed)
    assert edit is not None
    workspace.save(workspace.propose(edit))
    (entry,) = (entry for entry in entries(seen, RULES) if entry.get("path") == "*.phtml")
    assert [area.get("provider") for area in entry.at("traceAreas").entries] == ["WWW Server", "ASP"]
    assert entry.at("traceAreas").entries[0].get("areas") == "Cache"
    assert entry.at("failureDefinitions").get("timeTaken") == "00:00:03"
    workspace.undo()
    workspace.undo()
    assert workspace.root.read_bytes() == before


def test_providers_are_the_configurations_own(seen: View) -> None:
    assert [entry.get("name") for entry in ways.section(seen, PROVIDERS).root.entries] == ["WWW Server", "ASP"]


def test_without_a_word_of_the_configuration_they_are_those_of_iis(tmp_path: Path) -> None:
    found = {provider.name: provider.areas for provider in offered(view(tmp_path, "<system.webServer />"))}
    assert found.keys() == {"ASP", "ASPNET", "ISAPI Extension", "WWW Server"}
    assert found["ASPNET"] == ("Infrastructure", "Module", "Page", "AppServices")


def test_what_a_rule_traces_beside_what_is_defined_stays(tmp_path: Path) -> None:
    rule = """<add path="*.x"><traceAreas><add provider="WWW Server" areas="cache, Iisnode" /><add provider="Mine" /></traceAreas>
    <failureDefinitions statusCodes="500" /></add>"""
    seen = view(tmp_path, f"{DEFINED}<system.webServer><tracing><traceFailedRequests>{rule}</traceFailedRequests></tracing></system.webServer>")
    (entry,) = entries(seen, RULES)
    there = offered(seen, entry)
    assert [(provider.name, provider.areas) for provider in there] == [("WWW Server", ("Security", "Cache", "Iisnode")), ("ASP", ()), ("Mine", ())]
    form = tracing_forms.trace_form(RULES, there, set(), entry)
    assert [form.initial[name] for name in ("p0", "p0-area0", "p0-area1", "p0-area2", "p1", "p2")] == [
        "true",
        "false",
        "true",
        "true",
        "false",
        "true",
    ]
    assert tracing_forms.edit_trace(Where(RULES.section), there, entry, form.initial, form.initial) is None
