"""A sequence that runs often as one function without a loop, written for it and compiled once.

It does what pipeline.py's loops do for steps that answer at once, to the request's end, and hands the rest back: what waits, finishes
early or fails. A step that has nothing to do (contract.Need) is not called, but stands in the trace. Knows no module.
"""

from __future__ import annotations

import itertools
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
    lines += where_needed(calls, _shortcuts(sequence, code_of))
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
        f"    marks.append({index})",
        "    marks.append(now)",
    ]
    if index in sequence.execute:
        lines += [
            "elif result is FINISH and not context.completed:",  # handled: what follows the handler is next
            f"    if response.set_by == {_NO_STEP}:",
            f"        response.set_by = {index}",
            f"    marks.append({index} | finished)",
            "    marks.append(now)",
            *(["    handled = True"] if len(sequence.execute) > 1 else []),
        ]
    lines += [
        f"elif result is seen{index}[0] and context.sequence is sequence:",  # most outcomes are constants of their modules
        f"    marks.append(seen{index}[1])",
        "    marks.append(now)",
        "elif isinstance(result, Outcome) and result.result == 'CONTINUE' and context.sequence is sequence:",
        f"    seen{index}[:] = result, {index} | code_of(result)",
        f"    marks += (seen{index}[1], now)",
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
            f"context.step = {index}",
            "try:",
            f"    result = step{index}(context)",
            "except Exception as error:",
            f"    now = noted(context, {index}, error)",
            "else:",
            "    now = clock()",
            "    if result is None:",
            f"        marks.append({index})",
            "        marks.append(now)",
            "    elif isinstance(result, Outcome):",
            f"        marks += ({index} | code_of(result), now)",
            "    else:",
            f"        {waits.format(place=index - calls[0][0])}",
        ]
    return where_needed(texts, _shortcuts(sequence, code_of))


def _shortcuts(sequence: Sequence, code_of: Callable[[Outcome], int]) -> dict[int, Shortcut]:
    return {
        index: (tuple(_TESTS[need] for need in needs), index if idle is None else index | code_of(idle), "")
        for index, (needs, idle) in sequence.shortcuts.items()
    }


def where_needed(calls: Mapping[int, list[str]], shortcuts: Mapping[int, Shortcut]) -> list[str]:
    """The calls, or the marks of steps that had nothing to do: they took no time. Neighbours are asked at once."""
    lines: list[str] = []
    for idle, group in itertools.groupby(calls, lambda index: index in shortcuts):
        steps = list(group)
        if not idle:
            lines += [line for index in steps for line in calls[index]]
            continue
        tests = {index: " or ".join(shortcuts[index][0]) for index in steps}
        left = {index: [f"marks += ({shortcuts[index][1]}, now)", *filter(None, [shortcuts[index][2]])] for index in steps}
        none = ["marks += (" + ", ".join(f"{shortcuts[index][1]}, now" for index in steps) + ")"]
        none += [line for index in steps for line in left[index][1:]]
        some = " or ".join(dict.fromkeys(test for index in steps for test in shortcuts[index][0]))
        if not some:
            lines += none
            continue
        lines.append(f"if {some}:")
        for index in steps:
            called, passed = [f"        {line}" for line in calls[index]], left[index]
            if tests[index]:
                lines += [f"    if {tests[index]}:", *called, "    else:", *(f"        {line}" for line in passed)]
            else:
                lines += [f"    {line}" for line in passed]
        lines += ["else:", *(f"    {line}" for line in none)]
    return lines


_NO_STEP = 0xFFFF
