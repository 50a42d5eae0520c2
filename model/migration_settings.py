"""Settings that mean another thing in the other mode, or nothing: those of the 25 breaking changes that configuration shows.

Knows no requests and no code of applications (the other rows of reference rt 5.5 are code). migration.py lists what is found
here after its own; migration_fix.py makes the edits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from model.config_path import ConfigPath
from model.effective import EffectiveValue
from model.hierarchy import Hierarchy
from model.migration_fix import Finding, is_default_handler, is_own, no_validation, set_attributes
from model.schema import section_schema
from model.schema.value import parse
from model.sections.authentication import Authentication
from model.sections.http_handlers import HttpHandlers
from model.sections.identity import Identity
from model.sections.request_filtering import RequestFiltering

_AUTHENTICATION = "system.webServer/security/authentication"
_ANONYMOUS, _WINDOWS = f"{_AUTHENTICATION}/anonymousAuthentication", f"{_AUTHENTICATION}/windowsAuthentication"
_WITH_PASSWORD = (_WINDOWS, f"{_AUTHENTICATION}/basicAuthentication", f"{_AUTHENTICATION}/digestAuthentication")
_RUNTIME, _PROCESS = "system.web/httpRuntime", "system.web/processModel"
_THREADS = ((_RUNTIME, "minFreeThreads"), (_RUNTIME, "minLocalRequestFreeThreads"), (_PROCESS, "maxWorkerThreads"))
_NOTIFICATIONS = ("waitChangeNotification", "maxWaitChangeNotification")

Finder = Callable[[Hierarchy, ConfigPath, bool], Iterator[Finding]]


def setting_findings(hierarchy: Hierarchy, path: ConfigPath, validates: bool) -> Iterator[Finding]:
    """For the application at `path`; `validates`: the check of Integrated mode is on there."""
    for finder in _FINDERS:
        yield from finder(hierarchy, path, validates)


def encrypted_identity(hierarchy: Hierarchy, path: ConfigPath, validates: bool) -> Iterator[Finding]:
    for layer in hierarchy.layers(Identity.SECTION, path):
        element = layer.element
        if validates and layer.level > 2 and (element.get("configProtectionProvider") is not None or element.find("EncryptedData")):
            message = "system.web/identity is encrypted: the check of Integrated mode cannot read it and answers 500.19 until it is off"
            yield Finding("500.19", message, layer.source(element), path.site, path.path, no_validation(hierarchy, path))


def two_logons(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    authentication = hierarchy.merged(Authentication.SECTION, path).root
    if authentication.get("mode").lower() != "forms":
        return
    enabled = [name for name in _WITH_PASSWORD if _is_on(hierarchy, name, path)]
    anonymous = _is_on(hierarchy, _ANONYMOUS, path)
    if anonymous and not enabled:
        return
    others = ", ".join(name.rpartition("/")[2] for name in enabled) or "no anonymous access"
    message = f"Forms with {others}: Integrated has one logon, so that the Forms user is the user; Classic asks first IIS's and then Forms"
    values = [(_ANONYMOUS, "", "enabled", "true"), *((name, "", "enabled", "false") for name in enabled)]
    fix = set_attributes(hierarchy, path, "Forms alone", values)
    yield Finding("two-logons", message, authentication.source_of("mode"), path.site, path.path, fix)


def kernel_mode(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    windows = hierarchy.merged(_WINDOWS, path).root
    if _is_on(hierarchy, _WINDOWS, path) and windows.get("useKernelMode").lower() != "false":
        message = "Windows authentication in kernel mode: clients that send credentials with their first request fail"
        fix = set_attributes(hierarchy, path, "no kernel mode", [(_WINDOWS, "", "useKernelMode", "false")])
        source = windows.source_of("useKernelMode") or windows.source_of("enabled")
        yield Finding("kernel-mode", message, source, path.site, path.path, fix, both_modes=True)


def passport(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    authentication = hierarchy.merged(Authentication.SECTION, path).root
    if authentication.get("mode").lower() == "passport":
        message = 'authentication mode="Passport" answers 500: no system has Passport any more'
        yield Finding("passport", message, authentication.source_of("mode"), path.site, path.path, both_modes=True)


def query_string(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    runtime = _written(hierarchy, _RUNTIME, path, "maxQueryStringLength")
    limits = hierarchy.merged(RequestFiltering.SECTION, path).root.at("requestLimits")
    if runtime is None:
        return
    wanted, most = _number(_RUNTIME, "", "maxQueryStringLength", runtime.value), limits.get("maxQueryString") or "2048"
    if wanted > _number(RequestFiltering.SECTION, "requestLimits", "maxQueryString", most):
        message = f"httpRuntime lets query strings have {runtime.value} characters, request filtering {most} bytes: longer ones get 404.15"
        fix = set_attributes(hierarchy, path, "longer query strings", [(RequestFiltering.SECTION, "requestLimits", "maxQueryString", str(wanted))])
        yield Finding("404.15", message, runtime.source, path.site, path.path, fix, both_modes=True)


def header_checking(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    written = _written(hierarchy, _RUNTIME, path, "enableHeaderChecking")
    if written is not None and written.value.lower() == "false":
        message = 'enableHeaderChecking="false" has no effect: a header with a line end in it gets 500 either way'
        fix = set_attributes(hierarchy, path, "header checking as it is", [(_RUNTIME, "", "enableHeaderChecking", None)])
        yield Finding("header-checking", message, written.source, path.site, path.path, fix, both_modes=True)


def default_handler(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    for entry in hierarchy.merged(HttpHandlers.SECTION, path).root.entries:
        if is_own(entry) and is_default_handler(entry):
            message = f"{entry.get('path')} ({entry.get('type')}) hands the request back to IIS, which Integrated cannot: use a module there"
            yield Finding("default-handler", message, entry.source, path.site, path.path)


def thread_limits(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    for section, name in _THREADS:
        written = _written(hierarchy, section, path, name)
        if written is not None:
            message = f"{name} of {section} holds back requests in Classic alone: Integrated runs on IIS's threads"
            yield Finding("thread-limits", message, written.source, path.site, path.path)


def change_notification(hierarchy: Hierarchy, path: ConfigPath, _: bool) -> Iterator[Finding]:
    for name in _NOTIFICATIONS:
        written = _written(hierarchy, _RUNTIME, path, name)
        if written is not None:
            message = f"{name} does not delay the restart after a change of this file in Integrated: IIS restarts the application itself"
            yield Finding("change-notification", message, written.source, path.site, path.path)


_FINDERS: tuple[Finder, ...] = (
    encrypted_identity,
    two_logons,
    kernel_mode,
    passport,
    query_string,
    header_checking,
    default_handler,
    thread_limits,
    change_notification,
)


def _is_on(hierarchy: Hierarchy, section: str, path: ConfigPath) -> bool:
    return hierarchy.merged(section, path).root.get("enabled").lower() == "true"


def _written(hierarchy: Hierarchy, section: str, path: ConfigPath, name: str) -> EffectiveValue | None:
    """The value where somebody wrote it, in whichever file."""
    found = hierarchy.merged(section, path).root.values.get(name)
    return found if found is not None and not found.is_default else None


def _number(section: str, element: str, name: str, text: str) -> int:
    schema = section_schema(section)
    found = schema.find(element) if schema else None
    assert found is not None
    value = parse(found.attributes[name], text)
    assert isinstance(value, int)
    return value
