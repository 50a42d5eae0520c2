"""Every text can be read on every ground that it can stand on, in every theme; the style sheet holds no colour of its own."""

from __future__ import annotations

import re

import pytest

from themes import DEFAULT, PREFIX, Palette, palette, palettes, style_sheet

TEXTS = ("text", "quiet", "link", "heading", "integrated", "classic", "good", "warning", "bad")
GROUNDS = ("workspace", "side", "field", "selected", "selected-dim")
ON_TITLE = ("title-text", "title-quiet", "title-key", "title-good", "title-bad", "title-warning")


#: WCAG's AA for a theme's own colours; the 256 colours of older terminals have gaps of that size.
LEAST = {True: 4.5, False: 4.4}
EVERY = [variant for theme in palettes() for variant in (theme, theme.for_256)]


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_every_text_on_every_ground(theme: Palette) -> None:
    colours = theme.colours
    weak = [
        (text, ground, round(contrast(colours[text], colours[ground]), 2))
        for texts, grounds in ((TEXTS, GROUNDS), (ON_TITLE, ("title",)), (("title-text",), ("caption", "caption-dim")))
        for text in texts
        for ground in grounds
        if contrast(colours[text], colours[ground]) < LEAST[theme in palettes()]
    ]
    assert weak == []


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_what_must_stay_apart_does(theme: Palette) -> None:
    colours = theme.colours
    assert len({colours[name] for name in ("workspace", "field", "selected", "caption", "caption-dim", "title")}) == 6
    assert colours["integrated"] != colours["classic"]


def test_themes_have_the_same_names() -> None:
    assert len({frozenset(theme.colours) for theme in palettes()}) == 1
    assert palettes()[0].name == DEFAULT
    assert palette("nobody's").name == DEFAULT


def test_the_style_sheet_uses_names_only() -> None:
    text = re.sub(r"/\*.*?\*/", "", style_sheet(), flags=re.DOTALL)
    assert re.findall(r":[^;]*#[0-9a-fA-F]{3,6}", text) == []
    used = set(re.findall(r"\$ph-([a-z-]+)", text))
    assert used <= set(palettes()[0].colours)


def test_variables_carry_every_colour() -> None:
    theme = palettes()[0].theme()
    assert theme.variables[PREFIX + "workspace"] == palettes()[0].colours["workspace"]
