"""The themes: colours by meaning, read from the JSON files beside this one, and the style sheet that uses only their names.

Knows no page and no widget. A theme is one JSON file; its names become Textual's theme variables with the prefix "ph-". The
terminal's own palette has no file: it is the terminal's two colours, reversed and bold where something has to be seen.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from textual.theme import Theme

DEFAULT = "server-2008"
TERMINAL = "terminal"
_FILES = ("server_2008", "iis_dark", "high_contrast", "deuteranopia")
PREFIX = "ph-"

#: In the terminal's own palette: what every name is; grounds that are reversed; roles that are bold.
TERMINAL_COLOUR = "ansi_default"
REVERSED_IN_TERMINAL = frozenset({"title", "caption", "selected"})
#: Grounds that are lit only a little: what has not the focus.
UNDERLINED_IN_TERMINAL = frozenset({"caption-dim", "selected-dim"})
BOLD_IN_TERMINAL = frozenset({"heading", "link", "bad", "warning", "marker", "title-key", "title-bad", "title-warning"})


@dataclass(frozen=True, slots=True)
class Palette:
    name: str
    title: str
    dark: bool
    colours: Mapping[str, str]
    #: What stands in for shades that would become one where a terminal has 256 colours.
    colours_256: Mapping[str, str]
    #: The least contrast of any text of it on any ground.
    least: float = 4.5

    @property
    def for_256(self) -> Palette:
        """The same theme for a terminal without true colour: exact entries of the 256."""
        return replace(self, colours={**self.colours, **self.colours_256})

    @property
    def for_16(self) -> Palette:
        """The same meanings where there are 16 colours (a console, an old screen or tmux): as the theme is, light or dark."""
        return self if self.is_terminal else replace(self, colours=_sixteen()["dark" if self.dark else "light"])

    def fitting(self, colour_system: str | None) -> Palette:
        """For a terminal, as Rich names what it can draw."""
        return {"standard": self.for_16, "256": self.for_256}.get(colour_system or "", self)

    @property
    def is_terminal(self) -> bool:
        """Whether it leaves both colours to the terminal."""
        return self.name == TERMINAL

    def theme(self) -> Theme:
        """As Textual's: its own widgets (inputs, dialogs, the palette) take the same colours."""
        colour = self.colours
        return Theme(
            name=self.name, primary=colour["caption"], secondary=colour["title"], accent=colour["link"], foreground=colour["text"],
            background=colour["workspace"], surface=colour["side"], panel=colour["field"], boost=colour["field"], success=colour["good"],
            warning=colour["warning"], error=colour["bad"], dark=self.dark, ansi=self.is_terminal,
            variables={PREFIX + name: value for name, value in colour.items()} | {
                "footer-background": colour["title"], "border": colour["rule"], "border-blurred": colour["rule"],
                "scrollbar": colour["rule"], "scrollbar-hover": colour["caption-dim"], "scrollbar-active": colour["caption"],
                "scrollbar-background": colour["side"], "scrollbar-background-hover": colour["side"],
                "scrollbar-background-active": colour["side"], "scrollbar-corner-color": colour["side"],
                "input-cursor-background": colour["text"], "input-cursor-foreground": colour["field"],
                "input-selection-background": colour["selected"], "input-selection-foreground": colour["text"],
                "block-cursor-background": colour["selected"], "block-cursor-foreground": colour["text"], "block-cursor-text-style": "bold",
                "button-foreground": colour["text"], "button-color-foreground": colour["text"],
                "ansi-background": colour["field"], "ansi-foreground": colour["text"],
                "screen-selection-background": colour["selected"], "screen-selection-foreground": colour["text"],
            },
        )  # fmt: skip


@functools.cache
def palettes() -> tuple[Palette, ...]:
    """Every theme, the default first, the terminal's own palette last."""
    read = tuple(_read(name) for name in _FILES)
    return (*read, Palette(TERMINAL, "The terminal's own colours", True, dict.fromkeys(read[0].colours, TERMINAL_COLOUR), {}, 0.0))


def palette(name: str) -> Palette:
    """The named theme; the default for a name that is not ours."""
    return next((entry for entry in palettes() if entry.name == name), palettes()[0])


@functools.cache
def _sixteen() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = _json("sixteen")
    return found


def _json(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))


def _read(name: str) -> Palette:
    value = _json(name)
    return Palette(value["name"], value["title"], value["dark"], value["colours"], value["colours_256"], value.get("least", 4.5))


def style_sheet() -> str:
    """The Textual style sheet of the whole console."""
    return files(__package__).joinpath("console.tcss").read_text("utf-8")
