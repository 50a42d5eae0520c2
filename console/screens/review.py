"""What will be written, as a diff, before it is: of a fix, of several rows at once, of all for those who asked for that in the settings.

Knows no session and no configuration: it is given a title and the diffs, and answers yes or no.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from console.lines import Line, line, pieces, run
from console.widgets.bar import Bar
from console.widgets.painted import Painted

#: Of the dialog, where the screen has it (the style sheet says the same).
WIDTH = 110
_ROLES = {"+": "good", "-": "bad", "@": "link"}


class ReviewDialog(ModalScreen[bool]):
    #: The arrows go from any of its parts where they lead: along the diff, along the buttons.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", show=False), Binding("ctrl+s", "answer(True)", show=False),
        Binding("up", "read('up')", show=False), Binding("down", "read('down')", show=False),
        Binding("pageup", "read('page_up')", show=False), Binding("pagedown", "read('page_down')", show=False),
        Binding("home", "read('home')", show=False), Binding("end", "read('end')", show=False),
        Binding("left", "app.focus_previous", show=False), Binding("right", "app.focus_next", show=False),
    ]  # fmt: skip

    def __init__(self, title: str, diffs: Sequence[str]) -> None:
        super().__init__()
        self._title, self._diffs = title, diffs

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog review"):
            yield Bar("caption", line(run(self._title, "title-text", bold=True)))
            yield Painted(id="diff")
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="no")
                yield Button("Write", id="yes")

    def on_mount(self) -> None:
        self.query_one("#yes", Button).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Nothing is cut off what one agrees to: long lines go on below."""
        width = min(WIDTH, event.size.width * 94 // 100 - 2) - 1
        lines = [diff_line(text) for diff in self._diffs for whole in diff.splitlines() for text in pieces(whole.expandtabs(4), width)]
        pane = self.query_one("#diff", Painted)
        pane.set_lines(lines)
        pane.styles.height = max(1, min(len(lines), event.size.height - 8))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_read(self, way: str) -> None:
        getattr(self.query_one("#diff", Painted), f"scroll_{way}")(animate=False)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


def diff_line(text: str) -> Line:
    """Shape before colour: the sign stays at its head."""
    return line(run(text, _ROLES.get(text[:1], "text") if not text.startswith(("+++", "---")) else "quiet"))
