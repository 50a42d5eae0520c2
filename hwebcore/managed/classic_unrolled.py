"""Classic's managed list as three functions without a loop: the whole of it, its end and what sends, as pipeline/unrolled.py does with a sequence.

They do what classic_request.py's loops do for steps that answer at once, and hand the rest back: what waits, completes, fails or
sets a status. Knows no module. Look next at classic.py, which says what a step leaves where it has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from hwebcore.pipeline.contract import Need, Outcome, StepResult
from hwebcore.pipeline.unrolled import Call, MarkLines, Shortcut, compiled, indented, where_needed
from hwebcore.records import BEGIN, SAME_TIME, mark_code

if TYPE_CHECKING:
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
#: MapHandler: mostly the row of this method and path is known.
MAP_HANDLER = (
    f"mapped = known.get((context.request.method, {_PATH}))",
    "if mapped is None:",
    "    result = {call}",
    "else:",
    "    request.mapped, managed.handler = mapped, mapped.row.type",
    "    result = mapped.told",
)
#: CallHandler, which stands in the trace under the handler's own number: mostly it was called before.
CALL_HANDLER = (
    "mapped = request.mapped",
    "way = ways.get(mapped)",
    "if way is None:",
    "    result = {call}",
    "    ends = mark_code({first} + mapped.index)",
    "    if mapped.call is not None:",  # else IIS executes it
    "        ways[mapped] = mapped.call, {first} + mapped.index, mark_code({first} + mapped.index | BEGIN), ends",
    "else:",
    "    call, context.step, begins, ends = way",
    "    context.codes += begins",
    "    times.append(clock())",
    "    result = call(managed)",
    "    if result is not None:",
    "        result = finished(result, managed)",
    "    elif managed.touched:",
    "        result = told(managed)",
)
#: Whether a path was never found good by this application.
UNKNOWN_PATH = f"{_PATH} not in paths"
#: Whether a page did something through the facade that no step has told of yet: the next of ASP.NET's modules forgets it.
TOUCHED = "managed.touched"
KNOWN_USER = "managed.own_user is not None"


class UnrolledList:
    """Of one application and scope, for sequences in which `steps` stand at the same place."""

    __slots__ = ("end", "send", "whole")

    def __init__(self, steps: ClassicSteps, code_of: Callable[[Outcome], int], meant: Mapping[str, Any]) -> None:
        """`code_of`: an outcome's part of a mark; `meant`: what the steps' texts speak of."""
        names: dict[str, Any] = {
            "clock": perf_counter, "code_of": code_of, "mark_code": mark_code, "Outcome": Outcome, "well": 200,
            "began": mark_code(steps.enclosing | BEGIN | SAME_TIME), "BEGIN": BEGIN, "ways": {}, **meant,
        }  # fmt: skip
        self.whole: Whole = _whole(steps, dict(names))
        self.end: Some = _some(steps.first, steps.end, dict(names))
        self.send: Some = _some(steps.first, steps.send, dict(names))


#: `response`: the facade, whose store may become another meanwhile.
_HEAD = """def run(request):
    context, managed = request.native, request.managed
    times, response = context.times, managed.response
    before = response.store.status
    place = 0
"""
#: A step that the loops have to see breaks out.
_WHOLE = """    context.codes += began
    while True:
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
_SOME = """    try:
{steps}        pass
    except BaseException as error:
        return place, request.failed(error), before
"""


def _whole(steps: ClassicSteps, names: dict[str, Any]) -> Whole:
    """The three lists, one after the other; places are counted through."""
    first, forward, end = steps.first, steps.forward, steps.end
    marks = MarkLines(names)
    lines = _lines(first, (*forward, *end), names, marks, "break", jumped=len(forward))
    sending = _lines(first, steps.send, names, marks, "break", start=len(forward) + len(end))
    return compiled(_HEAD + _WHOLE.format(steps=indented(3, lines), send=indented(3, sending)), names)  # type: ignore[no-any-return]  # what it defines


def _some(first: int, steps: Sequence[ClassicStep], names: dict[str, Any]) -> Some:
    lines = indented(2, _lines(first, steps, names, MarkLines(names), "return place, result, before"))
    return compiled(_HEAD + _SOME.format(steps=lines), names)  # type: ignore[no-any-return]  # as in _whole


def _lines(
    first: int, steps: Sequence[ClassicStep], names: dict[str, Any], marks: MarkLines, leave: str, jumped: int = 0, start: int = 0
) -> list[str]:  # fmt: skip
    """Of steps whose places begin at `start`. `jumped`: how many of them are jumped over by whoever completes the request."""
    calls: dict[int, Call] = {}
    shortcuts: dict[int, Shortcut] = {}
    for place, step in enumerate(steps, start):
        names[f"step{place}"] = step.run if step.module is None else step.module
        names[f"seen{place}"] = [None, b""]
        plain = mark_code(first + step.index) if step.index >= 0 else b""
        calls[place] = _call(place, step, first, place < jumped, marks.name(plain), leave), plain
        if step.tests is not None:
            code = first + step.index
            shortcuts[place] = (step.tests, code if step.idle is None else code | names["code_of"](step.idle), _leaves(place, step, names))
    return where_needed(calls, shortcuts, marks)


def _leaves(place: int, step: ClassicStep, names: dict[str, Any]) -> str:
    if step.leaves is None:
        return ""
    slot, names[f"left{place}"] = step.leaves
    return f"managed.{slot} = left{place}"


def _call(place: int, step: ClassicStep, first: int, jumped: bool, plain: str, leave: str) -> list[str]:
    """`plain`: its code where it answers nothing; `leave`: the text that leaves it to the loops."""
    finds_its_own = step.index < 0
    index, plain = ("context.step", "ends") if finds_its_own else (str(first + step.index), plain)
    lines = [f"place = {place}"] if finds_its_own else [f"place = {place}", f"context.step = {index}"]
    called = f"step{place}({'request' if step.module is None else 'context'})"
    lines += [line.format(call=called, first=first) for line in step.text]
    if step.module is not None or finds_its_own:  # ASP.NET's other steps go on or raise
        over = " or managed.completed" if jumped else ""
        lines += [f"if response.store.status != before{over}:", f"    {leave}"]
    going_on = " and result.result == 'CONTINUE'" if jumped else ""
    return [
        *lines,
        "now = clock()",
        "if result is None:",
        f"    code = {plain}",
        f"elif result is seen{place}[0]:",  # most outcomes are constants of their modules
        f"    code = seen{place}[1]",
        f"elif isinstance(result, Outcome) and result.result != 'ERROR'{going_on}:",
        f"    code = mark_code({index} | code_of(result))",
        f"    seen{place}[:] = result, code",
        "else:",
        f"    {leave}",
        "times.append(now)",
    ]
