"""Classic's managed pipeline: ASP.NET's own fixed list of steps, run inside IsapiModule's EXECUTE_REQUEST_HANDLER (rt 5.1).

Knows the native pipeline only as the place where the response goes and the marks are written. Modules come from
system.web/httpModules in their order. Look next at classic_request.py (one request's run), classic_map.py and adapter.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hwebcore.managed import MANAGED, dotnet_name, is_framework_type
from hwebcore.managed.adapter import ManagedModule
from hwebcore.managed.application import managed_application
from hwebcore.managed.classic_map import ClassicMap, MappedRow, is_handed_back
from hwebcore.managed.classic_request import ClassicRequest, ClassicStep, ClassicSteps
from hwebcore.managed.classic_unrolled import CALL, CALL_HANDLER, KNOWN_USER, MAP_HANDLER, TESTS, TOUCHED, UNKNOWN_PATH, UnrolledList, Whole
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import ANONYMOUS, Context
from hwebcore.pipeline.contract import (
    INTEGRATED_ONLY_EVENTS,
    MANAGED_EVENTS,
    HttpFault,
    Need,
    NestedStep,
    Outcome,
    Skipped,
    StepResult,
)
from hwebcore.pipeline.unrolled import WORTH_IT
from hwebcore.plan import ManagedModuleEntry, ScopeSettings, Source

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

#: requestPathInvalidCharacters and maxUrlLength as .NET 4 has them by default (rt 10.6).
_INVALID_IN_PATH = frozenset("<>*%&:\\?")
_LONGEST_PATH = 260
_MOST_PATHS = 4096
#: Where a module's offer stands in Classic (Subscription.offers).
_SLOTS = {"session": "open_session", "login_path": "seen_login_path"}

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
        #: Paths that ValidateRequest and ValidatePath let pass.
        self._paths: set[str] = set()
        #: The list by where it stands in a sequence: `nested_start` and the step that runs it.
        self._steps: dict[int, ClassicSteps] = {}
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
        place = native.sequence.nested_start << 16 | native.step
        steps = self._steps.get(place) or self._new_steps(place, native)
        asked, unrolled, request = native.request, steps.unrolled, ClassicRequest(native, steps)
        row = self._map.known.get((asked.method, asked.path))
        if row is None:
            return request.run()
        whole = (unrolled is not None and unrolled.rows.get(row)) or self._counted(steps, row, native)
        return request.run() if whole is None else whole(request)

    def _new_steps(self, place: int, native: Context) -> ClassicSteps:
        lists = (self._forward, self._end, self._send)
        made = self._steps[place] = ClassicSteps(self._owner, native.sequence.nested_start, native.step, *lists)
        return made

    def _counted(self, steps: ClassicSteps, row: MappedRow, native: Context) -> Whole | None:
        """The form without loops, once it is worth making."""
        steps.runs[row] += 1
        if steps.runs[row] < WORTH_IT or row.call is None:
            return None
        if steps.unrolled is None:
            meant = {"paths": self._paths, "finished": _finished, "told": _told}
            steps.unrolled = UnrolledList(steps, native.application.pipeline.code_of, meant)
        return steps.unrolled.add(row, native.sequence.unrolled.codes.get(native.codes, native.codes))

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
        self._skipped.append(Skipped(entry.name, cause, reason, entry.source, "aspnet"))  # type: ignore[arg-type]  # one of Skipped's causes

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
                step = module.step(method, name == "pre_send_request_headers")
                made.append(ClassicStep(index, _nothing, step, CALL, *_shortcut(module, name)))
        return made

    def _core(self, name: str) -> None:
        if name == "CallHandler":
            for row in self._map.types():
                self._call_indexes[row.type] = self._add(NestedStep(name, False, row.type, "managed", "aspnet", row.source))
            self._forward.append(ClassicStep(-1, self._call_handler, text=CALL_HANDLER))
            return
        index = self._add(NestedStep(name, False, "ASP.NET", "core"))
        runs = {
            "ValidateRequest": _validate_request,
            "ValidatePath": self._validate_path,
            "DefaultAuthentication": _default_authentication,
            "MapHandler": self._map_handler,
            "CallFilter": _nothing,
        }
        text = MAP_HANDLER if name == "MapHandler" else CALL
        self._forward.append(ClassicStep(index, runs[name], None, text, *_CORE_SHORTCUTS.get(name, ())))

    # --- steps that are no events --------------------------------------------------------------------------------

    def _validate_path(self, request: ClassicRequest) -> StepResult:
        host, path = request.native.application, request.managed.path
        if host.root and not host.map_path(path):
            raise HttpFault(404, 0, "the path maps to no folder of this application")
        if len(self._paths) >= _MOST_PATHS:
            self._paths.clear()
        self._paths.add(path)  # ValidateRequest let it pass before
        return None

    def _map_handler(self, request: ClassicRequest) -> StepResult:
        managed, asked = request.managed, request.native.request
        mapped = request.mapped = self._map.find(asked.method, asked.path if managed.asked is None else managed.asked.path)
        managed.handler = mapped.row.type
        return mapped.told

    def _call_handler(self, request: ClassicRequest) -> StepResult:
        mapped = request.mapped
        if mapped.index >= 0:
            request.enter(mapped.index)
        else:
            row, index = mapped.row, self._call_indexes[mapped.row.type]
            request.enter(index)
            mapped.call = None if is_handed_back(row) else self._map.call(row)
            mapped.index = index  # what fails is asked for again
        call = mapped.call
        waiting = request.hand_back() if call is None else call(request.managed)
        if waiting is not None:
            return _finished(waiting, request.managed)
        return _told(request.managed) if request.managed.touched else None


async def _finished(waiting: Awaitable[None], managed: ManagedContext) -> Outcome | None:
    await waiting
    return _told(managed) if managed.touched else None


def _told(managed: ManagedContext) -> Outcome | None:
    """What the page did through the facade is its own step's to tell, not the next module's."""
    user = managed.own_user if managed.user_set else None
    managed.touched = managed.user_set = False
    return Outcome("CONTINUE", None, None, user.name) if user is not None else None


def _nothing(request: ClassicRequest) -> StepResult:
    """CallFilter has its place in the list; the filters run where the response is handed over (classic_request.py)."""
    return None


def _validate_request(request: ClassicRequest) -> StepResult:
    path = request.managed.path
    if not _INVALID_IN_PATH.isdisjoint(path):
        letter = next(letter for letter in path if letter in _INVALID_IN_PATH)
        raise HttpFault(400, 0, f"a potentially dangerous character ({letter}) in the path")
    if len(path) > _LONGEST_PATH:
        raise HttpFault(400, 0, f"the path is longer than {_LONGEST_PATH} characters")
    return None


_ANONYMOUS = Outcome("CONTINUE", "nobody authenticated the request: the user is anonymous", None, "")


def _default_authentication(request: ClassicRequest) -> StepResult:
    managed = request.managed
    if managed.user is not None:
        return None
    managed.user = ANONYMOUS
    managed.touched = managed.user_set = False
    return _ANONYMOUS


#: The same of ASP.NET's own steps. Mostly nobody has authenticated the request: then it need not be said by a call.
_CORE_SHORTCUTS: dict[str, tuple[Any, ...]] = {
    "ValidateRequest": ((UNKNOWN_PATH,),),
    "ValidatePath": ((UNKNOWN_PATH,),),
    "DefaultAuthentication": ((KNOWN_USER,), _ANONYMOUS, ("own_user", ANONYMOUS)),
    "CallFilter": ((),),
}


def _shortcut(module: ManagedModule, name: str) -> tuple[tuple[str, ...] | None, Outcome | None, tuple[str, Any] | None]:
    """ClassicStep.tests, .idle and .leaves of one of ASP.NET's own modules."""
    needs: tuple[Need, ...] | None = module.told("needs", name)
    if needs is None or any(need not in TESTS for need in needs):
        return None, None, None
    offers = module.told("offers", name)
    leaves = (_SLOTS[offers[0]], offers[1]) if offers is not None else (("open_session", None) if Need.SESSION in needs else None)
    return (*(TESTS[need] for need in needs), TOUCHED), module.told("idle", name), leaves
