"""Labels: IIS Manager's words, else made from the schema's name; of two that end alike each its own."""

from __future__ import annotations

from console.pages import PAGES, page
from console.wording.names import label


def test_what_has_no_words_is_made_readable() -> None:
    assert label("maxUrlSegments") == "Max URL segments"
    assert label("requestLimits/maxUrl") == "Maximum URL length (bytes)"


def test_no_dialog_of_settings_asks_the_same_twice() -> None:
    for name in PAGES:
        labels = [label(path) for path in getattr(page(name), "settings", ())]
        assert len(labels) == len(set(labels)), name
