"""The palette's finding: names by any of their words, what applies before what does not."""

from __future__ import annotations

from console.actions import ACTIONS
from console.screens.palette import Choice, found, of_actions


def labels(query: str, page: str = "live", blocked: frozenset[str] = frozenset()) -> list[str]:
    return [choice.label for choice in found(list(of_actions(page, lambda action: "no" if action.id in blocked else "")), query)]


def test_a_word_of_a_name_comes_before_letters_within_one() -> None:
    choices = [Choice("Configuration Source", "a"), Choice("Contour", "b"), Choice("Tourist", "c"), Choice("Play the Tour", "d")]
    assert [choice.label for choice in found(choices, "tour")] == ["Play the Tour", "Tourist", "Contour"]


def test_every_word_must_match_in_any_order() -> None:
    assert labels("mode toggle") == ["Toggle Pipeline Mode"]
    assert labels("toggle nothing") == []


def test_what_does_not_apply_comes_last() -> None:
    assert labels("")[0] != "Toggle Pipeline Mode"
    assert labels("", blocked=frozenset({"recycle"}))[-1] == "Recycle"


def test_the_page_offers_its_own_actions_and_not_the_palette() -> None:
    ids = {choice.way for choice in of_actions("pools", lambda action: "")}
    assert ids == {action.id for action in ACTIONS if action.belongs("pools")} - {"palette"}
