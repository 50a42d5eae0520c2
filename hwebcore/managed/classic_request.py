"""One request's way through Classic's managed list: steps, the jump to EndRequest, and the response on its way back to IIS.

Knows no module and no step by name. ASP.NET's response is the native one as long as nobody else has a part in it; otherwise it is one
of its own, and becomes the native one's at the first flush or at the end (rt 5.1, 9). Look next at classic.py, which makes the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hwebcore.managed.adapter import failed
from hwebcore.managed.application import ManagedApplication, reason_of
from hwebcore.managed.classic_map import MappedRow
from hwebcore.managed.classic_unrolled import CALL, Left, UnrolledList
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import Context, Response
from hwebcore.pipeline.contract import FINISH, USERS_FAILURE, HttpFault, Outcome, Step, StepResult
from hwebcore.pipeline.mapping import HandlerMap
from hwebcore.records import BEGIN, NO_STEP, SAME_TIME, mark_code

ASPNET_ISAPI = "aspnet_isapi.dll"
#: What a response still has to give once its head has left.
_UNSENT = ("body", "buffered")


@dataclass(frozen=True, slots=True)
class ClassicStep:
    """`index`: its place among the nested steps; the step that calls the handler finds its own (`ClassicRequest.enter`).

    `module`: a module's method, called with the native context; `run` is ASP.NET's own where there is none.
    """

    index: int
    run: Callable[[ClassicRequest], StepResult]
    module: Step | None = None
    #: Texts of classic_unrolled.py: what the unrolled form does in its place.
    text: tuple[str, ...] = CALL
    #: Texts of classic_unrolled.py: where none holds, the step answers `idle` and changes nothing but what it `leaves` (slot, value).
    tests: tuple[str, ...] | None = None
    idle: Outcome | None = None
    leaves: tuple[str, Any] | None = None


@dataclass(slots=True)
class ClassicSteps:
    """ASP.NET's list in the sequences whose nested steps begin at `first` and whose step `enclosing` runs it: until EndRequest, that,
    and PreSendRequestHeaders."""

    owner: ManagedApplication
    first: int
    enclosing: int
    forward: Sequence[ClassicStep]
    end: Sequence[ClassicStep]
    send: Sequence[ClassicStep]
    #: Its form without loops, once it is worth making, and how often each row of httpHandlers was asked for before.
    unrolled: UnrolledList | None = None
    runs: Counter[MappedRow] = field(default_factory=Counter)


class ClassicRequest:
    """`mapped`: the httpHandlers row that MapHandler found. The step that runs now is the native context's, as everywhere."""

    __slots__ = ("_handed_back", "managed", "mapped", "native", "steps")

    def __init__(self, native: Context, steps: ClassicSteps) -> None:
        self.native = native
        self.steps = steps
        self._handed_back = False
        self.mapped: MappedRow  # once there is one
        store = native.response
        if store.set_by != NO_STEP or store.headers.items or store.body or store.filters or native.parent is not None:
            store = Response()  # a native module, or the request that it is a child of, has a part in IIS's
        self.managed = native.managed = ManagedContext(native, steps.owner, False, store, self)

    @property
    def store(self) -> Response:
        """ASP.NET's response."""
        return self.managed.response.store

    def part(self) -> None:
        """ASP.NET's response becomes one of its own; of the native one stays what left, and else it is as before anybody wrote to it."""
        native, own = self.native.response, Response()
        if self.managed.response.store is not native:
            return
        for name in _UNSENT if native.sent_headers else Response.__slots__:
            said = getattr(native, name)
            setattr(native, name, getattr(own, name))
            setattr(own, name, said)
        if native.sent_headers:
            own.status, own.sent_headers = native.status, True
        self.managed.response.store = own

    def run(self) -> StepResult:
        """All steps; an error or a completed request goes straight to EndRequest, which always runs (rt 5.1, 7)."""
        self.native.codes += mark_code(self.steps.enclosing | BEGIN | SAME_TIME)
        return self._forward(0)

    def carry_on(self, place: int, result: StepResult, before: int) -> StepResult:
        """After a step that the unrolled form leaves to the loops. `place`: counted through the three lists."""
        forward, end = self.steps.forward, self.steps.end
        if place >= len(forward) + len(end):
            return self._give_after(self._send_from((place - len(forward) - len(end), result, before)))
        if place >= len(forward):
            return self._end_from((place - len(forward), result, before))
        result = self._answered(before, result)
        if result is not None and not isinstance(result, Outcome):
            return self._forward_on(result, place)
        over = self.managed.completed or (result is not None and result.result != "CONTINUE")
        return self._to_end(0) if over else self._forward(place + 1)

    def _forward(self, start: int) -> StepResult:
        """From `start` on, without a coroutine as long as nothing waits."""
        managed, forward = self.managed, self.steps.forward
        for place in range(start, len(forward)):
            result = self._start(forward[place])
            if result is not None:
                if not isinstance(result, Outcome):
                    return self._forward_on(result, place)
                if result.result != "CONTINUE":
                    break
            if managed.completed:
                break
        return self._to_end(0)

    async def _forward_on(self, waiting: Awaitable[Outcome | None], place: int) -> Outcome | None:
        outcome = await waiting
        over = self.managed.completed or (outcome is not None and outcome.result != "CONTINUE")
        result = self._to_end(0) if over else self._forward(place + 1)
        return result if result is None or isinstance(result, Outcome) else await result

    def _to_end(self, start: int) -> StepResult:
        unrolled, end = self.steps.unrolled, self.steps.end
        if start == 0 and unrolled is not None:
            left = unrolled.end(self)
            return self.after_end() if left is None else self._end_from(left)
        for place in range(start, len(end)):
            result = self._start(end[place])
            if result is not None and not isinstance(result, Outcome):
                return self._to_end_on(result, place)
        return self.after_end()

    def _end_from(self, left: Left) -> StepResult:
        """After a step of EndRequest that the unrolled form leaves to the loop."""
        place, result, before = left
        result = self._answered(before, result)
        if result is not None and not isinstance(result, Outcome):
            return self._to_end_on(result, place)
        return self._to_end(place + 1)

    async def _to_end_on(self, waiting: Awaitable[Outcome | None], place: int) -> Outcome | None:
        await waiting
        result = self._to_end(place + 1)
        return result if result is None or isinstance(result, Outcome) else await result

    def after_end(self) -> StepResult:
        """PreSendRequestHeaders unless a flush raised it, and the response."""
        if self.managed.error is not None:
            self._render_error()
        return self._give_after(None if self.store.sent_headers else self._sending(0))

    def enter(self, index: int) -> None:
        """The step that runs now is `index` of the nested ones; others may run inside it (a flush)."""
        native = self.native
        native.step = step = self.steps.first + index
        native.codes += mark_code(step | BEGIN | SAME_TIME)

    def _start(self, step: ClassicStep) -> StepResult:
        """Run a step; where it waits, what comes back ends it."""
        before, native = self.store.status, self.native
        if step.index >= 0:
            native.step = self.steps.first + step.index
        try:
            result = step.run(self) if step.module is None else step.module(native)
        except BaseException as error:  # a user's handler: its failure is the request's, reported and traced, be it sys.exit()
            result = self.failed(error)
        return self._answered(before, result)

    def _answered(self, before: int, result: StepResult) -> StepResult:
        if result is None or isinstance(result, Outcome):
            return self._ended(self.native.step, before, result)
        return self._settle(self.native.step, before, result)

    async def _settle(self, step: int, before: int, waiting: Awaitable[Outcome | None]) -> Outcome | None:
        try:
            outcome = await waiting
        except USERS_FAILURE as error:  # as in _start
            outcome = self.failed(error)
        return self._ended(step, before, outcome)

    def failed(self, error: BaseException) -> Outcome:
        """The outcome of a step that raised."""
        if isinstance(error, HttpFault):
            self.managed.error = error
            return Outcome("ERROR", error.reason, error.source, None, error.status, error.substatus)
        return failed(self.steps.owner, self.managed, error)

    def _ended(self, step: int, before: int, outcome: Outcome | None) -> Outcome | None:
        store = self.store
        if not store.sent_headers and (store.status != before or (outcome is not None and outcome.result == "ERROR")):
            store.set_by = step
        self.native.pipeline.mark(step, outcome)
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
        native, steps = self.native, self.steps
        if not self.store.sent_headers and steps.send:
            step = native.step
            if any(steps.first + one.index == step for one in steps.send):
                return None  # PreSendRequestHeaders runs already: as in the native pipeline, a flush inside it only buffers
            waiting = self._sending(0)
            if waiting is not None:
                return self._flush_waiting(waiting, step)
            native.step = step  # the step that flushed tells its end under its own number
        self._give(False)
        return native.flush()

    async def _flush_waiting(self, waiting: Awaitable[None], step: int) -> None:
        await waiting
        self.native.step = step
        self._give(False)
        more = self.native.flush()
        if more is not None:
            await more

    def _sending(self, start: int) -> Awaitable[None] | None:
        """PreSendRequestHeaders, from the module at `start` on."""
        unrolled, send = self.steps.unrolled, self.steps.send
        if start == 0 and unrolled is not None:
            left = unrolled.send(self)
            return None if left is None else self._send_from(left)
        for place in range(start, len(send)):
            result = self._start(send[place])
            if result is not None and not isinstance(result, Outcome):
                return self._sending_on(result, place)
        return None

    def _send_from(self, left: Left) -> Awaitable[None] | None:
        """After a step of PreSendRequestHeaders that the unrolled form leaves to the loop."""
        place, result, before = left
        result = self._answered(before, result)
        if result is not None and not isinstance(result, Outcome):
            return self._sending_on(result, place)
        return self._sending(place + 1)

    async def _sending_on(self, waiting: Awaitable[Outcome | None], place: int) -> None:
        await waiting
        more = self._sending(place + 1)
        if more is not None:
            await more

    def _give_after(self, waiting: Awaitable[None] | None) -> StepResult:
        return self.give_all() if waiting is None else self._give_later(waiting)

    async def _give_later(self, waiting: Awaitable[None]) -> Outcome | None:
        await waiting
        result = self.give_all()
        return result if result is None or isinstance(result, Outcome) else await result

    def give_all(self) -> StepResult:
        """The last of it: the list is through."""
        native, managed = self.native, self.managed
        managed.classic = None  # it refers back no more: the request is freed at once
        native.step = self.steps.enclosing
        response, store = native.response, managed.response.store
        alone = store is response
        if store.sent_headers:
            self._give(True)
            return FINISH
        if not alone:
            self._give(True)
        elif store.set_by == NO_STEP:
            store.set_by = native.step
        if not response.body or self._handed_back:
            return FINISH
        if response.content_length is None:
            response.content_length = response.buffered
        handler = native.handler
        if response.buffered <= (0 if handler is None else handler.response_buffer_limit):
            return FINISH
        waiting = native.application.pipeline.flush_first(native) if alone else native.flush()
        return FINISH if waiting is None else _finished(waiting)

    def _give(self, last: bool) -> None:
        """ASP.NET's response becomes the native one's: its head once, and what is buffered."""
        store, response = self.managed.response.store, self.native.response
        if store is response:
            if store.set_by == NO_STEP:
                store.set_by = self.steps.enclosing
            return
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
        for name, value in items:  # checked once more where they leave (wire/heads.py)
            if name.lower() == "content-type":
                headers.set(name, value)
            else:
                headers.items.append((name, value))
        if self._handed_back:
            return
        response.status, response.substatus, response.reason_phrase = store.status, store.substatus, store.reason_phrase
        response.set_by = store.set_by if store.set_by != NO_STEP else self.steps.enclosing
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
        self.part()
        self._handed_back = True
        query = f"?{managed.request.query_string}" if managed.request.query_string else ""
        await native.application.run_child(native, quote(managed.request.path) + query, handler=match.row)


async def _finished(waiting: Awaitable[None]) -> Outcome:
    await waiting
    return FINISH
