"""Nothing that can steer a terminal or hide text comes out of `show`, whatever goes in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from console.display import Shown, show
from tests.support import hostile


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\r\nb\tc", "a␍␊b␉c"),
        ("\x7f", "␡"),
        ("\x9b2J", "⟨U+009B⟩2J"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("\u3164", "⟨U+3164⟩"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
        ("caf\u0065\u0301", "caf\u0065\u0301"),
        ("naïve 漢字", "naïve 漢字"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("1\u20e3", "1⟨U+20E3⟩"),
        ("\U0001f44b\U0001f3fd", "\U0001f44b⟨U+1F3FD⟩"),
        ("\U0001f1e9", "⟨U+1F1E9⟩"),
        ("[/] [@click=app.quit]x", "[/] [@click=app.quit]x"),
    ],
)
def test_shows(text: str, shown: str) -> None:
    assert show(text).plain == shown


@pytest.mark.parametrize("name", hostile.STRINGS)
def test_terminals_that_count_each_character_count_the_same_cells(name: str) -> None:
    text = show(hostile.STRINGS[name]).plain
    assert sum(wcwidth(one) for one in text) == cell_len(text)


def test_stacked_marks_are_told() -> None:
    assert show("a" + "\u0301" * 4).plain == "a\u0301\u0301⟨U+0301⟩⟨U+0301⟩"


def test_limit_cuts_with_an_ellipsis() -> None:
    assert show("abcdef", 4).plain == "abc…"
    assert show("abcd", 4).plain == "abcd"


# rules: display.foreign-text
def test_shown_is_no_string() -> None:
    assert not isinstance(show("x"), str)
    assert show(Shown("y")).plain == "y"
    assert show(41).plain == "41"


# rules: display.foreign-text
@given(st.text(alphabet=st.characters()))
def test_nothing_hidden_comes_out(text: str) -> None:
    for character in show(text).plain:
        assert character == " " or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


@given(st.text())
def test_showing_twice_changes_nothing(text: str) -> None:
    once = show(text)
    assert show(once.plain) == once


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_printable_ascii_stays(text: str) -> None:
    assert show(text).plain == text
