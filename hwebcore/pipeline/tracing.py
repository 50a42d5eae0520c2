"""Writes a record of every request: its flight at the start, its marks at the end, names and outcomes interned once.

Knows the layout only through records.py and is the only writer. pipeline.py appends the marks; readers are in traces.py.
"""

from __future__ import annotations

from time import perf_counter, time
from typing import Any

from hwebcore.pipeline.context import ANONYMOUS, Context, User
from hwebcore.pipeline.contract import Outcome
from hwebcore.pipeline.described import Described
from hwebcore.pipeline.sequence import Sequence
from hwebcore.plan import HandlerMapping, Source
from hwebcore.records import FLAG_SHADOW, NO_PARENT, OUTCOME_SHIFT, FlightsWriter, NamesWriter, RingWriter, told

#: Reasons that hold something of the request could fill the table: beyond this many outcomes only status and result are told.
_MOST_OUTCOMES = 20_000
_MOST_SAME = 1024
_LONGEST_REASON = 400
_SHARE = 0.7


class Tracing:
    """One per worker. Without files (`Tracing()`) it keeps nothing, for tests and tools that look at marks only."""

    def __init__(
        self, ring: RingWriter | None = None, flights: FlightsWriter | None = None, names: NamesWriter | None = None, *,
        pid: int = 0, shadow: bool = False,
    ) -> None:  # fmt: skip
        self._ring = ring
        self._flights = flights
        #: The flights' free slots; none without a file.
        self._free: list[int] = [] if flights is None else flights.free
        self._names = names
        self._pid = pid
        self._flags = FLAG_SHADOW if shadow else 0
        self._number = 0
        self._children = 0
        self._outcomes: dict[tuple[Any, ...], tuple[int, Source | None]] = {}
        #: By id, with the outcome itself so that the id stays its own: most outcomes are constants of their modules.
        self._same: dict[int, tuple[Outcome, int]] = {}

    @property
    def requests(self) -> int:
        """How many requests were begun, children not counted."""
        return self._number - self._children

    def begin(self, context: Context) -> None:
        """Number the request, note its start, and take a slot among those under way."""
        self._number = context.number = number = self._number + 1
        context.start = start = perf_counter()
        context.wall = wall = time()
        parent, flights = context.parent, self._flights
        if parent is not None:
            self._children += 1
        if self._free:
            context.flight = slot = self._free.pop()
            described = context.request.described or _describe(context)
            flights.put(slot, number + 1, NO_PARENT if parent is None else parent.number, start, wall, described.flight)  # type: ignore[union-attr]  # it has free slots

    def finish(self, context: Context) -> None:
        """Write the record: everything about the request is final now."""
        context.end = perf_counter()
        slot = context.flight
        if slot >= 0:
            self._flights.words[slot >> 3] = 0  # type: ignore[union-attr]  # it gave the slot
            self._free.append(slot)
        ring = self._ring
        if ring is None:
            return
        described = context.request.described or _describe(context)
        managed = context.managed
        sequence, own, same = described.anonymous
        if (
            sequence is not context.sequence or context.user is not ANONYMOUS or context.parent is not None
            or own is not (None if managed is None else managed.own_user)
        ):  # fmt: skip
            same = self._same_part(context, described)
        write = ring.writers.get(context.codes) or ring.writer(context)
        write(ring, self._flags, context, same)

    def _same_part(self, context: Context, described: Described) -> bytes:
        """The part of a record that requests with the same head share, made anew where the way or a user is another."""
        user, managed = context.user, context.managed
        other = None if managed is None or managed.integrated else managed.user  # in Classic IIS and ASP.NET have a user each
        sequence, name, auth_type, other_name, same = described.told
        if (
            sequence is not context.sequence or user is None or name is not user.name or auth_type is not user.auth_type
            or other_name is not (None if other is None else other.name) or context.parent is not None
        ):  # fmt: skip
            same = self._told(context, described, other)
        if user is ANONYMOUS and context.parent is None and (other is None or other is ANONYMOUS):
            described.anonymous = (context.sequence, other, same)
        return same

    def _told(self, context: Context, described: Described, other: User | None) -> bytes:
        """The part of a record that requests with the same head share, while they take the same way as the same user.

        `other`: ASP.NET's own user, in Classic.
        """
        sequence, parent, native = context.sequence, context.parent, context.user
        names = sequence.names
        if not names:
            self._name(sequence, context)
        user = auth_type = b""
        if native is not None:
            user = _user(native)
            if native.auth_type:
                auth_type = str(native.auth_type).encode("utf-8", "replace")
        made = told(
            NO_PARENT if parent is None else parent.number, names["sequence"], names["handler"], described.port, described.method,
            described.client, user, auth_type, _user(other), described.url,
        )  # fmt: skip
        if native is not None and parent is None:
            described.told = (sequence, native.name, native.auth_type, None if other is None else other.name, made)
        return made

    def outcome(self, outcome: Outcome) -> int:
        """The index of an outcome, shifted to its place in a mark's code; 0 where the table is full."""
        same = self._same.get(id(outcome))
        if same is not None and same[0] is outcome:
            return same[1]
        code = self._code(outcome)
        if len(self._same) >= _MOST_SAME:
            self._same.clear()
        self._same[id(outcome)] = (outcome, code)
        return code

    def _code(self, outcome: Outcome) -> int:
        key = (outcome.result, outcome.reason, id(outcome.source), outcome.user, outcome.status, outcome.substatus)
        known = self._outcomes.get(key)
        if known is not None:
            return known[0]
        if self._names is None:
            return 0
        index = 0
        if len(self._outcomes) < _MOST_OUTCOMES:
            index = self._names.intern("outcome", key, _outcome_json(outcome), _SHARE)
        if index:
            # The source is kept alive with the key that holds its id.
            self._outcomes[key] = (index << OUTCOME_SHIFT, outcome.source)
            return index << OUTCOME_SHIFT
        bare = Outcome(outcome.result, None, None, None, outcome.status, outcome.substatus)
        return self._names.intern("outcome", (bare.result, bare.status, bare.substatus), _outcome_json(bare)) << OUTCOME_SHIFT

    def _name(self, sequence: Sequence, context: Context) -> None:
        """Publish what the records of this sequence refer to."""
        if self._names is None:
            sequence.names.update(sequence=0, handler=0)
            return
        host = context.application
        steps = [[step.pipeline, step.name, step.post, step.module, step.kind, _source(step.source)] for step in sequence.steps]
        skipped = [[one.module, one.pipeline, one.notification, one.cause, one.reason, _source(one.source)] for one in sequence.skipped]
        value = {
            "site": host.site, "application": host.path, "pool": host.pool, "mode": host.mode, "pid": self._pid, "steps": steps, "skipped": skipped,
            "tentative": sequence.tentative.name if sequence.tentative else "",
        }  # fmt: skip
        handler = sequence.handler
        sequence.names["sequence"] = self._names.intern("sequence", id(sequence), value)
        sequence.names["handler"] = 0 if handler is None else self._names.intern("handler", id(handler), _handler_json(handler))


def _describe(context: Context) -> Described:
    """Of a request that no connection described: a child's URL is where it leads."""
    request = context.request
    request.described = Described(request.method, request.client_ip, request.client_port, request.raw_url if context.parent is None else request.path)
    return request.described


def _user(user: User | None) -> bytes:
    if user is None:
        return b""
    if user.name == "":
        return b"\x01"
    return str(user.name).encode("utf-8", "replace") or b"\x01"


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    reason = outcome.reason
    if reason is not None and len(reason) > _LONGEST_REASON:
        reason = reason[:_LONGEST_REASON] + "…"
    return {
        "result": outcome.result, "reason": reason, "source": _source(outcome.source), "user": outcome.user,
        "status": outcome.status, "substatus": outcome.substatus,
    }  # fmt: skip


def _handler_json(handler: HandlerMapping) -> dict[str, Any]:
    kind = "managed" if handler.is_managed else "native"
    return {"name": handler.name, "modules": list(handler.modules), "type": handler.type, "handler_kind": kind, "source": _source(handler.source)}


def _source(source: Source | None) -> list[Any] | None:
    return None if source is None else [source.file, source.line, source.column, source.config_path]
