"""Every text can be read on every ground that it can stand on, in every theme; the style sheet holds no colour of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.color import Color, ColorSystem

from themes import DEFAULT, PREFIX, TERMINAL, TERMINAL_COLOUR, Palette, palette, palettes, style_sheet

TEXTS = ("text", "quiet", "link", "heading", "integrated", "classic", "good", "warning", "bad")
GROUNDS = ("workspace", "side", "field", "selected", "selected-dim")
ON_TITLE = ("title-text", "title-quiet", "title-key", "title-good", "title-bad", "title-warning")


#: A focused field lies between two grounds (console.tcss: background-tint).
TINT = 0.6


def as_256(theme: Palette) -> Palette:
    """As a terminal of 256 colours draws it: every colour the nearest of those."""
    nearest = {name: Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex for name, colour in theme.for_256.colours.items()}
    return replace(theme, name=f"{theme.name} in 256", colours=nearest)


EVERY = [variant for theme in palettes() if not theme.is_terminal for variant in (theme, as_256(theme))]


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mixed(one: str, other: str, part: float) -> str:
    pairs = [(int(one[index : index + 2], 16), int(other[index : index + 2], 16)) for index in (1, 3, 5)]
    return "#" + "".join(f"{round(low + (high - low) * part):02x}" for low, high in pairs)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_every_text_on_every_ground(theme: Palette) -> None:
    colours = theme.colours
    grounds_of = {**colours, "focused field": mixed(colours["field"], colours["selected"], TINT)}
    weak = [
        (text, ground, round(contrast(colours[text], grounds_of[ground]), 2))
        for texts, grounds in (
            ((*TEXTS, "marker"), (*GROUNDS, "focused field")),
            (ON_TITLE, ("title",)),
            (("title-text",), ("caption", "caption-dim")),
        )
        for text in texts
        for ground in grounds
        if contrast(colours[text], grounds_of[ground]) < theme.least
    ]
    assert weak == []


#: Of sixteen colours whatever the terminal makes of them: less cannot be promised.
LEAST_IN_16 = 2.3
IN_16 = [theme.for_16 for theme in palettes() if not theme.is_terminal]


@pytest.mark.parametrize("theme", IN_16, ids=lambda theme: theme.name)
def test_sixteen_colours_keep_what_has_to_be_told_apart(theme: Palette) -> None:
    """As Rich draws them on a plain `xterm`, `screen` or `linux`: selection, fields and captions were one white there."""
    colours = theme.colours
    assert len({Color.parse(colour).downgrade(ColorSystem.STANDARD).number for colour in colours.values()}) == len(set(colours.values()))
    assert len({colours[name] for name in ("workspace", "field", "selected")}) == 3
    assert len({colours["caption"], colours["caption-dim"], colours["workspace"]}) == 3
    assert len({colours["selected"], colours["selected-dim"], colours["workspace"]}) == 3
    assert colours["integrated"] != colours["classic"]
    pairs = [(text, ground) for text in (*TEXTS, "marker") for ground in GROUNDS] + [(text, "title") for text in ON_TITLE]
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < LEAST_IN_16] == []


def test_a_terminal_gets_what_it_can_draw() -> None:
    theme = palettes()[0]
    assert theme.fitting("truecolor") is theme
    assert theme.fitting(None) is theme
    assert theme.fitting("256").colours == theme.for_256.colours
    assert theme.fitting("standard").colours == theme.for_16.colours
    assert palette(TERMINAL).fitting("standard") is palette(TERMINAL)


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_what_must_stay_apart_does(theme: Palette) -> None:
    colours = theme.colours
    assert len({colours[name] for name in ("workspace", "field", "selected", "caption", "caption-dim", "title")}) == 6
    assert colours["integrated"] != colours["classic"]


def test_themes_have_the_same_names() -> None:
    assert len({frozenset(variant.colours) for theme in palettes() for variant in (theme, theme.for_16)}) == 1
    assert palettes()[0].name == DEFAULT
    assert {theme.name: theme.least for theme in palettes()} == {
        "server-2008": 4.5, "iis-dark": 4.5, "high-contrast": 7.0, "deuteranopia": 4.5, TERMINAL: 0.0,
    }  # fmt: skip
    assert palette("nobody's").name == DEFAULT


def test_the_style_sheet_uses_names_only() -> None:
    text = re.sub(r"/\*.*?\*/", "", style_sheet(), flags=re.DOTALL)
    assert re.findall(r":[^;]*#[0-9a-fA-F]{3,6}", text) == []
    used = set(re.findall(r"\$ph-([a-z-]+)", text))
    assert used <= set(palettes()[0].colours)


def test_variables_carry_every_colour() -> None:
    theme = palettes()[0].theme()
    assert theme.variables[PREFIX + "workspace"] == palettes()[0].colours["workspace"]


def test_the_terminals_own_palette_names_no_colour() -> None:
    theme = palette(TERMINAL)
    assert set(theme.colours.values()) == {TERMINAL_COLOUR}
    assert theme.theme().ansi
    assert {value for name, value in theme.theme().variables.items() if "style" not in name} == {TERMINAL_COLOUR}


def test_the_two_modes_differ_for_eyes_without_green() -> None:
    """Blue against orange: what a deuteranope sees (red and green as one) keeps them, good and bad, apart."""
    theme = palette("deuteranopia")

    def blue_minus_yellow(name: str) -> float:
        red, green, blue = (int(theme.colours[name][index : index + 2], 16) for index in (1, 3, 5))
        return blue - (red + green) / 2

    for cold, warm in (("integrated", "classic"), ("good", "bad"), ("good", "warning")):
        assert blue_minus_yellow(cold) > 60 > 0 > blue_minus_yellow(warm)
