"""Makes traces of records: steps from marks, what completed early, children under their parents.

Knows neither plans nor screens. Every field of a record and of the names may be hostile (a worker runs users' code): indexes
are checked, numbers made finite, texts made texts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hwebcore.records import FLAG_SHADOW, FLAG_URL_CUT, NO_PARENT, Mark, Record, RingReader
from hwebcore.traces import SkippedModule, Trace, TraceEvent

_ALWAYS = frozenset(("LOG_REQUEST", "END_REQUEST", "SEND_RESPONSE", "READ_ENTITY", "MAP_PATH", "EndRequest"))
_ENDS = ("FINISH_REQUEST", "ERROR")
_EXECUTE = "EXECUTE_REQUEST_HANDLER"
_LONGEST_S = 1e6


@dataclass(frozen=True, slots=True)
class _Step:
    pipeline: str
    notification: str
    post: bool
    module: str
    kind: str
    source: tuple[str, int, int, str] | None


_UNKNOWN = _Step("iis", "?", False, "?", "core", None)


def build(record: Record, sequence: Mapping[str, Any], handler: Mapping[str, Any], outcome: Any, pid: int) -> Trace:
    """`sequence` and `handler` as NamesReader gives them; `outcome(index)` gives an outcome's mapping."""
    steps = [_step(value) for value in _list(sequence.get("steps"))]
    events, ran = _events(record, steps, outcome)
    skipped = [_skipped(value) for value in _list(sequence.get("skipped"))]
    skipped += _early(steps, events, ran)
    set_by = steps[record.set_by] if record.set_by < len(steps) else None
    return Trace(
        id=f"{pid}-{record.request}", number=record.request, wall=record.wall, method=record.method, url=record.url,
        url_cut=bool(record.flags & FLAG_URL_CUT), site=_text(sequence.get("site")), application=_text(sequence.get("application")),
        pool=_text(sequence.get("pool")), mode=_text(sequence.get("mode")), pid=pid, client=record.client, port=record.port, user=record.user,
        auth_type=record.auth_type, managed_user=record.managed_user, shadow=bool(record.flags & FLAG_SHADOW),
        tentative_handler=_text(sequence.get("tentative")), handler=_text(handler.get("name")),
        handler_modules=tuple(_text(name) for name in _list(handler.get("modules"))), handler_type=_text(handler.get("type")),
        handler_kind=_text(handler.get("handler_kind")), status=record.status, substatus=record.substatus, bytes_sent=record.bytes_sent,
        duration_us=_microseconds(record.end - record.start), set_by=(set_by.pipeline, set_by.notification, set_by.module) if set_by else None,
        events=tuple(events), skipped=tuple(skipped), parent=record.parent,
    )  # fmt: skip


def _events(record: Record, steps: list[_Step], outcome: Any) -> tuple[list[TraceEvent], list[int]]:
    """The events in the order in which they began, and the step index of each."""
    events: list[TraceEvent] = []
    ran: list[int] = []
    open_steps: list[tuple[int, int, float]] = []  # step, place in `events`, start
    last = record.start
    for mark in record.marks:
        if mark.begin:
            open_steps.append((mark.step, len(events), mark.time))
            events.append(_event(record, steps, mark, mark.time, {"result": "PENDING"}, len(open_steps) - 1))
            ran.append(mark.step)
        elif any(step == mark.step for step, _, _ in open_steps):
            while True:
                step, place, start = open_steps.pop()
                if step == mark.step:
                    break
            events[place] = _event(record, steps, mark, start, outcome(mark.outcome), len(open_steps))
        else:
            events.append(_event(record, steps, mark, last, outcome(mark.outcome), len(open_steps)))
            ran.append(mark.step)
        last = mark.time
    return events, ran


def _event(record: Record, steps: list[_Step], mark: Mark, start: float, told: Mapping[str, Any], depth: int) -> TraceEvent:
    step = steps[mark.step] if mark.step < len(steps) else _UNKNOWN
    return TraceEvent(
        step.pipeline, step.notification, step.post, step.module, step.kind, _microseconds(start - record.start), _microseconds(mark.time - start),
        _text(told.get("result")) or "CONTINUE", _optional(told.get("user")), _number(told.get("status")), _number(told.get("substatus")),
        _optional(told.get("reason")), _source(told.get("source")), depth,
    )  # fmt: skip


def _early(steps: list[_Step], events: list[TraceEvent], ran: list[int]) -> list[SkippedModule]:
    """What would have run, had no step completed the request before, in each of the two pipelines."""
    seen = set(ran)
    found: list[SkippedModule] = []
    for pipeline in ("iis", "aspnet"):
        ends = [event for event in events if event.pipeline == pipeline and event.notification not in _ALWAYS and event.result in _ENDS]
        if not ends:
            continue
        end = ends[-1]
        deed = "failed" if end.result == "ERROR" else "completed"
        reason = f"{end.module} {deed} the request in {end.notification}"
        executed = any(event.pipeline == pipeline and event.notification == _EXECUTE for event in events)
        for index, step in enumerate(steps):
            if index in seen or step.pipeline != pipeline or step.kind == "core" or step.notification in _ALWAYS:
                continue
            if step.notification == "CallHandler":
                continue  # one step for each row of httpHandlers: which of them would have run, nobody has asked
            if step.notification == _EXECUTE and not step.post and executed:
                continue  # a module of the handler's row before it handled the request: nothing was missed
            found.append(SkippedModule(step.module, pipeline, step.notification, "completed_early", reason, step.source))
    return found


class ChildrenFirst:
    """Holds the traces of child requests, which end before their parents, until the parent's comes."""

    def __init__(self, most: int = 1024) -> None:
        self._waiting: dict[int, list[Trace]] = {}
        self._most = most

    def add(self, trace: Trace) -> Trace | None:
        """The trace with its children, or None where it waits for its parent."""
        children = self._waiting.pop(trace.number, None)
        if children:
            trace = replace(trace, children=tuple(children))
        if trace.parent == NO_PARENT:
            return trace
        self._waiting.setdefault(trace.parent, []).append(trace)
        while len(self._waiting) > self._most:
            del self._waiting[next(iter(self._waiting))]
        return None


class TraceReader:
    """Follows one worker's ring: traces of finished requests, whole with their children."""

    def __init__(self, reader: RingReader) -> None:
        self._reader = reader
        self._children = ChildrenFirst()

    @property
    def lost(self) -> int:
        """Slots overwritten before they were read."""
        return self._reader.lost

    def poll(self, most: int = 4096) -> list[Trace]:
        """The traces of the requests that ended since the last call, oldest first."""
        names, pid = self._reader.names, self._reader.pid
        found: list[Trace] = []
        for packed in self._reader.poll(most):
            record = packed.unpacked()
            trace = build(record, names.get("sequence", record.sequence), names.get("handler", record.handler), self._outcome, pid)
            whole = self._children.add(trace)
            if whole is not None:
                found.append(whole)
        return found

    def _outcome(self, index: int) -> Mapping[str, Any]:
        return self._reader.names.get("outcome", index)


def _step(value: Any) -> _Step:
    if not isinstance(value, list) or len(value) != 6:
        return _UNKNOWN
    pipeline, notification, post, module, kind, source = value
    return _Step(_text(pipeline), _text(notification), bool(post), _text(module), _text(kind), _source(source))


def _skipped(value: Any) -> SkippedModule:
    if not isinstance(value, list) or len(value) != 6:
        return SkippedModule("?", "iis", None, "no_subscription", "", None)
    module, pipeline, notification, cause, reason, source = value
    return SkippedModule(_text(module), _text(pipeline), _optional(notification), _text(cause), _text(reason), _source(source))


def _microseconds(seconds: float) -> float:
    if not math.isfinite(seconds):
        return 0.0
    return round(min(max(seconds, 0.0), _LONGEST_S) * 1e6, 3)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _optional(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _source(value: Any) -> tuple[str, int, int, str] | None:
    if not isinstance(value, list) or len(value) != 4:
        return None
    file, line, column, path = value
    if not (isinstance(file, str) and isinstance(path, str) and isinstance(line, int) and isinstance(column, int)):
        return None
    return file, line, column, path
