"""Classic's managed list as three functions without a loop: the whole of it, its end and what sends, as pipeline/unrolled.py does with a sequence.

They do what classic_request.py's loops do for steps that answer at once, and hand the rest back: what waits, completes, fails or
sets a status. Knows no module. Look next at classic.py, which says what a step leaves where it has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from hwebcore.pipeline.contract import Need, Outcome, StepResult
from hwebcore.pipeline.unrolled import Call, MarkLines, Shortcut, compiled, where_needed
from hwebcore.records import mark_code

if TYPE_CHECKING:
    from hwebcore.managed.classic_request import ClassicRequest, ClassicStep

#: A step's place in its list, what it answered, and the status before it, for the loops to carry on from.
Left = tuple[int, StepResult, int]
Run = Callable[["ClassicRequest"], Left | None]

#: `managed.path`, without a call.
_PATH = "(context.request.path if managed.asked is None else managed.asked.path)"
#: When ASP.NET's own modules have something to do here; a need that is not named is none: the step is called.
TESTS: Mapping[Need, str] = {
    Need.COOKIE: "context.request.has_cookies",
    Need.USER: "managed.own_user is None",
    Need.REWRITTEN: f"{_PATH} is not context.mapped",
    Need.SESSION: "managed.kept_session is not None",
    Need.UNAUTHORIZED: "store.status is not well and store.status == 401",
}
#: Whether a path was never found good by this application.
UNKNOWN_PATH = f"{_PATH} not in paths"
#: Whether a page did something through the facade that no step has told of yet: the next of ASP.NET's modules forgets it.
TOUCHED = "managed.touched"
KNOWN_USER = "managed.own_user is not None"


class UnrolledList:
    """Of one application and scope, for the sequences whose nested steps begin at `first`."""

    __slots__ = ("end", "send", "whole")

    def __init__(
        self, first: int, lists: tuple[Sequence[ClassicStep], Sequence[ClassicStep], Sequence[ClassicStep]], paths: set[str],
        code_of: Callable[[Outcome], int],
    ) -> None:  # fmt: skip
        """`paths`: those that were found good; `code_of`: an outcome's part of a mark."""
        names: dict[str, Any] = {"clock": perf_counter, "code_of": code_of, "mark_code": mark_code, "Outcome": Outcome, "paths": paths, "well": 200}
        forward, end, send = lists
        #: Places are counted through from the first list into the second.
        self.whole: Run = _compiled(first, (*forward, *end), names, len(forward))
        self.end: Run = _compiled(first, end, names)
        self.send: Run = _compiled(first, send, names)


def _compiled(first: int, steps: Sequence[ClassicStep], shared: dict[str, Any], forward: int = 0) -> Run:
    """`forward`: how many of the steps are jumped over by whoever completes the request."""
    names = dict(shared)
    marks = MarkLines(names)
    calls: dict[int, Call] = {}
    shortcuts: dict[int, Shortcut] = {}
    for place, step in enumerate(steps):
        names[f"step{place}"] = step.run if step.module is None else step.module
        names[f"seen{place}"] = [None, b""]
        plain = mark_code(first + step.index) if step.index >= 0 else b""
        calls[place] = _call(place, step, first, place < forward, marks.name(plain)), plain
        if step.tests is not None:
            code = first + step.index
            shortcuts[place] = (step.tests, code if step.idle is None else code | shared["code_of"](step.idle), _leaves(place, step, names))
    body = "".join(f"        {line}\n" for line in where_needed(calls, shortcuts, marks))
    source = f"""def run(request):
    context, managed = request.native, request.managed
    times, store = context.times, request.store
    before = store.status
    place = 0
    try:
{body}        pass
    except BaseException as error:
        return place, request.failed(error), before
"""
    run: Run = compiled(source, names)  # numbers and the texts of this file: nothing of it comes from a configuration or a visitor
    return run


def _leaves(place: int, step: ClassicStep, names: dict[str, Any]) -> str:
    if step.leaves is None:
        return ""
    slot, names[f"left{place}"] = step.leaves
    return f"managed.{slot} = left{place}"


def _call(place: int, step: ClassicStep, first: int, forward: bool, plain: str) -> list[str]:
    """`plain`: its code where it answers nothing."""
    index = first + step.index
    finds_its_own = step.index < 0
    code = f"{first} + request.index" if finds_its_own else str(index)
    lines = [f"place = {place}"]
    if not finds_its_own:
        lines.append(f"context.step = {index}")
    lines.append(f"result = step{place}({'request' if step.module is None else 'context'})")
    if step.module is not None or finds_its_own:  # ASP.NET's other steps go on or raise
        over = " or managed.completed" if forward else ""
        lines += [f"if store.status != before{over}:", f"    return {place}, result, before"]
    going_on = " and result.result == 'CONTINUE'" if forward else ""
    return [
        *lines,
        "now = clock()",
        "if result is None:",
        f"    code = mark_code({code})" if finds_its_own else f"    code = {plain}",
        f"elif result is seen{place}[0]:",  # most outcomes are constants of their modules
        f"    code = seen{place}[1]",
        f"elif isinstance(result, Outcome) and result.result != 'ERROR'{going_on}:",
        f"    code = mark_code({code} | code_of(result))",
        f"    seen{place}[:] = result, code",
        "else:",
        f"    return {place}, result, before",
        "times.append(now)",
    ]
