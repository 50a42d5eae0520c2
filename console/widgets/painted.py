"""A pane of lines with a cursor, drawn with Textual's Line API: only what can be seen is ever built.

Knows no page. Subclasses give `line_count` and `line_at`, or simply `set_lines`; upward talk is messages. Painting is widgets/paint.py.
The mouse selects text in it as in a terminal (SELECTS); the right button asks for a context menu.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.lines import BLANK, Line
from console.widgets.ink import Ink, ink_for
from console.widgets.mouse_selection import MouseSelection
from console.widgets.paint import link_at, paint
from console.widgets.standing import Standing


class Painted(Standing, ScrollView, can_focus=True):
    """Lines with keys can hold the cursor; the cursor stays on its key when lines change."""

    ALLOW_SELECT = False
    #: A click opens at once (trees, actions) or selects first (lists).
    OPENS_AT_ONCE: ClassVar[bool] = False
    GROUND: ClassVar[str] = "workspace"
    #: Whether text in it can be selected with the mouse.
    SELECTS: ClassVar[bool] = True
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

    class MenuAsked(Message):
        """The right button, at a place of the screen; the cursor stands on what it was pressed on."""

        def __init__(self, pane: Painted, x: int, y: int) -> None:
            super().__init__()
            self.pane, self.x, self.y = pane, x, y

        @property
        def control(self) -> Painted:
            return self.pane

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self._cursor_line = -1
        self.selection: MouseSelection | None = None
        self._dragging = False
        self._pressed: tuple[int, int] | None = None

    # --- what is drawn ---

    @property
    def line_count(self) -> int:
        return len(self._lines)

    def line_at(self, index: int) -> Line:
        return self._lines[index] if 0 <= index < len(self._lines) else BLANK

    def key_at(self, index: int) -> object:
        """Where a line takes time to make, its key is known without."""
        return self.line_at(index).key

    @property
    def header(self) -> Line | None:
        """A line that stays at the top while the rest scrolls."""
        return None

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Draw these; only what does not stand there already is painted."""
        before, key = self._lines, self.cursor_key
        changed = [index for index, (old, new) in enumerate(zip(before, lines, strict=False)) if old is not new and old != new]
        if not changed and len(before) == len(lines):
            return
        self._lines = list(lines)
        if len(before) != len(lines):
            self.lines_changed(key)
            return
        self.cursor_line = self.find_line(key)
        self.paint_again(changed)

    def lines_changed(self, key: object) -> None:
        """Count or content changed: `key` is what the cursor stood on."""
        self.cursor_line = self.find_line(key)
        self._take_height(self.line_count + (1 if self.header else 0))
        self.refresh()

    def paint_again(self, indexes: Iterable[int]) -> None:
        """These lines; the others stay as they stand in the terminal. A moving cursor writes two lines to it, not the whole pane."""
        shown, head = self.in_sight, 1 if self.header else 0
        rows = {index - shown.start + head for index in indexes if index in shown}
        if rows:
            self.refresh(*(Region(0, row, self.size.width, 1) for row in rows))

    @property
    def in_sight(self) -> range:
        """The indexes that have room, lines or not."""
        top = round(self.scroll_y)
        return range(top, top + max(0, self.size.height - (1 if self.header else 0)))

    def _take_height(self, height: int) -> None:
        """Where the scroll bar stays what was laid out stays too: a list that grows 20 times a second moves no other pane."""
        size = Size(1, height)
        if size == self.virtual_size:
            return
        if not (self.show_vertical_scrollbar and height > self.container_size.height):
            self.virtual_size = size
            return
        self.set_reactive(Painted.virtual_size, size)
        self.vertical_scrollbar.window_virtual_size = height
        self.scroll_y = min(self.scroll_y, self.max_scroll_y)

    def find_line(self, key: object) -> int:
        """The line of `key`; where it is gone, the nearest line with a key to where the cursor was."""
        if key is not None:
            for index in range(self.line_count):
                if self.key_at(index) == key:
                    return index
        return self._nearest(max(0, min(self.cursor_line, self.line_count - 1)), 1)

    @property
    def cursor_line(self) -> int:
        """-1 where no line holds the cursor."""
        return self._cursor_line

    @cursor_line.setter
    def cursor_line(self, index: int) -> None:
        if index != self._cursor_line:
            self.paint_again((self._cursor_line, index))
            self._cursor_line = index

    @property
    def cursor_key(self) -> object:
        return self.key_at(self.cursor_line) if self.cursor_line >= 0 else None

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
        return self._with_selection(self.plain_line(index, width), index, width)

    def plain_line(self, index: int, width: int) -> Strip:
        """Without what the mouse has selected."""
        cursor = ("selected" if self.has_focus else "selected-dim") if index == self.cursor_line else ""
        return paint(self.line_at(index), width, self.ink, self.GROUND, cursor=cursor)

    # --- moving ---

    def put_cursor(self, index: int, *, scroll: bool = True) -> None:
        if not 0 <= index < self.line_count or index == self.cursor_line:
            return
        self.select_nothing()
        self.cursor_line = index
        if scroll:
            self.show_line(index)
        self.post_message(self.Highlighted(self, self.cursor_key))

    def show_cursor(self) -> None:
        if self.cursor_line >= 0:
            self.show_line(self.cursor_line)

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
                if self.key_at(at) is not None:
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

    # --- the mouse ---

    def line_under(self, y: int) -> int:
        """The index of the line that is drawn in row `y` of the pane; it may be none of them."""
        return y + round(self.scroll_y) - (1 if self.header else 0)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.selection is not None:  # the end of a drag
            return
        index = self.line_under(event.y)
        if event.button == 3:
            self._ask_for_menu(event, index)
            return
        header = self.header
        if header is not None and event.y == 0:
            link = link_at(header, self.scrollable_content_region.width, event.x)
            if link is not None:
                self.post_message(self.Chosen(self, None, link))
            return
        if not 0 <= index < self.line_count:
            return
        entry = self.line_at(index)
        link = link_at(entry, self.scrollable_content_region.width, event.x)
        if entry.key is not None:
            self.put_cursor(index, scroll=False)
        if link is not None or (entry.key is not None and (self.OPENS_AT_ONCE or event.chain == 2)):
            self.post_message(self.Chosen(self, entry.key, link))

    def _ask_for_menu(self, event: events.Click, index: int) -> None:
        self.focus()
        if 0 <= index < self.line_count and self.line_at(index).key is not None:
            self.put_cursor(index, scroll=False)
        self.post_message(self.MenuAsked(self, int(event.screen_x), int(event.screen_y)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.select_nothing()
        if self.SELECTS and event.button == 1 and not (self.header and event.y == 0):
            at = (self.line_under(event.y), event.x)
            self._pressed = at if 0 <= at[0] < self.line_count else None
        else:
            self._pressed = None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        pressed = self._pressed
        if event.button != 1 or pressed is None:
            return
        if not self._dragging:
            self._dragging = True
            self.capture_mouse()
            self.drag_began()
        line = min(self.line_count - 1, max(0, self.line_under(event.y)))
        selection = MouseSelection(pressed, pressed).to(line, event.x)
        if selection != self.selection:
            self.selection = selection
            self.refresh()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._pressed = None
        if self._dragging:
            self._dragging = False
            self.release_mouse()
            if self.selection is not None and self.selection.is_empty:
                self.select_nothing()

    def drag_began(self) -> None:
        """Lists that move by themselves stand still."""

    def select_nothing(self) -> None:
        if self.selection is not None:
            self.selection = None
            self.refresh()

    @property
    def selected_text(self) -> str:
        """What the mouse has selected, as it is drawn."""
        if self.selection is None:
            return ""
        width = self.scrollable_content_region.width
        pieces = []
        for index in self.selection.lines:
            span = self.selection.span(index, width)
            if span is not None and 0 <= index < self.line_count:
                pieces.append(self.plain_line(index, width).crop(*span).text.rstrip())
        return "\n".join(pieces)

    @property
    def cursor_text(self) -> str:
        """The line under the cursor, as it is drawn."""
        if self.cursor_line < 0:
            return ""
        return self.plain_line(self.cursor_line, self.scrollable_content_region.width).text.strip(" ▌")

    @property
    def cursor_cells(self) -> Sequence[tuple[str, str]]:
        """(column's title, text) of the row under the cursor, where it has columns."""
        return ()

    def _with_selection(self, strip: Strip, index: int, width: int) -> Strip:
        span = self.selection.span(index, width) if self.selection is not None else None
        if span is None:
            return strip
        left, inside, right = strip.crop(0, span[0]), strip.crop(*span), strip.crop(span[1], width)
        ink = self.ink
        marked = Strip([Segment(segment.text, ink.chosen(segment.style)) for segment in inside], inside.cell_length)
        return Strip.join([left, marked, right])

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()
