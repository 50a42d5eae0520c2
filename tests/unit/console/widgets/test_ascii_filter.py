"""--ascii: what has a character of its own is matched at all, one cell for one cell; letters stay."""

from __future__ import annotations

import pytest

from console.places import Place
from console.screens.palette_choices import of_settings
from console.widgets.ascii_filter import _OWN, in_ascii


@pytest.mark.parametrize("shape", [*_OWN, "•", "⏎", "▟", "┌"])
def test_every_shape_is_one_ascii_character(shape: str) -> None:
    drawn = in_ascii(shape)
    assert drawn.isascii()
    assert len(drawn) == 1


def test_a_settings_name_in_the_palette_is_ascii() -> None:
    assert all(in_ascii(choice.label).isascii() for choice in of_settings(Place("server"), "DefaultAppPool"))


def test_letters_of_any_alphabet_stay() -> None:
    assert in_ascii("Größe › Ωmega") == "Größe > Ωmega"
