"""A field that is typed into. What its value hides or what would steer the terminal stands there as one visible cell a character.

Knows no page. Values come from files that others write: a field must show them as safely as a list does (console/display.py).
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Input

from console.display import in_place


class TextField(Input):
    """Textual's own, drawn through `in_place`; the value stays what it is."""

    def _position_to_cell(self, position: int) -> int:
        return position if self.password else cell_len(in_place(self.value[:position]).plain)

    @property
    def _value(self) -> Text:
        drawn = "•" * len(self.value) if self.password else in_place(self.value).plain
        return Text(drawn, no_wrap=True, overflow="ignore", end="")
