"""system.webServer/modules and globalModules: which modules take part in a pool, and in what order.

Knows no pipeline. compiler.py asks `module_entries` for the rows of a plan; the console lists `Modules`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore.plan import ConfigurationError, ModuleEntry
from model.effective import EffectiveEntry, EffectiveSection
from model.sections.precondition import PoolFacts, judge
from model.sections.section import OWN, Section
from model.source import INVALID_DATA, Source

RUN_ALL = "runAllManagedModulesForAllRequests"
_CLASSIC = (
    "The pool's mode is Classic: managed modules of system.webServer/modules take part in Integrated mode only; "
    "ASP.NET runs those of system.web/httpModules inside IsapiModule"
)
_NO_MANAGED_CODE = "No Managed Code is set in the pool (managedRuntimeVersion is empty)"


class ModuleRow(Section):
    name: str = ""
    type: str = ""
    pre_condition: str = ""

    @property
    def is_managed(self) -> bool:
        return bool(self.type)


class Modules(Section):
    SECTION: ClassVar[str] = "system.webServer/modules"

    run_all_managed_modules_for_all_requests: bool = False
    run_managed_modules_for_web_dav_requests: bool = Field(False, alias="runManagedModulesForWebDavRequests")
    rows: tuple[ModuleRow, ...] = Field((), alias=OWN)


class GlobalModule(Section):
    name: str = ""
    image: str = ""
    pre_condition: str = ""


class GlobalModules(Section):
    SECTION: ClassVar[str] = "system.webServer/globalModules"

    rows: tuple[GlobalModule, ...] = Field((), alias=OWN)


def module_entries(modules: EffectiveSection, images: EffectiveSection, pool: PoolFacts) -> tuple[tuple[ModuleEntry, ...], ConfigurationError | None]:
    """The rows of a plan in configured order, and what makes every request fail: a precondition that nobody knows."""
    known = {entry.get("name"): entry for entry in images.root.entries}
    runs_all = modules.root.get(RUN_ALL).lower() == "true"
    lifted = modules.root.source_of(RUN_ALL) if runs_all else None
    entries = []
    bad: ConfigurationError | None = None
    for row in modules.root.entries:
        unknown = judge(row.get("preCondition"), pool).unknown
        if unknown and bad is None:
            message = f'Module "{row.get("name")}" has a bad precondition "{row.get("preCondition")}": "{unknown}" is no token'
            bad = ConfigurationError(INVALID_DATA, message, row.source_of("preCondition"))
        entries.append(_managed(row, pool, runs_all, lifted) if row.get("type") else _native(row, known, pool))
    return tuple(entries), bad


def _native(row: EffectiveEntry, known: dict[str, EffectiveEntry], pool: PoolFacts) -> ModuleEntry:
    name = row.get("name")
    image = known.get(name)
    reason = judge(row.get("preCondition"), pool).reason
    if image is None:
        reason = reason or f"<globalModules> has no module of the name {name}"
        return ModuleEntry(name, "native", "", row.source, excluded=reason, excluded_cause="precondition")
    reason = reason or judge(image.get("preCondition"), pool).reason
    file = image.get("image").replace("\\", "/").rpartition("/")[2].lower()
    return ModuleEntry(name, "native", file, row.source, excluded=reason, excluded_cause="precondition" if reason else "")


def _managed(row: EffectiveEntry, pool: PoolFacts, runs_all: bool, lifted: Source | None) -> ModuleEntry:
    verdict = judge(row.get("preCondition"), pool)
    only_managed = verdict.managed_handler and not runs_all
    lifted_by = lifted if verdict.managed_handler and runs_all else None
    name, kind = row.get("name"), row.get("type")
    if pool.mode == "Classic":
        return ModuleEntry(name, "managed", kind, row.source, verdict.managed_handler, None, _CLASSIC, "mode")
    reason = verdict.reason or ("" if pool.runtime_version else _NO_MANAGED_CODE)
    return ModuleEntry(name, "managed", kind, row.source, only_managed, lifted_by, reason, "precondition" if reason else "")
