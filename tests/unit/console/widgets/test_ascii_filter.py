"""--ascii: what has a character of its own is matched at all, one cell for one cell; letters stay."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from console.places import Place
from console.screens.palette_choices import of_settings
from console.widgets.ascii_filter import _OWN, in_ascii

CONSOLE = Path(__file__).parents[4] / "console"


@pytest.mark.parametrize("shape", [*_OWN, "•", "⏎", "▟", "┌"])
def test_every_shape_is_one_ascii_character(shape: str) -> None:
    drawn = in_ascii(shape)
    assert drawn.isascii()
    assert len(drawn) == 1


def test_no_shape_that_the_console_itself_draws_is_unknown() -> None:
    """Of every text in its source; the ranges of the two tables of shapes are none."""
    drawn = ""
    for path in CONSOLE.rglob("*.py"):
        if path.name not in ("ascii_filter.py", "shown.py"):
            texts = (node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant))
            drawn += "".join(text for text in texts if isinstance(text, str))
    unknown = {character for character in drawn if not character.isascii() and in_ascii(character) == "?"}
    assert unknown == set()


def test_a_settings_name_in_the_palette_is_ascii() -> None:
    assert all(in_ascii(choice.label).isascii() for choice in of_settings(Place("server"), "DefaultAppPool"))


def test_letters_of_any_alphabet_stay() -> None:
    assert in_ascii("Größe › Ωmega") == "Größe > Ωmega"
