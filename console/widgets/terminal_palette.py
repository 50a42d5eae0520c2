"""The last word about colours in the terminal's own palette (and with NO_COLOR): default on default, reversed, bold, underlined, and nothing else.

Knows no page. Our own lines are inked so already (widgets/ink.py); this holds Textual's widgets to it, whose lit grounds become reversed.
"""

from __future__ import annotations

import functools

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


class TerminalPaletteFilter(LineFilter):
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [segment if segment.control is not None else Segment(segment.text, own(segment.style)) for segment in segments]


@functools.lru_cache(maxsize=2048)
def own(style: Style | None) -> Style:
    if style is None:
        return Style(color="default", bgcolor="default")
    lit = style.bgcolor is not None and not style.bgcolor.is_default
    return Style(color="default", bgcolor="default", bold=bool(style.bold), underline=bool(style.underline), reverse=bool(style.reverse) or lit)
