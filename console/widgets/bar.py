"""A one-line bar: a pane's caption, the title and address line, the status bar, the key bar.

Knows no page; what a click on a run opens is sent upwards as a message.
"""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from console.lines import BLANK, Line
from console.widgets.ink import ink_for
from console.widgets.paint import link_at, paint
from console.widgets.standing import Standing


class Bar(Standing, Widget):
    """Draws one Line on a ground of the theme."""

    ALLOW_SELECT = False

    class Followed(Message):
        """A run with a link was clicked."""

        def __init__(self, link: object) -> None:
            super().__init__()
            self.link = link

    def __init__(self, ground: str, entry: Line = BLANK, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ground = ground
        self._line = entry

    def show_line(self, entry: Line, ground: str = "") -> None:
        ground = ground or self._ground
        if entry != self._line or ground != self._ground:
            self._line, self._ground = entry, ground
            self.refresh()

    def set_ground(self, ground: str) -> None:
        self.show_line(self._line, ground)

    @property
    def text(self) -> str:
        return "".join(run.text.plain for run in (*self._line.left, *self._line.right))

    def render_line(self, y: int) -> Strip:
        return paint(self._line if y == 0 else BLANK, self.size.width, ink_for(self.app.theme_variables), self._ground)

    def on_click(self, event: events.Click) -> None:
        link = link_at(self._line, self.size.width, event.x)
        if link is not None:
            event.stop()
            self.post_message(self.Followed(link))
