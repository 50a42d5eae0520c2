"""Where Backspace leads, and how back and forward go."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from console.filters import parse
from console.places import SERVER, History, Place, Target, live_of


@pytest.mark.parametrize(
    ("place", "above"),
    [
        (SERVER, None),
        (Place("pools"), SERVER),
        (Place("site", "A"), Place("sites")),
        (Place("application", "A", "/api"), Place("site", "A")),
        (Place("folder", "A", "/api/inner"), Place("folder", "A", "/api")),
        (Place("modules", "A", "/api"), Place("application", "A", "/api")),
        (Place("modules", "A", "/"), Place("site", "A")),
        (Place("log", detail="P"), Place("pools")),
    ],
)
def test_above(place: Place, above: Place | None) -> None:
    assert place.above == above


def test_the_next_console_begins_where_something_is_to_be_seen() -> None:
    assert Place("compare", detail="17").lasting == Place("live")
    assert Place("live", detail="pool:A").lasting == Place("live", detail="pool:A")


def test_history_goes_back_and_forward_and_forgets_the_branch() -> None:
    history = History(SERVER)
    history.go(Place("pools"))
    history.go(Place("live"))
    assert history.back() == Place("pools")
    assert history.forward() == Place("live")
    history.back()
    history.go(Place("sites"))
    assert not history.can_forward
    assert history.back() == Place("pools")


def test_history_keeps_one_of_the_same() -> None:
    history = History(SERVER)
    history.go(SERVER)
    assert not history.can_back


def test_a_targets_value_is_no_part_of_it() -> None:
    assert Target("pool", "A", 1) == Target("pool", "A", 2)


def test_up_from_a_folder_is_its_parent() -> None:
    deep = Place("content", "S", "/", "/a/b")
    assert deep.above == Place("content", "S", "/", "/a")
    assert Place("content", "S", "/", "/a").above == Place("content", "S", "/")
    assert Place("content", "S", "/").above == Place("site", "S")
    assert Place("content", "S", "/shop").above == Place("application", "S", "/shop")


def test_a_pools_applications_lead_back_to_the_pools() -> None:
    assert Place("applications", detail="P").above == Place("pools")
    assert Place("applications", "S").above == Place("site", "S")


def test_live_requests_of_a_site_and_of_what_lies_below_a_path() -> None:
    assert live_of("My Site", "/").detail == 'site="My Site"'
    narrowed = live_of("S", "/a b").detail
    accepts = parse(narrowed).accepts
    assert accepts is not None
    assert [accepts(SimpleNamespace(site="S", url=url)) for url in ("/a%20b/x", "/a b", "/c/a b")] == [True, True, False]
