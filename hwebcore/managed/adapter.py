"""Makes a module out of a class: its methods are its subscriptions, by ASP.NET's event names (contract.MANAGED_EVENTS).

Knows neither which modules there are nor how steps are ordered. The users' classes import nothing of ours; ours are made the
same way. Look next at context.py (what a method is given), classic.py (the same steps in the other pipeline).
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hwebcore.managed import dotnet_name
from hwebcore.managed.application import ManagedApplication, managed_application, reason_of
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import (
    FINISH,
    MANAGED_EVENTS,
    USERS_FAILURE,
    HttpFault,
    Notification,
    Outcome,
    Priority,
    Step,
    StepResult,
    Subscription,
)
from hwebcore.plan import ManagedModuleEntry, ModuleEntry, ScopeSettings, Source
from hwebcore.worker.loader import LoadFailed

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

Method = Callable[[ManagedContext], Any]

#: In these nothing can finish or fail a request (rt 3.3).
_ALWAYS_RUN = Notification.LOG_REQUEST | Notification.END_REQUEST | Notification.SEND_RESPONSE


def enter(native: Context) -> ManagedContext:
    """The request's facade in Integrated mode, made when managed code is reached first."""
    managed = native.managed
    if managed is None:
        application = native.application
        managed = native.managed = ManagedContext(native, application.managed or managed_application(application), True, native.response)
    return managed  # type: ignore[no-any-return]  # the native context names no managed class


class ManagedModule:
    """One entry of `<modules>` with a managed type. `idle_reason`: why it subscribes to nothing, "" where it does or may."""

    def __init__(self, entry: ModuleEntry | ManagedModuleEntry, settings: ScopeSettings, host: ApplicationHost) -> None:
        self.name = entry.name
        self.source = entry.source
        self.failure: LoadFailed | None = None
        self.idle_reason = ""
        self._owner = managed_application(host)
        self._instance: Any = None
        self._ours = dotnet_name(entry.type) is not None
        try:
            self._instance = self._owner.module(entry.type, settings)
        except LoadFailed as failure:
            self.failure = failure
        else:
            self.idle_reason = str(getattr(self._instance, "idle_reason", ""))

    def methods(self) -> dict[str, Method]:
        """The event methods that the class has, by name."""
        if self._instance is None or self.idle_reason:
            return {}
        return {name: method for name in MANAGED_EVENTS if callable(method := getattr(self._instance, name, None))}

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Integrated mode: each method rides on its notification, at MEDIUM. A type that could not be had fails every request."""
        if self.failure is not None:
            return (Subscription(Notification.BEGIN_REQUEST, _failing(self.name, self.failure, self.source)),)
        made = []
        for name, method in self.methods().items():
            _, post, notification = MANAGED_EVENTS[name]
            step = self.step(method, bool(notification & _ALWAYS_RUN))
            needs, idle, offers = (self.told(attribute, name) for attribute in ("needs", "idle", "offers"))
            made.append(Subscription(notification, step, Priority.MEDIUM, post, needs, idle, offers=offers))
        return tuple(made)

    def told(self, attribute: str, name: str) -> Any:
        """What a module of ours says of a method: when it has something to do, for one. Users' are always called."""
        return getattr(self._instance, attribute, {}).get(name) if self._ours else None

    def step(self, method: Method, cannot_fail: bool) -> Step:
        """`method` as a step of either pipeline: the users' in the request's own scope, ours as it is."""
        owner, instance = self._owner, self._instance
        asynchronous = inspect.iscoroutinefunction(method)
        blocking = bool(getattr(instance, "blocking", False)) and not asynchronous
        needs_body = bool(getattr(instance, "needs_body", False))
        if asynchronous or blocking or needs_body:
            return lambda native: _slowly(owner, method, native.managed or enter(native), cannot_fail, blocking, needs_body)

        def run(native: Context) -> StepResult:
            managed = native.managed
            if managed is None:
                managed = enter(native)
            try:
                answer = method(managed) if native.inside else managed.call(method, managed)
            except BaseException as error:  # a user's module: its failure is the request's, reported and traced, be it sys.exit()
                return failed(owner, managed, error, cannot_fail)
            if answer is None:
                return outcome_of(managed, cannot_fail) if managed.touched else None
            return _answered(owner, managed, answer, cannot_fail)

        def run_ours(native: Context) -> StepResult:
            managed = native.managed
            if managed is None:
                managed = enter(native)
            try:
                answer: Outcome | None = method(managed)
            except Exception as error:  # as in run
                return failed(owner, managed, error, cannot_fail)
            if managed.touched:
                managed.touched = managed.user_set = False
            return answer

        return run_ours if self._ours else run


def _answered(owner: ManagedApplication, managed: ManagedContext, answer: Any, cannot_fail: bool) -> StepResult:
    if isinstance(answer, Outcome):
        managed.touched = managed.user_set = False
        return answer
    if inspect.isawaitable(answer):
        return _finish(owner, answer, managed, cannot_fail)
    return outcome_of(managed, cannot_fail) if managed.touched else None


async def _slowly(
    owner: ManagedApplication, method: Method, managed: ManagedContext, cannot_fail: bool, blocking: bool, needs_body: bool
) -> Outcome | None:
    try:
        if needs_body:
            await managed.collect_body()
        if blocking:
            answer = await managed.call_in_thread(method, managed)
        else:
            answer = managed.call(method, managed)
    except USERS_FAILURE as error:  # as in ManagedModule.step
        return failed(owner, managed, error, cannot_fail)
    if answer is None or isinstance(answer, Outcome):
        return answer if answer is not None else (outcome_of(managed, cannot_fail) if managed.touched else None)
    return await _finish(owner, answer, managed, cannot_fail)


async def _finish(owner: ManagedApplication, answer: Awaitable[Any], managed: ManagedContext, cannot_fail: bool) -> Outcome | None:
    try:
        result = await managed.carry_on(answer)
    except USERS_FAILURE as error:  # as in ManagedModule.step
        return failed(owner, managed, error, cannot_fail)
    if isinstance(result, Outcome):
        managed.touched = managed.user_set = False
        return result
    return outcome_of(managed, cannot_fail) if managed.touched else None


def outcome_of(managed: ManagedContext, cannot_fail: bool = False) -> Outcome | None:
    """What a method did through the facade: a user set, the request completed."""
    user = managed.user if managed.user_set else None
    name = user.name if user is not None else None
    managed.touched = managed.user_set = False
    if managed.completed and not cannot_fail:
        status = managed.response.store.status
        return FINISH if name is None and status == 200 else Outcome("FINISH_REQUEST", "completed the request", None, name, status)
    return Outcome("CONTINUE", None, None, name) if name is not None else None


def failed(owner: ManagedApplication, managed: ManagedContext, error: BaseException, cannot_fail: bool = False) -> Outcome:
    """500 with the reason in the trace and the users' traceback in the pool's log; what always runs only says so.

    A body that cannot be read is the client's failure, and answers with its own status (400.6, 413.1).
    """
    reason = reason_of(error)
    if not isinstance(error, HttpFault) and not _client_left(managed, error):
        owner.log_failure(f"{managed.request.method} {managed.request.path}: {reason}", error)
    managed.touched = False
    if cannot_fail:
        return Outcome("ERROR", reason)
    managed.error = managed.native.error = error
    response = managed.response
    if response.headers_sent or not managed.integrated:
        # Sent: the response breaks off. Classic: its error is rendered after EndRequest (rt 3.3).
        return Outcome("ERROR", reason)
    response.clear()
    response.content_type = None
    response.store.suppress_custom_errors = False
    if isinstance(error, HttpFault):
        return managed.native.fail(error.status, error.substatus, error.reason, error.source)
    response.status = 500
    response.store.failure = Outcome("ERROR", reason, None, None, 500, response.store.substatus)  # for whoever makes the error's page
    return Outcome("ERROR", reason, None, None, 500)


def _client_left(managed: ManagedContext, error: BaseException) -> bool:
    """A client that goes away in the middle is no failure of the users' code: anybody could fill the pool's log so."""
    native = managed.native
    return isinstance(error, ConnectionError) and (native.wire.gone or not getattr(native.request.body, "complete", True))


def _failing(name: str, failure: LoadFailed, source: Source | None) -> Step:
    """rt 3.4: a module's bad type fails every request of the application."""
    reason = f"module {name}: {failure.message}"

    def step(native: Context) -> StepResult:
        return native.fail(500, 0, reason, source)

    return step
