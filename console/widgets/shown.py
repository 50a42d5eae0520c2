"""Shown text → Textual's Content, and the second line of defence: a filter that no control character passes.

Knows no page. Everything foreign has gone through display.show before; what reaches the filter raw is a mistake that it makes harmless.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from console.display import Shown, in_place

_RAW = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\u20dd-\u20e0\u20e2-\u20e4\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)


def content(text: Shown) -> Content:
    """Plain content: no markup is read in it."""
    return Content(text.plain)


class ShownFilter(LineFilter):
    """Replaces what could steer a terminal in any text that is about to be written; what stands beside it stays in its cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(segment.control is None and _RAW.search(segment.text) for segment in segments):
            return segments
        return [segment if segment.control is not None else Segment(_harmless(segment.text), segment.style) for segment in segments]


def _harmless(text: str) -> str:
    return set_cell_size(_RAW.sub(_visible, text), cell_len(text))


def _visible(match: re.Match[str]) -> str:
    """Nothing may stand for what takes no cell; display.show has shown it where it was asked."""
    return in_place(match.group()).plain if cell_len(match.group()) else ""
