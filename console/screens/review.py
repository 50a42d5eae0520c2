"""What will be written, as a diff, before it is: for those who asked for that in the settings.

Knows no session and no configuration: it is given the label and the diffs, and answers yes or no.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from console.lines import Line, line, run
from console.widgets.bar import Bar
from console.widgets.painted import Painted

_ROLES = {"+": "good", "-": "bad", "@": "link"}


class ReviewDialog(ModalScreen[bool]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer(False)", show=False), Binding("ctrl+s", "answer(True)", show=False)]

    def __init__(self, label: str, diffs: Sequence[str]) -> None:
        super().__init__()
        self._label, self._diffs = label, diffs

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog review"):
            yield Bar("caption", line(run(f"Review: {self._label}", "title-text", bold=True)))
            yield Painted(id="diff")
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="no")
                yield Button("Write", id="yes")

    def on_mount(self) -> None:
        lines = [diff_line(text) for diff in self._diffs for text in diff.splitlines()]
        pane = self.query_one("#diff", Painted)
        pane.set_lines(lines)
        pane.styles.height = max(1, min(len(lines), self.app.size.height - 8))
        self.query_one("#yes", Button).focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


def diff_line(text: str) -> Line:
    """Shape before colour: the sign stays at its head."""
    return line(run(text.expandtabs(4), _ROLES.get(text[:1], "text") if not text.startswith(("+++", "---")) else "quiet"))
