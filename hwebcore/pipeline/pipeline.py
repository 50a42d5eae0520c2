"""Runs a request through its sequence: a plain loop while steps answer at once, a coroutine from the first that waits.

Knows no module and no HTTP. Its rules are rt 3.3: FINISH skips to LOG_REQUEST; LOG, END and SEND_RESPONSE always run; LOG and
END cannot fail a request; SEND_RESPONSE happens at the first flush, wherever that is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import Any

from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, HttpFault, Outcome
from hwebcore.pipeline.later import Later
from hwebcore.pipeline.sequence import Calls, Sequence
from hwebcore.pipeline.tracing import Tracing
from hwebcore.pipeline.unrolled import WORTH_IT, Run
from hwebcore.records import BEGIN, NO_STEP, SAME_TIME, holds, mark_code

#: A step that waits: its place in the list, and what it waits for.
_Waiting = tuple[int, Awaitable[Outcome | None]]
_DONE = -1


class Pipeline:
    """One per worker; requests are told apart by their contexts."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing
        #: `run`, bound once for all requests.
        self.entry = self.run

    def run(self, context: Context) -> Awaitable[None] | None:
        """Run to the end. None: it is done; otherwise await the answer (in a task of its own), unless it is a Later."""
        self._tracing.begin(context)
        sequence = context.sequence
        unrolled = sequence.unrolled.run or self._compiled(sequence)
        if unrolled is not None:
            return unrolled(context)
        waiting = self._forward(context, 0)
        return self._end(context) if waiting is None else self._wait(context, waiting)

    def _compiled(self, sequence: Sequence) -> Run | None:
        """The form without loops, once it is worth making."""
        unrolled = sequence.unrolled
        unrolled.runs += 1
        if unrolled.runs == WORTH_IT:
            loops: dict[str, Callable[..., Any]] = {
                "left": self._carry_on, "failed": self._fail_at, "ended": self._end, "noted": self._noted_code, "tail_waits": self._end_waiting,
                "sending_waits": self._respond_waiting, "flush_waits": self._flush_waiting, "sent_later": self._written, "complete": self._complete,
                "finish": self._tracing.finish, "unwritten": _tell, "told": _told,
            }  # fmt: skip
            unrolled.compile(sequence, self._tracing.outcome, loops)
        return unrolled.run

    def _carry_on(self, context: Context, index: int, result: Outcome | Awaitable[Outcome | None]) -> Awaitable[None] | None:
        """After a step that the unrolled form leaves to the loops."""
        if not isinstance(result, Outcome):
            return self._wait(context, (index, result))
        self._mark(context, index, result)
        position = _next(context, index, result)
        waiting = None if position == _DONE else self._forward(context, position)
        return self._end(context) if waiting is None else self._wait(context, waiting)

    def _fail_at(self, context: Context, index: int, error: Exception) -> Awaitable[None] | None:
        self._mark(context, index, self._failed(context, error))
        return self._end(context)

    def _noted_code(self, error: Exception) -> int:
        return self._tracing.outcome(_noted(error))

    # --- BEGIN_REQUEST to UPDATE_REQUEST_CACHE -------------------------------------------------------------------

    def _forward(self, context: Context, position: int) -> _Waiting | None:
        """Run from `position` (which is also the step's index) until the end, a FINISH, or a step that waits."""
        clock, mark = perf_counter, context.mark
        index = position
        while position >= 0:
            sequence = context.sequence
            try:
                for index, step in sequence.forward[position:] if position else sequence.forward:
                    context.step = index
                    result = step(context)
                    if result is None:
                        mark(index, clock())
                        continue
                    if not isinstance(result, Outcome):
                        return index, result
                    now = clock()
                    mark(index | self._tracing.outcome(result), now)
                    position = index + 1 if result.result == "CONTINUE" else _next(context, index, result)
                    if position != index + 1 or context.sequence is not sequence:
                        break
                else:
                    return None
            except Exception as error:  # a module's or a user's code failed: 500 for this request
                self._mark(context, index, self._failed(context, error))
                return None
        return None

    def _wait(self, context: Context, waiting: _Waiting) -> Awaitable[None]:
        index, awaited = waiting
        if isinstance(awaited, Later):
            return awaited.then(partial(self._came, context, index))
        return self._resume(context, waiting)

    def _came(self, context: Context, index: int, later: Later[None]) -> None:
        """What a step waited for is there: carry on as if it had answered at once. `later.rest`: what is still to be waited for."""
        scope = context.scope
        if scope is None:
            self._go_on(context, index, later)
            return
        context.inside = True
        scope.run(self._go_on, context, index, later)
        context.inside = later.rest is None

    def _go_on(self, context: Context, index: int, later: Later[None]) -> None:
        result, error = later.result, later.error
        later.result = None
        if error is not None:
            if not isinstance(error, Exception):
                return
            later.error, result = None, self._failed(context, error)
        sequence = context.sequence
        unrolled = sequence.unrolled
        after = unrolled.after
        if result is FINISH and after is not None and not context.completed and index in sequence.execute:
            if context.response.set_by == NO_STEP:
                context.response.set_by = index
            context.mark(index | unrolled.finished, perf_counter())
            later.rest = after(context)
            return
        context.step = index
        self._mark(context, index, result)
        position = index + 1 if result is None else _next(context, index, result)
        waiting = self._forward(context, position)
        later.rest = self._end(context) if waiting is None else self._wait(context, waiting)

    async def _resume(self, context: Context, waiting: _Waiting | None) -> None:
        while waiting is not None:
            index, awaited = waiting
            result = await self._settle(context, index, awaited)
            position = index + 1 if result is None else _next(context, index, result)
            waiting = self._forward(context, position)
        more = self._end(context)
        if more is not None:
            await more

    async def _settle(self, context: Context, index: int, awaited: Awaitable[Outcome | None]) -> Outcome | None:
        """The outcome of a step that waited; its mark is written."""
        try:
            result = await awaited
        except Exception as error:  # as in _forward
            result = self._failed(context, error)
        context.step = index
        self._mark(context, index, result)
        return result

    def _failed(self, context: Context, error: Exception) -> Outcome:
        """The outcome of a step that raised: the status of a HttpFault, else 500."""
        response = context.response
        status, substatus, reason, source = 500, 0, f"{type(error).__name__}: {error}", None
        if isinstance(error, HttpFault):
            status, substatus, reason, source = error.status, error.substatus, error.reason, error.source
        context.error = error
        if not response.sent_headers:
            response.clear()
            context.set_status(status, substatus)
        response.failure = Outcome("ERROR", reason, source, None, status, substatus)
        return response.failure

    def _mark(self, context: Context, index: int, outcome: Outcome | None) -> None:
        context.mark(index if outcome is None else index | self._tracing.outcome(outcome), perf_counter())

    # --- what always runs ----------------------------------------------------------------------------------------

    def _each(self, context: Context, calls: Calls, position: int) -> _Waiting | None:
        """Run steps whose answers change nothing: LOG, END, SEND_RESPONSE. The position of one that waits is that in `calls`."""
        for index, step in calls[position:] if position else calls:
            context.step = index
            try:
                result = step(context)
            except Exception as error:  # cannot fail the request any more; the trace has it
                self._mark(context, index, _noted(error))
                continue
            if result is None:
                context.mark(index, perf_counter())
            elif isinstance(result, Outcome):
                self._mark(context, index, result)
            else:
                return index - calls[0][0], result  # a list's indexes follow one another
        return None

    async def _each_waiting(self, context: Context, calls: Calls, waiting: _Waiting | None) -> None:
        while waiting is not None:
            place, awaited = waiting
            index = calls[place][0]
            try:
                result = await awaited
            except Exception as error:  # as in _each
                result = _noted(error)
            context.step = index
            self._mark(context, index, result)
            waiting = self._each(context, calls, place + 1)

    def _end(self, context: Context) -> Awaitable[None] | None:
        waiting = self._each(context, context.sequence.tail, 0)
        if waiting is not None:
            return self._end_waiting(context, waiting)
        return self._respond(context)

    async def _end_waiting(self, context: Context, waiting: _Waiting) -> None:
        await self._each_waiting(context, context.sequence.tail, waiting)
        more = self._respond(context)
        if more is not None:
            await more

    def _respond(self, context: Context) -> Awaitable[None] | None:
        """SEND_RESPONSE unless a flush raised it, then the rest of the response. A child leaves both to its parent."""
        if context.parent is None:
            if not context.response.sent_headers:
                context.sending = True
                send = context.sequence.unrolled.send
                waiting = self._each(context, context.sequence.send, 0) if send is None else send(context)
                if waiting is not None:
                    return self._respond_waiting(context, waiting)
                context.sending = False
            try:
                written = context.wire.send(context, True)
            except Exception:  # a file that cannot be read any more: the connection breaks off, the record is written all the same
                self._complete(context)
                raise
            if written is not None:
                return self._written(context, written)
        self._complete(context)
        return None

    async def _respond_waiting(self, context: Context, waiting: _Waiting) -> None:
        await self._each_waiting(context, context.sequence.send, waiting)
        context.sending = False
        try:
            written = context.wire.send(context, True)
        except Exception:  # as in _respond
            self._complete(context)
            raise
        if written is not None:
            await self._written(context, written)
        else:
            self._complete(context)

    def _written(self, context: Context, written: Awaitable[None]) -> Awaitable[None]:
        """The response is on its way."""
        if isinstance(written, Later):
            return written.then(lambda _: self._complete(context))
        return self._until_written(context, written)

    async def _until_written(self, context: Context, written: Awaitable[None]) -> None:
        try:
            await written
        except ConnectionError:  # the client left: nothing more to do for it
            pass
        finally:
            self._complete(context)

    def _complete(self, context: Context) -> None:
        try:
            self._tracing.finish(context)
        except Exception as error:
            _tell(context, error)
        log = context.application.site_log
        if log is not None and context.sequence.logged and context.parent is None:
            try:
                log(context)
            except Exception as error:
                _tell(context, error)
        if context.after is not None:
            _told(context)

    # --- what happens inside a step ------------------------------------------------------------------------------

    def flush(self, context: Context) -> Awaitable[None] | None:
        """Context.flush: SEND_RESPONSE now, if it was not yet, and what is buffered."""
        while context.parent is not None:
            context = context.parent
        if context.sending:
            return None
        if context.response.sent_headers:
            return context.wire.send(context, False)
        if context.sequence.send:
            self._open(context, context.step)
        return self.flush_first(context)

    def flush_first(self, context: Context) -> Awaitable[None] | None:
        """The first flush of a request that is no child, inside a step that the trace knows as one that holds others."""
        sequence, step = context.sequence, context.step
        unrolled, send = sequence.unrolled.flush, sequence.send
        if unrolled is not None:
            return unrolled(context)
        if send:
            context.mark(send[0][0] | BEGIN, perf_counter())
        context.sending = True
        waiting = self._each(context, send, 0)
        if waiting is not None:
            return self._flush_waiting(context, step, waiting)
        context.sending = False
        context.step = step
        return context.wire.send(context, False)

    async def _flush_waiting(self, context: Context, step: int, waiting: _Waiting) -> None:
        await self._each_waiting(context, context.sequence.send, waiting)
        context.sending = False
        context.step = step
        written = context.wire.send(context, False)
        if written is not None:
            await written

    def map_path(self, context: Context, url_path: str) -> str:
        """Context.map_path: the mapping, then the MAP_PATH modules, which may change `physical_path`."""
        context.physical_path = context.application.map_path(url_path)
        self._inside(context, context.sequence.map_path)
        return context.physical_path

    async def read_entity(self, context: Context, most: int) -> bytes:
        """Context.read_entity: the READ_ENTITY modules, then the bytes."""
        self._inside(context, context.sequence.read_entity)
        return await context.request.body.read(most)

    def _inside(self, context: Context, calls: Calls) -> None:
        """Run steps inside the step that runs now. They cannot wait."""
        if not calls:
            return
        step = context.step
        self._open(context, step)
        context.mark(calls[0][0] | BEGIN, perf_counter())
        for index, call in calls:
            context.step = index
            result = call(context)
            self._mark(context, index, result if isinstance(result, Outcome) else None)
        context.step = step

    def _open(self, context: Context, step: int) -> None:
        """Note that `step` holds others: it began where the mark before ended."""
        began = mark_code(step | BEGIN | SAME_TIME)
        if not (holds(context.codes, began) or holds(context.codes, mark_code(step | BEGIN))):
            context.codes += began

    def marks(self, context: Context) -> _Marks:
        """Context.pipeline: how a handler records its nested steps."""
        return _Marks(self, context)

    def begin_nested(self, context: Context, index: int) -> None:
        self.open_enclosing(context)
        context.step = index
        context.mark(index | BEGIN, perf_counter())

    def code_of(self, outcome: Outcome) -> int:
        return self._tracing.outcome(outcome)

    def open_enclosing(self, context: Context) -> None:
        if context.step < context.sequence.nested_start:
            self._open(context, context.step)


class _Marks:
    """pipeline.context.StepMarks."""

    __slots__ = ("_context", "_pipeline")

    def __init__(self, pipeline: Pipeline, context: Context) -> None:
        self._pipeline = pipeline
        self._context = context

    def begin(self, index: int) -> None:
        self._pipeline.begin_nested(self._context, index)

    def mark(self, index: int, outcome: Outcome | None = None) -> None:
        context = self._context
        if context.step < context.sequence.nested_start:
            self._pipeline.open_enclosing(context)
        context.step = index
        code = index if outcome is None else index | self._pipeline.code_of(outcome)
        context.mark(code, perf_counter())


def _told(context: Context) -> None:
    """Whoever waited for its end hears of it."""
    for callback in context.after or ():
        try:
            callback(context)
        except Exception as error:
            _tell(context, error)


def _tell(context: Context, error: Exception) -> None:
    """A record or a log line that cannot be written fails no request."""
    context.application.log(f"{context.request.method} {context.request.path}: {type(error).__name__}: {error}")


def _next(context: Context, index: int, outcome: Outcome) -> int:
    """Where to go on after an outcome; _DONE: to LOG_REQUEST."""
    if outcome.result == "CONTINUE":
        return index + 1
    execute = context.sequence.execute
    handled = index in execute and outcome.result == "FINISH_REQUEST" and not context.completed
    if handled and (outcome.status is None or outcome.status < 400):
        if context.response.set_by == NO_STEP:
            context.response.set_by = index
        return execute.stop
    return _DONE


def _noted(error: Exception) -> Outcome:
    return Outcome("ERROR", f"{type(error).__name__}: {error}")
