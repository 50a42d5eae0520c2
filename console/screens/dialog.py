"""Dialogs: any Form, a question, a sheet of lines, a menu. Drawn from values; they answer a value.

Know no session and no configuration: what a field accepts is the form's `check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Label, Select, Static

from console.display import Shown, show
from console.forms import Field, Form
from console.lines import Line, line, run
from console.widgets.bar import Bar
from console.widgets.painted import Painted
from console.widgets.shown import content
from console.widgets.tick import Tick

_CLOSE: list[BindingType] = [Binding("escape", "close", show=False)]


class FormDialog(ModalScreen[Mapping[str, str] | None]):
    """Fields below one another; OK only while nothing is wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [*_CLOSE, Binding("ctrl+s", "accept", show=False)]

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self._touched: set[str] = set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Bar("caption", line(run(self._form.title, "title-text", bold=True)))
            with VerticalScroll(can_focus=False):
                for field in self._form.fields:
                    with Vertical(classes="field"):
                        yield from self._compose_field(field)
            with Horizontal(classes="buttons"):
                yield Static(content(show(f"writes {self._form.file}" if self._form.file else "")), classes="file")
                yield Button(self._form.ok, id="ok")
                yield Button("Cancel", id="cancel")

    def _compose_field(self, field: Field) -> ComposeResult:
        if field.kind == "check":
            yield Tick(content(show(field.label)), field.initial == "true", id=f"field-{field.id}", compact=True)
        else:
            with Horizontal():
                yield Label(content(show(field.label)), classes="label")
                if field.kind == "choice":
                    options = [(content(show(label)), value) for value, label in field.choices]
                    known = any(value == field.initial for value, _ in field.choices)
                    yield Select(options, value=field.initial if known else Select.NULL, allow_blank=not known, id=f"field-{field.id}", compact=True)
                else:
                    yield Input(field.initial, id=f"field-{field.id}")
        if field.hint:
            yield Static(content(show(field.hint)), classes="hint")
        yield Static("", id=f"wrong-{field.id}", classes="wrong")

    def on_mount(self) -> None:
        for field in self._form.fields:
            self.query_one(f"#wrong-{field.id}").display = False
        self.query_one(f"#field-{self._form.fields[0].id}").focus()
        self._check()

    @property
    def values(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for field in self._form.fields:
            widget = self.query_one(f"#field-{field.id}")
            if isinstance(widget, Checkbox):
                found[field.id] = "true" if widget.value else "false"
            elif isinstance(widget, Select):
                found[field.id] = str(widget.value) if widget.value is not Select.NULL else ""
            elif isinstance(widget, Input):
                found[field.id] = widget.value
        return found

    def _check(self, all_fields: bool = False) -> bool:
        problems = self._form.check(self.values)
        for field in self._form.fields:
            wrong = self.query_one(f"#wrong-{field.id}", Static)
            text = problems.get(field.id, "") if all_fields or field.id in self._touched else ""
            wrong.update(content(show(text)))
            wrong.display = bool(text)
        return not problems

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Checkbox.Changed)
    def _changed(self, event: Input.Changed | Select.Changed | Checkbox.Changed) -> None:
        name = (event.control.id or "").removeprefix("field-")
        initial = self._form.initial.get(name, "")
        if self.values.get(name) != initial:
            self._touched.add(name)
        self._check()

    @on(Input.Submitted)
    @on(Button.Pressed, "#ok")
    def action_accept(self) -> None:
        if self._check(all_fields=True):
            self.dismiss(self.values)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        self.dismiss(None)


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

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(self._answers[int((event.button.id or "answer-0").removeprefix("answer-"))])

    def action_close(self) -> None:
        self.dismiss("")


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

    def action_close(self) -> None:
        self.dismiss(None)
