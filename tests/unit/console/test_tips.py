"""Tips are for pages that there are, and say their keys as the table has them."""

from __future__ import annotations

from console.actions import by_id
from console.pages import PAGES
from console.tips import TIPS


def test_every_tip_has_its_page() -> None:
    assert set(TIPS) <= {*PAGES, "live", "compare", "source", "log"}
    assert all(text.endswith(".") and len(text) < 150 for text in TIPS.values())


def test_keys_are_those_of_the_table() -> None:
    assert (by_id("toggle_mode").key, by_id("undo").key, by_id("copy").key, by_id("mouse").key) == ("m", "z", "y", "ctrl+o")
