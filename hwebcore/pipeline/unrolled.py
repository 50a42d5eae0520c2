"""A sequence that runs often as one function without a loop, written for it and compiled once.

It does what pipeline.py's loops do for steps that answer at once, to the request's end, and hands the rest back: what waits, finishes
early or fails. A step that has nothing to do (contract.Need) is not called, but stands in the trace. Knows no module.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from hwebcore.pipeline.contract import FINISH, Need, Outcome

if TYPE_CHECKING:
    from hwebcore.pipeline.context import Context
    from hwebcore.pipeline.sequence import Calls, Sequence

#: A sequence that ran this often is worth compiling.
WORTH_IT = 50
#: None: the request is done. Otherwise what carries it on.
Run = Callable[["Context"], Awaitable[None] | None]
#: The place of the step that waits, and what it waits for.
Always = Callable[["Context"], tuple[int, Awaitable[Outcome | None]] | None]
#: When a step has something to do (texts of the code that asks), the mark where it has not, and what it leaves then ("": nothing).
Shortcut = tuple[tuple[str, ...], int, str]

_TESTS: Mapping[Need, str] = {
    Need.COOKIE: "context.request.has_cookies",
    Need.USER: "context.user is None",
    Need.HAS_USER: "context.user is not None",
    Need.UNFILTERED: "context.request.passed is None",
    Need.REWRITTEN: "context.request.path is not context.mapped",
    Need.OTHER_HANDLER: "context.handler is not handler",
    Need.FAILED: "response.status >= 400",
    Need.SESSION: "context.managed is not None and context.managed.kept_session is not None",
    Need.UNAUTHORIZED: "response.status == 401",
    Need.UPGRADE: "'upgrade' in context.request.headers",
}
_HEAD = """def run(context):
    response, marks, now = context.response, context.marks, context.start
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
        return complete(context)
    return left(context, index, result)
"""


class Unrolled:
    """Of one sequence; each function is None until it has run often enough."""

    __slots__ = ("after", "finished", "run", "runs", "send")

    def __init__(self) -> None:
        self.runs = 0
        #: The whole request.
        self.run: Run | None = None
        #: What of it follows a handler that waited, and the part of a mark that says FINISH.
        self.after: Run | None = None
        self.finished = 0
        #: SEND_RESPONSE alone, for a flush.
        self.send: Always | None = None

    def compile(self, sequence: Sequence, code_of: Callable[[Outcome], int], loops: Mapping[str, Callable[..., Any]]) -> None:
        """`code_of`: an outcome's part of a mark; `loops`: what carries on where a step does not simply go on, by its name below."""
        names: dict[str, Any] = {
            "clock": perf_counter, "code_of": code_of, "Outcome": Outcome, "FINISH": FINISH, "sequence": sequence,
            "handler": sequence.handler, "finished": code_of(FINISH), **loops,
        }  # fmt: skip
        self.finished = code_of(FINISH)
        self.run = compiled(_whole(sequence, names, code_of), names)
        self.after = compiled(_whole(sequence, names, code_of, sequence.execute.stop), names)
        sending = _always(sequence, sequence.send, names, code_of, "return {place}, result")
        self.send = compiled(_HEAD + indented(1, ["if marks:", "    now = marks[-1]", *sending]), names)


def compiled(source: str, names: dict[str, Any]) -> Any:
    """The function `run` that `source` defines."""
    exec(source, names)  # made of numbers and of the texts of this file: nothing of it comes from a configuration or a visitor
    return names["run"]


def indented(depth: int, lines: list[str]) -> str:
    return "".join(f"{'    ' * depth}{line}\n" for line in lines)


def _whole(sequence: Sequence, names: dict[str, Any], code_of: Callable[[Outcome], int], first: int = 0) -> str:
    """From the step `first` on."""
    lines: list[str] = ["now = marks[-1]"] if first else []
    if len(sequence.execute) > 1:
        lines.append("handled = False")
    calls: dict[int, list[str]] = {}
    for index, step in sequence.forward[first:]:
        names[f"step{index}"] = step
        names[f"seen{index}"] = [None, 0]
        call = _call(sequence, index)
        # The first of a row's modules that handles the request is the last that is asked.
        calls[index] = ["if not handled:", *(f"    {line}" for line in call)] if index in sequence.execute[1:] else call
    lines += where_needed(calls, _shortcuts(sequence, names, code_of))
    tail = _always(sequence, sequence.tail, names, code_of, "return tail_waits(context, ({place}, result))")
    send = _always(sequence, sequence.send, names, code_of, "return sending_waits(context, ({place}, result))")
    return _HEAD + _FORWARD.format(steps=indented(3, lines)) + indented(2, tail) + _RESPOND.format(steps=indented(4, send))


def _call(sequence: Sequence, index: int) -> list[str]:
    """A step that may finish, fail or wait: whatever does not simply go on is left to the loop."""
    lines = [
        f"context.step = index = {index}",
        f"result = step{index}(context)",
        "now = clock()",
        "if result is None:",
        f"    code = {index}",
    ]
    if index in sequence.execute:
        lines += [
            "elif result is FINISH and not context.completed:",  # handled: what follows the handler is next
            f"    if response.set_by == {_NO_STEP}:",
            f"        response.set_by = {index}",
            f"    code = {index} | finished",
            *(["    handled = True"] if len(sequence.execute) > 1 else []),
        ]
    lines += [
        f"elif result is seen{index}[0] and context.sequence is sequence:",  # most outcomes are constants of their modules
        f"    code = seen{index}[1]",
        "elif isinstance(result, Outcome) and result.result == 'CONTINUE' and context.sequence is sequence:",
        f"    code = {index} | code_of(result)",
        f"    seen{index}[:] = result, code",
        "else:",
        "    break",
    ]
    return lines


def _always(sequence: Sequence, calls: Calls, names: dict[str, Any], code_of: Callable[[Outcome], int], waits: str) -> list[str]:
    """Steps whose answers change nothing. `waits`: the text for one that does not answer at once."""
    texts: dict[int, list[str]] = {}
    for index, step in calls:
        names[f"step{index}"] = step
        texts[index] = [
            f"context.step = code = {index}",
            "try:",
            f"    result = step{index}(context)",
            "except Exception as error:",
            "    code |= noted(error)",
            "else:",
            "    if result is None:",
            "        pass",
            "    elif isinstance(result, Outcome):",
            "        code |= code_of(result)",
            "    else:",
            f"        {waits.format(place=index - calls[0][0])}",
            "now = clock()",
        ]
    return where_needed(texts, _shortcuts(sequence, names, code_of))


def _shortcuts(sequence: Sequence, names: dict[str, Any], code_of: Callable[[Outcome], int]) -> dict[int, Shortcut]:
    made: dict[int, Shortcut] = {}
    for index, (needs, idle, leaves) in sequence.shortcuts.items():
        left = ""
        if leaves is not None:
            slot, names[f"left{index}"] = leaves
            left = f"context.{slot} = left{index}"
        made[index] = (tuple(_TESTS[need] for need in needs), index if idle is None else index | code_of(idle), left)
    return made


def where_needed(calls: Mapping[int, list[str]], shortcuts: Mapping[int, Shortcut]) -> list[str]:
    """The calls, each of which leaves its mark's `code`, or the marks of steps that had nothing to do: they took no time.

    Neighbours are asked at once. Marks are written together, but before the next call, which may look at them.
    """
    lines: list[str] = []
    marks: list[str] = []
    for steps in _neighbours(calls, shortcuts):
        if steps[0] not in shortcuts:
            lines += [*_marked(marks), *calls[steps[0]]]
            marks = ["code"]
            if calls[steps[0]][0].startswith("if "):  # it may not be called
                lines.append(f"    {_marked(marks)[0]}")
                marks = []
            continue
        idle = [str(shortcuts[index][1]) for index in steps]
        leaving = [shortcuts[index][2] for index in steps if shortcuts[index][2]]
        some = " or ".join(dict.fromkeys(test for index in steps for test in shortcuts[index][0]))
        if not some:
            lines += leaving
            marks += idle
            continue
        lines += [f"if {some}:", *(f"    {line}" for line in _marked(marks))]
        for index in steps:
            tests, code, left = shortcuts[index]
            passed = [*_marked([str(code)]), *filter(None, [left])]
            if tests:
                called = [*calls[index], *_marked(["code"])]
                lines += [f"    if {' or '.join(tests)}:", *(f"        {line}" for line in called)]
                lines += ["    else:", *(f"        {line}" for line in passed)]
            else:
                lines += [f"    {line}" for line in passed]
        lines += ["else:", *(f"    {line}" for line in (*_marked(marks + idle), *leaving))]
        marks = []
    return lines + _marked(marks)


def _neighbours(calls: Mapping[int, list[str]], shortcuts: Mapping[int, Shortcut]) -> list[list[int]]:
    """The steps: one that is always called by itself, the others with those beside them, as long as none asks for what one before leaves."""
    groups: list[list[int]] = []
    for index in calls:
        group = groups[-1] if groups else []
        together = bool(group) and index in shortcuts and group[0] in shortcuts
        if together:
            left = [shortcuts[one][2].partition(" = ")[0] for one in group if shortcuts[one][2]]
            together = not any(slot in test for slot in left for test in shortcuts[index][0])
        if together:
            group.append(index)
        else:
            groups.append([index])
    return groups


def _marked(codes: list[str]) -> list[str]:
    """The line that writes the marks."""
    return ["marks += (" + ", ".join(f"{code}, now" for code in codes) + ")"] if codes else []


_NO_STEP = 0xFFFF
