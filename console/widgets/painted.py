"""A pane of lines with a cursor, drawn with Textual's Line API: only what can be seen is ever built.

Knows no page. Subclasses give `line_count` and `line_at`, or simply `set_lines`; upward talk is messages. Painting is widgets/paint.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.lines import BLANK, Line
from console.widgets.ink import Ink, ink_for
from console.widgets.paint import link_at, paint


class Painted(ScrollView, can_focus=True):
    """Lines with keys can hold the cursor; the cursor stays on its key when lines change."""

    ALLOW_SELECT = False
    #: A click opens at once (trees, actions) or selects first (lists).
    OPENS_AT_ONCE: ClassVar[bool] = False
    GROUND: ClassVar[str] = "workspace"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False), Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False), Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False), Binding("end", "edge(1)", show=False),
        Binding("enter", "choose", show=False),
    ]  # fmt: skip

    class Highlighted(Message):
        """The cursor stands on another key."""

        def __init__(self, pane: Painted, key: object) -> None:
            super().__init__()
            self.pane, self.key = pane, key

        @property
        def control(self) -> Painted:
            return self.pane

    class Chosen(Message):
        """Enter or a double click on a line; `link` is what was clicked on, where that has one."""

        def __init__(self, pane: Painted, key: object, link: object = None) -> None:
            super().__init__()
            self.pane, self.key, self.link = pane, key, link

        @property
        def control(self) -> Painted:
            return self.pane

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self.cursor_line = -1

    # --- what is drawn ---

    @property
    def line_count(self) -> int:
        return len(self._lines)

    def line_at(self, index: int) -> Line:
        return self._lines[index] if 0 <= index < len(self._lines) else BLANK

    @property
    def header(self) -> Line | None:
        """A line that stays at the top while the rest scrolls."""
        return None

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Draw these; nothing is refreshed where they are what stands there already."""
        if lines == self._lines:
            return
        key = self.cursor_key
        self._lines = list(lines)
        self.lines_changed(key)

    def lines_changed(self, key: object) -> None:
        """Count or content changed: `key` is what the cursor stood on."""
        self.cursor_line = self.find_line(key)
        self.virtual_size = Size(1, self.line_count + (1 if self.header else 0))
        self.refresh()

    def find_line(self, key: object) -> int:
        """The line of `key`; where it is gone, the nearest line with a key to where the cursor was."""
        if key is not None:
            for index in range(self.line_count):
                if self.line_at(index).key == key:
                    return index
        return self._nearest(max(0, min(self.cursor_line, self.line_count - 1)), 1)

    @property
    def cursor_key(self) -> object:
        return self.line_at(self.cursor_line).key if self.cursor_line >= 0 else None

    @property
    def ink(self) -> Ink:
        return ink_for(self.app.theme_variables)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        header = self.header
        if header is not None and y == 0:
            return paint(header, width, self.ink, "field")
        index = y + round(self.scroll_y) - (1 if header else 0)
        if not 0 <= index < self.line_count:
            return Strip([*paint(BLANK, width, self.ink, self.GROUND)])
        return self.paint_line(index, width)

    def paint_line(self, index: int, width: int) -> Strip:
        cursor = ("selected" if self.has_focus else "selected-dim") if index == self.cursor_line else ""
        return paint(self.line_at(index), width, self.ink, self.GROUND, cursor=cursor)

    # --- moving ---

    def put_cursor(self, index: int, *, scroll: bool = True) -> None:
        if not 0 <= index < self.line_count or index == self.cursor_line:
            return
        self.cursor_line = index
        self.refresh()
        if scroll:
            self.show_line(index)
        self.post_message(self.Highlighted(self, self.cursor_key))

    def show_line(self, index: int) -> None:
        extra = 1 if self.header else 0
        height = self.scrollable_content_region.height - extra
        top = round(self.scroll_y)
        # The heading above the first row of a group is shown with it.
        first = 0 if self._nearest(0, 1) == index else index
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif index >= top + height:
            self.scroll_to(y=index - height + 1, animate=False)

    def _nearest(self, index: int, step: int) -> int:
        """The line with a key at `index`, else the next in `step`'s direction, else the other way; -1 without any."""
        for direction in (step, -step):
            at = index
            while 0 <= at < self.line_count:
                if self.line_at(at).key is not None:
                    return at
                at += direction
        return -1

    def action_move(self, step: int) -> None:
        if self.cursor_line < 0 and self._nearest(0, 1) < 0:
            self.scroll_to(y=round(self.scroll_y) + step, animate=False)
            return
        index = self._nearest(self.cursor_line + step, step)
        if index >= 0 and (index - self.cursor_line) * step > 0:
            self.put_cursor(index)
        else:
            self.scroll_to(y=round(self.scroll_y) + step, animate=False)

    def action_page(self, step: int) -> None:
        height = max(1, self.scrollable_content_region.height - 2)
        if self.cursor_line < 0:
            self.scroll_to(y=round(self.scroll_y) + step * height, animate=False)
            return
        self.put_cursor(self._nearest(max(0, min(self.line_count - 1, self.cursor_line + step * height)), step))

    def action_edge(self, step: int) -> None:
        index = self._nearest(0 if step < 0 else self.line_count - 1, -step)
        if index >= 0:
            self.put_cursor(index)
        else:
            self.scroll_to(y=0 if step < 0 else self.line_count, animate=False)

    def action_choose(self) -> None:
        if self.cursor_key is not None:
            self.post_message(self.Chosen(self, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        header = self.header
        if header is not None and event.y == 0:
            link = link_at(header, self.scrollable_content_region.width, event.x)
            if link is not None:
                self.post_message(self.Chosen(self, None, link))
            return
        index = event.y + round(self.scroll_y) - (1 if header else 0)
        if not 0 <= index < self.line_count:
            return
        entry = self.line_at(index)
        link = link_at(entry, self.scrollable_content_region.width, event.x)
        if entry.key is not None:
            self.put_cursor(index, scroll=False)
        if link is not None or (entry.key is not None and (self.OPENS_AT_ONCE or event.chain == 2)):
            self.post_message(self.Chosen(self, entry.key, link))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def refresh_lines_from(self, index: int) -> None:
        """Redraw from a line to the bottom of what is seen."""
        top = index - round(self.scroll_y) + (1 if self.header else 0)
        if top < self.size.height:
            self.refresh(Region(0, max(0, top), self.size.width, self.size.height - max(0, top)))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    @property
    def style_base(self) -> Style:
        return self.ink.style("text", self.GROUND)
