"""The search of Live Requests: one field, in the language of its filter; it hides nothing.

Knows no list: it answers the filter that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from console.filters import Filter
from console.lines import line, run
from console.widgets.bar import Bar
from console.widgets.filter_field import FilterField


class SearchDialog(ModalScreen[Filter | None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False, priority=True),
        Binding("enter", "take", show=False, priority=True),
    ]

    def __init__(self, text: str, seen: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._text, self._seen, self._filter = text, seen, Filter()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog search"):
            yield Bar("caption", line(run("Search", "title-text", bold=True), right=(run("Enter finds, then n and N", "title-quiet"), run(" "))))
            yield FilterField(self._seen, word="Find", id="search")

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.value = self._text
        field.focus()

    @on(FilterField.Narrowed)
    def _typed(self, event: FilterField.Narrowed) -> None:
        event.stop()
        self._filter = event.accepts

    def action_take(self) -> None:
        if not self.query_one(Input).has_class("-invalid"):
            self.dismiss(self._filter)

    def action_close(self) -> None:
        self.dismiss(None)
