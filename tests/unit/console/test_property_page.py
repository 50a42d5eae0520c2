"""Property pages: fields come from the schema, flags are switches, only what differs becomes an edit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import property_page
from console.feed import Feed
from console.listing import View
from console.pages import PAGES, page
from console.places import Place
from console.property_page import FormPage
from console.session import Session
from model.edits import SetAttribute, Where
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"
FORMS = [name for name in PAGES if isinstance(page(name), FormPage)]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return Session(Workspace.open(tmp_path / "first-run"))


def declared(name: str) -> FormPage:
    found = page(name)
    assert isinstance(found, FormPage)
    return found


@pytest.mark.parametrize("site", ["", "Integrated"])
@pytest.mark.parametrize("name", FORMS)
def test_each_page_has_fields_that_the_schema_accepts(session: Session, name: str, site: str) -> None:
    fields = property_page.fields(View(session, Feed(), Place(name, site, "/")), declared(name))
    assert fields
    assert len({entry.field.id for entry in fields}) == len(fields)
    values = {entry.field.id: entry.field.initial for entry in fields}
    assert property_page.faults(fields, values) == {}
    assert property_page.edits(fields, values, Where) == ()


def test_one_flag_changes_the_whole_attribute_once(session: Session) -> None:
    fields = property_page.fields(View(session, Feed(), Place("directory_browse")), declared("directory_browse"))
    values = {entry.field.id: entry.field.initial for entry in fields}
    values |= {"g1--showFlags--Time": "false", "g1--showFlags--LongDate": "true"}
    edits = property_page.edits(fields, values, Where)
    assert [(edit.name, edit.value) for edit in edits if isinstance(edit, SetAttribute)] == [("showFlags", "Date, Size, Extension, LongDate")]


def test_a_number_out_of_its_range_is_a_fault(session: Session) -> None:
    fields = property_page.fields(View(session, Feed(), Place("http_logging")), declared("http_logging"))
    values = {entry.field.id: entry.field.initial for entry in fields}
    values["g1--truncateSize"] = "5"
    assert "1048576" in property_page.faults(fields, values)["g1--truncateSize"]
