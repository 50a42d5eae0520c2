"""Property pages: fields come from the schema, flags are switches, only what differs becomes an edit."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from console import property_page
from console.feed import Feed
from console.listing import View
from console.pages import PAGES, page
from console.places import Place
from console.property_page import Draft, FormPage
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


def draft(session: Session, name: str, site: str = "", **changed: str) -> Draft:
    """The page's draft, with `attribute=text` (of a flag, `attribute__flag=text`) as its user put it."""
    view = View(session, Feed(), Place(name, site, "/"))
    fields = property_page.fields(view, declared(name))
    ids = {entry.name.partition("/")[2].replace("/", "__"): entry.field.id for entry in fields}
    return Draft(
        declared(name), fields, {entry.field.id: entry.field.initial for entry in fields} | {ids[key]: text for key, text in changed.items()}
    )


def written(found: Draft) -> dict[str, str | None]:
    return {edit.name: edit.value for edit in found.edits(Where) if isinstance(edit, SetAttribute)}


def wrong(found: Draft) -> set[str]:
    names = {entry.field.id: entry.name for entry in found.fields}
    return {names[field] for field in found.faults}


@pytest.mark.parametrize("site", ["", "Integrated"])
@pytest.mark.parametrize("name", FORMS)
def test_each_page_has_fields_that_the_schema_accepts(session: Session, name: str, site: str) -> None:
    untouched = draft(session, name, site)
    assert untouched.fields
    assert len({entry.field.id for entry in untouched.fields}) == len({entry.name for entry in untouched.fields}) == len(untouched.fields)
    assert untouched.faults == {}
    assert untouched.edits(Where) == ()
    assert set(declared(name).disabled({entry.name: entry.field.initial for entry in untouched.fields})) <= {
        entry.name for entry in untouched.fields
    } | ({"httpCompression/maxDiskSpaceUsage"} if site else set())


def test_one_flag_changes_the_whole_attribute_once(session: Session) -> None:
    found = draft(session, "directory_browse", showFlags__Time="false", showFlags__LongDate="true")
    assert written(found) == {"showFlags": "Date, Size, Extension, LongDate"}


def test_flags_that_are_offered_together_are_written_with_the_others(session: Session) -> None:
    found = draft(session, "ssl_settings", sslFlags__Ssl="true", sslFlags__SslNegotiateCert="SslNegotiateCert, SslRequireCert")
    assert written(found) == {"sslFlags": "Ssl, SslNegotiateCert, SslRequireCert"}
    assert written(draft(session, "http_logging", logTargetW3C__File="File, ETW")) == {"logTargetW3C": "File, ETW"}


@pytest.mark.parametrize("name", FORMS)
def test_no_page_shows_a_value_as_the_file_spells_it(session: Session, name: str) -> None:
    """Where the schema's name is two words or more, IIS Manager has words of its own."""
    fields = draft(session, name).fields
    raw = {label for entry in fields for value, label in entry.field.choices if value == label and re.search(r"[a-z][A-Z]|[A-Z]{2}[a-z]", value)}
    assert raw == set()
    assert all(asked.initial in dict(asked.choices) for asked in (entry.field for entry in fields) if asked.kind == "choice")


def test_a_value_that_nobody_offers_stays(session: Session) -> None:
    config = session.workspace.root
    given = '<system.web><sessionState cookieless="true" /></system.web></configuration>'
    config.write_text(config.read_text("utf-8").replace("</configuration>", given), "utf-8")
    session.look_at_files()
    found = draft(session, "session_state", timeout="7")
    assert {"cookieless": "true"}.items() <= {entry.attribute.name: entry.field.initial for entry in found.fields}.items()
    assert all(asked.initial in dict(asked.choices) for asked in (entry.field for entry in found.fields) if asked.kind == "choice")
    assert written(found) == {"timeout": "7"}


def test_a_number_out_of_its_range_is_a_fault(session: Session) -> None:
    found = draft(session, "http_logging", period="MaxSize", truncateSize="5")
    assert "1048576" in " ".join(found.faults.values())


@pytest.mark.parametrize(
    ("name", "changed", "at"),
    [
        ("http_redirect", {"enabled": "true"}, {"httpRedirect/destination"}),
        ("http_redirect", {"enabled": "true", "destination": "/sales"}, set()),
        ("session_state", {"mode": "SQLServer", "sqlConnectionString": " "}, {"sessionState/sqlConnectionString"}),
        ("session_state", {"mode": "StateServer", "stateConnectionString": ""}, {"sessionState/stateConnectionString"}),
        ("session_state", {"mode": "Off", "stateConnectionString": ""}, set()),
        ("session_state", {"mode": "Custom"}, {"sessionState/customProvider"}),
        ("session_state", {"mode": "Custom", "customProvider": "Redis"}, set()),
        ("ssl_settings", {"sslFlags__Ssl128": "true"}, {"access/sslFlags/Ssl128"}),
        ("ssl_settings", {"sslFlags__SslNegotiateCert": "SslNegotiateCert, SslRequireCert"}, {"access/sslFlags/SslNegotiateCert"}),
        ("ssl_settings", {"sslFlags__SslNegotiateCert": "SslNegotiateCert"}, set()),
        ("ssl_settings", {"sslFlags__Ssl": "true", "sslFlags__Ssl128": "true"}, set()),
    ],
)
def test_what_is_wrong_between_fields(session: Session, name: str, changed: dict[str, str], at: set[str]) -> None:
    assert wrong(draft(session, name, **changed)) == at


@pytest.mark.parametrize(
    ("name", "changed", "kept"),
    [
        ("http_redirect", {"destination": "/sales", "childOnly": "true"}, {}),
        ("http_compression", {"doDiskSpaceLimiting": "false", "maxDiskSpaceUsage": "much"}, {"doDiskSpaceLimiting": "false"}),
        ("http_compression", {"minFileSizeForComp__on": "false", "minFileSizeForComp": "much"}, {"minFileSizeForComp": "0"}),
        ("directory_browse", {"showFlags__Date": "false", "showFlags__LongDate": "true"}, {"showFlags": "Time, Size, Extension"}),
        ("http_logging", {"truncateSize": "5"}, {}),
        ("http_logging", {"enabled": "false", "directory": "x"}, {"enabled": "false"}),
        ("http_logging", {"period": "MaxSize", "truncateSize": "1048576"}, {"period": "MaxSize", "truncateSize": "1048576"}),
        ("session_state", {"mode": "StateServer", "sqlConnectionString": "x"}, {"mode": "StateServer"}),
    ],
)
def test_what_means_nothing_is_neither_judged_nor_written(session: Session, name: str, changed: dict[str, str], kept: dict[str, str]) -> None:
    found = draft(session, name, **changed)
    assert found.faults == {}
    assert written(found) == kept


def test_a_limit_that_is_off_comes_back_with_its_check(session: Session) -> None:
    config = session.workspace.root
    text = config.read_text("utf-8").replace("</system.webServer>", '<httpCompression minFileSizeForComp="0" /></system.webServer>', 1)
    config.write_text(text, "utf-8")
    session.look_at_files()
    off = draft(session, "http_compression")
    assert {entry.name: entry.field.initial for entry in off.fields if "minFileSize" in entry.name} == {
        "httpCompression/minFileSizeForComp/on": "false", "httpCompression/minFileSizeForComp": "2700",
    }  # fmt: skip
    assert written(draft(session, "http_compression", minFileSizeForComp__on="true")) == {"minFileSizeForComp": "2700"}
    assert written(draft(session, "http_compression", minFileSizeForComp__on="true", minFileSizeForComp="9")) == {"minFileSizeForComp": "9"}


def test_what_was_left_alone_is_not_held_against_its_reader(session: Session) -> None:
    """A file may say what the page would refuse; only who changes something there has to mend it."""
    config = session.workspace.root
    config.write_text(config.read_text("utf-8").replace("</system.webServer>", '<httpRedirect enabled="true" /></system.webServer>', 1), "utf-8")
    session.look_at_files()
    assert wrong(draft(session, "http_redirect")) == set()
    assert wrong(draft(session, "http_redirect", childOnly="true")) == {"httpRedirect/destination"}
