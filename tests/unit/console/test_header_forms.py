"""Set Common HTTP Response Headers: what stands there, what it accepts, and the two sections that it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.forms import Form
from console.header_forms import PROTOCOL, STATIC, headers_edit, headers_form, spoken_of
from model.config_path import ConfigPath
from model.edits import Where
from model.workspace import Workspace
from tests.support.meaning import server, write

SITE = ConfigPath("S")


def opened(folder: Path, inner: str = "") -> Workspace:
    (folder / "s").mkdir()
    write(folder, {"applicationHost.config": server(f"<system.webServer>{inner}</system.webServer>")})
    return Workspace.open(folder)


def form_of(workspace: Workspace) -> Form:
    return headers_form(workspace.hierarchy, SITE)


def given(workspace: Workspace, **values: str) -> str:
    """The site's web.config after the dialog; "" where nothing was written."""
    form = form_of(workspace)
    after = {**form.initial, **values}
    assert form.check(after) == {}
    edit = headers_edit(form.initial, after, {section: Where(section, SITE) for section in spoken_of(form.initial, after)})
    if edit is None:
        return ""
    workspace.save(workspace.propose(edit))
    return (workspace.root.parent / "s" / "web.config").read_text()


@pytest.mark.parametrize(
    ("cache", "expected"),
    [
        ("", {"expire": "false", "mode": "UseMaxAge", "age": "1", "unit": "86400", "on": ""}),
        ('<clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="7.00:00:00" />', {"expire": "true", "mode": "UseMaxAge", "age": "7"}),
        ('<clientCache cacheControlMode="useMaxAge" cacheControlMaxAge="01:30:00" />', {"expire": "true", "age": "90", "unit": "60"}),
        ('<clientCache cacheControlMode="1" />', {"expire": "true", "mode": "DisableCache"}),
        ('<clientCache cacheControlMode="UseExpires" httpExpires="Thu, 31 Jan 2030 08:30:00 GMT" />', {"mode": "UseExpires", "on": "2030-01-31 08:30"}),
        ('<clientCache cacheControlMode="UseExpires" httpExpires="some day" />', {"mode": "UseExpires", "on": "some day"}),
    ],
)  # fmt: skip
def test_it_shows_what_is_in_force(tmp_path: Path, cache: str, expected: dict[str, str]) -> None:
    form = form_of(opened(tmp_path, f"<staticContent>{cache}</staticContent>"))
    assert {name: form.initial[name] for name in expected} == expected
    assert form.check(form.initial) == {}, "what stands there is no fault of the dialog's"


def test_only_what_was_chosen_is_written(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    assert given(workspace) == ""
    text = given(workspace, keep="false", expire="true", age="2", unit="3600")
    assert '<httpProtocol allowKeepAlive="false" />' in text
    assert '<clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="02:00:00" />' in text
    text = given(workspace, mode="UseExpires", on="2030-01-31")
    assert 'cacheControlMode="UseExpires"' in text
    assert 'httpExpires="Thu, 31 Jan 2030 00:00:00 GMT"' in text
    assert 'cacheControlMode="DisableCache"' in given(workspace, mode="DisableCache")
    assert 'cacheControlMode="NoControl"' in given(workspace, expire="false")
    for _ in range(4):
        workspace.undo()
    assert not (tmp_path / "s" / "web.config").exists(), "each was one change"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"age": "x"}, ""),
        ({"expire": "true", "age": "x"}, "age"),
        ({"expire": "true", "age": "0"}, "age"),
        ({"expire": "true", "age": "24856"}, "age"),
        ({"expire": "true", "mode": "UseExpires"}, "on"),
        ({"expire": "true", "mode": "UseExpires", "on": "2030-02-31"}, "on"),
        ({"expire": "true", "mode": "UseExpires", "on": "tomorrow"}, "on"),
        ({"expire": "true", "mode": "DisableCache", "age": "x"}, ""),
    ],
)
def test_what_is_wrong_stands_at_its_field(tmp_path: Path, values: dict[str, str], field: str) -> None:
    form = form_of(opened(tmp_path))
    assert "".join(form.check({**form.initial, **values})) == field


def test_only_the_sections_that_change_are_spoken_of(tmp_path: Path) -> None:
    initial = form_of(opened(tmp_path)).initial
    assert spoken_of(initial, initial) == ()
    assert spoken_of(initial, {**initial, "keep": "false"}) == (PROTOCOL,)
    assert spoken_of(initial, {**initial, "expire": "true"}) == (STATIC,)
    assert spoken_of(initial, {**initial, "age": "7"}) == (), "what is off says nothing"


def test_what_means_nothing_now_is_disabled(tmp_path: Path) -> None:
    form = form_of(opened(tmp_path))
    assert set(form.disabled(form.initial)) == {"mode", "age", "unit", "on"}
    assert set(form.disabled({**form.initial, "expire": "true", "mode": "UseExpires"})) == {"age", "unit"}
