"""ManagedPipelineHandler: executes a row that names a managed type, in the Integrated pipeline.

Knows no kind of application: managed/execution.py finds what runs the type. Look next at wsgi.py, asgi.py and isapi.py.
"""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from hwebcore.managed.adapter import enter, failed
from hwebcore.managed.application import managed_application
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.execution import Executor, executor
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, USERS_FAILURE, Outcome, StepResult
from hwebcore.pipeline.later import Later
from hwebcore.plan import HandlerMapping, ScopeSettings
from hwebcore.worker.loader import LoadFailed

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


class ManagedHandler:
    """A bad type fails the requests that are mapped to it, and only those (rt 3.4)."""

    def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._mapping = mapping
        self._owner = managed_application(host)
        self._executor: Executor | None = None
        self._failure = ""
        try:
            self._executor = executor(self._owner, mapping.type)
        except LoadFailed as failure:
            self._failure = f"handler {mapping.name}: {failure.message}"

    def execute(self, context: Context) -> StepResult:
        if self._executor is None:
            return context.fail(500, 0, self._failure, self._mapping.source)
        managed = context.managed or enter(context)
        managed.handler = self._mapping.type
        try:
            waiting = self._executor.execute(managed)
        except BaseException as error:  # users' code: its failure is the request's, be it sys.exit()
            return failed(self._owner, managed, error)
        if waiting is None:
            return _done(managed) if managed.user_set else FINISH
        if isinstance(waiting, Later):
            return waiting.then(partial(self._came, managed))
        return self._finish(managed, waiting)

    def _came(self, managed: ManagedContext, later: Later[Outcome]) -> None:
        error, later.error = later.error, None
        later.result = _done(managed) if error is None else failed(self._owner, managed, error)

    async def _finish(self, managed: ManagedContext, waiting: Awaitable[None]) -> Outcome:
        try:
            await waiting
        except USERS_FAILURE as error:  # as in execute
            return failed(self._owner, managed, error)
        return _done(managed)


def _done(managed: ManagedContext) -> Outcome:
    if not managed.user_set:
        return FINISH
    managed.user_set = False
    return Outcome("FINISH_REQUEST", None, None, managed.user.name if managed.user is not None else None)
