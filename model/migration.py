"""What changes for an application between the modes: 500.22 to 500.24, managed types with a row for one mode only, settings.

Knows no requests and changes nothing. `errors` is what ConfigurationValidationModule would answer (compiler.py puts it into
plans); `findings` is what `poolhouse check` and the console show, each with the edit that settles it where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.config_path import ConfigPath
from model.effective import effective
from model.hierarchy import Hierarchy
from model.merge import Layer
from model.migration_fix import (
    ASPNET,
    Finding,
    for_integrated_alone,
    handler_for_classic,
    handler_for_integrated,
    handlers_from_classic,
    in_order,
    is_default_handler,
    is_own,
    module_for_classic,
    module_for_integrated,
    modules_from_classic,
    no_validation,
    place,
    type_name,
)
from model.migration_settings import setting_findings
from model.sections.handlers import Handlers
from model.sections.http_handlers import HttpHandlers
from model.sections.http_modules import HttpModules
from model.sections.identity import Identity
from model.sections.modules import Modules
from model.sections.precondition import PoolFacts, judge
from model.sections.validation import Validation
from model.source import Source

VALIDATION = Validation.SECTION
IDENTITY = Identity.SECTION

_PIPELINE = "ManagedPipelineHandler"

__all__ = ["Finding", "errors", "findings", "of_application"]


def errors(hierarchy: Hierarchy, application: ConfigPath) -> tuple[tuple[int, str, Source | None], ...]:
    """(substatus, section, source) of what an Integrated pool answers 500 for; none where validation is switched off."""
    return tuple(_settings_of_classic(hierarchy, application)) if validates(hierarchy, application) else ()


def validates(hierarchy: Hierarchy, application: ConfigPath) -> bool:
    return hierarchy.merged(VALIDATION, application).root.get("validateIntegratedModeConfiguration").lower() != "false"


def _settings_of_classic(hierarchy: Hierarchy, application: ConfigPath) -> Iterator[tuple[int, str, Source | None]]:
    for substatus, section in ((22, HttpModules.SECTION), (23, HttpHandlers.SECTION)):
        for layer in _own_layers(hierarchy, section, application):
            if layer.element.children:
                yield substatus, section, layer.source(layer.element)
                break
    for layer in reversed(_own_layers(hierarchy, IDENTITY, application)):
        impersonate = layer.element.attribute("impersonate")
        if impersonate is not None:
            if impersonate.value.lower() == "true":
                yield 24, IDENTITY, Source(str(layer.document.path), impersonate.line, impersonate.column, layer.point)
            break


def _own_layers(hierarchy: Hierarchy, section: str, application: ConfigPath) -> tuple[Layer, ...]:
    """Words in web.configs themselves: measured, the check does not look into location tags."""
    return tuple(layer for layer in hierarchy.layers(section, application) if layer.level > 2 and layer.tag is None)


def findings(hierarchy: Hierarchy, pool: str | None = None) -> tuple[Finding, ...]:
    """Everything that changes when an application's pool changes its mode; of all applications, or of one pool's."""
    found: list[Finding] = []
    for site in hierarchy.sites():
        for application in site.applications:
            if pool is None or application.application_pool.lower() == pool.lower():
                found += of_application(hierarchy, ConfigPath(site.name, application.path))
    return tuple(found)


def of_application(hierarchy: Hierarchy, path: ConfigPath) -> Iterator[Finding]:
    site, application = path.site, path.path
    fixes = {22: modules_from_classic, 23: handlers_from_classic, 24: no_validation}
    for substatus, _, source in errors(hierarchy, path):
        yield Finding(f"500.{substatus}", _SENTENCES[substatus], source, site, application, fixes[substatus](hierarchy, path))
    yield from _module_findings(hierarchy, path)
    yield from _order_findings(hierarchy, path)
    yield from _handler_findings(hierarchy, path)
    yield from setting_findings(hierarchy, path, validates(hierarchy, path))


_SENTENCES = {
    22: "system.web/httpModules is not used in Integrated mode: a request gets 500.22 there until the modules stand in system.webServer/modules "
    "and validation is off",
    23: "system.web/httpHandlers is not used in Integrated mode: a request gets 500.23 there until the handlers stand in system.webServer/handlers "
    "and validation is off",
    24: 'system.web/identity impersonate="true" does not reach the first notifications of Integrated mode: a request gets 500.24 there '
    "until validation is off",
}


def _module_findings(hierarchy: Hierarchy, path: ConfigPath) -> Iterator[Finding]:
    integrated = [entry for entry in hierarchy.merged(Modules.SECTION, path).root.entries if entry.get("type")]
    classic = hierarchy.merged(HttpModules.SECTION, path).root.entries
    in_integrated = {type_name(entry) for entry in integrated}
    in_classic = {type_name(entry) for entry in classic}
    for entry in integrated:
        if is_own(entry) and type_name(entry) not in in_classic:
            message = (
                f'The managed module "{entry.get("name")}" runs in Integrated mode only: system.web/httpModules has no row for {entry.get("type")}'
            )
            yield Finding("integrated-only", message, entry.source, path.site, path.path, module_for_classic(hierarchy, path, entry))
    for entry in classic:
        if is_own(entry) and type_name(entry) not in in_integrated:
            message = f'The module "{entry.get("name")}" runs in Classic mode only: system.webServer/modules has no row for {entry.get("type")}'
            yield Finding("classic-only", message, entry.source, path.site, path.path, module_for_integrated(hierarchy, path, entry))


def _order_findings(hierarchy: Hierarchy, path: ConfigPath) -> Iterator[Finding]:
    """Modules run in the order of their rows, and the two modes have rows of their own."""
    local = effective(hierarchy, Modules.SECTION, path)
    integrated = [entry for entry in local.root.entries if entry.get("type") and is_own(entry)]
    names = {type_name(entry): entry.get("name") for entry in integrated}
    wanted = [names[kind] for kind in map(type_name, hierarchy.merged(HttpModules.SECTION, path).root.entries) if kind in names]
    now = [entry.get("name") for entry in integrated if entry.get("name") in wanted]
    if now == wanted or len(now) != len(wanted):
        return
    message = f"Modules run in another order in each mode: {', '.join(now)} in Integrated, {', '.join(wanted)} in Classic"
    is_local = all(entry.local for entry in integrated) and len(integrated) == len(wanted)
    fix = in_order(place(hierarchy, Modules.SECTION, path), now, wanted) if is_local else None
    yield Finding("module-order", message, integrated[0].source, path.site, path.path, fix)


def _handler_findings(hierarchy: Hierarchy, path: ConfigPath) -> Iterator[Finding]:
    rows = hierarchy.merged(Handlers.SECTION, path).root.entries
    http_handlers = hierarchy.merged(HttpHandlers.SECTION, path).root.entries
    classic_types = {type_name(entry) for entry in http_handlers}
    script_maps = {entry.get("path").lower() for entry in rows if entry.get("scriptProcessor").lower().endswith(ASPNET)}
    integrated_types: set[str] = set()
    for entry in rows:
        if not entry.get("type") or _PIPELINE not in entry.get("modules"):
            continue
        integrated_types.add(type_name(entry))
        if not is_own(entry):
            continue
        text = entry.get("preCondition")
        if not judge(text, PoolFacts("Classic")).reason:
            message = f'The handler "{entry.get("name")}" has no preCondition integratedMode: in a Classic pool its requests get 500.21'
            yield Finding("500.21", message, entry.source, path.site, path.path, for_integrated_alone(hierarchy, path, entry))
        elif type_name(entry) not in classic_types:
            message = f'The handler "{entry.get("name")}" answers in Integrated mode only: system.web/httpHandlers has no row for {entry.get("type")}'
            mapped = entry.get("path").lower() in script_maps or "*" in script_maps
            fix = handler_for_classic(hierarchy, path, entry, row=True, script_map=not mapped)
            yield Finding("integrated-only", message, entry.source, path.site, path.path, fix)
        elif entry.get("path").lower() not in script_maps and "*" not in script_maps:
            message = f'The handler "{entry.get("name")}" answers in Integrated mode only: no script map sends {entry.get("path")} to ASP.NET'
            fix = handler_for_classic(hierarchy, path, entry, row=False, script_map=True)
            yield Finding("integrated-only", message, entry.source, path.site, path.path, fix)
    for entry in http_handlers:
        if not script_maps and (entry.source is None or entry.source.config_path.lower() != str(path).lower()):
            continue  # of an application above, whose script maps were cleared here: nothing leads to it
        if is_own(entry) and type_name(entry) not in integrated_types and not is_default_handler(entry):
            message = f"{entry.get('path')} ({entry.get('type')}) is answered in Classic mode only: system.webServer/handlers has no row for its type"
            yield Finding("classic-only", message, entry.source, path.site, path.path, handler_for_integrated(hierarchy, path, entry))
