"""Classic's managed list as functions without a loop: the whole of it for a row of httpHandlers, its end, and what sends.

As pipeline/unrolled.py does with a sequence: steps that answer at once, as classic_request.py's loops do them; what waits, completes, fails
or sets a status is handed back. Knows no module. Look next at classic.py, which says what a step leaves where it has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from hwebcore.pipeline.contract import Need, Outcome, StepResult
from hwebcore.pipeline.unrolled import Call, MarkLines, Shortcut, compiled, indented, where_needed
from hwebcore.records import BEGIN, mark_code

if TYPE_CHECKING:
    from hwebcore.managed.classic_map import MappedRow
    from hwebcore.managed.classic_request import ClassicRequest, ClassicStep, ClassicSteps

#: A step's place in its list, what it answered, and the status before it, for the loops to carry on from.
Left = tuple[int, StepResult, int]
#: None: the steps are through.
Some = Callable[["ClassicRequest"], Left | None]
Whole = Callable[["ClassicRequest"], StepResult]

#: `managed.path`, without a call.
_PATH = "(context.request.path if managed.asked is None else managed.asked.path)"
#: When ASP.NET's own modules have something to do here; a need that is not named is none: the step is called.
TESTS: Mapping[Need, str] = {
    Need.COOKIE: "context.request.has_cookies",
    Need.USER: "managed.own_user is None",
    Need.REWRITTEN: f"{_PATH} is not context.mapped",
    Need.SESSION: "managed.kept_session is not None",
    Need.UNAUTHORIZED: "response.store.status is not well and response.store.status == 401",
}
#: What a step does: it is called.
CALL = ("result = {call}",)
#: MapHandler: the row of the path that was asked for is known; another path is the loop's.
MAP_HANDLER = (
    "if managed.asked is not None and managed.asked.path is not context.request.path:",
    "    result = {call}",
    "    {leave}",
    "request.mapped, managed.handler = row, handler",
)
#: CallHandler, under the handler's own number.
CALL_HANDLER = (
    "result = execute(managed)",
    "if result is not None:",
    "    result = finished(result, managed)",
    "elif managed.touched:",
    "    result = told(managed)",
)
#: Whether a path was never found good by this application.
UNKNOWN_PATH = f"{_PATH} not in paths"
#: Whether a page did something through the facade that no step has told of yet: the next of ASP.NET's modules forgets it.
TOUCHED = "managed.touched"
KNOWN_USER = "managed.own_user is not None"


#: `response`: the facade, whose store may become another meanwhile.
_HEAD = """def run(request):
    context, managed = request.native, request.managed
    times, response = context.times, managed.response
    before = response.store.status
    place = 0
"""
#: A step that the loops have to see breaks out.
_WHOLE = """    while True:
        try:
{steps}            pass
        except BaseException as error:
            result = request.failed(error)
            break
        if managed.error is not None or response.store.sent_headers:
            return request.after_end()
        try:
{send}            pass
        except BaseException as error:
            result = request.failed(error)
            break
        return request.give_all()
    return request.carry_on(place, result, before)
"""
_ALONE = """    try:
{steps}        pass
    except BaseException as error:
        return place, request.failed(error), before
"""


class UnrolledList:
    """Of one application and scope, for sequences in which `steps` stand at the same place."""

    __slots__ = ("_names", "_steps", "end", "rows", "send")

    def __init__(self, steps: ClassicSteps, code_of: Callable[[Outcome], int], meant: Mapping[str, Any]) -> None:
        """`code_of`: an outcome's part of a mark; `meant`: what the steps' texts speak of."""
        self._steps = steps
        self._names: dict[str, Any] = {
            "clock": perf_counter, "code_of": code_of, "mark_code": mark_code, "Outcome": Outcome, "well": 200, **meant,
        }  # fmt: skip
        #: The whole of it, for requests that a row of httpHandlers is for.
        self.rows: dict[MappedRow, Whole] = {}
        self.end = self._alone(steps.end)
        self.send = self._alone(steps.send)

    def add(self, row: MappedRow, codes: bytes) -> Whole:
        """`codes`: those of the marks that such requests mostly come with."""
        steps, names = self._steps, {**self._names, "row": row, "handler": row.row.type, "execute": row.call}
        both = (*steps.forward, *steps.end)
        text = _Text(steps.first, names, MarkLines(names, codes), "break", row, len(steps.forward), steps.enclosing)
        lines, sending = indented(3, text.of(both, 0)), indented(3, text.of(steps.send, len(both)))
        made: Whole = compiled(_HEAD + _WHOLE.format(steps=lines, send=sending), names)
        self.rows[row] = made
        return made

    def _alone(self, steps: Sequence[ClassicStep]) -> Some:
        names = dict(self._names)
        lines = _Text(self._steps.first, names, MarkLines(names), "return place, result, before").of(steps, 0)
        return compiled(_HEAD + _ALONE.format(steps=indented(2, lines)), names)  # type: ignore[no-any-return]  # what the text defines


@dataclass(slots=True)
class _Text:
    """Writes the lines of one function. `leave`: the line that leaves a step to the loops."""

    first: int
    names: dict[str, Any]
    marks: MarkLines
    leave: str
    row: MappedRow | None = None
    #: How many of the steps are jumped over by whoever completes the request.
    jumped: int = 0
    #: The native step that holds the list, whose beginning stands before the first.
    enclosing: int | None = None

    def of(self, steps: Sequence[ClassicStep], start: int) -> list[str]:
        """Of steps whose places begin at `start`."""
        calls: dict[int, Call] = {}
        shortcuts: dict[int, Shortcut] = {}
        for place, step in enumerate(steps, start):
            begins = self.enclosing if place == 0 else self._index(step) if step.text is CALL_HANDLER else None
            if begins is not None:  # a step that holds others: that it begins stands before them
                shortcuts[~place] = ((), BEGIN | begins, "")
                calls[~place] = Call([], b"")
            calls[place] = self._call(place, step)
            if step.tests is not None:
                index = self._index(step)
                code = index if step.idle is None else index | self.names["code_of"](step.idle)
                shortcuts[place] = (step.tests, code, self._leaves(place, step))
        return where_needed(calls, shortcuts, self.marks)

    def _index(self, step: ClassicStep) -> int:
        return self.first + (step.index if self.row is None or step.text is not CALL_HANDLER else self.row.index)

    def _leaves(self, place: int, step: ClassicStep) -> str:
        if step.leaves is None:
            return ""
        slot, self.names[f"left{place}"] = step.leaves
        return f"managed.{slot} = left{place}"

    def _call(self, place: int, step: ClassicStep) -> Call:
        index = self._index(step)
        self.names[f"step{place}"] = step.run if step.module is None else step.module
        self.names[f"seen{place}"] = [None, b""]
        call = f"step{place}({'request' if step.module is None else 'context'})"
        lines = [f"place = {place}", f"context.step = {index}", *(line.format(call=call, leave=self.leave) for line in step.text)]
        if step.text is MAP_HANDLER and self.row is not None:
            told = mark_code(index | self.names["code_of"](self.row.told))
            return Call([*lines, "times.append(clock())", f"code = {self.marks.name(told)}"], told)
        completes, goes_on = (" or managed.completed", " and result.result == 'CONTINUE'") if place < self.jumped else ("", "")
        if step.module is not None or step.text is CALL_HANDLER:  # ASP.NET's other steps go on or raise
            lines += [f"if response.store.status != before{completes}:", f"    {self.leave}"]
        plain = mark_code(index)
        lines += [
            "now = clock()",
            "if result is None:",
            f"    code = {self.marks.name(plain)}",
            f"elif result is seen{place}[0]:",  # most outcomes are constants of their modules
            f"    code = seen{place}[1]",
            f"elif isinstance(result, Outcome) and result.result != 'ERROR'{goes_on}:",
            f"    code = mark_code({index} | code_of(result))",
            f"    seen{place}[:] = result, code",
            "else:",
            f"    {self.leave}",
            "times.append(now)",
        ]
        return Call(lines, plain)
