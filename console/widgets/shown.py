"""Shown text → Textual's Content, and the second line of defence: a filter that no control character passes.

Knows no page. Everything foreign has gone through display.show before; what reaches the filter raw is a mistake that it makes harmless.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from console.display import Shown, show

_RAW = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


def content(text: Shown) -> Content:
    """Plain content: no markup is read in it."""
    return Content(text.plain)


class ShownFilter(LineFilter):
    """Replaces what could steer a terminal in any text that is about to be written, one cell for one character."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(segment.control is None and _RAW.search(segment.text) for segment in segments):
            return segments
        return [segment if segment.control is not None else Segment(_RAW.sub(_visible, segment.text), segment.style) for segment in segments]


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    picture = show(character).plain
    # Zero-width characters take no cell, so nothing may stand for them here; display.show has shown them where it was asked.
    if len(picture) == 1:
        return picture
    return "·" if ord(character) < 0xA0 else ""
