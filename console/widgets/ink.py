"""Roles → terminal styles: the one place where a meaning (bad, quiet, integrated) becomes a colour on a ground.

Knows no page and no text. Colours come from Textual's theme variables, which themes/ filled. In the terminal's own palette there are
no colours to tell grounds and roles apart: lit grounds are reversed, what has lost the focus is underlined, roles that must be seen are bold.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from themes import BOLD_IN_TERMINAL, PREFIX, REVERSED_IN_TERMINAL, TERMINAL_COLOUR, UNDERLINED_IN_TERMINAL, palettes


class Ink:
    """Styles for (role, ground), cached. One per theme."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        fallback = palettes()[0].colours
        self._colours = {name: variables.get(PREFIX + name, value) for name, value in fallback.items()}
        self._styles: dict[tuple[str, str, bool], Style] = {}
        #: Whether the terminal's own two colours are all there is.
        self.is_terminal = self._colours["workspace"] == TERMINAL_COLOUR

    def style(self, role: str, ground: str, bold: bool = False) -> Style:
        key = (role, ground, bold)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._terminal(role, ground, bold) if self.is_terminal else self._coloured(role, ground, bold)
        return style

    def _coloured(self, role: str, ground: str, bold: bool) -> Style:
        if role == "title-quiet" and ground != "title":  # made for the darkest bar: on a caption it could not be read
            role = "title-text"
        colour = self._colours.get(role) or self._colours["text"]
        return Style(color=colour, bgcolor=self._colours.get(ground) or self._colours["workspace"], bold=bold)

    @staticmethod
    def _terminal(role: str, ground: str, bold: bool) -> Style:
        return Style(
            color="default", bgcolor="default", bold=bold or role in BOLD_IN_TERMINAL,
            reverse=ground in REVERSED_IN_TERMINAL, underline=ground in UNDERLINED_IN_TERMINAL,
        )  # fmt: skip

    def chosen(self, style: Style | None) -> Style:
        """What the mouse has selected: text on the selection's ground, or turned round where there are no colours."""
        if self.is_terminal:
            return (style or Style()) + Style(reverse=not (style and style.reverse))
        return self.style("text", "selected", bool(style and style.bold)) + Style(reverse=True)


_INKS: dict[tuple[str, str, str], Ink] = {}


def ink_for(variables: Mapping[str, str]) -> Ink:
    """The Ink of the theme whose variables these are."""
    key = (variables.get(PREFIX + "workspace", ""), variables.get(PREFIX + "text", ""), variables.get(PREFIX + "title", ""))
    if key not in _INKS:
        _INKS[key] = Ink(variables)
    return _INKS[key]
