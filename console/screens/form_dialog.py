"""The dialog of any Form: fields, steps of a wizard, what is wrong as one types, and what others change in the files meanwhile.

Knows no configuration: what a field accepts is the form's `check`, what the files say now its `again`.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, Label, Select, Static
from textual.widgets.select import InvalidSelectValueError

from console.display import show
from console.forms import Field, Form, Report
from console.lines import line, run
from console.screens.dialog import QuestionDialog, ReportDialog, leave_room
from console.session import Changed, Session
from console.widgets.bar import Bar
from console.widgets.shown import content
from console.widgets.text_field import TextField
from console.widgets.tick import Tick


class FormDialog(ModalScreen[Mapping[str, str] | None]):
    """Fields below one another; OK only while nothing is wrong, and it says what is. `again` makes the form from what the files say now."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False), Binding("ctrl+s", "accept", show=False)]

    def __init__(self, form: Form, again: Callable[[], Form | None] | None = None) -> None:
        super().__init__()
        self._form, self._again = form, again
        self._touched: set[str] = set()
        #: What the fields said when the dialog began, and what the files say now.
        self._begun, self._now = form.initial, form.initial
        #: What was chosen last in each list: others may follow it.
        self._chosen: dict[str, str] = {}
        self._step = 0
        #: Kept beside the tree: a query for each field at every key is dear.
        self._inputs: dict[str, Widget] = {}
        self._notes: dict[str, Static] = {}
        #: What stands before buttons, and where.
        self._told: list[tuple[Callable[[Mapping[str, str]], str], Static]] = []
        self._buttons: list[tuple[str, Button]] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Bar("caption", line(run(self._form.title, "title-text", bold=True)), id="form-caption")
            with VerticalScroll(can_focus=False):
                for number in range(max(1, len(self._form.steps))):
                    with Vertical(classes="step", id=f"step-{number}"):
                        asked = [field for field in self._form.fields if field.step == number]
                        for field, following in itertools.zip_longest(asked, asked[1:]):
                            yield from self._compose_field(field, tight=following is not None and not following.label)
            yield Static("", classes="why", id="why")
            with Horizontal(classes="buttons"):
                told = f"writes {self._form.file}" if self._form.file and not self._form.steps else ""
                yield Static(content(show(told)), classes="file")
                if self._form.steps:
                    yield Button("Previous", id="previous")
                    yield Button("Next", id="next")
                yield Button("Finish" if self._form.steps else self._form.ok, id="ok")
                yield Button("Cancel", id="cancel")

    def _compose_field(self, field: Field, tight: bool) -> ComposeResult:
        """`tight`: the next field belongs to this one (a check and its value)."""
        if field.kind == "heading":
            yield Bar("workspace", line(run(field.label, "heading", bold=True), fill="─"), classes="form-heading")
            return
        if field.kind == "note":
            yield Static(content(show(field.label)), classes="note")
            return
        if field.kind == "buttons":
            yield from _compose_presses(field)
            return
        with Vertical(classes="hidden" if field.kind == "hidden" else "field -tight" if tight else "field"):
            if field.kind == "check":
                tick = Tick(content(show(field.label.lstrip())), field.initial == "true", id=f"field-{field.id}", compact=True)
                tick.styles.margin = (0, 0, 0, len(field.label) - len(field.label.lstrip()))
                yield tick
            else:
                with Horizontal():
                    yield Label(content(show(field.label)), classes="label")
                    yield _entry(field)
            if field.hint:
                yield Static(content(show(field.hint)), classes="hint")
            yield Static("", id=f"wrong-{field.id}", classes="wrong")

    def on_mount(self) -> None:
        self._gather()
        self._check()
        self._show_step(0)

    def _gather(self) -> None:
        self._inputs, self._notes = {}, {}
        for field in self._form.asked:
            self._inputs[field.id] = self.query_one(f"#field-{field.id}")
            self._notes[field.id] = self.query_one(f"#wrong-{field.id}", Static)
            self._notes[field.id].display = False
        self._told = [(field.told, self.query_one(f"#told-{field.id}", Static)) for field in self._form.fields if field.kind == "buttons"]
        pressed = [(field.id, number) for field in self._form.fields for number in range(len(field.presses))]
        self._buttons = [(name, self.query_one(f"#press-{name}-{number}", Button)) for name, number in pressed]

    def on_resize(self, event: events.Resize) -> None:
        leave_room(self, event.size.height)

    @property
    def values(self) -> dict[str, str]:
        return {name: _value(widget) for name, widget in self._inputs.items()}

    # --- what is wrong, and what others changed ---

    def _check(self, all_fields: bool = False) -> bool:
        values = self.values
        problems = self._form.check(values)
        disabled = self._form.disabled(values)
        conflicts = self._conflicts(values)
        for name, note in self._notes.items():
            text = problems.get(name, "") if all_fields or name in self._touched else ""
            if name in conflicts:
                text = f"{text} Changed by somebody else meanwhile: {self._form.in_words(name, self._now[name]) or 'empty'} in the file.".strip()
            if text or note.display:
                note.update(content(show(text)))
                note.display = bool(text)
            self._inputs[name].disabled = name in disabled
        for name, button in self._buttons:
            button.disabled = name in disabled
        for told, said in self._told:
            text = told(values)
            said.display = bool(text)
            said.update(content(show(text)))
        self._show_why(problems, conflicts)
        return not problems

    def _show_why(self, problems: Mapping[str, str], conflicts: tuple[str, ...]) -> None:
        """Above the buttons: why OK is disabled."""
        first = next(iter(problems.items()), None)
        text = "Changed by somebody else meanwhile: OK asks." if conflicts else ""
        if first is not None:
            label = self._form.label_of(first[0])
            text = f"{'Finish' if self._form.steps else self._form.ok} waits: {label + ': ' if label else ''}{first[1]}"
        why = self.query_one("#why", Static)
        why.update(content(show(text)))
        why.display = bool(text)
        self.query_one("#ok", Button).disabled = bool(problems)
        if self._form.steps:
            here = {field.id for field in self._form.fields if field.step == self._step}
            self.query_one("#next", Button).disabled = bool(here & problems.keys())

    def _conflicts(self, values: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(name for name, now in self._now.items() if now != self._begun.get(name) and values.get(name) not in (self._begun.get(name), now))

    async def take_in(self) -> None:
        """The files changed: fields that were left alone follow; where both differ, both values are shown; a subject that went closes this."""
        if self._again is None or not self.is_mounted:
            return
        try:
            form = self._again()
        except (LookupError, StopIteration):
            form = None
        if form is None:
            self.app.notify(show(f"{self._form.title}: it was removed by somebody else.").plain, severity="warning", markup=False)
            self.dismiss(None)
            return
        values, asked_before = self.values, _shape(self._form)
        self._form = form  # what is judged by what is there (names that are taken) is judged by what is there now
        if _shape(form) != asked_before and not await self._ask_anew(values):
            return
        self._now = {**self._begun, **form.initial}
        for name, now in self._now.items():
            if name in self._inputs and values.get(name) == self._begun.get(name) != now:
                _put(self._inputs[name], now)
                self._begun[name] = now
        self._check()

    async def _ask_anew(self, values: Mapping[str, str]) -> bool:
        """Other fields, or others to choose from: what was filled in stays where it is still asked. False: closed meanwhile."""
        focused = self.focused.id if self.focused is not None else None
        await self.recompose()
        if not self.query("#ok"):
            return False
        self._gather()
        for name, widget in self._inputs.items():
            if name in values:
                _put(widget, values[name])
            else:
                self._begun[name] = self._form.initial[name]
        self._show_step(self._step)
        there = [widget for widget in (*self._inputs.values(), *self.query(Button)) if widget.id == focused]
        if there:
            there[0].focus()
        return True

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Checkbox.Changed)
    def _changed(self, event: Input.Changed | Select.Changed | Checkbox.Changed) -> None:
        name = (event.control.id or "").removeprefix("field-")
        if name not in self._inputs:  # a Select speaks before the dialog is whole
            return
        values = self.values
        if values.get(name) != self._form.initial.get(name, ""):
            self._touched.add(name)
        if isinstance(event, Select.Changed) and values[name] != self._chosen.get(name, self._form.initial.get(name, "")):
            self._chosen[name] = values[name]
            for field, value in self._form.follows(name, values).items():
                _put(self._inputs[field], value)
        self._check()

    # --- steps and ends ---

    def _show_step(self, number: int) -> None:
        self._step = number
        steps = self._form.steps
        for index in range(max(1, len(steps))):
            self.query_one(f"#step-{index}").display = index == number
        if steps:
            told = (run(f"{number + 1} of {len(steps)}: {steps[number]}", "title-quiet"), run(" "))
            self.query_one("#form-caption", Bar).show_line(line(run(self._form.title, "title-text", bold=True), right=told))
            self.query_one("#previous", Button).disabled = number == 0
            self.query_one("#next", Button).display = number < len(steps) - 1
        self._check()
        first = next((self._inputs[field.id] for field in self._form.asked if field.step == number and not self._inputs[field.id].disabled), None)
        if first is not None:
            first.focus()
        self.call_after_refresh(self._show_top)

    def _show_top(self) -> None:
        """A step begins with its heading in sight: the first field had the focus before it was known how much there is room for."""
        first, area = self.focused, self.query_one(VerticalScroll)
        if first is not None and first.region.bottom - area.region.y + area.scroll_offset.y <= area.size.height:
            area.scroll_home(animate=False)

    @on(Button.Pressed, ".press")
    @work
    async def _press(self, event: Button.Pressed) -> None:
        """Another dialog above this one: a report to read, or more to fill in."""
        name, _, index = (event.button.id or "").removeprefix("press-").rpartition("-")
        press = next(field for field in self._form.fields if field.id == name).presses[int(index)]
        try:
            opened = press.opens(self.values)
        except (OSError, LookupError, ValueError) as error:  # what it looks at went meanwhile, or may not be looked at
            self.app.notify(show(f"{press.label} {error}").plain, severity="error", markup=False)
            return
        if isinstance(opened, Report):
            await self.app.push_screen_wait(ReportDialog(opened))
            return
        answered = await self.app.push_screen_wait(FormDialog(opened))
        for field, value in (press.takes(answered) if answered is not None else {}).items():
            _put(self._inputs[field], value)
        self._check()

    @on(Button.Pressed, "#next")
    def _next(self) -> None:
        self._show_step(self._step + 1)

    @on(Button.Pressed, "#previous")
    def _previous(self) -> None:
        self._show_step(self._step - 1)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        if self._step < len(self._form.steps) - 1 and not self.query_one("#next", Button).disabled:
            self._show_step(self._step + 1)
        else:
            self.action_accept()

    @on(Button.Pressed, "#ok")
    def action_accept(self) -> None:
        if not self._check(all_fields=True):
            self._show_first_fault()
        elif self._conflicts(self.values):
            self._ask_over()
        else:
            self.dismiss(self.values)

    def _show_first_fault(self) -> None:
        wrong = next(iter(self._form.check(self.values)), "")
        step = next((field.step for field in self._form.fields if field.id == wrong), self._step)
        if step != self._step:
            self._show_step(step)
            self._check(all_fields=True)
        if wrong in self._inputs and not self._inputs[wrong].disabled:
            self._inputs[wrong].focus()

    @work
    async def _ask_over(self) -> None:
        values = self.values
        said = self._form.in_words
        names = "\n".join(
            f"· {self._form.label_of(name)}: {said(name, values[name])}  (now {said(name, self._now[name])})" for name in self._conflicts(values)
        )
        question = QuestionDialog("Changed by somebody else", f"OK writes over:\n{names}", ("Back", "Write mine"))
        if await self.app.push_screen_wait(question) == "Write mine":
            self.dismiss(values)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        self.dismiss(None)


async def fill(
    session: Session, show: Callable[[FormDialog], Awaitable[Mapping[str, str] | None]], form: Form, again: Callable[[], Form | None] | None
) -> Mapping[str, str] | None:
    """Shows the form, and tells it of every change of the files while it stands there."""
    dialog = FormDialog(form, again)

    def changed(change: Changed) -> None:
        if change.paths:
            dialog.call_later(dialog.take_in)

    session.changed.append(changed)
    try:
        return await show(dialog)
    finally:
        session.changed.remove(changed)


def _compose_presses(field: Field) -> ComposeResult:
    with Vertical(classes="field presses"):
        yield Static("", id=f"told-{field.id}", classes="told")
        with Horizontal():
            for index, press in enumerate(field.presses):
                yield Button(content(show(press.label)), id=f"press-{field.id}-{index}", classes="press")


def _entry(field: Field) -> Widget:
    if field.kind != "choice":
        return TextField(field.initial, password=field.kind in ("secret", "hidden"), id=f"field-{field.id}")
    options = [(content(show(label)), value) for value, label in field.choices]
    known = any(value == field.initial for value, _ in field.choices)
    return Select(options, value=field.initial if known else Select.NULL, allow_blank=not known, id=f"field-{field.id}", compact=True)


def _value(widget: Widget) -> str:
    if isinstance(widget, Checkbox):
        return "true" if widget.value else "false"
    if isinstance(widget, Select):
        return str(widget.value) if widget.value is not Select.NULL else ""
    return widget.value if isinstance(widget, Input) else ""


def _shape(form: Form) -> object:
    """What the widgets are made from, without what they say."""
    return [(field.id, field.label, field.kind, field.choices, field.step) for field in form.fields]


def _put(widget: Widget, value: str) -> None:
    if isinstance(widget, Checkbox):
        widget.value = value == "true"
    elif isinstance(widget, Input):
        widget.value = value
    elif isinstance(widget, Select):
        with contextlib.suppress(InvalidSelectValueError):  # it cannot be chosen any more: what the file says stands there
            widget.value = value
