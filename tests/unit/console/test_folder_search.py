"""Folders by words of their names: console/folder_search.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import content_view, folder_search
from console.folder_search import FolderSearch
from console.places import SERVER, Place
from model.hierarchy import Hierarchy
from tests.support.console_views import view


@pytest.fixture
def hierarchy(tmp_path: Path) -> Hierarchy:
    for name in ("docs/images/small", "images", "other"):
        (tmp_path / "s" / name).mkdir(parents=True)
    (tmp_path / "s" / "images.txt").write_text("a file")
    return view(tmp_path).session.workspace.hierarchy


def paths(search: FolderSearch, *words: str) -> list[str]:
    return [place.app for place in search.found(words) if place is not None]


def test_every_word_must_match_and_one_the_name_itself(hierarchy: Hierarchy) -> None:
    search = FolderSearch(hierarchy, SERVER)
    assert paths(search, "images") == ["/images", "/docs/images"], "the nearest first; a file is none; what lies below a match is no match"
    assert paths(search, "doc", "imag") == ["/docs/images"]
    assert paths(search, "docs/im") == ["/docs/images", "/docs/images/small"]
    assert paths(search, "nothing") == paths(search) == []
    assert not search.is_cut


def test_what_was_read_is_not_read_again(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    search = FolderSearch(hierarchy, Place("site", "S"))
    assert next(search.found(["images"])) is None, "a key may come first"
    assert paths(search, "small") == ["/docs/images/small"]
    monkeypatch.setattr(folder_search, "folders", None)
    assert paths(search, "other") == ["/other"]


def test_a_key_may_come_after_each_folder_that_cannot_be_opened_too(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(folder_search, "folders", gone)
    assert [*FolderSearch(hierarchy, SERVER).found(["images"])] == [None]


def test_a_huge_tree_is_looked_at_within_bounds(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_search, "MOST_OPENED", 2)
    search = FolderSearch(hierarchy, SERVER)
    assert paths(search, "small") == []
    assert search.is_cut


def test_a_folder_with_too_many_entries_and_one_too_deep_count_as_more(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_search, "DEEPEST", 1)
    search = FolderSearch(hierarchy, SERVER)
    assert paths(search, "small") == []
    assert search.is_cut
    monkeypatch.setattr(folder_search, "DEEPEST", 8)
    monkeypatch.setattr(content_view, "MOST", 1)
    search = FolderSearch(hierarchy, SERVER)
    paths(search, "x")
    assert search.is_cut
