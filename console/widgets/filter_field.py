"""The filter's field of Live Requests: completes while one types, says under itself what is wrong and where.

Knows no feed: it is given the values that were seen. What a filter means is console/filters.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from console.filter_completion import Seen, completions, fields_told
from console.filters import BadFilter, Filter, parse
from console.lines import Line, line, run
from console.widgets.bar import Bar
from console.widgets.standing import Below, Beside
from console.widgets.text_field import TextField

WORD_WIDTH = 8


class _Completion(Suggester):
    """Shown behind the cursor; → or Tab takes it."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._seen = seen

    async def get_suggestion(self, value: str) -> str | None:
        return next(iter(completions(value, self._seen, 1)), None)


class FilterText(TextField):
    """Esc clears and leaves, Enter and ↓ go to the list, Tab takes what is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", show=False), Binding("enter,down", "leave(False)", show=False), Binding("tab", "complete", show=False),
    ]  # fmt: skip

    class Left(Message):
        """The focus goes to the list."""

    def action_leave(self, clear: bool) -> None:
        if clear:
            self.value = ""
        self.post_message(self.Left())

    def action_complete(self) -> None:
        if self._suggestion and self.cursor_position >= len(self.value) and self._suggestion != self.value:
            self.action_cursor_right()
        else:
            self.screen.focus_next()


class FilterField(Below):
    """`seen` gives the values of a field that can be completed. Posts Narrowed with every filter that can be read."""

    class Narrowed(Message):
        def __init__(self, accepts: Filter) -> None:
            super().__init__()
            self.accepts = accepts

    def __init__(self, seen: Callable[[str], Iterable[str]], *, word: str = "Filter", id: str | None = None) -> None:
        super().__init__(id=id)
        self._seen, self._word = seen, word

    def compose(self) -> ComposeResult:
        with Beside(classes="tools -grows"):
            yield Bar("workspace", line(run(self._word)), classes="word")
            yield FilterText(placeholder="/ word  pool:Default*  status>=400  -time<10ms", id="filter", suggester=_Completion(self._seen))
            yield Bar("workspace", id="rate")
        yield Bar("workspace", id="filter-told")

    def on_mount(self) -> None:
        self._tell(None)

    @property
    def input(self) -> Input:
        return self.query_one(FilterText)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        try:
            accepts = parse(event.value)
        except BadFilter as error:
            offers = self._offers()
            if offers is not None and self.input.has_focus:  # what is being typed is no error yet
                self.input.remove_class("-invalid")
                self._tell(offers)
                return
            self.input.add_class("-invalid")
            self._tell(error_line(error, WORD_WIDTH))
            return
        self.input.remove_class("-invalid")
        self._tell(self._offers() if self.input.has_focus else None)
        self.post_message(self.Narrowed(accepts))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if not self.input.has_class("-invalid"):
            self._tell(self._offers())

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if not self.input.has_class("-invalid"):
            self._tell(None)

    def _offers(self) -> Line | None:
        """What the last word can become: values that were seen, else fields."""
        value = self.input.value
        found = completions(value, self._seen, 6)
        told = fields_told(value)
        runs = [run(" " * WORD_WIDTH)]
        if found and len(found) > 1 and not told:
            runs += [run(f"{entry[len(value) :]}   ", "link") for entry in found]
        elif told:
            for name, about in told:
                runs += [run(name, "link"), run(f" {about}   ", "quiet")]
        else:
            return None
        return line(*runs)

    def _tell(self, told: Line | None) -> None:
        bar = self.query_one("#filter-told", Bar)
        bar.show_line(told or line())
        bar.display = told is not None or self.input.has_focus  # the list does not jump between two letters


def error_line(error: BadFilter, indent: int) -> Line:
    """A mark under the place, then the sentence: behind it, or before it where the place is far to the right."""
    mark = "^" * min(error.length, 20)
    text = str(error)
    if error.at > 40:
        return line(run(" " * indent), run(f"{text} ", "bad", bold=True), run(f"(at character {error.at + 1})", "quiet"))
    return line(run(" " * (indent + error.at)), run(mark, "bad", bold=True), run(f" {text}", "bad"))
