"""A sequence that runs often as one function without a loop, written for it and compiled once.

It does what pipeline.py's loops do for steps that answer at once, to the request's end, and hands the rest back: what waits, finishes
early or fails. A step that has nothing to do (contract.Need) is not called, but stands in the trace. Knows no module.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from hwebcore.pipeline.contract import FINISH, Need, Outcome
from hwebcore.records import BEGIN, SAME_TIME, mark_code

if TYPE_CHECKING:
    from hwebcore.pipeline.context import Context
    from hwebcore.pipeline.sequence import Calls, Sequence

#: A sequence that ran this often is worth compiling.
WORTH_IT = 50
#: None: the request is done. Otherwise what carries it on.
Run = Callable[["Context"], Awaitable[None] | None]
#: The place of the step that waits, and what it waits for.
Always = Callable[["Context"], tuple[int, Awaitable[Outcome | None]] | None]
#: When a step has something to do (texts of the code that asks), the mark where it has not, and what it leaves then ("": nothing; no None).
Shortcut = tuple[tuple[str, ...], int, str]

#: `well` is the status that answers mostly have: to compare numbers takes longer.
_TESTS: Mapping[Need, str] = {
    Need.COOKIE: "context.request.has_cookies",
    Need.USER: "context.user is None",
    Need.HAS_USER: "context.user is not None",
    Need.UNFILTERED: "context.request.passed is None",
    Need.REWRITTEN: "context.request.path is not context.mapped",
    Need.OTHER_HANDLER: "context.handler is not handler",
    Need.FAILED: "response.status is not well and response.status >= 400",
    Need.SESSION: "context.managed is not None and context.managed.kept_session is not None",
    Need.UNAUTHORIZED: "response.status is not well and response.status == 401",
    Need.ENCODING: "'accept-encoding' in context.request.headers",
    Need.UPGRADE: "'upgrade' in context.request.headers",
}
_HEAD = """def run(context):
    response, times = context.response, context.times
"""
#: The steps until LOG_REQUEST; a step that the loops have to see breaks out.
_FORWARD = """    index = 0
    while True:
        try:
{steps}            pass
        except Exception as error:
            return failed(context, index, error)
        if context.sequence is not sequence:
            return ended(context)
"""
#: SEND_RESPONSE unless a flush raised it, and the response; a child leaves both to its parent.
_RESPOND = """        if context.parent is None:
            if not response.sent_headers:
                context.sending = True
{steps}                context.sending = False
            try:
                written = context.wire.send(context, True)
            except Exception:
                complete(context)
                raise
            if written is not None:
                return sent_later(context, written)
{completing}        return None if context.after is None else told(context)
    return left(context, index, result)
"""
#: Its record, and the line in its site's log (a child has none).
_COMPLETE = """        try:
            finish(context)
        except Exception as error:
            unwritten(context, error)
"""
_LOG = """        log = context.application.site_log
        if log is not None and context.parent is None:
            try:
                log(context)
            except Exception as error:
                unwritten(context, error)
"""
#: SEND_RESPONSE inside the step that runs, which the trace knows as one that holds others.
_FLUSH = """def run(context):
    response, times, step = context.response, context.times, context.step
    context.sending = True
    context.codes += began
    times.append(clock())
{steps}    context.sending = False
    context.step = step
    return context.wire.send(context, False)
"""


class Call(NamedTuple):
    """The lines that call a step, the code that its mark mostly has, and the test that tells so ("": none); elsewhere it is in `code`."""

    lines: list[str]
    usual: bytes
    test: str = ""


#: Codes of marks, one of them perhaps that of the call before.
Codes = list[int | Call]


class Unrolled:
    """Of one sequence; each function is None until it has run often enough."""

    __slots__ = ("after", "codes", "finished", "flush", "run", "runs", "send")

    def __init__(self) -> None:
        self.runs = 0
        #: The whole request.
        self.run: Run | None = None
        #: What of it follows a handler that waited, and the part of a mark that says FINISH.
        self.after: Run | None = None
        self.finished = 0
        #: SEND_RESPONSE alone; and as a flush raises it, with what is buffered.
        self.send: Always | None = None
        self.flush: Run | None = None
        #: What it writes of marks, by its value: who goes on from there can tell by identity whether a request came the usual way.
        self.codes: dict[bytes, bytes] = {}

    def compile(self, sequence: Sequence, code_of: Callable[[Outcome], int], loops: Mapping[str, Callable[..., Any]]) -> None:
        """`code_of`: an outcome's part of a mark; `loops`: what carries on where a step does not simply go on, by its name below."""
        names: dict[str, Any] = {
            "clock": perf_counter, "code_of": code_of, "mark_code": mark_code, "Outcome": Outcome, "FINISH": FINISH, "sequence": sequence,
            "handler": sequence.handler, "well": 200, **loops,
        }  # fmt: skip
        self.finished = code_of(FINISH)
        self.run = compiled(_whole(sequence, names, code_of), names)
        self.after = compiled(_whole(sequence, names, code_of, sequence.execute.stop), names)
        sending = _always(sequence, sequence.send, names, code_of, "return {place}, result", MarkLines(names))
        self.send = compiled(_HEAD + indented(1, sending), names)
        if sequence.send:
            names["began"] = mark_code(sequence.send[0][0] | BEGIN)
            flushing = _always(sequence, sequence.send, names, code_of, "return flush_waits(context, step, ({place}, result))", MarkLines(names))
            self.flush = compiled(_FLUSH.format(steps=indented(1, flushing)), names)
        self.codes = {codes: codes for codes in names.values() if isinstance(codes, bytes)}


def compiled(source: str, names: dict[str, Any]) -> Any:
    """The function `run` that `source` defines."""
    exec(source, names)  # made of numbers and of the texts of this file: nothing of it comes from a configuration or a visitor
    return names["run"]


def indented(depth: int, lines: list[str]) -> str:
    return "".join(f"{'    ' * depth}{line}\n" for line in lines)


class MarkLines:
    """Writes the lines of a function that write its marks.

    Where every step answers as it mostly does, a request's codes are always the same: they were put together beforehand, and the function
    only looks whether it is still on that way. `start`: the codes that it begins with (before its first step none are not asked for); None: any.
    """

    def __init__(self, names: dict[str, Any], start: bytes | None = None) -> None:
        self._names = names
        self._before = start
        self._known: dict[bytes, str] = {}

    def name(self, codes: bytes) -> str:
        """The name by which the function knows them."""
        known = self._known.get(codes)
        if known is None:
            known = self._known[codes] = f"codes{len(self._names)}"
            self._names[known] = codes
        return known

    def rarely(self, codes: Codes) -> list[str]:
        """The line, if one is needed."""
        return [f"context.codes += {self._sum(codes)}"] if codes else []

    def mostly(self, codes: Codes) -> list[str]:
        """The same on the way that requests take mostly."""
        tests = [call.test or f"code is {self.name(call.usual)}" for call in codes if isinstance(call, Call)]
        joined = b"".join(code.usual if isinstance(code, Call) else mark_code(code) for code in codes)
        if self._before is None:
            if not tests or len(codes) == 1:
                return self.rarely(codes)
            return [f"context.codes += {self.name(joined)} if {tests[0]} else {self._sum(codes)}"]
        if not codes:
            return []
        if self._before:
            tests.insert(0, f"context.codes is {self.name(self._before)}")
        elif tests:  # the first step may have written marks of its own, by a flush
            tests.insert(0, "not context.codes")
        self._before += joined
        elsewhere = f" if {' and '.join(tests)} else context.codes + {self._sum(codes)}" if tests else ""
        return [f"context.codes = {self.name(self._before)}{elsewhere}"]

    def _sum(self, codes: Codes) -> str:
        fixed = b"".join(mark_code(code) for code in codes if not isinstance(code, Call))
        return " + ".join([*(self._own(code) for code in codes if isinstance(code, Call)), *([self.name(fixed)] if fixed else [])])

    def _own(self, call: Call) -> str:
        return f"({self.name(call.usual)} if {call.test} else code)" if call.test else "code"


def _whole(sequence: Sequence, names: dict[str, Any], code_of: Callable[[Outcome], int], first: int = 0) -> str:
    """From the step `first` on."""
    lines: list[str] = []
    marks = MarkLines(names, None if first else b"")
    if len(sequence.execute) > 1:
        lines.append("handled = False")
    calls: dict[int, Call] = {}
    for index, step in sequence.forward[first:]:
        names[f"step{index}"] = step
        names[f"seen{index}"] = [None, b""]
        plain, finished = mark_code(index), mark_code(index | code_of(FINISH))
        call = _call(sequence, index, plain, finished)
        # The first of a row's modules that handles the request is the last that is asked.
        calls[index] = call._replace(lines=["if not handled:", *(f"    {line}" for line in call.lines)]) if index in sequence.execute[1:] else call
    lines += where_needed(calls, _shortcuts(sequence, names, code_of), marks)
    tail = _always(sequence, sequence.tail, names, code_of, "return tail_waits(context, ({place}, result))", marks)
    send = _always(sequence, sequence.send, names, code_of, "return sending_waits(context, ({place}, result))", marks)
    completing = _COMPLETE + (_LOG if sequence.logged else "")
    return _HEAD + _FORWARD.format(steps=indented(3, lines)) + indented(2, tail) + _RESPOND.format(steps=indented(4, send), completing=completing)


def _call(sequence: Sequence, index: int, plain: bytes, finished: bytes) -> Call:
    """A step that may finish, fail or wait: whatever does not simply go on is left to the loop. `plain`, `finished`: its codes then."""
    called = [f"context.step = index = {index}", f"result = step{index}(context)"]
    first = index == sequence.execute.start
    usual = ["if result is None:", "    times.append(clock())"]
    handled = [
        "if result is FINISH and not context.completed:",  # what follows the handler is next
        "    times.append(clock())",
        f"    if response.set_by == {_NO_STEP}:",
        f"        response.set_by = {index}",
        *(["    handled = True"] if len(sequence.execute) > 1 else []),
    ]
    if index in sequence.execute:
        test = "result is FINISH" if first else "result is None"
        usual, other, code = (handled, usual, plain) if first else (usual, handled, finished)
        usual += [f"el{other[0]}", *other[1:], f"    code = {code!r}"]
    else:
        test = "result is None"
    return Call(
        [
            *called, *usual,
            "else:",
            "    now = clock()",
            f"    if result is seen{index}[0] and context.sequence is sequence:",  # most outcomes are constants of their modules
            f"        code = seen{index}[1]",
            "    elif isinstance(result, Outcome) and result.result == 'CONTINUE' and context.sequence is sequence:",
            f"        code = mark_code({index} | code_of(result))",
            f"        seen{index}[:] = result, code",
            "    else:",
            "        break",
            "    times.append(now)",
        ],
        finished if first else plain,
        test,
    )  # fmt: skip


def _always(
    sequence: Sequence, calls: Calls, names: dict[str, Any], code_of: Callable[[Outcome], int], waits: str, marks: MarkLines
) -> list[str]:  # fmt: skip
    """Steps whose answers change nothing. `waits`: the text for one that does not answer at once."""
    texts: dict[int, Call] = {}
    for index, step in calls:
        names[f"step{index}"] = step
        lines = [
            f"context.step = {index}",
            "try:",
            f"    result = step{index}(context)",
            "except Exception as error:",
            f"    result, code = FINISH, mark_code({index} | noted(error))",
            "else:",
            "    if result is not None:",
            "        if not isinstance(result, Outcome):",
            f"            {waits.format(place=index - calls[0][0])}",
            f"        code = mark_code({index} | code_of(result))",
            "times.append(clock())",
        ]
        texts[index] = Call(lines, mark_code(index), "result is None")
    return where_needed(texts, _shortcuts(sequence, names, code_of), marks)


def _shortcuts(sequence: Sequence, names: dict[str, Any], code_of: Callable[[Outcome], int]) -> dict[int, Shortcut]:
    made: dict[int, Shortcut] = {}
    for index, (needs, idle, leaves) in sequence.shortcuts.items():
        left = ""
        if leaves is not None:
            slot, names[f"left{index}"] = leaves
            left = f"context.{slot} = left{index}"
        made[index] = (tuple(_TESTS[need] for need in needs), index if idle is None else index | code_of(idle), left)
    return made


def where_needed(calls: Mapping[int, Call], shortcuts: Mapping[int, Shortcut], marks: MarkLines) -> list[str]:
    """The calls, each of which leaves its mark's code, or the marks of steps that had nothing to do: they took no time.

    Neighbours are asked at once. Marks are written together, but before the next call, which may look at them.
    """
    lines: list[str] = []
    waiting: Codes = []
    for steps in _neighbours(calls, shortcuts):
        if steps[0] not in shortcuts:
            lines += marks.mostly(waiting)
            call = calls[steps[0]]
            lines += call.lines
            if call.lines[0].startswith("if "):  # it may not be called, and mostly is not
                lines += [f"    {line}" for line in marks.rarely([call])]
                waiting = []
            else:
                waiting = [call]
            continue
        idle: Codes = [shortcuts[index][1] | SAME_TIME for index in steps]
        leaving = [shortcuts[index][2] for index in steps if shortcuts[index][2]]
        some = " or ".join(_asked(shortcuts[index] for index in steps))
        if not some:
            lines += leaving
            waiting += idle
            continue
        lines += [f"if {some}:", *(f"    {line}" for line in marks.rarely(waiting))]
        for index in steps:
            tests, code, left = shortcuts[index]
            passed = [*marks.rarely([code | SAME_TIME]), *filter(None, [left])]
            if tests:
                called = [*calls[index].lines, *marks.rarely([calls[index]])]
                lines += [f"    if {' or '.join(tests)}:", *(f"        {line}" for line in called)]
                lines += ["    else:", *(f"        {line}" for line in passed)]
            else:
                lines += [f"    {line}" for line in passed]
        lines += ["else:", *(f"    {line}" for line in (*marks.mostly(waiting + idle), *leaving))]
        waiting = []
    return lines + marks.mostly(waiting)


def _neighbours(calls: Mapping[int, Call], shortcuts: Mapping[int, Shortcut]) -> list[list[int]]:
    """The steps: one that is always called by itself, the others with those beside them, as long as what one before leaves says to each
    that asks for it that it has nothing to do."""
    groups: list[list[int]] = []
    for index in calls:
        group = groups[-1] if groups else []
        together = bool(group) and index in shortcuts and group[0] in shortcuts
        if together:
            left = [shortcuts[one][2] for one in group if shortcuts[one][2]]
            together = not any(_slot(one) in test and test != _answered(one) for one in left for test in shortcuts[index][0])
        if together:
            group.append(index)
        else:
            groups.append([index])
    return groups


def _asked(shortcuts: Iterable[Shortcut]) -> list[str]:
    """What neighbours ask, each test once, but for those that one before has answered."""
    asked: dict[str, None] = {}
    answered: set[str] = set()
    for tests, _, left in shortcuts:
        asked.update(dict.fromkeys(test for test in tests if test not in answered))
        if left:
            answered.add(_answered(left))
    return list(asked)


def _slot(left: str) -> str:
    return left.partition(" = ")[0]


def _answered(left: str) -> str:
    """The test that what is left answers with no."""
    return f"{_slot(left)} is None"


_NO_STEP = 0xFFFF
