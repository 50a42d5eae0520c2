"""Classic's managed pipeline: ASP.NET's own fixed list of steps, run inside IsapiModule's EXECUTE_REQUEST_HANDLER (rt 5.1).

Knows the native pipeline only as the place where the response goes and the marks are written. Modules come from
system.web/httpModules in their order. Look next at classic_request.py (one request's run), classic_map.py and adapter.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from hwebcore.managed import MANAGED, dotnet_name, is_framework_type
from hwebcore.managed.adapter import ManagedModule
from hwebcore.managed.application import managed_application
from hwebcore.managed.classic_map import Call, ClassicMap, is_handed_back
from hwebcore.managed.classic_request import ClassicRequest, ClassicStep
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import INTEGRATED_ONLY_EVENTS, MANAGED_EVENTS, HttpFault, NestedStep, Outcome, Skipped, StepResult
from hwebcore.plan import ManagedModuleEntry, ScopeSettings, Source

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

#: requestPathInvalidCharacters and maxUrlLength as .NET 4 has them by default (rt 10.6).
_INVALID_IN_PATH = frozenset("<>*%&:\\?")
_LONGEST_PATH = 260

#: The events in ASP.NET's order, by method name, with the steps that are no events between them.
_ORDER: tuple[str, ...] = (
    "ValidateRequest", "ValidatePath", "begin_request", "authenticate_request", "DefaultAuthentication", "post_authenticate_request",
    "authorize_request", "post_authorize_request", "resolve_request_cache", "post_resolve_request_cache", "MapHandler",
    "post_map_request_handler", "acquire_request_state", "post_acquire_request_state", "pre_request_handler_execute", "CallHandler",
    "post_request_handler_execute", "release_request_state", "post_release_request_state", "CallFilter", "update_request_cache",
    "post_update_request_cache", "end_request",
)  # fmt: skip


class ClassicPipeline:
    """The list of one application and scope. `failure`: why the application could not start; then every request is 500."""

    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._owner = managed_application(host)
        self._settings = settings
        self.failure: tuple[str, Source | None] | None = None
        self._skipped: list[Skipped] = []
        self._nested: list[NestedStep] = []
        self._map = ClassicMap(settings, self._owner)
        self._call_indexes: dict[str, int] = {}
        #: By the row's id (the settings keep it): what CallHandler does for it, once it was had.
        self._calls: dict[int, Callable[[ClassicRequest], Awaitable[None] | None]] = {}
        modules = [module for entry in settings.managed.http_modules if (module := self._module(entry, host)) is not None]
        methods = [(module, module.methods()) for module in modules]
        self._forward: list[ClassicStep] = []
        self._end: list[ClassicStep] = []
        for name in _ORDER:
            if name in MANAGED_EVENTS:
                steps = self._end if name == "end_request" else self._forward
                steps += self._event(name, methods)
            else:
                self._core(name)
        self._send = tuple(self._event("pre_send_request_headers", methods))

    def nested_steps(self) -> tuple[NestedStep, ...]:
        return tuple(self._nested)

    def nested_skipped(self) -> tuple[Skipped, ...]:
        return tuple(self._skipped)

    def run(self, native: Context) -> StepResult:
        if self.failure is not None:
            return native.fail(500, 0, *self.failure)
        request = ClassicRequest(native, self._owner, self._send)
        native.managed = request.managed
        return request.run(self._forward, self._end)

    # --- making the list -----------------------------------------------------------------------------------------

    def _module(self, entry: ManagedModuleEntry, host: ApplicationHost) -> ManagedModule | None:
        name = dotnet_name(entry.type)
        if name is not None and name not in MANAGED and is_framework_type(name):
            self._skip(entry, "not_executed_here", f"{name} is not part of this server")
            return None
        module = ManagedModule(entry, self._settings, host)
        if module.failure is not None:
            self.failure = (f"module {entry.name}: {module.failure.message}", entry.source)
            return None
        for method in INTEGRATED_ONLY_EVENTS:
            if method in module.methods():
                self.failure = (f"module {entry.name}: {method} requires IIS integrated pipeline mode", entry.source)
                return None
        if not module.methods():
            self._skip(entry, "no_subscription", module.idle_reason or "has no event method")
        return module

    def _skip(self, entry: ManagedModuleEntry, cause: str, reason: str) -> None:
        self._skipped.append(Skipped(entry.name, cause, reason, entry.source, "aspnet"))  # type: ignore[arg-type]

    def _add(self, step: NestedStep) -> int:
        self._nested.append(step)
        return len(self._nested) - 1

    def _event(self, name: str, methods: list[tuple[ManagedModule, dict[str, Callable[[ManagedContext], object]]]]) -> list[ClassicStep]:
        event, post, _ = MANAGED_EVENTS[name]
        made = []
        for module, own in methods:
            method = own.get(name)
            if method is not None:
                index = self._add(NestedStep(event, post, module.name, "managed", "aspnet", module.source))
                made.append(ClassicStep(index, _nothing, module.step(method, name == "pre_send_request_headers")))
        return made

    def _core(self, name: str) -> None:
        if name == "CallHandler":
            for row in self._map.types():
                self._call_indexes[row.type] = self._add(NestedStep(name, False, row.type, "managed", "aspnet", row.source))
            self._forward.append(ClassicStep(-1, self._call_handler))
            return
        index = self._add(NestedStep(name, False, "ASP.NET", "core"))
        runs = {
            "ValidateRequest": _validate_request,
            "ValidatePath": _validate_path,
            "DefaultAuthentication": _default_authentication,
            "MapHandler": self._map_handler,
            "CallFilter": _nothing,
        }
        self._forward.append(ClassicStep(index, runs[name]))

    # --- steps that are no events --------------------------------------------------------------------------------

    def _map_handler(self, request: ClassicRequest) -> StepResult:
        request.row, outcome = self._map.find(request.managed)
        request.managed.handler = request.row.type
        return outcome

    def _call_handler(self, request: ClassicRequest) -> StepResult:
        row = request.row
        assert row is not None  # MapHandler found one, or the request went to EndRequest
        request.enter(self._call_indexes[row.type])
        call = self._calls.get(id(row))
        if call is None:
            call = _hand_back if is_handed_back(row) else _for_managed(self._map.call(row))
            self._calls[id(row)] = call  # one that could not be had is asked for again
        waiting = call(request)
        return None if waiting is None else _finished(waiting)


async def _finished(waiting: Awaitable[None]) -> None:
    await waiting


def _hand_back(request: ClassicRequest) -> Awaitable[None]:
    return request.hand_back()


def _for_managed(call: Call) -> Callable[[ClassicRequest], Awaitable[None] | None]:
    return lambda request: call(request.managed)


def _nothing(request: ClassicRequest) -> StepResult:
    """CallFilter has its place in the list; the filters run where the response is handed over (classic_request.py)."""
    return None


def _validate_request(request: ClassicRequest) -> StepResult:
    path = request.managed.request.path
    if not _INVALID_IN_PATH.isdisjoint(path):
        letter = next(letter for letter in path if letter in _INVALID_IN_PATH)
        raise HttpFault(400, 0, f"a potentially dangerous character ({letter}) in the path")
    if len(path) > _LONGEST_PATH:
        raise HttpFault(400, 0, f"the path is longer than {_LONGEST_PATH} characters")
    return None


def _validate_path(request: ClassicRequest) -> StepResult:
    host = request.native.application
    if host.root and not host.map_path(request.managed.request.path):
        raise HttpFault(404, 0, "the path maps to no folder of this application")
    return None


_ANONYMOUS = Outcome("CONTINUE", "nobody authenticated the request: the user is anonymous", None, "")


def _default_authentication(request: ClassicRequest) -> StepResult:
    managed = request.managed
    if managed.user is not None:
        return None
    managed.user = User("")
    managed.touched = managed.user_set = False
    return _ANONYMOUS
