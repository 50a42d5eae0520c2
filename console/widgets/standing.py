"""Widgets whose lines stand as they were painted until something about them changes.

Knows no page. When one line of one pane is painted, Textual asks all that is in sight for all of its lines, and filters each again: most
of a frame's time. The frame's panes, bars and pages answer with what they answered before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import ContentSwitcher

if TYPE_CHECKING:
    from textual.widget import Widget
else:  # Textual takes a widget's style sheet from the first of its bases that is a widget
    Widget = object


class Standing(Widget):
    """Before Textual's class among the bases."""

    _stands: tuple[Region, Sequence[LineFilter], list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        filters = self.get_line_filters()
        stands = self._stands
        if stands is None or stands[:2] != (crop, filters):
            stands = self._stands = (crop, filters, super().render_lines(crop))
        return stands[2]

    def _set_dirty(self, *regions: Region) -> None:
        """What every refresh, new size and new style of a widget goes through: Textual's own memory of lines hangs on it."""
        self._stands = None
        super()._set_dirty(*regions)


class Beside(Standing, Horizontal):
    """Panes beside one another."""


class Below(Standing, Vertical):
    """Panes below one another."""


class Switcher(Standing, ContentSwitcher):
    """One of its pages is in sight."""
