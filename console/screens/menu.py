"""A small menu over the page: the context menu, the address bar's drop-downs, what can be copied. Answers the chosen value.

Knows no page and no action: it is given choices. Letters go to the choice that begins with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from console.display import show
from console.lines import Line, line, run
from console.widgets.bar import Bar
from console.widgets.painted import Painted

WIDEST = 70


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """`blocked`: why it does not apply now; it is shown and cannot be chosen. A choice without a value is a heading."""

    label: str
    value: object = None
    hint: str = ""
    blocked: str = ""
    marked: bool = False


class MenuPane(Painted):
    OPENS_AT_ONCE = True
    SELECTS = False
    GROUND = "side"


class MenuDialog(ModalScreen[object]):
    """`at`: the corner on the screen where it shall open; None is the middle. `begin`: the value to stand on, else the first that is marked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,left,q", "close", show=False)]

    def __init__(self, title: str, choices: Sequence[MenuChoice], at: tuple[int, int] | None = None, *, begin: object = "") -> None:
        super().__init__()
        self._title, self._choices, self._at, self._begin = title, choices, at, begin

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog menu"):
            if self._title:
                yield Bar("caption", line(run(self._title, "title-text", bold=True)))
            yield MenuPane(id="menu")

    def on_mount(self) -> None:
        pane = self.query_one(MenuPane)
        self._place()
        begin = next((index for index, choice in enumerate(self._choices) if self._begin and choice.value == self._begin), None)
        first = begin if begin is not None else next((index for index, choice in enumerate(self._choices) if choice.marked), None)
        pane.focus()
        if first is None:
            pane.action_edge(-1)
        else:
            pane.put_cursor(first)

    def _place(self) -> None:
        box = self.query_one(".menu")
        wide = max([len(self._title) + 4, *(len(choice.label) + len(_beside(choice)) + 6 for choice in self._choices)])
        width = min(WIDEST, self.size.width - 2, max(20, wide))
        self.query_one(MenuPane).set_lines([_line(choice, width) for choice in self._choices])
        height = min(len(self._choices) + (1 if self._title else 0), max(3, self.size.height - 2))
        box.styles.width, box.styles.height = width, height
        if self._at is not None:
            self.styles.align_horizontal, self.styles.align_vertical = "left", "top"
            x, y = self._at
            box.styles.offset = (max(0, min(x, self.size.width - width)), max(0, min(y, self.size.height - height)))

    def on_resize(self, event: events.Resize) -> None:
        self._place()

    @on(Painted.Chosen)
    def _chosen(self, event: Painted.Chosen) -> None:
        event.stop()
        self._take(event.key)

    def _take(self, key: object) -> None:
        if isinstance(key, MenuChoice) and not key.blocked:
            self.dismiss(key.value)

    def on_click(self, event: events.Click) -> None:
        """A click beside the menu closes it."""
        if not self.query_one(".menu").region.contains(int(event.screen_x), int(event.screen_y)):
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        letter = (event.character or "").casefold()
        if not letter.isalnum():
            return
        pane = self.query_one(MenuPane)
        order = [*range(pane.cursor_line + 1, len(self._choices)), *range(pane.cursor_line + 1)]
        for index in order:
            if self._choices[index].value is not None and self._choices[index].label.casefold().startswith(letter):
                event.stop()
                pane.put_cursor(index)
                return

    def action_close(self) -> None:
        self.dismiss(None)


def _beside(choice: MenuChoice) -> str:
    return choice.blocked or choice.hint


def _line(choice: MenuChoice, width: int) -> Line:
    if choice.value is None:
        return line(run(choice.label, "heading", bold=True))
    role = "quiet" if choice.blocked else "text"
    mark = "√ " if choice.marked else "  "
    hint = show(_beside(choice), max(8, width - 6 - len(choice.label)))  # what it is stands before why it is not
    return line(run(f"{mark}{choice.label}", role), right=(run(hint, "quiet" if choice.blocked else "link"),) if hint else (), key=choice)
