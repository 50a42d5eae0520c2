"""Where an edit is written: the place's own file, a location tag for a locked section, the server's file for what only it may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.destination import choices, file_of, in_words, where_at, where_for
from console.places import Place
from console.session import Session
from model.config_path import ConfigPath
from model.edits import SetAttribute, Where
from tests.support.console_views import view

LOCKED = '<location path="S" overrideMode="Deny"><system.webServer><httpErrors errorMode="Custom" /></system.webServer></location>'
S = ConfigPath("S")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return view(tmp_path, LOCKED).session


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        ("system.webServer/directoryBrowse", ConfigPath(), Where("system.webServer/directoryBrowse")),
        ("system.webServer/directoryBrowse", S, Where("system.webServer/directoryBrowse", S)),
        ("system.webServer/handlers", S, Where("system.webServer/handlers", S, "location")),
        ("system.webServer/handlers", ConfigPath(), Where("system.webServer/handlers")),
        ("system.webServer/httpErrors", S, Where("system.webServer/httpErrors", S, "location")),
        ("system.webServer/httpErrors", ConfigPath("Other"), Where("system.webServer/httpErrors", ConfigPath("Other"))),
        ("system.webServer/modules", ConfigPath("S", "/a"), Where("system.webServer/modules", S, "location")),
        ("system.web/sessionState", ConfigPath("S", "/a"), Where("system.web/sessionState", S)),
        ("system.webServer/globalModules", S, Where("system.webServer/globalModules")),
        ("system.applicationHost/sites", S, Where("system.applicationHost/sites")),
    ],
)
def test_where_an_edit_goes(session: Session, section: str, path: ConfigPath, expected: Where) -> None:
    assert where_for(session, section, path) == expected


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (Where("appSettings"), "Configuration: 'h' applicationHost.config"),
        (Where("appSettings", S), "Configuration: 'S' web.config"),
        (Where("appSettings", ConfigPath("S", "/a/b"), "location"), "Configuration: 'h' applicationHost.config, <location path='S/a/b'>"),
        (Where("appSettings", ConfigPath("S", "/a/b"), S), "Configuration: 'S' web.config, <location path='a/b'>"),
        (Where("appSettings", ConfigPath("None")), "Configuration: 'None' cannot be edited here"),
    ],
)
def test_the_status_bars_sentence(session: Session, where: Where, words: str) -> None:
    assert in_words(where, file_of(session, where), "h") == words


@pytest.mark.parametrize(("section", "file"), [("directoryBrowse", "s/web.config"), ("httpErrors", "applicationHost.config")])
def test_the_file_that_is_named_is_the_one_that_is_written(session: Session, tmp_path: Path, section: str, file: str) -> None:
    where = where_for(session, f"system.webServer/{section}", S)
    name = {"directoryBrowse": "enabled", "httpErrors": "detailedMoreInformationLink"}[section]
    session.workspace.save(session.workspace.propose(SetAttribute(where, (), name, "true")))
    assert f'{name}="true"' in (tmp_path / file).read_text("utf-8")
    assert Path(file).name in in_words(where, file_of(session, where), "h")


def test_a_file_that_cannot_be_written_is_named_with_the_reason(session: Session, tmp_path: Path) -> None:
    where = where_for(session, "system.webServer/directoryBrowse", S)
    (tmp_path / "s" / "web.config").unlink(missing_ok=True)
    (tmp_path / "s" / "web.config").mkdir()
    assert in_words(where, file_of(session, where), "h") == "Configuration: 'S' web.config (read-only: it is no regular file)"


def test_a_file_above_may_be_chosen_in_the_configuration_editor_alone(session: Session, tmp_path: Path) -> None:
    (tmp_path / "s" / "a").mkdir()
    browse, deep = "system.webServer/directoryBrowse", ConfigPath("S", "/a")
    editor = Place("section", "S", "/a")
    assert choices(session, browse, editor) == (Where(browse, deep), Where(browse, deep, S), Where(browse, deep, "location"))
    assert where_at(session, browse, editor) == Where(browse, deep)
    session.commits[deep.key] = S
    assert where_at(session, browse, editor) == Where(browse, deep, S)
    assert where_at(session, browse, Place("directory_browse", "S", "/a")) == Where(browse, deep)
    assert where_at(session, "system.webServer/httpErrors", editor) == Where("system.webServer/httpErrors", deep, "location"), "locked"
    session.workspace.save(session.workspace.propose(SetAttribute(where_at(session, browse, editor), (), "enabled", "true")))
    assert '<location path="a">' in (tmp_path / "s" / "web.config").read_text("utf-8")
    assert not (tmp_path / "s" / "a" / "web.config").exists()


def test_where_a_section_is_locked_or_the_servers_there_is_one_file(session: Session) -> None:
    for section, page in (("system.webServer/httpErrors", Place("section", "S")), ("system.webServer/directoryBrowse", Place("section"))):
        assert len(choices(session, section, page)) == 1
