"""Watcher: which changes are told."""

import threading
from pathlib import Path

import pytest
import watchfiles

from model.watcher import Watcher


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    made = Watcher([str(tmp_path)], True, "applicationHost.config", lambda paths: None)
    made.stop()
    return made


@pytest.mark.parametrize(
    ("name", "matters"),
    [("web.config", True), ("a/Web.Config", True), ("applicationHost.config", True), ("a/x.py", True), ("a/gone", True), ("x.html", False),
     ("__pycache__/x.py", False), ("a/__pycache__/x.pyc", False), (".git/x.py", False)],
)  # fmt: skip
def test_names_decide(watcher: Watcher, tmp_path: Path, name: str, matters: bool) -> None:
    assert watcher._matters(watchfiles.Change.deleted, str(tmp_path / name)) is matters


def test_a_name_that_the_owner_knows_matters(tmp_path: Path) -> None:
    watcher = Watcher([str(tmp_path)], True, "applicationHost.config", lambda paths: None, {str(tmp_path / "a.xml")}.__contains__)
    watcher.stop()
    assert watcher._matters(watchfiles.Change.modified, str(tmp_path / "a.xml"))
    assert not watcher._matters(watchfiles.Change.modified, str(tmp_path / "b.xml"))


def test_a_folder_is_told_when_it_comes_but_not_when_it_changes(watcher: Watcher, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert watcher._matters(watchfiles.Change.added, str(tmp_path / "folder"))
    assert not watcher._matters(watchfiles.Change.modified, str(tmp_path / "folder"))


def test_a_system_that_cannot_watch_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no watches left")

    monkeypatch.setattr(watchfiles, "watch", refuse)
    told = threading.Event()
    watcher = Watcher([str(tmp_path)], True, "applicationHost.config", lambda paths: told.set())
    assert told.wait(10)
    assert not watcher.works


def test_a_folder_whose_name_is_no_text_is_looked_at_again_and_again(tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    told = threading.Event()
    watcher = Watcher([str(folder)], True, "applicationHost.config", lambda paths: told.set())
    assert told.wait(10)
    assert not watcher.works
