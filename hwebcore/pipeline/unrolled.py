"""A sequence that runs often as three functions without a loop: forward, tail and send, written for it and compiled once.

They do what pipeline.py's loops do for steps that answer at once, and hand the rest back: what waits, finishes early or fails.
A step that has nothing to do (contract.Need) is not called, but stands in the trace. Knows no module.
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
#: A step's index and what it answered, for the loops to carry on from.
Left = tuple[int, Outcome | Awaitable[Outcome | None]]
Forward = Callable[["Context"], Left | None]
Always = Callable[["Context"], tuple[int, Awaitable[Outcome | None]] | None]

_TESTS: Mapping[Need, str] = {
    Need.USER: "context.user is None",
    Need.REWRITTEN: "request.path is not context.mapped",
    Need.OTHER_HANDLER: "context.handler is not handler",
    Need.FAILED: "response.status >= 400",
    Need.UNAUTHORIZED: "response.status == 401",
    Need.UPGRADE: "'upgrade' in request.headers",
}
_HEAD = """def run(context):
    request, response, marks, now = context.request, context.response, context.marks, context.start
"""


class Unrolled:
    """Of one sequence; each function is None until it has run often enough."""

    __slots__ = ("forward", "runs", "send", "tail")

    def __init__(self) -> None:
        self.runs = 0
        self.forward: Forward | None = None
        self.tail: Always | None = None
        self.send: Always | None = None

    def compile(self, sequence: Sequence, code_of: Callable[[Outcome], int], failed: Callable[..., None], noted: Callable[..., float]) -> None:
        """`code_of`: an outcome's part of a mark; `failed` and `noted`: what becomes of an exception in a step, with its index."""
        names: dict[str, Any] = {
            "clock": perf_counter, "code_of": code_of, "failed": failed, "noted": noted, "Outcome": Outcome, "FINISH": FINISH,
            "sequence": sequence, "handler": sequence.handler,
        }  # fmt: skip
        self.forward = _compiled(_forward(sequence, names, code_of), names)
        self.tail = _compiled(_always(sequence, sequence.tail, names, code_of), names)
        self.send = _compiled(_always(sequence, sequence.send, names, code_of), names)


def _compiled(source: str, names: dict[str, Any]) -> Any:
    exec(source, names)  # made of numbers and of the texts of this file: nothing of it comes from a configuration or a visitor
    return names["run"]


def _forward(sequence: Sequence, names: dict[str, Any], code_of: Callable[[Outcome], int]) -> str:
    lines: list[str] = ["handled = False"] if len(sequence.execute) > 1 else []
    for index, step in sequence.forward:
        names[f"step{index}"] = step
        call = _where_needed(sequence, index, code_of, _call(sequence, index))
        # The first of a row's modules that handles the request is the last that is asked.
        lines += ["if not handled:", *(f"    {line}" for line in call)] if index in sequence.execute[1:] else call
    body = "".join(f"        {line}\n" for line in lines)
    return f"{_HEAD}    index = 0\n    try:\n{body}        pass\n    except Exception as error:\n        failed(context, index, error)\n"


def _call(sequence: Sequence, index: int) -> list[str]:
    """A step that may finish, fail or wait: whatever does not simply go on is left to the loop."""
    lines = [
        f"context.step = index = {index}",
        f"result = step{index}(context)",
        "now = clock()",
        "if result is None:",
        f"    marks.append({index})",
    ]
    if index in sequence.execute:
        lines += [
            "elif result is FINISH and not context.completed:",  # handled: what follows the handler is next
            f"    if response.set_by == {_NO_STEP}:",
            f"        response.set_by = {index}",
            f"    marks.append({index} | code_of(FINISH))",
            *(["    handled = True"] if len(sequence.execute) > 1 else []),
        ]
    lines += [
        "elif isinstance(result, Outcome) and result.result == 'CONTINUE' and context.sequence is sequence:",
        f"    marks.append({index} | code_of(result))",
        "else:",
        f"    return {index}, result",
        "marks.append(now)",
    ]
    return lines


def _always(sequence: Sequence, calls: Calls, names: dict[str, Any], code_of: Callable[[Outcome], int]) -> str:
    """Steps whose answers change nothing."""
    lines: list[str] = ["if marks:", "    now = marks[-1]"]
    for index, step in calls:
        names[f"step{index}"] = step
        call = [
            f"context.step = {index}",
            "try:",
            f"    result = step{index}(context)",
            "except Exception as error:",
            f"    now = noted(context, {index}, error)",
            "else:",
            "    now = clock()",
            "    if result is None:",
            f"        marks.append({index})",
            "    elif isinstance(result, Outcome):",
            f"        marks.append({index} | code_of(result))",
            "    else:",
            f"        return {index - calls[0][0]}, result",
            "    marks.append(now)",
        ]
        lines += _where_needed(sequence, index, code_of, call)
    return _HEAD + "".join(f"    {line}\n" for line in lines)


def _where_needed(sequence: Sequence, index: int, code_of: Callable[[Outcome], int], call: list[str]) -> list[str]:
    """The call, or the mark of a step that had nothing to do: it took no time."""
    shortcut = sequence.shortcuts.get(index)
    if shortcut is None:
        return call
    needs, idle = shortcut
    mark = f"marks += ({index if idle is None else index | code_of(idle)}, now)"
    if not needs:
        return [mark]
    return [f"if {' or '.join(_TESTS[need] for need in needs)}:", *(f"    {line}" for line in call), "else:", f"    {mark}"]


_NO_STEP = 0xFFFF
