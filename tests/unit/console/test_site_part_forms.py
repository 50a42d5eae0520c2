"""Failed request tracing, limits and HSTS of a site: fields by the schema, edits to the attribute."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.forms import Form
from console.listing import View
from console.site_part_forms import HSTS, LIMITS, TRACING, Part, part_edit, part_form
from tests.support.console_views import view

PARTS = [TRACING, LIMITS, HSTS]


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path)


def form_of(seen: View, part: Part) -> Form:
    form = part_form(seen.session.workspace.hierarchy, "s", part)
    assert form is not None
    return form


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.category)
def test_what_is_in_force_is_shown_and_changes_nothing(seen: View, part: Part) -> None:
    form = form_of(seen, part)
    assert form.check(form.initial) == {}
    assert part_edit("S", part, form.initial, form.initial) is None
    assert len(form.asked) == len(part.properties) >= 3


def test_tracing_is_switched_on_with_its_folder(seen: View) -> None:
    form, workspace = form_of(seen, TRACING), seen.session.workspace
    before = workspace.root.read_bytes()
    edit = part_edit("S", TRACING, form.initial, {**form.initial, "enabled": "true", "maxLogFiles": "10"})
    assert edit is not None
    workspace.save(workspace.propose(edit))
    assert b'<traceFailedRequestsLogging enabled="true" maxLogFiles="10" />' in workspace.root.read_bytes()
    assert form_of(seen, TRACING).initial["maxLogFiles"] == "10"
    workspace.undo()
    assert workspace.root.read_bytes() == before


@pytest.mark.parametrize(
    ("part", "given", "field"),
    [
        (TRACING, {"maxLogFiles": "0"}, ""),
        (TRACING, {"enabled": "true", "maxLogFiles": "0"}, "maxLogFiles"),
        (TRACING, {"enabled": "true", "maxLogFiles": "10001"}, "maxLogFiles"),
        (LIMITS, {"maxBandwidth": "1000"}, "maxBandwidth"),
        (LIMITS, {"connectionTimeout": "soon"}, "connectionTimeout"),
        (HSTS, {"enabled": "true", "max-age": "-1"}, "max-age"),
    ],
)
def test_the_schema_s_ranges_hold(seen: View, part: Part, given: dict[str, str], field: str) -> None:
    form = form_of(seen, part)
    assert "".join(form.check({**form.initial, **given})) == field


def test_what_is_off_writes_the_switch_alone(seen: View) -> None:
    form = form_of(seen, TRACING)
    assert set(form.disabled(form.initial)) == {"directory", "maxLogFiles"}
    assert set(form.disabled({**form.initial, "enabled": "true"})) == set()
    assert part_edit("S", TRACING, form.initial, {**form.initial, "maxLogFiles": "x"}) is None
    assert form_of(seen, LIMITS).disabled(form_of(seen, LIMITS).initial) == set()


def test_no_such_site(seen: View) -> None:
    assert part_form(seen.session.workspace.hierarchy, "gone", LIMITS) is None
