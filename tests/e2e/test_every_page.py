"""Story: "I have no mouse and 80 columns." Every declared page by keys alone: open, filter, change one thing, undo, leave.

All of them take minutes: `make test` walks one page of each kind, `make soak` all (POOLHOUSE_PAGES=all).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support.page_walk import ONLY_SHOWN, Walk, furnished, pages
from tests.support.story_world import Shared

#: One of each kind: home, list of things that run, entries, form, grid, switched rows.
SAMPLE = ("server", "pools", "http_protocol", "directory_browse", "pool_settings", "authentication")
WALKED = (
    pages()
    if os.environ.get("POOLHOUSE_PAGES") == "all"
    else tuple(os.environ["POOLHOUSE_PAGES"].split(","))
    if "POOLHOUSE_PAGES" in os.environ
    else SAMPLE
)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    shared = Shared(tmp_path_factory.mktemp("walk"), 80, 24, furnished)
    yield shared
    shared.close()


@pytest.mark.parametrize("name", WALKED)
def test_a_page_by_keys_alone(narrow: Shared, name: str) -> None:
    with narrow.told() as story:
        walk = Walk(story)
        walk.to(name)
        walk.stands(name)
        walk.filters(name)
        assert walk.changes(name) is (name not in ONLY_SHOWN)
        walk.stands(name)
        walk.leaves(name)
