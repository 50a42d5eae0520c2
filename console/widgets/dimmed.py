"""What stands behind a dialog, dimmed: the colours of each style once, not of each of some thousand pieces of text.

Knows no dialog. Textual works them out anew for every piece in every frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen

if TYPE_CHECKING:
    from textual.widget import Widget
else:  # as in standing.py
    Widget = object

_DIMMED: dict[Color, dict[Style | None, Style | None]] = {}


class Dimmed(BackgroundScreen):
    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        known = _DIMMED.setdefault(color, {})
        for segment in segments:
            text, style, control = segment
            if control:
                yield segment
                continue
            if style not in known:
                known[style] = next(iter(super().process_segments((segment,), color))).style
            yield Segment(text, known[style])


class BeforeDimmed(Widget):
    """Before Textual's ModalScreen among the bases."""

    def render(self) -> RenderableType:
        behind = super().render()
        return Dimmed(behind.screen, behind.color) if isinstance(behind, BackgroundScreen) else behind  # type: ignore[return-value]  # as Textual's own
