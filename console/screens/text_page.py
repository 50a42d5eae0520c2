"""A file to read: configuration source at its line, with problems marked; a pool's log, newest last.

Knows no meaning of what it shows. Long files cost nothing: only what can be seen is made into lines.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from console import ways
from console.lines import Line, Run, line, pieces, run
from console.listing import View
from console.local_values import LocalValues, local_values
from console.log_tail import newest
from console.places import Place, Target
from console.screens.list_page import FilterInput
from console.widgets.bar import Bar
from console.widgets.painted import Painted
from console.widgets.standing import Below, Beside
from model.document import Document
from model.presence import is_there
from model.secret import masked

#: A log is read from its end.
MOST_LOG_BYTES = 1 << 20
#: Before a line that the place itself says.
LOCAL = "▪"


class Numbered(Painted):
    """Text lines with numbers, built when they are seen."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.texts: list[str] = []
        #: The file's numbers of the lines, where a filter left some out.
        self.numbers: list[int] = []
        self.problems: dict[int, str] = {}
        #: Of configuration: which lines are the place's own word.
        self.local: LocalValues | None = None
        self._jumps_to = 0
        self._built = lru_cache(maxsize=500)(self._build)

    @property
    def line_count(self) -> int:
        return len(self.texts)

    def line_at(self, index: int) -> Line:
        return self._built(index) if 0 <= index < len(self.texts) else Line()

    def _build(self, index: int) -> Line:
        place = self.numbers[index] if self.numbers else index + 1
        problem = self.problems.get(place)
        number = run(f"{place:5} ", "bad" if problem else "quiet")
        runs = [number, run("▲ " if problem else "  ", "bad"), *self._told_local(place), run(self.texts[index].expandtabs(4), self._role(place))]
        if self.local is not None and place in self.local.others:
            runs.append(run(f"   ◂ for {self.local.others[place] or 'the server'}", "quiet", bold=True))
        if problem:
            runs.append(run(f"   ◂ {problem}", "bad", bold=True))
        return Line(tuple(runs), key=index)

    def _told_local(self, place: int) -> tuple[Run, ...]:
        if self.local is None:
            return ()
        return (run(f"{LOCAL} " if place in self.local.lines else "  ", "link", bold=True),)

    def _role(self, place: int) -> str:
        return "text" if self.local is None or place in self.local.lines else "quiet"

    def show_texts(self, texts: list[str], problems: dict[int, str], needle: str = "", local: LocalValues | None = None) -> None:
        """`needle` leaves the lines that hold it."""
        numbers = [number for number, text in enumerate(texts, 1) if needle.casefold() in text.casefold()] if needle else []
        if needle:
            texts = [texts[number - 1] for number in numbers]
        if (texts, problems, numbers, local) == (self.texts, self.problems, self.numbers, self.local):
            return
        at = self.cursor_line
        self.texts, self.problems, self.numbers, self.local = texts, problems, numbers, local
        self._built.cache_clear()
        self.lines_changed(min(at, len(texts) - 1) if at >= 0 else None)

    def find_line(self, key: object) -> int:
        return key if isinstance(key, int) else -1

    def jump(self, number: int) -> None:
        """To a line (from 1), shown in the middle; as soon as there is room to show it."""
        self.put_cursor(max(0, min(len(self.texts), number) - 1))
        self._jumps_to = number if not self.size.height else 0
        self.scroll_to(y=max(0, number - 1 - self.size.height // 2), animate=False)

    def on_resize(self, event: events.Resize) -> None:
        if self._jumps_to:
            self.call_after_refresh(self.jump, self._jumps_to)


class TextPage(Below):
    is_live = True

    def __init__(self, view: View) -> None:
        super().__init__(id=f"page-{view.place.page}", classes="page")
        self.view = view
        #: What was looked at last, and from where; and what it came to.
        self._local: tuple[Document, Place, LocalValues] | None = None

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="text-heading")
        with Beside(classes="tools"):
            yield Bar("workspace", line(run("Filter")), classes="word")
            yield FilterInput(placeholder="/", id="filter")
            yield Bar("workspace", id="grouping")
        yield Numbered(id="text")
        yield Painted(id="whole")

    @property
    def text(self) -> Numbered:
        return self.query_one(Numbered)

    @property
    def main(self) -> Painted:
        return self.text

    def on_mount(self) -> None:
        self.query_one("#whole").can_focus = False
        self.show_place(self.view)

    def on_resize(self, event: events.Resize) -> None:
        self._show_whole()

    @on(Painted.Highlighted, "#text")
    def _show_whole(self) -> None:
        """The selected line below the text, where its end has no room there."""
        width = self.size.width - 3
        told = "".join(entry.text.plain for entry in self.text.line_at(self.text.cursor_line).left)
        self.query_one("#whole", Painted).set_lines([line(run(piece, "quiet")) for piece in pieces(told, width)] if 0 < width < len(told) else [])

    def show_place(self, view: View) -> None:
        self.view = view
        self.text.cursor_line = -1
        self.refresh_rows()
        path, number = self._file()
        del path
        self.call_after_refresh(self._jump, number)

    def _jump(self, number: int) -> None:
        if self.view.place.page == "log":
            self.text.jump(len(self.text.texts))
        else:
            self.text.jump(number or 1)

    @property
    def file(self) -> tuple[Path | None, int]:
        """The file, and the line that the cursor stands on."""
        at = self.text.cursor_line
        number = self.text.numbers[at] if self.text.numbers and 0 <= at < len(self.text.numbers) else at + 1
        return self._file()[0], max(0, number)

    @property
    def line_here(self) -> tuple[str, list[str]]:
        """The line of the cursor, and all that stand above it in the file."""
        path, number = self.file
        texts = self._read(path) if path is not None else []
        return (texts[number - 1], texts[: number - 1]) if 0 < number <= len(texts) else ("", [])

    def close_top(self) -> bool:
        """Esc takes the filter off; the cursor stays on its line of the file."""
        field = self.query_one("#filter", Input)
        had, number = bool(field.value), self.file[1]
        field.value = ""
        if had:
            self.refresh_rows()
            self.text.jump(number)
        return had

    def act_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self.refresh_rows()

    def _file(self) -> tuple[Path | None, int]:
        detail = self.view.place.detail
        if not detail:
            return None, 0
        if self.view.place.page == "log" and detail.startswith("/"):
            return Path(detail), 0
        if self.view.place.page == "log":
            log = self.view.session.pool_state(detail).get("log")
            return (Path(str(log)) if log else None), 0
        name, number = self.view.place.at_line
        return Path(name), number

    def refresh_rows(self) -> None:
        path, _ = self._file()
        heading = self.query_one("#text-heading", Bar)
        if path is None:
            heading.show_line(line(run(self._why_none(), "quiet")))
            self.text.show_texts([], {})
            return
        following = self.view.place.page == "log" and self.text.cursor_line >= len(self.text.texts) - 1
        texts = self._read(path)
        needle = self.query_one("#filter", Input).value.strip()
        local = self._local_values(path)
        self.text.show_texts(texts, self._problems(path), needle, local)
        note = "" if texts or is_there(path) else "   there is no such file yet; it is made with the first edit here"
        heading.show_line(
            line(
                run(path.name, "heading", bold=True),
                run(f"   {path.parent}", "quiet"),
                run(note, "warning"),
                right=(run(f"{len(self.text.texts)} of {len(texts)} lines" if needle else f"{len(texts)} lines", "quiet"),),
            )
        )
        self.query_one("#grouping", Bar).show_line(line(*self._legend(local)))
        if following:
            self.text.jump(len(self.text.texts))

    def _why_none(self) -> str:
        place = self.view.place
        if place.page == "log":
            return f"{place.detail} has no log yet: no service has run it."
        return f"{place.site}{place.app} has no folder here, so no file of its own: map its drive."

    def _legend(self, local: LocalValues | None) -> tuple[Run, ...]:
        if local is None:
            return ()
        place = ways.config_path(self.view).location or "the server"
        return (run(f"  {LOCAL} ", "link", bold=True), run(f"Local: set for {place} itself", "quiet"))

    def _local_values(self, path: Path) -> LocalValues | None:
        """Of the document in force, looked for once."""
        document = self.view.session.workspace.document(path) if self.view.place.page == "source" else None
        if document is None:
            return None
        if self._local is None or self._local[0] is not document or self._local[1] != self.view.place:
            found = local_values(self.view.session.workspace.hierarchy, document, ways.config_path(self.view))
            self._local = (document, self.view.place, found)
        return self._local[2]

    def _read(self, path: Path) -> list[str]:
        if self.view.place.page == "source":
            document = self.view.session.workspace.document(path)
            if document is not None:
                return _lines_of(masked(document.text))
            return []
        return newest(path, MOST_LOG_BYTES)[0].decode("utf-8", "replace").splitlines()

    def _problems(self, path: Path) -> dict[int, str]:
        found: dict[int, str] = {}
        for problem in self.view.session.workspace.known_problems:
            if problem.source is not None and problem.source.line and Path(problem.source.file) == path:
                found.setdefault(problem.source.line, problem.message)
        return found

    @property
    def targets(self) -> tuple[Target, ...]:
        return ()

    def act_next(self) -> None:
        self._step(1)

    def act_previous(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        numbers = sorted(self.text.problems, reverse=step < 0)
        here = self.text.cursor_line + 1
        following = next((number for number in numbers if (number - here) * step > 0), None)
        if following is None:
            self.app.notify("No further problem in this direction.", markup=False, timeout=2)
        else:
            self.text.jump(following)


def _lines_of(text: str) -> list[str]:
    """As XML counts lines: Python knows more ends of lines than that, and every number after one would be wrong."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]
