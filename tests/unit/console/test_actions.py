"""The action table: one key, one verb, everywhere; every action has a deed."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from console.actions import ACTIONS, by_id, key_bar, of_page, shown_key
from console.listing import ListPage
from console.pages import PAGES, page
from console.widgets.actions_pane import GROUPS

EVERY_PAGE = (*PAGES, "live", "compare", "log", "source")


def test_ids_are_unique() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_key_means_one_thing_on_a_page(page: str) -> None:
    keys = [key for action in of_page(page) for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


def test_a_key_is_one_verb_everywhere() -> None:
    verbs: dict[str, set[str]] = {}
    for action in ACTIONS:
        for key in action.keys:
            verbs.setdefault(key, set()).add(action.label.split()[0].rstrip("…"))
    assert {key: words for key, words in verbs.items() if len(words) > 1} == {
        "delete": {"Remove", "Reset"}, "plus": {"Add", "Create"},
    }  # fmt: skip  # in a grid Del resets; of certificates IIS says Create


def test_every_action_has_a_deed() -> None:
    from console.screens.deeds import DEEDS, OF_THE_PAGE, deed

    assert {action.id for action in ACTIONS} == DEEDS.keys() | OF_THE_PAGE
    for name in DEEDS:
        assert inspect.iscoroutinefunction(deed(name)), name
        assert list(inspect.signature(deed(name)).parameters) == ["desk"], name


def test_a_deed_loads_what_its_noun_needs() -> None:
    """Not the library of certificates, nor the deeds of other nouns: the key would wait for them."""
    program = (
        "import sys; from console.screens.deeds import deed; deed('toggle_mode'); deed('bindings'); deed('add_site');"
        "print([name for name in ('cryptography', 'console.screens.module_deeds', 'console.screens.trace_deeds') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_places_are_pages() -> None:
    assert {place for action in ACTIONS for place in action.places} <= set(EVERY_PAGE)


def test_feature_settings_are_offered_where_there_are_some() -> None:
    listed = {name: page(name) for name in PAGES}
    settled = {name for name, found in listed.items() if isinstance(found, ListPage) and found.settings}
    assert set(by_id("feature_settings").places) == settled


def test_no_key_that_terminals_take() -> None:
    taken = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+left_square_bracket", "ctrl+c", "ctrl+z", "f10", "f11"}
    assert not taken & {key for action in ACTIONS for key in action.keys}


def test_key_bar_of_the_pools() -> None:
    assert [action.id for action in key_bar("pools")] == ["toggle_mode", "recycle", "view_live", "filter", "undo", "palette", "keys"]


def test_keys_are_shown_as_they_stand_on_the_keyboard() -> None:
    assert [shown_key(key) for key in ("plus", "ctrl+p", "alt+up", "m")] == ["+", "^p", "alt+↑", "m"]
    assert by_id("undo").key_shown == "z"


def test_every_group_has_its_place_in_the_pane() -> None:
    """A group that the pane does not know would stand behind Help."""
    assert {action.group for action in ACTIONS} <= {"", *GROUPS}
