"""The status bar: where edits go, looked up once for a place and a state of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import destination
from console.feed import Feed
from console.places import Place, Target
from console.status import Status
from model.edits import SetAttribute, Where
from tests.support.console_views import view


@pytest.fixture
def status(tmp_path: Path) -> Status:
    made = view(tmp_path)
    return Status(made.session, Feed())


def left(status: Status, place: Place, targets: tuple[Target, ...] = ()) -> str:
    return "".join(run.text.plain for run in status.line(place, 160, targets).left)


def test_it_names_the_file_that_edits_go_to(status: Status) -> None:
    assert left(status, Place("default_document", "S")) == "Configuration: 'S' web.config"
    assert left(status, Place("modules", "S")).endswith("applicationHost.config, <location path='S'>")
    assert left(status, Place("pools")).endswith("applicationHost.config")


async def test_it_is_looked_up_once_for_a_place_and_a_state(status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look = destination.where_for

    def counted(*given: object) -> Where:
        asked.append(str(given[1]))
        return look(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(destination, "where_for", counted)
    for _ in range(3):
        left(status, Place("default_document", "S"))
        left(status, Place("modules", "S"))
    assert len(asked) == 2
    await status.session.apply(SetAttribute(Where("system.webServer/modules"), (), "runAllManagedModulesForAllRequests", "true"))
    left(status, Place("default_document", "S"))
    assert len(asked) == 3


def test_a_folder_that_comes_is_seen(status: Status, tmp_path: Path) -> None:
    (tmp_path / "s").rmdir()
    assert "cannot be edited here" in left(status, Place("default_document", "S"))
    (tmp_path / "s").mkdir()
    assert left(status, Place("default_document", "S")) == "Configuration: 'S' web.config"


def test_beside_a_file_that_is_shown_it_names_both(status: Status, tmp_path: Path) -> None:
    shown = tmp_path / "s" / "deep" / "web.config"
    assert left(status, Place("source", "S", "/", f"{shown}:3")) == "Shown, e edits it: deep/web.config · Configuration: 'S' web.config"
    assert left(status, Place("source", "S", "/", str(tmp_path / "s" / "web.config"))) == "Configuration: 'S' web.config"
