"""The rule between two panes, which the mouse can drag.

Knows no pane: it says where it was dragged to, and when it was let go.
"""

from __future__ import annotations

from typing import Literal

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from console.widgets.ink import ink_for


class Splitter(Widget):
    ALLOW_SELECT = False

    class Dragged(Message):
        """`at`: the column (row) of the screen where the rule shall be. `done`: the button was released."""

        def __init__(self, splitter: Splitter, at: int, done: bool) -> None:
            super().__init__()
            self.splitter, self.at, self.done = splitter, at, done

        @property
        def control(self) -> Splitter:
            return self.splitter

    def __init__(self, way: Literal["vertical", "horizontal"], *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=f"splitter -{way} {classes}")
        self._glyph = "│" if way == "vertical" else "─"
        self._vertical = way == "vertical"
        self._held = False

    def render_line(self, y: int) -> Strip:
        ink = ink_for(self.app.theme_variables)
        style = ink.style("marker" if self._held else "rule", "workspace", self._held)
        return Strip([Segment(self._glyph * self.size.width, style)], self.size.width)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1:
            event.stop()
            self._held = True
            self.capture_mouse()
            self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            event.stop()
            self.post_message(self.Dragged(self, self._at(event), False))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held:
            event.stop()
            self._held = False
            self.release_mouse()
            self.refresh()
            self.post_message(self.Dragged(self, self._at(event), True))

    def _at(self, event: events.MouseEvent) -> int:
        return int(event.screen_x if self._vertical else event.screen_y)

    def on_click(self, event: events.Click) -> None:
        event.stop()
