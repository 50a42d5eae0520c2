"""Any property page, drawn from its declaration: fields by groups, a draft that Apply writes and Cancel takes back.

Knows no particular page. Fields, faults and edits are property_page.py's; what is in force comes from the session with each change.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Label, Select, Static

from console import property_page
from console.display import show
from console.lines import line, run, sentences_in
from console.listing import View
from console.places import Place, Target
from console.property_page import Draft, FormPage, PageField
from console.widgets.bar import Bar
from console.widgets.shown import content
from console.widgets.text_field import TextField
from console.widgets.tick import Tick


class FormPageView(Vertical):
    """`values` is the draft; `refresh_rows` takes in what others changed and says where that meets the draft."""

    def __init__(self, spec: FormPage, view: View) -> None:
        super().__init__(id=f"page-{spec.id}", classes="page")
        self.spec, self.view = spec, view
        self._fields: tuple[PageField, ...] = ()
        #: What the fields said when the draft began: a change of these is somebody else's.
        self._begun: dict[str, str] = {}
        self._ready = False
        #: Kept beside the tree: a query for each field of a long page costs seconds.
        self._inputs: dict[str, Widget] = {}
        self._notes: dict[str, Static] = {}
        #: Where each value stands: default, inherited, local; or that the draft has another.
        self._states: dict[str, Label] = {}

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="heading")
        yield Bar("workspace", id="sentence")
        yield Bar("workspace", classes="gap")
        yield VerticalScroll(classes="form", can_focus=False)
        yield Bar("workspace", id="draft")

    async def on_mount(self) -> None:
        await self._build()

    async def _build(self) -> None:
        """The fields of this place, with what is in force there."""
        self._ready, self._inputs = False, {}
        self._fields = property_page.fields(self.view, self.spec)
        self._begun = {entry.field.id: entry.field.initial for entry in self._fields}
        form = self.query_one(VerticalScroll)
        await form.remove_children()
        await form.mount_all(self._widgets())
        self._inputs = {str(widget.id).removeprefix("field-"): widget for widget in form.query("Input, Checkbox, Select")}
        self._notes = {str(widget.id).removeprefix("note-"): widget for widget in form.query(".wrong").results(Static)}
        self._states = {str(widget.id).removeprefix("state-"): widget for widget in form.query(".state").results(Label)}
        self._ready = True
        self._show_state()

    def _widgets(self) -> list[Widget]:
        found: list[Widget] = []
        heading = ""
        for entry in self._fields:
            if entry.heading != heading:
                heading = entry.heading
                found.append(Bar("workspace", line(run(heading, "heading", bold=True), fill="─"), classes="form-heading"))
            found.append(_field(entry))
        return found

    # --- what the frame asks ---

    @property
    def main(self) -> Widget:
        return next((widget for widget in self.query("Input, Checkbox, Select") if widget.focusable), self)

    @property
    def targets(self) -> tuple[Target, ...]:
        return ()

    @property
    def dirty(self) -> bool:
        """Whether the draft says something else than the files."""
        values = self.values
        return self._ready and any(values.get(name, initial) != initial for name, initial in self._begun.items())

    def show_place(self, view: View) -> None:
        if view.place != self.view.place:
            self.view = view
            self.run_worker(self._build(), exclusive=True)
        else:
            self.refresh_rows()

    def refresh_rows(self) -> None:
        """The session changed: fields that the draft leaves alone follow; where both differ, both values are shown."""
        if not self._ready:
            return
        values = self.values
        self._fields = property_page.fields(self.view, self.spec)
        for entry in self._fields:
            name = entry.field.id
            if name not in values or entry.field.initial == self._begun.get(name):
                continue
            if values[name] in (self._begun.get(name), entry.field.initial):  # left alone, or the file says now what the draft says
                self._begun[name] = entry.field.initial
                self._put(name, entry.field.initial)
        self._show_state()

    @property
    def conflicts(self) -> tuple[PageField, ...]:
        """Fields that both the draft and somebody else changed."""
        values = self.values
        return tuple(
            entry
            for entry in self._fields
            if entry.field.initial != self._begun.get(entry.field.id) and values.get(entry.field.id) != self._begun.get(entry.field.id)
        )

    # --- the draft ---

    @property
    def listed(self) -> Sequence[PageField]:
        return self._fields

    @property
    def draft(self) -> Draft:
        return Draft(self.spec, self._fields, self.values)

    @property
    def values(self) -> dict[str, str]:
        return {name: self._value(name) for name in self._inputs}

    def _value(self, name: str) -> str:
        widget = self._inputs[name]
        if isinstance(widget, Checkbox):
            return "true" if widget.value else "false"
        if isinstance(widget, Select):
            return str(widget.value) if widget.value is not Select.NULL else ""
        return widget.value if isinstance(widget, Input) else ""

    def _put(self, name: str, value: str) -> None:
        widget = self._inputs[name]
        if isinstance(widget, Checkbox):
            widget.value = value == "true"
        elif isinstance(widget, (Input, Select)):
            widget.value = value

    async def take_back(self) -> None:
        await self._build()

    def settle(self) -> None:
        """What was applied is in force: the draft is empty. What means nothing now was not written: the file's word stands there again."""
        self._fields = property_page.fields(self.view, self.spec)
        self._begun = {entry.field.id: entry.field.initial for entry in self._fields}
        for name in self.draft.disabled & self._inputs.keys():
            self._put(name, self._begun[name])
        self._show_state()

    def _show_state(self) -> None:
        low, width = self.screen.has_class("-low"), self.size.width - 2
        about = sentences_in(self.spec.sentence, width - len(self.spec.title) - 3) if low else ""
        self.query_one("#heading", Bar).show_line(line(run(self.spec.title, "heading", bold=True), run(f"   {about}" if about else "", "quiet")))
        self.query_one("#sentence", Bar).show_line(line(run(sentences_in(self.spec.sentence, width), "quiet")))
        draft = self.draft
        wrong, off = draft.faults, draft.disabled
        both = {entry.field.id for entry in self.conflicts}
        for entry in self._fields:
            name = entry.field.id
            told = wrong.get(name, "") or (
                f"Changed by somebody else meanwhile: {entry.field.in_words(entry.field.initial)} in the file." if name in both else ""
            )
            self._tell(name, told)
            if name in self._inputs:
                self._inputs[name].disabled = entry.value.locked or name in off
            if name in self._states:
                changed = self._value(name) != self._begun.get(name)
                self._states[name].update(content(show("changed" if changed else entry.state)))
                self._states[name].set_class(changed, "-changed")
        state = (
            run("  ✖ something is wrong above", "bad") if wrong
            else run(f"  somebody else changed what you change here: {len(both)} of these; Apply asks", "warning") if both
            else run("  not applied yet: ctrl+s applies, Cancel takes it back", "warning") if self.dirty
            else run("  nothing changed", "quiet")
        )  # fmt: skip
        self.query_one("#draft", Bar).show_line(line(state))

    def _tell(self, name: str, text: str) -> None:
        """Under the field. Check boxes get their note when there is something to say: a page has dozens of them."""
        note = self._notes.get(name)
        if note is None and text and name in self._inputs:
            form, row = self.query_one(VerticalScroll), self._inputs[name]
            while isinstance(row.parent, Widget) and row.parent is not form:
                row = row.parent
            note = self._notes[name] = Static(classes="wrong")
            form.mount(note, after=row)
        if note is not None and (text or note.display):
            note.update(content(show(text)))
            note.display = bool(text)

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Checkbox.Changed)
    def _changed(self, event: Input.Changed | Select.Changed | Checkbox.Changed) -> None:
        event.stop()
        if self._ready:
            self._show_state()

    @property
    def place(self) -> Place:
        return self.view.place


def _field(entry: PageField) -> Widget:
    asked, state = entry.field, content(show(entry.state))
    locked = entry.value.locked
    if asked.kind == "check":
        tick = Tick(content(show(asked.label)), asked.initial == "true", id=f"field-{asked.id}", compact=True, disabled=locked)
        return tick if entry.flags else Horizontal(tick, Label(state, id=f"state-{asked.id}", classes="state"), classes="form-row")
    note = Static("", id=f"note-{asked.id}", classes="wrong")
    note.display = False
    row = Horizontal(
        Label(content(show(asked.label)), classes="label"),
        _input(entry, locked),
        Label(state, id=f"state-{asked.id}", classes="state"),
        classes="form-row",
    )
    hints = [Static(content(show(asked.hint)), classes="hint")] if asked.hint else []
    return Vertical(row, *hints, note, classes="form-field")


def _input(entry: PageField, locked: bool) -> Widget:
    asked = entry.field
    if asked.kind == "choice":
        known = any(value == asked.initial for value, _ in asked.choices)
        options = [(content(show(label)), value) for value, label in asked.choices]
        return Select(
            options, value=asked.initial if known else Select.NULL, allow_blank=not known, id=f"field-{asked.id}", compact=True, disabled=locked
        )
    return TextField(asked.initial, id=f"field-{asked.id}", disabled=locked)
