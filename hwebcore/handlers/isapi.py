"""IsapiModule as a handler: aspnet_isapi.dll leads into Classic's managed pipeline; no other DLL runs here.

Knows the restriction list and no step of the managed pipeline. Look next at managed/classic.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.managed.classic import ClassicPipeline
from hwebcore.managed.classic_request import ASPNET_ISAPI
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import NestedStep, Skipped, StepResult
from hwebcore.plan import HandlerMapping, IsapiRestriction, ScopeSettings, Source

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


class IsapiHandler:
    """`image` paths are matched by file name, never opened (DESIGN.md 5)."""

    def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._mapping = mapping
        self._dll = file_name(mapping.script_processor)
        self._refused = refusal(settings.isapi, self._dll)
        self._classic: ClassicPipeline | None = None
        self._fault = settings.fault("system.web/") if self._dll == ASPNET_ISAPI else None
        self._reason = f"{mapping.script_processor} is an ISAPI extension: this server runs none but {ASPNET_ISAPI}"
        if self._dll != ASPNET_ISAPI or self._refused is not None or self._fault is not None:
            return
        if host.mode == "Classic":
            self._classic = ClassicPipeline(settings, host)
            self.execute = self._classic.run  # type: ignore[assignment, method-assign]  # nothing is left to ask on each request
        else:
            self._reason = f"{ASPNET_ISAPI} serves Classic pools only; this pool is Integrated"

    def nested_steps(self) -> tuple[NestedStep, ...]:
        return self._classic.nested_steps() if self._classic is not None else ()

    def nested_skipped(self) -> tuple[Skipped, ...]:
        return self._classic.nested_skipped() if self._classic is not None else ()

    def execute(self, context: Context) -> StepResult:
        if self._refused is not None:
            return context.fail(404, 2, *self._refused)
        if self._fault is not None:
            return context.fail(500, 19, self._fault.message, self._fault.source)
        return context.fail(500, 0, self._reason, self._mapping.source)


def file_name(script_processor: str) -> str:
    """The DLL's name in lower case, of a Windows path that may have arguments behind a bar."""
    return script_processor.partition("|")[0].strip().strip('"').replace("\\", "/").rpartition("/")[2].lower()


def refusal(restriction: IsapiRestriction, dll: str) -> tuple[str, Source | None] | None:
    """Why isapiCgiRestriction keeps a DLL from running (404.2), None where it may."""
    for entry in restriction.entries:
        if entry.value == dll:
            return None if entry.allowed else (f"{dll} is listed in isapiCgiRestriction as not allowed", entry.source)
    if restriction.not_listed_isapis_allowed:
        return None
    return f"{dll} is not listed in isapiCgiRestriction", restriction.source
