"""Property grids: every setting once, by words or by the schema; where it was set; secrets, locks and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import grid
from console.lines import Row
from console.listing import View
from console.places import Target
from console.ways import Way
from console.wording.properties import Property
from model.schema import sections
from tests.support.console_views import AT_SITE, view
from tests.support.meaning import web

BROWSE = Way("system.webServer/directoryBrowse")
HEADERS = Way("system.webServer/httpProtocol")
POOL = Way("system.applicationHost/applicationPools").along("add[name=P]")
HOSTILE = "\u202e[b]evil[/b]"
INNER = f"""<system.webServer><directoryBrowse enabled="true" lockAttributes="enabled" />
<httpProtocol allowKeepAlive="true"><customHeaders><add name="A" value="1" /></customHeaders></httpProtocol>
<security><authentication><basicAuthentication realm="{HOSTILE}" /></authentication></security></system.webServer>"""
FILES = {"s/web.config": web('<system.webServer><directoryBrowse showFlags="Date" /></system.webServer>')}


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path, INNER, AT_SITE, FILES)


def texts(row: Row) -> tuple[str, ...]:
    return tuple(row.cells[name].run.text.plain for name in ("name", "value", "set"))


def by_label(rows: list[Row]) -> dict[str, Row]:
    return {row.cells["name"].run.text.plain: row for row in rows}


def said(seen: View, row: Row) -> str:
    return " ".join(run.text.plain for found in grid.detail(seen, row.key) for run in found.left)


def test_every_section_has_a_row_of_its_own_for_each_setting(tmp_path: Path) -> None:
    seen = view(tmp_path)
    for name in sections():
        keys = [row.key for row in grid.rows(seen, Way(name))]
        assert len(set(keys)) == len(keys), name


def test_inherited_local_and_locked(seen: View) -> None:
    assert [texts(row) for row in grid.rows(seen, BROWSE)] == [("Enabled", "true", "Inherited  locked"), ("Show flags", "Date", "Local")]
    assert [row.groups["set"][0] for row in grid.rows(seen, BROWSE)] == ["Inherited", "Local"]


def test_a_default_is_neither_bold_nor_different(tmp_path: Path) -> None:
    row = grid.rows(view(tmp_path), BROWSE)[0]
    assert texts(row) == ("Enabled", "false", "Default")
    assert not row.cells["value"].run.bold
    assert not (isinstance(row.key.value, grid.Setting) and row.key.value.differs)


def test_what_is_written_as_the_default_does_not_differ(seen: View) -> None:
    row = by_label(grid.rows(seen, HEADERS))["Keep HTTP connections alive"]
    assert texts(row)[1:] == ("true", "Inherited")
    assert not row.cells["value"].run.bold


def test_a_list_inside_is_counted_and_opens(seen: View) -> None:
    row = next(row for row in grid.rows(seen, HEADERS) if "Custom Headers" in row.groups["category"][0])
    assert texts(row) == ("Custom Headers", "(Count=1)", "")
    place = grid.opens(seen, row.key)
    assert place is not None
    assert (place.page, place.site, place.detail) == ("entries", "S", str(HEADERS.along("customHeaders")))
    assert "[customHeaders]" in said(seen, row)


def test_words_come_first_and_each_setting_only_once(seen: View) -> None:
    words = (Property("Mine", "Queue", "", "queueLength", "How many wait.", read_only=True), Property("Mine", "Gone", "", "noSuch"))
    rows = grid.rows(seen, POOL, words)
    assert (rows[0].groups["category"][0], texts(rows[0])) == ("Mine", ("Queue", "1000", "Default"))
    settings = [row.key.value for row in rows if isinstance(row.key.value, grid.Setting)]
    assert [setting.attribute.name for setting in settings].count("queueLength") == 1
    assert "noSuch" not in {setting.attribute.name for setting in settings}
    assert rows[0].cells["name"].run.role == "quiet"


def test_what_iis_writes_at_run_time_is_not_set(seen: View) -> None:
    names = {row.key.value.attribute.name for row in grid.rows(seen, POOL) if isinstance(row.key.value, grid.Setting)}
    assert "managedPipelineMode" in names
    assert not names & grid.RUN_TIME


def test_the_description_says_range_default_and_source(seen: View) -> None:
    words = said(seen, by_label(grid.rows(seen, POOL, (Property("G", "Queue", "", "queueLength", "How many wait.", True),)))["Queue"])
    assert all(part in words for part in ("How many wait.", "[queueLength]", "65", "default 1000", "shown only"))
    assert "s/web.config:1" in said(seen, grid.rows(seen, BROWSE)[1])


def test_the_description_of_an_enum_names_its_values(seen: View) -> None:
    row = next(
        row for row in grid.rows(seen, POOL) if isinstance(row.key.value, grid.Setting) and row.key.value.attribute.name == "managedPipelineMode"
    )
    assert "One of Integrated, Classic" in said(seen, row)


def test_hostile_text_is_made_visible(seen: View) -> None:
    row = by_label(grid.rows(seen, Way("system.webServer/security/authentication/basicAuthentication")))["Realm"]
    assert "\u202e" not in texts(row)[1]
    assert texts(row)[1] != "—"


def test_a_default_secret_is_not_drawn(seen: View) -> None:
    rows = [row for row in grid.rows(seen, POOL) if isinstance(row.key.value, grid.Setting) and row.key.value.attribute.encrypted]
    assert rows
    assert {texts(row)[1] for row in rows} == {"—"}


@pytest.mark.parametrize("way", [None, Way("no/such"), Way("system.applicationHost/applicationPools").along("add[name=Gone]")])
def test_nothing_to_set(seen: View, way: Way | None) -> None:
    assert grid.rows(seen, way) == []


@pytest.mark.parametrize("target", [None, Target("pool", "P")])
def test_other_rows_have_no_description_and_open_nothing(seen: View, target: Target | None) -> None:
    assert grid.detail(seen, target) == ()
    assert target is None or grid.opens(seen, target) is None


def test_a_page_orders_its_categories_as_its_words() -> None:
    words = (Property("Z", "a", "", "x"), Property("A", "b", "", "y"), Property("Z", "c", "", "z"))
    assert grid.grid_page("x", "X", "S.", lambda view: BROWSE, words).group_order == ("General", "Z", "A")
