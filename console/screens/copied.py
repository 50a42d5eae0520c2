"""What was copied: the text itself, and the file that holds it, for terminals that let no program near their clipboard.

Knows no session. The text has been made visible before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from console.display import show
from console.lines import BLANK, Line, line, run
from console.widgets.bar import Bar
from console.widgets.painted import Painted

MOST_LINES = 2000


class CopiedDialog(ModalScreen[None]):
    """Long texts scroll; the terminal's own selection is a key away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,y", "close", show=False, priority=True),
        Binding("ctrl+o", "lend_mouse", show=False, priority=True),
    ]

    def __init__(self, lines: Sequence[str], file: Path | None) -> None:
        super().__init__()
        self._lines, self._file = lines, file

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog copied-dialog"):
            yield Bar("caption", line(run("Copied", "title-text", bold=True), right=(run("Esc closes", "title-quiet"),)))
            yield Painted(id="copied")
            yield Painted(id="copied-told")

    def on_mount(self) -> None:
        text, told = self.query_one("#copied", Painted), self.query_one("#copied-told", Painted)
        text.set_lines([Line((run(entry),), ground="field") for entry in self._lines[:MOST_LINES]])
        rows: list[Line] = [BLANK]
        if len(self._lines) > MOST_LINES:
            rows.append(line(run(f"and {len(self._lines) - MOST_LINES} lines more", "quiet")))
        if self._file is not None:
            rows.append(line(run("also in the file", "quiet")))
            path, room = show(self._file).plain, max(20, min(74, self.app.size.width) - 8)
            rows += [line(run(f"  {path[begin : begin + room]}")) for begin in range(0, len(path), room)]
        rows.append(
            line(run("Nothing in the clipboard? ", "quiet"), run("ctrl+o", "link", bold=True), run(" lets the terminal select here.", "quiet"))
        )
        told.set_lines(rows)
        told.can_focus = False
        told.styles.height = len(rows)
        text.styles.height = max(1, min(len(self._lines), self.app.size.height - len(rows) - 6))
        text.focus()

    def action_lend_mouse(self) -> None:
        lend = getattr(self.app, "lend_mouse", None)
        if lend is not None:
            lend()

    def action_close(self) -> None:
        self.dismiss(None)
