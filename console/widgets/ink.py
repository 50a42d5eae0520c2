"""Roles → terminal styles: the one place where a meaning (bad, quiet, integrated) becomes a colour on a ground.

Knows no page and no text. Colours come from Textual's theme variables, which themes/ filled.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from themes import PREFIX, palettes


class Ink:
    """Styles for (role, ground), cached. One per theme."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        fallback = palettes()[0].colours
        self._colours = {name: variables.get(PREFIX + name, value) for name, value in fallback.items()}
        self._styles: dict[tuple[str, str, bool], Style] = {}

    def style(self, role: str, ground: str, bold: bool = False) -> Style:
        key = (role, ground, bold)
        style = self._styles.get(key)
        if style is None:
            colour = self._colours.get(role) or self._colours["text"]
            style = Style(color=colour, bgcolor=self._colours.get(ground) or self._colours["workspace"], bold=bold)
            self._styles[key] = style
        return style


_INKS: dict[tuple[str, str, str], Ink] = {}


def ink_for(variables: Mapping[str, str]) -> Ink:
    """The Ink of the theme whose variables these are."""
    key = (variables.get(PREFIX + "workspace", ""), variables.get(PREFIX + "text", ""), variables.get(PREFIX + "title", ""))
    if key not in _INKS:
        _INKS[key] = Ink(variables)
    return _INKS[key]
