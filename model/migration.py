"""What changes for an application between the modes: 500.22 to 500.24, and managed types that have a row for one mode only.

Knows no requests and changes nothing. `errors` is what ConfigurationValidationModule would answer (compiler.py puts it into
plans); `findings` is what `poolhouse check` and the console show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.config_path import ConfigPath
from model.effective import EffectiveEntry
from model.hierarchy import Hierarchy
from model.merge import Layer
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
_ASPNET = "aspnet_isapi.dll"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is the status where a request gets one ("500.22"), else a short word of ours ("integrated-only", "classic-only")."""

    code: str
    message: str
    source: Source | None
    site: str
    application: str


def errors(hierarchy: Hierarchy, application: ConfigPath) -> tuple[tuple[int, str, Source | None], ...]:
    """(substatus, section, source) of what an Integrated pool answers 500 for; none where validation is switched off."""
    validation = hierarchy.merged(VALIDATION, application).root
    if validation.get("validateIntegratedModeConfiguration").lower() == "false":
        return ()
    return tuple(_settings_of_classic(hierarchy, application))


def _settings_of_classic(hierarchy: Hierarchy, application: ConfigPath) -> Iterator[tuple[int, str, Source | None]]:
    for substatus, section in ((22, HttpModules.SECTION), (23, HttpHandlers.SECTION)):
        for layer in _own_layers(hierarchy, section, application):
            if layer.element.children or layer.element.get("configSource"):
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
                found += _application_findings(hierarchy, site.name, application.path)
    return tuple(found)


_SENTENCES = {
    22: "system.web/httpModules is not used in Integrated mode: a request gets 500.22 there until the modules stand in system.webServer/modules "
    "and validation is off",
    23: "system.web/httpHandlers is not used in Integrated mode: a request gets 500.23 there until the handlers stand in system.webServer/handlers "
    "and validation is off",
    24: 'system.web/identity impersonate="true" does not reach the first notifications of Integrated mode: a request gets 500.24 there '
    "until validation is off",
}


def _application_findings(hierarchy: Hierarchy, site: str, application: str) -> Iterator[Finding]:
    path = ConfigPath(site, application)
    for substatus, _, source in errors(hierarchy, path):
        yield Finding(f"500.{substatus}", _SENTENCES[substatus], source, site, application)
    yield from _module_findings(hierarchy, path)
    yield from _handler_findings(hierarchy, path)


def _module_findings(hierarchy: Hierarchy, path: ConfigPath) -> Iterator[Finding]:
    integrated = [entry for entry in hierarchy.merged(Modules.SECTION, path).root.entries if entry.get("type")]
    classic = hierarchy.merged(HttpModules.SECTION, path).root.entries
    in_integrated = {_type_name(entry) for entry in integrated}
    in_classic = {_type_name(entry) for entry in classic}
    for entry in integrated:
        if _is_own(entry) and _type_name(entry) not in in_classic:
            message = (
                f'The managed module "{entry.get("name")}" runs in Integrated mode only: system.web/httpModules has no row for {entry.get("type")}'
            )
            yield Finding("integrated-only", message, entry.source, path.site, path.path)
    for entry in classic:
        if _is_own(entry) and _type_name(entry) not in in_integrated:
            message = f'The module "{entry.get("name")}" runs in Classic mode only: system.webServer/modules has no row for {entry.get("type")}'
            yield Finding("classic-only", message, entry.source, path.site, path.path)


def _handler_findings(hierarchy: Hierarchy, path: ConfigPath) -> Iterator[Finding]:
    rows = hierarchy.merged(Handlers.SECTION, path).root.entries
    http_handlers = hierarchy.merged(HttpHandlers.SECTION, path).root.entries
    classic_types = {_type_name(entry) for entry in http_handlers}
    script_maps = {entry.get("path").lower() for entry in rows if entry.get("scriptProcessor").lower().endswith(_ASPNET)}
    integrated_types: set[str] = set()
    for entry in rows:
        if not entry.get("type") or _PIPELINE not in entry.get("modules"):
            continue
        integrated_types.add(_type_name(entry))
        if not _is_own(entry):
            continue
        text = entry.get("preCondition")
        if not judge(text, PoolFacts("Classic")).reason:
            message = f'The handler "{entry.get("name")}" has no preCondition integratedMode: in a Classic pool its requests get 500.21'
            yield Finding("500.21", message, entry.source, path.site, path.path)
        elif _type_name(entry) not in classic_types:
            message = f'The handler "{entry.get("name")}" answers in Integrated mode only: system.web/httpHandlers has no row for {entry.get("type")}'
            yield Finding("integrated-only", message, entry.source, path.site, path.path)
        elif entry.get("path").lower() not in script_maps and "*" not in script_maps:
            message = f'The handler "{entry.get("name")}" answers in Integrated mode only: no script map sends {entry.get("path")} to ASP.NET'
            yield Finding("integrated-only", message, entry.source, path.site, path.path)
    for entry in http_handlers:
        if _is_own(entry) and _type_name(entry) not in integrated_types:
            message = f"{entry.get('path')} ({entry.get('type')}) is answered in Classic mode only: system.webServer/handlers has no row for its type"
            yield Finding("classic-only", message, entry.source, path.site, path.path)


def _is_own(entry: EffectiveEntry) -> bool:
    """Whether a site's own files say it: what the server ships for both modes is no finding."""
    return entry.source is not None and entry.source.config_path.upper().startswith("MACHINE/WEBROOT/APPHOST/")


def _type_name(entry: EffectiveEntry) -> str:
    """The type without its assembly."""
    return entry.get("type").split(",")[0].strip().lower()
