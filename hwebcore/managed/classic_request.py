"""One request's way through Classic's managed list: steps, the jump to EndRequest, and the response on its way back to IIS.

Knows no module and no step by name. ASP.NET's response has its own status, headers and buffer; it becomes the native one's at the
first flush or at the end (rt 5.1, 9). Look next at classic.py, which makes the list.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import quote

from hwebcore.managed.adapter import failed
from hwebcore.managed.application import ManagedApplication, reason_of
from hwebcore.managed.classic_map import MappedRow
from hwebcore.managed.classic_unrolled import Left, UnrolledList
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import Context, Response
from hwebcore.pipeline.contract import FINISH, USERS_FAILURE, HttpFault, Outcome, Step, StepResult
from hwebcore.pipeline.mapping import HandlerMap
from hwebcore.records import BEGIN, SAME_TIME, mark_code

ASPNET_ISAPI = "aspnet_isapi.dll"


@dataclass(frozen=True, slots=True)
class ClassicStep:
    """`index`: its place among the nested steps; the step that calls the handler finds its own (`ClassicRequest.enter`).

    `module`: a module's method, called with the native context; `run` is ASP.NET's own where there is none.
    """

    index: int
    run: Callable[[ClassicRequest], StepResult]
    module: Step | None = None
    #: Texts of classic_unrolled.py: where none holds, the step answers `idle` and changes nothing but what it `leaves` (slot, value).
    tests: tuple[str, ...] | None = None
    idle: Outcome | None = None
    leaves: tuple[str, Any] | None = None


class ClassicRequest:
    """`mapped`: the httpHandlers row that MapHandler found. `index`: the nested step that runs now."""

    __slots__ = ("_enclosing", "_first", "_handed_back", "_owner", "_send", "_setter", "_unrolled", "index", "managed", "mapped", "native", "store")

    def __init__(self, native: Context, owner: ManagedApplication, send: Sequence[ClassicStep], unrolled: UnrolledList | None = None) -> None:
        self.native = native
        #: ASP.NET's own response.
        self.store = store = Response()
        self.managed = ManagedContext(native, owner, False, store, self.flush)
        self._owner = owner
        self._send = send
        self._enclosing = native.step
        self._unrolled = unrolled
        self._first = native.sequence.nested_start
        self.mapped: MappedRow | None = None
        self.index = 0
        self._setter = -1
        self._handed_back = False

    def run(self, forward: Sequence[ClassicStep], end: Sequence[ClassicStep]) -> StepResult:
        """All steps; an error or a completed request goes straight to EndRequest, which always runs (rt 5.1, 7)."""
        native, unrolled = self.native, self._unrolled
        native.codes += mark_code(self._enclosing | BEGIN | SAME_TIME)
        if unrolled is None:
            return self._forward(forward, end, 0)
        left = unrolled.whole(self)
        if left is None:
            return self._after_end()
        place, result, before = left
        if place >= len(forward):
            return self._end_from((place - len(forward), result, before), end)
        result = self._take(forward[place], result, before)
        if result is not None and not isinstance(result, Outcome):
            return self._forward_on(result, forward, end, place)
        over = self.managed.completed or (result is not None and result.result != "CONTINUE")
        return self._to_end(end, 0) if over else self._forward(forward, end, place + 1)

    def _take(self, step: ClassicStep, result: StepResult, before: int) -> StepResult:
        """After a step that the unrolled form leaves to the loop."""
        if step.index >= 0:
            self.index = step.index
        return self._answered(before, result)

    def _forward(self, forward: Sequence[ClassicStep], end: Sequence[ClassicStep], start: int) -> StepResult:
        """From `start` on, without a coroutine as long as nothing waits."""
        managed, native, store, mark = self.managed, self.native, self.store, self.native.pipeline.mark
        status = store.status
        for place in range(start, len(forward)):
            step = forward[place]
            self.index = step.index
            if step.index >= 0:
                native.step = self._first + step.index
            try:
                result = step.run(self) if step.module is None else step.module(native)
            except BaseException as error:  # as in _start
                result = self._ended(self.index, status, self.failed(error))
            else:
                if result is None and store.status == status:
                    mark(self._first + self.index)
                else:
                    result = self._answered(status, result)
                    status = store.status
            if result is not None:
                if not isinstance(result, Outcome):
                    return self._forward_on(result, forward, end, place)
                if result.result != "CONTINUE":
                    break
            if managed.completed:
                break
        return self._to_end(end, 0)

    async def _forward_on(
        self, waiting: Awaitable[Outcome | None], forward: Sequence[ClassicStep], end: Sequence[ClassicStep], place: int
    ) -> Outcome | None:
        outcome = await waiting
        over = self.managed.completed or (outcome is not None and outcome.result != "CONTINUE")
        result = self._to_end(end, 0) if over else self._forward(forward, end, place + 1)
        return result if result is None or isinstance(result, Outcome) else await result

    def _to_end(self, end: Sequence[ClassicStep], start: int) -> StepResult:
        if start == 0 and self._unrolled is not None:
            left = self._unrolled.end(self)
            return self._after_end() if left is None else self._end_from(left, end)
        for place in range(start, len(end)):
            result = self._start(end[place])
            if result is not None and not isinstance(result, Outcome):
                return self._to_end_on(result, end, place)
        return self._after_end()

    def _end_from(self, left: Left, end: Sequence[ClassicStep]) -> StepResult:
        """After a step of EndRequest that the unrolled form leaves to the loop."""
        place = left[0]
        result = self._take(end[place], *left[1:])
        if result is not None and not isinstance(result, Outcome):
            return self._to_end_on(result, end, place)
        return self._to_end(end, place + 1)

    def _after_end(self) -> StepResult:
        if self.managed.error is not None:
            self._render_error()
        streamed = self.store.sent_headers
        waiting = None if streamed or not self._send else self._sending(0)
        waiting = self._give_all(streamed) if waiting is None else self._finish_on(waiting)
        return FINISH if waiting is None else _finished(waiting)

    async def _to_end_on(self, waiting: Awaitable[Outcome | None], end: Sequence[ClassicStep], place: int) -> Outcome | None:
        await waiting
        result = self._to_end(end, place + 1)
        return result if result is None or isinstance(result, Outcome) else await result

    def enter(self, index: int) -> None:
        """The step that runs now is `index` of the nested ones; others may run inside it (a flush)."""
        native = self.native
        self.index = index
        native.step = step = self._first + index
        native.mark(step | BEGIN, perf_counter())

    def _start(self, step: ClassicStep) -> StepResult:
        """Run a step; where it waits, what comes back ends it."""
        before = self.store.status
        self.index = step.index
        self.native.step = self._first + step.index
        try:
            result = step.run(self) if step.module is None else step.module(self.native)
        except BaseException as error:  # a user's handler: its failure is the request's, reported and traced, be it sys.exit()
            return self._ended(self.index, before, self.failed(error))
        return self._answered(before, result)

    def _answered(self, before: int, result: StepResult) -> StepResult:
        if result is None or isinstance(result, Outcome):
            return self._ended(self.index, before, result)
        return self._settle(self.index, before, result)

    async def _settle(self, index: int, before: int, waiting: Awaitable[Outcome | None]) -> Outcome | None:
        try:
            outcome = await waiting
        except USERS_FAILURE as error:  # as in _start
            outcome = self.failed(error)
        return self._ended(index, before, outcome)

    def failed(self, error: BaseException) -> Outcome:
        """The outcome of a step that raised."""
        if isinstance(error, HttpFault):
            self.managed.error = error
            return Outcome("ERROR", error.reason, error.source, None, error.status, error.substatus)
        return failed(self._owner, self.managed, error)

    def _ended(self, index: int, before: int, outcome: Outcome | None) -> Outcome | None:
        if self.store.status != before or (outcome is not None and outcome.result == "ERROR"):
            self._setter = index
        self.native.pipeline.mark(self._first + index, outcome)
        return outcome

    def _render_error(self) -> None:
        """After EndRequest: what it wrote is lost, and it saw status 200 (rt 3.3). clear_error() there prevents all of it."""
        error = self.managed.error
        store = self.store
        if error is None or store.sent_headers:
            return
        store.clear()
        store.headers.remove("Content-Type")
        store.status = error.status if isinstance(error, HttpFault) else 500
        store.reason_phrase = ""
        store.suppress_custom_errors = False
        reason, source = (error.reason, error.source) if isinstance(error, HttpFault) else (reason_of(error), None)
        store.failure = Outcome("ERROR", reason, source, None, store.status, store.substatus)
        self._handed_back = False

    # --- the response --------------------------------------------------------------------------------------------

    def flush(self) -> Awaitable[None] | None:
        """ManagedResponse.flush: chunk by chunk through IsapiModule, under the native response's rules."""
        if not self.store.sent_headers and self._send:
            native, index = self.native, self.index
            step = native.step
            if any(self._first + one.index == step for one in self._send):
                return None  # PreSendRequestHeaders runs already: as in the native pipeline, a flush inside it only buffers
            waiting = self._sending(0)
            self.index = index  # the step that flushed tells its end under its own number
            if waiting is not None:
                return self._flush_waiting(waiting, index, step)
            native.step = step
        return self._flush_now()

    def _flush_now(self) -> Awaitable[None] | None:
        self._give(False)
        return self.native.flush()

    async def _flush_waiting(self, waiting: Awaitable[None], index: int, step: int) -> None:
        await waiting
        self.native.step, self.index = step, index
        more = self._flush_now()
        if more is not None:
            await more

    def _sending(self, start: int) -> Awaitable[None] | None:
        """PreSendRequestHeaders, from the module at `start` on."""
        unrolled = self._unrolled
        if start == 0 and unrolled is not None:
            left = unrolled.send(self)
            if left is None:
                return None
            start = left[0] + 1
            result = self._take(self._send[left[0]], *left[1:])
            if result is not None and not isinstance(result, Outcome):
                return self._sending_on(result, left[0])
        for place in range(start, len(self._send)):
            result = self._start(self._send[place])
            if result is not None and not isinstance(result, Outcome):
                return self._sending_on(result, place)
        return None

    async def _sending_on(self, waiting: Awaitable[Outcome | None], place: int) -> None:
        await waiting
        more = self._sending(place + 1)
        if more is not None:
            await more

    async def _finish_on(self, waiting: Awaitable[None]) -> None:
        await waiting
        more = self._give_all(False)
        if more is not None:
            await more

    def _give_all(self, streamed: bool) -> Awaitable[None] | None:
        native = self.native
        native.step = self._enclosing
        self._give(True)
        self.managed.response.flush_natively()  # it refers back no more: the request is freed at once
        response = native.response
        if streamed or not response.body or self._handed_back:
            return None
        if response.content_length is None:
            response.content_length = response.buffered
        if response.buffered > (native.handler.response_buffer_limit if native.handler is not None else 0):
            return native.flush()
        return None

    def _give(self, last: bool) -> None:
        """ASP.NET's response becomes the native one's: its head once, and what is buffered."""
        store, response = self.store, self.native.response
        if not store.sent_headers:
            store.sent_headers = True
            if not response.sent_headers:  # else a child request that the handler handed back to IIS has sent them
                self._give_head(store, response)
        if store.filters or response.body:
            self._give_filtered(store, response, last)
        elif store.body:  # handed over as it is
            response.body, response.buffered = store.body, store.buffered
            store.body, store.buffered = [], 0

    def _give_head(self, store: Response, response: Response) -> None:
        headers, items = response.headers, store.headers.items
        if headers.items:
            for name, value in items:
                if name.lower() == "content-type":
                    headers.set(name, value)
                else:
                    headers.items.append((name, value))
        else:
            headers.items = items.copy()  # checked once more where they leave (wire/heads.py)
        if self._handed_back:
            return
        response.status, response.substatus, response.reason_phrase = store.status, store.substatus, store.reason_phrase
        response.set_by = self._first + self._setter if self._setter >= 0 else self._enclosing
        response.suppress_custom_errors = store.suppress_custom_errors
        response.content_length, response.failure = store.content_length, store.failure

    @staticmethod
    def _give_filtered(store: Response, response: Response, last: bool) -> None:
        """Through ASP.NET's own filters, which see its output only (rt 5.4)."""
        data = b"".join(store.body)
        store.body, store.buffered = [], 0
        for one in store.filters:
            data = one.feed(data) if data else data
            if last:
                data += one.finish()
        if data:
            response.write(data)

    # --- back to IIS ---------------------------------------------------------------------------------------------

    def hand_back(self) -> Awaitable[None]:
        """DefaultHttpHandler: IIS executes what ASP.NET has no handler for, by the rows that do not lead here again (rt 5.4)."""
        return self._hand_back()

    async def _hand_back(self) -> None:
        managed, native = self.managed, self.native
        rows = tuple(row for row in native.settings.handlers if ASPNET_ISAPI not in row.script_processor.lower())
        match = HandlerMap(rows).find(managed.request.method, managed.request.path)
        if match is None:
            raise HttpFault(404, 4, "IIS has no other handler for this path and verb")
        self._handed_back = True
        query = f"?{managed.request.query_string}" if managed.request.query_string else ""
        await native.application.run_child(native, quote(managed.request.path) + query, handler=match.row)


async def _finished(waiting: Awaitable[None]) -> Outcome:
    await waiting
    return FINISH
