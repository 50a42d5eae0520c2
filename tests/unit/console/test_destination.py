"""Where an edit is written: the place's own file, a location tag for a locked section, the server's file for what only it may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.destination import file_of, in_words, where_for
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
