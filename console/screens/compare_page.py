"""Compare: the same request in both modes, aligned; one widget paints both columns, so nothing has to scroll together.

Knows no socket: it draws a Compared that a deed left with the feed.
"""

from __future__ import annotations

import textwrap

from textual import events, on
from textual.app import ComposeResult

from console.compare import AlignedRow, Difference, short_reason
from console.display import show
from console.feed import Compared, Entry
from console.lines import BLANK, Line, Run, line, run
from console.listing import View
from console.places import Place, Target
from console.units import duration
from console.waterfall import mode_role, short_module, source_text, stage_in, status_role
from console.widgets.bar import Bar
from console.widgets.paint import pad
from console.widgets.painted import Painted
from console.widgets.standing import Below
from hwebcore.traces import Trace, TraceEvent

_SIGN_ROLES = {"=": "quiet", "◂": "integrated", "▸": "classic", "≠": "bad", "~": "quiet"}
_GLYPHS = {"native": "█", "managed": "▓", "core": "▪"}
_SWAPPED = {"◂": "▸", "▸": "◂"}


class ComparePage(Below):
    def __init__(self, view: View) -> None:
        super().__init__(id="page-compare", classes="page")
        self.view = view
        self.swapped = False
        self.only_differences = False
        #: The comparison whose first difference the cursor has been put on.
        self._shown = ""

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="compare-heading")
        yield Painted(id="verdict")
        yield Bar("field", id="sides")
        yield Painted(id="aligned")
        yield Painted(id="why")

    def on_mount(self) -> None:
        self.query_one("#verdict").can_focus = False
        why = self.query_one("#why", Painted)
        why.can_focus = False
        why.styles.height = "auto"
        why.styles.max_height = 9
        self.draw()

    def on_show(self) -> None:
        self.view.session.captures.watch("compare", True)

    def on_hide(self) -> None:
        self.view.session.captures.watch("compare", False)

    @property
    def main(self) -> Painted:
        return self.query_one("#aligned", Painted)

    def show_place(self, view: View) -> None:
        self.view = view
        self._shown = ""
        self.draw()

    @property
    def compared(self) -> Compared | None:
        return self.view.feed.compared.get(self.view.place.detail)

    @property
    def request(self) -> Entry | None:
        compared = self.compared
        return compared.entry if compared else None

    @property
    def targets(self) -> tuple[Target, ...]:
        key = self.main.cursor_key
        return (key,) if isinstance(key, Target) else ()

    # --- drawing ---

    def draw(self) -> None:
        compared = self.compared
        if not self.is_mounted:
            return
        if compared is None:
            self.query_one("#compare-heading", Bar).show_line(
                line(run("Compare", "heading", bold=True), run("   Select a request in Live Requests and press c.", "quiet"))
            )
            return
        comparison = compared.comparison
        request = compared.integrated
        count = len(comparison.differences)
        self.query_one("#compare-heading", Bar).show_line(
            line(
                run("Compare   ", "heading", bold=True),
                run(f"{request.method} {request.url}", bold=True),
                run(f"   {count} {'difference' if count == 1 else 'differences'}", "quiet"),
            )
        )
        pieces = textwrap.wrap(comparison.verdict, max(30, self.size.width - 3)) or [""]
        self.query_one("#verdict", Painted).set_lines([line(run(piece, "warning" if count else "good", bold=True)) for piece in pieces[:3]])
        width = max(40, self.size.width - 1)
        self._draw_sides(compared, width)
        self.main.set_lines(self._rows(compared, width))
        if self._shown != self.view.place.detail:
            self._shown = self.view.place.detail
            self._to_first()
        self._draw_why()

    def _columns(self, width: int) -> int:
        return (width - 1 - 5) // 2

    def _draw_sides(self, compared: Compared, width: int) -> None:
        first, second = self._in_order(compared.integrated, compared.classic)
        column = self._columns(width)
        self.query_one("#sides", Bar).show_line(line(*_side(first, column), run("  │  ", "rule"), *_side(second, column)))

    def _in_order(self, first: Trace, second: Trace) -> tuple[Trace, Trace]:
        return (second, first) if self.swapped else (first, second)

    def _rows(self, compared: Compared, width: int) -> list[Line]:
        column = self._columns(width)
        lines: list[Line] = []
        told = ""
        for index, row in enumerate(compared.comparison.rows):
            if self.only_differences and row.difference < 0:
                continue
            alone = row.sign in ("◂", "▸") and row.difference >= 0
            why = compared.comparison.differences[row.difference].why if alone else ""
            lines.append(self._row(index, row, column, why if why != told else ""))
            told = why or told
        answers = [
            (index, difference)
            for index, difference in enumerate(compared.comparison.differences)
            if difference.kind in ("status", "header", "body", "user")
        ]
        if answers:
            lines.append(line(run("Answer", "heading", bold=True), fill="─"))
            lines += [self._answer(index, difference, column) for index, difference in answers]
        return lines

    def _row(self, index: int, row: AlignedRow, column: int, why: str) -> Line:
        """`why` stands in the empty side of the first row that it explains."""
        left, right = (row.classic, row.integrated) if self.swapped else (row.integrated, row.classic)
        modes = ("Classic", "Integrated") if self.swapped else ("Integrated", "Classic")
        sign = _SWAPPED.get(row.sign, row.sign) if self.swapped else row.sign
        role = _SIGN_ROLES[row.sign]
        runs = [
            *_event(left, column, modes[0], row.sign, why),
            run(f" {sign} ", role, bold=True),
            run("│ ", "rule"),
            *_event(right, column, modes[1], row.sign, why),
        ]
        return Line(tuple(runs), key=Target("difference", f"{row.difference}/{index}", row.difference))

    def _answer(self, index: int, difference: Difference, column: int) -> Line:
        sides = (difference.classic, difference.integrated) if self.swapped else (difference.integrated, difference.classic)
        texts = [pad(show(f"{difference.kind:7} {side if side is not None else '–'}"), column) for side in sides]
        return Line(
            (run(texts[0]), run(" ≠ ", "bad", bold=True), run("│ ", "rule"), run(texts[1])), key=Target("difference", f"answer/{index}", index)
        )

    def _draw_why(self) -> None:
        compared, key = self.compared, self.main.cursor_key
        pane = self.query_one("#why", Painted)
        if compared is None:
            pane.set_lines([])
            return
        chosen = key.value if isinstance(key, Target) and isinstance(key.value, int) else -1
        differences = compared.comparison.differences
        if not 0 <= chosen < len(differences):
            text = "The same in both modes." if differences else "Nothing differs."
            pane.set_lines([BLANK, line(run("Why  ", "heading", bold=True), run(text, "quiet"))])
            return
        difference = differences[chosen]
        pieces = textwrap.wrap(difference.why, max(20, self.size.width - 8)) or [""]
        lines = [BLANK, *(line(run("Why  " if not index else "     ", "heading", bold=True), run(piece)) for index, piece in enumerate(pieces))]
        if difference.source is not None:
            way = Place("source", detail=f"{difference.source[0]}:{difference.source[1]}")
            lines.append(
                line(run("     written in ", "quiet"), run(source_text(difference.source), "link", link=way), run("   Enter opens it", "quiet"))
            )
        pane.set_lines(lines)

    @on(Painted.Highlighted, "#aligned")
    def _moved(self, event: Painted.Highlighted) -> None:
        self._draw_why()

    def opens(self, target: Target) -> Place | None:
        compared = self.compared
        if compared is None or not isinstance(target.value, int) or not 0 <= target.value < len(compared.comparison.differences):
            return None
        source = compared.comparison.differences[target.value].source
        return Place("source", detail=f"{source[0]}:{source[1]}") if source else None

    def _to_first(self) -> None:
        """The cursor begins on the first difference."""
        first = next((index for index in range(self.main.line_count) if self._difference_at(index) >= 0), None)
        if first is not None:
            self.main.put_cursor(first)

    # --- verbs ---

    def act_next(self) -> None:
        self._step(1)

    def act_previous(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        """To the next line of another difference."""
        at, here = self.main.cursor_line, self._difference_at(self.main.cursor_line)
        index = at + step
        while 0 <= index < self.main.line_count:
            found = self._difference_at(index)
            if found >= 0 and found != here:
                self.main.put_cursor(index)
                return
            index += step
        self.app.notify("No further difference in this direction.", markup=False, timeout=2)

    def _difference_at(self, index: int) -> int:
        key = self.main.line_at(index).key
        return key.value if isinstance(key, Target) and isinstance(key.value, int) else -1

    def act_only_differences(self) -> None:
        self.only_differences = not self.only_differences
        self.draw()

    def act_swap(self) -> None:
        self.swapped = not self.swapped
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.draw)


def _side(trace: Trace, width: int) -> list[Run]:
    """Mode and pool, cut where they must be; status and time always stand at the right."""
    status, took = f"{trace.status}.{trace.substatus}", f"  {duration(trace.duration_us)}"
    pool = f"{trace.mode.upper()}  {'shadow of ' if trace.shadow else ''}{trace.pool}"
    return [
        run(pad(show(pool), max(1, width - len(status) - len(took) - 1)) + " ", mode_role(trace.mode), bold=True),
        run(status, status_role(trace.status), bold=True),
        run(took, "quiet"),
    ]


def _event(event: TraceEvent | None, width: int, mode: str, sign: str, why: str) -> list[Run]:
    """One side of a row, exactly `width` cells."""
    if event is None:
        return [run(pad(show(f"  {why}" if why else ""), width), "quiet")]
    stage_width = 22 if width >= 64 else 14
    label = f"{'post ' if event.post else ''}{event.notification}"
    stage = stage_in(label, stage_width)
    outcome = short_reason(event.reason or "", event.source) or (f"user {event.user or 'anonymous'}" if event.user is not None else "")
    status = f" {event.status}" if event.status is not None else ""
    quiet = sign in ("=", "~")
    text = pad(show(f"{short_module(event.module)}{status}  {outcome}".rstrip()), max(1, width - stage_width - 2 - 2 * event.depth))
    return [
        run(f"{'  ' * event.depth}{stage:{stage_width}}", "quiet"),
        run(f"{_GLYPHS.get(event.kind, '█')} ", mode_role(mode)),
        run(text, "quiet" if quiet else "text", bold=not quiet),
    ]
