"""The flat, ordered list of steps of a request: priority, then configured order; both reversed for SEND_RESPONSE (rt 3.4).

Knows no request: one Sequence serves all requests of a scope with the same tentative handler. SequenceBuilder makes
them, core.py has the core's own steps, pipeline.py runs the result.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from hwebcore.frozen import frozen
from hwebcore.pipeline.contract import (
    Need,
    NestedStep,
    Notification,
    Outcome,
    PipelineModule,
    Priority,
    RequestHandler,
    Skipped,
    Step,
    Subscription,
)
from hwebcore.pipeline.core import BrokenHandler, always_fails, check_handler, is_checked, map_handler, refusal, require_user, ssl_check
from hwebcore.pipeline.unrolled import Unrolled
from hwebcore.plan import HandlerMapping, ModuleEntry, ScopeSettings, Source

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

CORE = "IIS Web Core"
_TAIL = Notification.LOG_REQUEST | Notification.END_REQUEST
_APART = Notification.SEND_RESPONSE | Notification.READ_ENTITY | Notification.MAP_PATH


@frozen
class StepInfo:
    """What a trace says of a step. `name`: the notification's name in the trace (a nested step has ASP.NET's)."""

    notification: Notification
    post: bool
    module: str
    kind: Literal["native", "managed", "core"]
    pipeline: Literal["iis", "aspnet"]
    name: str
    source: Source | None = None


Calls = tuple[tuple[int, Step], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """`forward` BEGIN_REQUEST to UPDATE_REQUEST_CACHE, `tail` LOG and END, `send` already reversed: each (index in `steps`, call)."""

    settings: int
    tentative: HandlerMapping | None
    handler: HandlerMapping | None
    steps: tuple[StepInfo, ...]
    forward: Calls
    tail: Calls
    send: Calls
    read_entity: Calls
    map_path: Calls
    #: Indexes of the handler's own steps in EXECUTE_REQUEST_HANDLER.
    execute: range
    nested_start: int
    skipped: tuple[Skipped, ...]
    #: Steps that need not always be called: index -> Subscription.needs, .idle and .leaves.
    shortcuts: Mapping[int, tuple[tuple[Need, ...], Outcome | None, tuple[str, Any] | None]]
    #: Subscription.offers: name, value, the step from which on and the one until which they hold.
    offers: tuple[tuple[str, Any, int, int], ...]
    #: Its requests get a line in their site's log.
    logged: bool
    unrolled: Unrolled
    #: Reader's numbers, filled by tracing.py: {"sequence": …, "handler": …}.
    names: dict[str, int]

    @property
    def nested(self) -> tuple[StepInfo, ...]:
        return self.steps[self.nested_start :]


@frozen
class _Placed:
    """A subscription with its module's place in the configured order (-1: the core, before all; 1e6: the core, after all)."""

    position: int
    module: str
    kind: Literal["native", "managed", "core"]
    source: Source | None
    subscription: Subscription


class SequenceBuilder:
    """Makes the sequences of one application and keeps them; module and handler objects are made once per settings."""

    def __init__(self, host: ApplicationHost) -> None:
        self._host = host
        self._modules: dict[tuple[int, str], PipelineModule] = {}
        self._handlers: dict[tuple[int, int, str], RequestHandler] = {}
        self._sequences: dict[tuple[int, int, int], Sequence] = {}
        self._rows: list[HandlerMapping | None] = []  # keeps rows alive whose id() is a key

    def sequence(self, settings: int, tentative: HandlerMapping | None) -> Sequence:
        return self._get(settings, tentative, tentative)

    def variant(self, sequence: Sequence, handler: HandlerMapping | None) -> Sequence:
        """The modules of `sequence`, the EXECUTE_REQUEST_HANDLER steps of `handler`; indexes before those are the same."""
        return self._get(sequence.settings, sequence.tentative, handler)

    def _get(self, settings: int, tentative: HandlerMapping | None, handler: HandlerMapping | None) -> Sequence:
        key = (settings, id(tentative), id(handler))
        known = self._sequences.get(key)
        if known is None:
            self._rows += [tentative, handler]
            known = self._sequences[key] = self._build(settings, tentative, handler)
        return known

    def _build(self, index: int, tentative: HandlerMapping | None, handler: HandlerMapping | None) -> Sequence:
        settings = self._host.pool_plan.settings[index]
        skipped: list[Skipped] = []
        placed = core_steps(settings, handler)
        for position, entry in enumerate(settings.modules):
            cause = self._left_out(entry, tentative, handler)
            if cause is not None:
                broken = self._broken(index, settings, position, entry, cause)
                placed += broken
                skipped += () if broken else (cause,)
                continue
            found, reason = self._subscriptions(index, settings, position, entry)
            placed += found
            if not found:
                skipped.append(Skipped(entry.name, "no_subscription", reason, entry.source))
        executing, nested, more = self._executing(index, settings, handler)
        return assemble(index, tentative, handler, placed, executing, nested, (*skipped, *more))

    def _broken(self, index: int, settings: ScopeSettings, position: int, entry: ModuleEntry, cause: Skipped) -> list[_Placed]:
        """The step of a managed module that cannot be had: an application starts with all its modules, so it fails every request,
        also those that preCondition managedHandler keeps from it (rt 3.4)."""
        if cause.cause != "precondition" or entry.excluded or entry.kind != "managed" or self._host.registers.managed_gap(entry.type):
            return []
        found, _ = self._subscriptions(index, settings, position, entry)
        module = self._modules.get((index, entry.name))
        return found if module is None or getattr(module, "failure", None) is not None else []

    def _left_out(self, entry: ModuleEntry, tentative: HandlerMapping | None, handler: HandlerMapping | None) -> Skipped | None:
        """Why a module takes no part, decided once from the tentative handler (rt 3.3)."""
        if entry.excluded:
            return Skipped(entry.name, entry.excluded_cause or "precondition", entry.excluded, entry.source)
        registers = self._host.registers
        if entry.kind == "managed":
            if self._host.mode == "Classic":
                return Skipped(entry.name, "mode", "managed modules take no part in the native pipeline of a Classic pool", entry.source)
            if entry.managed_handler_only and not (tentative and tentative.is_managed):
                what = f'handler "{tentative.name}" is not managed' if tentative else "no handler was found"
                return Skipped(entry.name, "precondition", f"preCondition managedHandler: {what}", entry.source)
            gap = registers.managed_gap(entry.type)
            return Skipped(entry.name, "not_executed_here", gap, entry.source) if gap else None
        if registers.native(entry.name) is not None:
            return None
        if registers.handler(entry.name) is not None:
            return Skipped(entry.name, "no_subscription", "takes part only as a handler", entry.source)
        return Skipped(entry.name, "not_executed_here", f"{entry.name} is not part of this server", entry.source)

    def _subscriptions(self, index: int, settings: ScopeSettings, position: int, entry: ModuleEntry) -> tuple[list[_Placed], str]:
        key = (index, entry.name)
        module = self._modules.get(key)
        if module is None:
            try:
                module = self._modules[key] = self._make(settings, entry)
            except Exception as error:  # users' code, or a type that cannot be loaded: 500 for this application, never a worker failure
                reason = f'module "{entry.name}" cannot be used: {error or type(error).__name__}'
                self._host.log(reason)
                failing = Subscription(Notification.BEGIN_REQUEST, always_fails(500, 0, reason, entry.source), Priority.FIRST)
                return [_Placed(position, entry.name, entry.kind, entry.source, failing)], ""
        found = [_Placed(position, entry.name, entry.kind, entry.source, subscription) for subscription in module.subscriptions()]
        return found, str(getattr(module, "idle_reason", "") or "subscribes to no notification here")

    def _make(self, settings: ScopeSettings, entry: ModuleEntry) -> PipelineModule:
        registers = self._host.registers
        if entry.kind == "managed":
            return registers.managed()(entry, settings, self._host)
        made = registers.native(entry.name)
        assert made is not None  # _left_out asked
        return made(settings, self._host)

    def _executing(
        self, index: int, settings: ScopeSettings, row: HandlerMapping | None
    ) -> tuple[list[_Placed], tuple[NestedStep, ...], tuple[Skipped, ...]]:
        """The handler's steps, and what runs inside them."""
        steps: list[_Placed] = []
        nested: tuple[NestedStep, ...] = ()
        skipped: tuple[Skipped, ...] = ()
        if row is None:
            return steps, nested, skipped
        kind: Literal["native", "managed"] = "managed" if row.is_managed else "native"
        for name in row.modules:
            step, module, step_kind = always_fails(500, 21, bad_module(row, name), row.source), CORE, "core"
            made = self._host.registers.handler(name)
            if made is not None and self._runs(settings, name):
                handler = self._handler(index, settings, row, name, made)
                step, module, step_kind = handler.execute, name, kind
                nested += tuple(getattr(handler, "nested_steps", tuple)())
                skipped += tuple(getattr(handler, "nested_skipped", tuple)())
            steps.append(_Placed(0, module, step_kind, row.source, Subscription(Notification.EXECUTE_REQUEST_HANDLER, step)))  # type: ignore[arg-type]  # a step of any shape
        return steps, nested, skipped

    def _runs(self, settings: ScopeSettings, name: str) -> bool:
        """Whether a handler's module may run: enabled in `<modules>`; ManagedPipelineHandler is no row of it, the mode decides."""
        if name == "ManagedPipelineHandler":
            return self._host.mode == "Integrated" and bool(self._host.pool_plan.managed_runtime_version)
        return any(entry.name == name and not entry.excluded for entry in settings.modules)

    def _handler(self, index: int, settings: ScopeSettings, row: HandlerMapping, name: str, made: Callable[..., RequestHandler]) -> RequestHandler:
        key = (index, id(row), name)
        handler = self._handlers.get(key)
        if handler is None:
            fault = settings.fault(*getattr(made, "reads", ()))
            try:
                handler = BrokenHandler(fault.message, fault.source, 19) if fault is not None else made(row, settings, self._host)
            except Exception as error:  # users' code may run in here
                handler = BrokenHandler(f'handler "{row.name}" cannot be used: {error or type(error).__name__}', row.source)
            self._handlers[key] = handler
        return handler


def bad_module(row: HandlerMapping, name: str) -> str:
    return f'handler "{row.name}" has a bad module "{name}" in its module list'


def core_steps(settings: ScopeSettings, handler: HandlerMapping | None) -> list[_Placed]:
    """The core's own steps: unusable configuration, a user after authentication, mapping before and checks after the modules."""

    def place(position: int, notification: Notification, step: Step, needs: tuple[Need, ...] | None = None) -> _Placed:
        priority = Priority.FIRST if position < 0 else Priority.LAST
        return _Placed(position, CORE, "core", None, Subscription(notification, step, priority, needs=needs))

    last = len(settings.modules)
    steps = [
        place(last, Notification.AUTHENTICATE_REQUEST, require_user, (Need.USER,)),
        place(-1, Notification.MAP_REQUEST_HANDLER, map_handler),
        place(last, Notification.MAP_REQUEST_HANDLER, check_handler, (Need.REWRITTEN, Need.OTHER_HANDLER) if is_checked(settings, handler) else None),
    ]
    refusing = refusal(settings)
    if refusing is not None:
        steps.insert(0, place(-1, Notification.BEGIN_REQUEST, refusing))
    checking = ssl_check(settings)
    if checking is not None:
        steps.insert(0, place(-1, Notification.BEGIN_REQUEST, checking))
    return steps


def assemble(
    settings: int, tentative: HandlerMapping | None, handler: HandlerMapping | None, placed: list[_Placed], executing: list[_Placed],
    nested: tuple[NestedStep, ...], skipped: tuple[Skipped, ...],
) -> Sequence:  # fmt: skip
    """Sort, number, and split into what runs forward, always, and at the first flush."""
    if not any(item.subscription.notification == Notification.MAP_PATH for item in placed):
        placed = [_mapping_once(item) for item in placed]
    ordered = sorted((item for item in placed if not item.subscription.notification & _APART), key=_order)
    before = [item for item in ordered if _order(item)[:2] < (Notification.EXECUTE_REQUEST_HANDLER, True) and not _is_tail(item)]
    after = [item for item in ordered if _order(item)[:2] >= (Notification.EXECUTE_REQUEST_HANDLER, True) and not _is_tail(item)]
    tail = [item for item in ordered if _is_tail(item)]
    send = sorted((item for item in placed if item.subscription.notification == Notification.SEND_RESPONSE), key=_order, reverse=True)
    reading = sorted((item for item in placed if item.subscription.notification == Notification.READ_ENTITY), key=_order)
    mapping = sorted((item for item in placed if item.subscription.notification == Notification.MAP_PATH), key=_order)
    groups = [before, executing, after, tail, send, reading, mapping]
    steps = [_info(item) for item in itertools.chain.from_iterable(groups)]
    calls: list[Calls] = []
    number = 0
    for group in groups:
        calls.append(tuple((number + offset, item.subscription.step) for offset, item in enumerate(group)))
        number += len(group)
    shortcuts = {
        place: (item.subscription.needs, item.subscription.idle, item.subscription.leaves)
        for place, item in enumerate(itertools.chain.from_iterable(groups))
        if item.subscription.needs is not None
    }
    inside = Notification.EXECUTE_REQUEST_HANDLER
    steps += [StepInfo(inside, step.post, step.module, step.kind, step.pipeline, step.notification, step.source) for step in nested]
    return Sequence(
        settings, tentative, handler, tuple(steps), calls[0] + calls[1] + calls[2], calls[3], calls[4], calls[5], calls[6],
        range(len(before), len(before) + len(executing)), number, skipped, shortcuts,
        _offers(list(itertools.chain.from_iterable(groups))), any(item.subscription.logged for item in placed), Unrolled(), {},
    )  # fmt: skip


def _offers(placed: list[_Placed]) -> tuple[tuple[str, Any, int, int], ...]:
    release = Notification.RELEASE_REQUEST_STATE
    ends = {item.module: index for index, item in enumerate(placed) if item.subscription.notification == release}
    return tuple(
        (*item.subscription.offers, index, ends.get(item.module, len(placed)))
        for index, item in enumerate(placed)
        if item.subscription.offers is not None
    )


def _mapping_once(item: _Placed) -> _Placed:
    """Where no module takes part in MAP_PATH, a path that was mapped is not mapped again."""
    if item.subscription.step is not map_handler:
        return item
    return replace(item, subscription=replace(item.subscription, needs=(Need.REWRITTEN,)))


def _order(item: _Placed) -> tuple[int, bool, int, int]:
    subscription = item.subscription
    return (int(subscription.notification), subscription.post, int(subscription.priority), item.position)


def _is_tail(item: _Placed) -> bool:
    return bool(item.subscription.notification & _TAIL)


def _info(item: _Placed) -> StepInfo:
    notification = item.subscription.notification
    return StepInfo(notification, item.subscription.post, item.module, item.kind, "iis", str(notification.name), item.source)
