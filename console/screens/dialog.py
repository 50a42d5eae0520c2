"""Dialogs: a question, a text that was copied, a sheet of lines. Drawn from values; they answer a value.

Know no session and no configuration. Forms are form_dialog.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Button, Static

from console.display import Shown, show
from console.forms import Report
from console.lines import Line, line, run
from console.widgets.bar import Bar
from console.widgets.painted import Painted
from console.widgets.shown import content

#: Lines of a screen below which dialogs stand closer.
LOW = 30
_CLOSE: list[BindingType] = [Binding("escape", "close", show=False)]


def leave_room(dialog: Screen[Any], height: int) -> None:
    """What is long scrolls; the buttons below it stay in sight."""
    dialog.query_one(VerticalScroll).styles.max_height = max(3, height * 92 // 100 - 5)
    dialog.set_class(height <= LOW, "-low")


class QuestionDialog(ModalScreen[str]):
    """A sentence and answers; the first is the careful one and has the focus. Answers the chosen button's label, "" for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_CLOSE,
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, text: str, answers: Sequence[str]) -> None:
        super().__init__()
        self._title, self._text, self._answers = title, text, answers

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Bar("caption", line(run(self._title, "title-text", bold=True)))
            with VerticalScroll(can_focus=False):
                for piece in self._text.split("\n"):
                    yield Static(content(show(piece)), classes="text")
            with Horizontal(classes="buttons"):
                for index, answer in enumerate(self._answers):
                    yield Button(content(show(answer)), id=f"answer-{index}")

    def on_mount(self) -> None:
        self.query(Button).first().focus()

    def on_resize(self, event: events.Resize) -> None:
        leave_room(self, event.size.height)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(self._answers[int((event.button.id or "answer-0").removeprefix("answer-"))])

    def action_close(self) -> None:
        self.dismiss("")


_GLYPHS = {"good": "✓", "warning": "▲", "bad": "✖", "": ""}


class ReportDialog(ModalScreen[None]):
    """What was looked at and how it stands, one below the other; Enter and Esc close."""

    BINDINGS: ClassVar[list[BindingType]] = [*_CLOSE]

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Bar("caption", line(run(self._report.title, "title-text", bold=True)))
            with VerticalScroll(can_focus=False):
                for finding in self._report.findings:
                    with Horizontal(classes="finding" if finding.state else "finding -told"):
                        yield Static(content(show(_GLYPHS[finding.state])), classes=f"glyph -{finding.state}" if finding.state else "glyph")
                        yield Static(content(show(finding.heading)), classes="looked-at")
                        yield Static(content(show(finding.text)), classes="found")
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close")

    def on_mount(self) -> None:
        self.query_one("#close").focus()

    def on_resize(self, event: events.Resize) -> None:
        leave_room(self, event.size.height)

    @on(Button.Pressed)
    def action_close(self) -> None:
        self.dismiss(None)


class CopiedDialog(ModalScreen[None]):
    """What was copied, selected: where the terminal has no clipboard for programs, it is taken from here with the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "close", show=False, priority=True)]

    def __init__(self, text: Shown) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Bar("caption", line(run("Copied", "title-text", bold=True), right=(run("Esc closes", "title-quiet"),)))
            with VerticalScroll(can_focus=False):
                yield Static(content(self._text), classes="copied")
                hint = "Nothing in the clipboard? Select it here: most terminals select while Shift is held."
                yield Static(content(show(hint)), classes="text hint-below")

    def action_close(self) -> None:
        self.dismiss(None)


class SheetDialog(ModalScreen[None]):
    """Lines to read: keys, help."""

    BINDINGS: ClassVar[list[BindingType]] = [*_CLOSE, Binding("q,question_mark,f1", "close", show=False)]

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Bar("caption", line(run(self._title, "title-text", bold=True), right=(run("Esc closes", "title-quiet"),)))
            yield Painted(id="sheet")

    def on_mount(self) -> None:
        sheet = self.query_one("#sheet", Painted)
        sheet.set_lines(list(self._lines))
        sheet.focus()

    def on_resize(self, event: events.Resize) -> None:
        """As high as its text, and no higher than the screen."""
        self.query_one("#sheet").styles.max_height = max(3, event.size.height * 9 // 10 - 1)

    def action_close(self) -> None:
        self.dismiss(None)
