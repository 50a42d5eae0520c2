"""The compiler: a Hierarchy in, PoolPlans, a RouteTable and problems out.

Knows no sockets, no processes and not whether anything runs. scopes.py decides what holds below each URL prefix,
content_walk.py finds web.configs and code in the content; plan_source.py calls `compile_server` whenever a file changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from hwebcore.plan import (
    ApplicationPlan,
    ApplicationRoute,
    BindingRoute,
    Closed,
    Generation,
    Mode,
    PoolPlan,
    RouteTable,
    Scope,
    ScopeSettings,
    SitePlan,
    SiteRoute,
    VirtualDirectory,
)
from model.config_path import ConfigPath
from model.content_walk import CodeFile, Content, code_digest, shortened, walk
from model.file_index import DUPLICATE
from model.hierarchy import Hierarchy
from model.scopes import READ, Scopes
from model.sections.application_initialization import ApplicationInitialization, warm_up_pages
from model.sections.application_pools import ApplicationPools, AppPool, failure_settings, not_executed, process_settings, recycling_settings
from model.sections.isapi_cgi_restriction import IsapiCgiRestriction
from model.sections.log import Log, central_log
from model.sections.modules import GlobalModules
from model.sections.precondition import PoolFacts
from model.sections.sites import Application, Site, Sites, binding_route, site_limits, site_log
from model.sections.web_limits import WebLimits
from model.source import Problem, Source

#: Read at the server's level alone.
_SERVER_SECTIONS = frozenset({ApplicationPools.SECTION, Sites.SECTION, WebLimits.SECTION, GlobalModules.SECTION, IsapiCgiRestriction.SECTION})
NO_FOLDER = "0x80070003"
_RUNTIME_VERSIONS = ("", "v1.1", "v2.0", "v4.0")
_VIRTUAL_ENV = "VIRTUAL_ENV"
#: More folders that nobody looked into are closed by the folders above them.
_MOST_UNSEEN = 200
_UNSEEN = "no web.config was looked for in this folder: it is a dot folder, a virtual environment, or beyond the limits"
_DOUBLED = "another folder has this name in another case, and a web.config of one would speak for both"


def compile_server(hierarchy: Hierarchy, *, ports: Mapping[int, int] | None = None, accepted: frozenset[str] = frozenset()) -> Generation:
    """Everything that the configuration says, decided. `accepted`: sections whose unexecuted restrictions the user accepted."""
    started = time.perf_counter()
    work = _Compilation(hierarchy, accepted)
    work.report(server_problems(hierarchy))
    if any(problem.severity == "error" for problem in work.problems):
        return Generation(None, RouteTable(), tuple(work.problems), _digests(hierarchy), (time.perf_counter() - started) * 1000)
    routes = work.routes(ports or {})
    pools = tuple(work.pool(pool) for pool in hierarchy.pools())
    work.report(work.scopes.problems)
    return Generation(pools, routes, tuple(work.problems), _digests(hierarchy), (time.perf_counter() - started) * 1000)


def compile_pool(hierarchy: Hierarchy, name: str, mode: Mode | None = None, *, accepted: frozenset[str] = frozenset()) -> PoolPlan:
    """One pool's plan, as if its managedPipelineMode were `mode`. Raises KeyError for a pool that does not exist."""
    for pool in hierarchy.pools():
        if pool.name.lower() == name.lower():
            wanted = pool if mode is None else pool.model_copy(update={"managed_pipeline_mode": mode})
            return _Compilation(hierarchy, accepted).pool(wanted)
    raise KeyError(name)


def server_problems(hierarchy: Hierarchy) -> Iterator[Problem]:
    """What is wrong with applicationHost.config at its own level; an error among these makes it unusable as a whole."""
    yield from hierarchy.file_problems(ConfigPath())
    yield from _redirection(hierarchy)
    yield from _tags_for_nobody(hierarchy)
    levels = hierarchy.chain(ConfigPath()).levels
    mentioned = set().union(*(level.index.body for level in levels if level.index is not None))
    for name in sorted(_SERVER_SECTIONS | READ | mentioned):
        section = hierarchy.merged(name, ConfigPath())
        needed = name in READ or name in _SERVER_SECTIONS or not section.declared
        for problem in section.problems:
            yield problem if needed or problem.severity != "error" else Problem("warning", problem.code, problem.message, problem.source)


def _redirection(hierarchy: Hierarchy) -> Iterator[Problem]:
    """redirection.config beside the server's file may send IIS to another one."""
    document = hierarchy.read(hierarchy.server.path.with_name("redirection.config"))
    element = document.root.find("configurationRedirection") if document is not None and document.root is not None else None
    if document is not None and element is not None and element.get("enabled", "false").lower() == "true":
        message = f"redirection.config sends IIS to the configuration in '{element.get('path', '')}': it is not followed, this folder's is read"
        yield Problem("warning", "not-executed", message, document.source(element))


def _tags_for_nobody(hierarchy: Hierarchy) -> Iterator[Problem]:
    """Location tags for sites that do not exist: IIS passes over them, and so does everything here."""
    file = hierarchy.chain(ConfigPath()).files[-1]
    for tags in file.locations.values():
        for tag in tags:
            site = tag.path.partition("/")[0]
            if site and hierarchy.site(site) is None:
                yield Problem(
                    "information", "unknown-path", f'No site has the name "{site}": this location tag has no effect', file.source(tag.element)
                )


def _digests(hierarchy: Hierarchy) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(document.path), document.digest) for document in hierarchy.documents()))


def facts(pool: AppPool) -> PoolFacts:
    return PoolFacts(pool.managed_pipeline_mode, pool.managed_runtime_version, 32 if pool.enable_32_bit else 64)


@dataclass
class _Settings:
    """The table of a plan's settings: each object once, by identity."""

    items: list[ScopeSettings] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def place(self, settings: ScopeSettings) -> int:
        found = self.places.get(id(settings))
        if found is None:
            found = self.places[id(settings)] = len(self.items)
            self.items.append(settings)
        return found


class _Compilation:
    def __init__(self, hierarchy: Hierarchy, accepted: frozenset[str]) -> None:
        self.hierarchy = hierarchy
        self.scopes = Scopes(hierarchy, accepted)
        self.problems: dict[Problem, None] = {}
        self.web_limits = WebLimits.from_effective(hierarchy.merged(WebLimits.SECTION, ConfigPath()))
        self.log = Log.from_effective(hierarchy.merged(Log.SECTION, ConfigPath()))
        self.pool_names = {pool.name.lower(): pool.name for pool in hierarchy.pools()}
        self._contents: dict[Path, Content] = {}
        self._closed: dict[tuple[int, str], tuple[ScopeSettings, ScopeSettings]] = {}

    @cached_property
    def members(self) -> dict[str, list[tuple[Site, list[Application]]]]:
        """Pool (in lower case) → its sites, each with its applications of that pool."""
        found: dict[str, list[tuple[Site, list[Application]]]] = {}
        for site in self.hierarchy.sites():
            own: dict[str, list[Application]] = {}
            for application in site.applications:
                own.setdefault(application.application_pool.lower(), []).append(application)
            for name, applications in own.items():
                found.setdefault(name, []).append((site, applications))
        return found

    def report(self, problems: Iterable[Problem]) -> None:
        self.problems.update(dict.fromkeys(problems))

    def problem(self, severity: str, code: str, message: str, source: object) -> None:
        self.report([Problem(severity, code, message, source)])  # type: ignore[arg-type]  # literals of ours, Sources of sections

    # --- routes -----------------------------------------------------------------------------------------------------

    def routes(self, ports: Mapping[int, int]) -> RouteTable:
        made: list[SiteRoute] = []
        taken: dict[BindingRoute, str] = {}
        for site in self.hierarchy.sites():
            applications = tuple(ApplicationRoute(item.path, self.pool_of(site, item)) for item in site.applications)
            if not any(item.path == "/" for item in applications):
                self.problem("warning", "no-root-application", f'The site "{site.name}" has no application "/": it answers 404 there', site.source)
            limits = site_limits(site, self.web_limits)
            bindings = self.bindings(site, ports, taken)
            made.append(SiteRoute(site.name, site.id, bindings, applications, site.server_auto_start, limits, site.source))
        return RouteTable(tuple(made))

    def pool_of(self, site: Site, application: Application) -> str:
        found = self.pool_names.get(application.application_pool.lower())
        if found is None:
            wanted = application.application_pool or "(none)"
            message = f'The application "{site.name}{application.path}" is in the pool "{wanted}", which does not exist: it answers 503'
            self.problem("error", "unknown-pool", message, application.source)
        return found or application.application_pool

    def bindings(self, site: Site, ports: Mapping[int, int], taken: dict[BindingRoute, str]) -> tuple[BindingRoute, ...]:
        made = []
        for binding in site.bindings:
            if binding.protocol.lower() not in ("http", "https"):
                message = f"Bindings of the protocol {binding.protocol} are kept and not served"
                self.problem("information", "not-executed", message, binding.source)
                continue
            route = binding_route(binding, ports)
            if route is None:
                message = f'"{binding.binding_information}" is no address:port:host; this binding is not served'
                self.problem("warning", "bad-binding", message, binding.source)
                continue
            place = BindingRoute(route.protocol, route.ip, route.port, route.host)
            other = taken.setdefault(place, site.name)
            if other != site.name:
                message = f'The site "{other}" has the binding {binding.binding_information} too: only the first that starts gets it'
                self.problem("warning", DUPLICATE, message, binding.source)
            made.append(route)
        return tuple(made)

    # --- pools ------------------------------------------------------------------------------------------------------

    def pool(self, pool: AppPool) -> PoolPlan:
        table = _Settings()
        known = facts(pool)
        applications: list[ApplicationPlan] = []
        sites: list[SitePlan] = []
        code: list[CodeFile] = []
        for site, own in self.members.get(pool.name.lower(), ()):
            resolve = self.hierarchy.drives.resolve
            log = site_log(site, resolve(site.log_file.directory))
            if self.log.is_central:
                log = central_log(self.log, resolve(self.log.central_file.directory))
            sites.append(SitePlan(site.name, site.id, site_limits(site, self.web_limits), log))
            for application in own:
                applications.append(self.application(site, application, known, table))
                code += self.code(application)
        self.check_pool(pool)
        return PoolPlan(
            name=pool.name,
            mode=pool.managed_pipeline_mode,
            managed_runtime_version=pool.managed_runtime_version,
            bitness=known.bitness,
            process=process_settings(self.with_environment(pool)),
            recycling=recycling_settings(pool),
            failure=failure_settings(pool),
            sites=tuple(sites),
            applications=tuple(applications),
            settings=tuple(table.items),
            code_digest=code_digest(code),
            source=pool.source,
        )

    def check_pool(self, pool: AppPool) -> None:
        if pool.managed_runtime_version not in _RUNTIME_VERSIONS:
            message = f'The pool "{pool.name}" has managedRuntimeVersion "{pool.managed_runtime_version}": no row of modules and handlers asks for it'
            self.problem("warning", "unknown-runtime", message, pool.source)
        for message in not_executed(pool):
            self.problem("information", "not-executed", message, pool.source)

    def with_environment(self, pool: AppPool) -> AppPool:
        """The pool with its virtual environment's folder as this system knows it."""
        changed = tuple(
            variable.model_copy(update={"value": str(self.hierarchy.drives.resolve(variable.value) or variable.value)})
            if variable.name.upper() == _VIRTUAL_ENV
            else variable
            for variable in pool.environment_variables
        )
        return pool.model_copy(update={"environment_variables": changed})

    def application(self, site: Site, application: Application, pool: PoolFacts, table: _Settings) -> ApplicationPlan:
        path = ConfigPath(site.name, application.path)
        top = self.scopes.settings(path, path, pool)
        scopes = {path.path.lower(): top}
        for prefix in self.prefixes(site, application):
            parent = next(scopes[upper] for upper in _upwards(prefix.lower(), path.path.lower()) if upper in scopes)
            settings = self.scopes.settings(path, ConfigPath(site.name, prefix), pool)
            if settings is not parent:
                scopes[prefix.lower()] = settings
        self.close_unseen(site, application, scopes)
        self.close_doubled(site, application, scopes)
        ordered = sorted(scopes, key=lambda prefix: (-len(prefix.rstrip("/")), prefix))
        return ApplicationPlan(
            site=site.name,
            site_id=site.id,
            path=path.path,
            virtual_directories=tuple(self.virtual_directories(site, application)),
            scopes=tuple(Scope(prefix, table.place(scopes[prefix])) for prefix in ordered),
            preload=application.preload_enabled,
            warm_up=warm_up_pages(
                ApplicationInitialization.from_effective(self.hierarchy.merged(ApplicationInitialization.SECTION, path)), path.path
            ),
            source=application.source,
        )

    def virtual_directories(self, site: Site, application: Application) -> Iterator[VirtualDirectory]:
        for directory in application.virtual_directories:
            if directory.folder is None:
                missing = self.hierarchy.drives.unmapped(directory.physical_path) or "(none)"
                message = f'"{directory.physical_path}" of {site.name}{application.url_of(directory)} has no folder here: {missing} is not mapped'
                self.problem("warning", "unmapped-drive", message, directory.source)
            elif not directory.folder.is_dir():
                message = f'"{directory.folder}" of {site.name}{application.url_of(directory)} is no folder: IIS answers 500.19 there'
                self.problem("warning", NO_FOLDER, message, directory.source)
            yield VirtualDirectory(application.url_of(directory), str(directory.folder or ""), directory.source)

    # --- scopes -----------------------------------------------------------------------------------------------------

    def prefixes(self, site: Site, application: Application) -> list[str]:
        """URL paths of the application, below its own, at which something may change; shortest first."""
        found: dict[str, str] = {}
        for directory in application.virtual_directories:
            url = application.url_of(directory).rstrip("/")
            candidates = [url] if directory.path != "/" else []
            if directory.folder is not None and directory.allow_sub_dir_config:
                candidates += [f"{url}/{folder}" for folder in self.content(directory.folder).configured]
            for candidate in candidates:
                found.setdefault(candidate.lower(), candidate)
        for candidate in [application.path, *found.values()]:
            for location in self.locations(ConfigPath(site.name, candidate)):
                found.setdefault(location.lower(), location)
        mine = [path for path in found.values() if path and self.is_within(site, application, path)]
        return sorted(mine, key=lambda path: (path.count("/"), path.lower()))

    def close_unseen(self, site: Site, application: Application, scopes: dict[str, ScopeSettings]) -> None:
        """Folders that nobody looked into may hold a web.config that denies: they are not served (fail closed)."""
        for directory in application.virtual_directories:
            content = self.content(directory.folder) if directory.folder is not None and directory.allow_sub_dir_config else Content()
            url = application.url_of(directory).rstrip("/")
            if not content.complete:
                message = f"{directory.folder} holds more folders than are looked at, or deeper ones: those beyond are closed (403)"
                self.problem("warning", "content-too-large", message, directory.source)
            for folder in shortened(content.unseen, _MOST_UNSEEN):
                path = f"{url}/{folder}".rstrip("/") or "/"
                if path != application.path and not self.is_within(site, application, path):
                    continue
                self.close(path.lower(), application, scopes, _UNSEEN, directory.source)

    def close_doubled(self, site: Site, application: Application, scopes: dict[str, ScopeSettings]) -> None:
        """Folders that differ only in case are one URL: a web.config of one would speak for the other (fail closed)."""
        for directory in application.virtual_directories:
            content = self.content(directory.folder) if directory.folder is not None and directory.allow_sub_dir_config else Content()
            url = application.url_of(directory).rstrip("/")
            for folder in content.doubled:
                path = f"{url}/{folder}"
                if any((inner.lower() + "/").startswith(folder + "/") for inner in content.configured) and self.is_within(site, application, path):
                    message = (
                        f"{directory.folder} has several folders /{folder} that differ only in case, and a web.config in one: they are closed (403)"
                    )
                    self.problem("warning", "doubled-folder", message, directory.source)
                    self.close(path.lower(), application, scopes, _DOUBLED, directory.source)

    def close(self, prefix: str, application: Application, scopes: dict[str, ScopeSettings], reason: str, source: Source | None) -> None:
        """Have every request at and below `prefix` refused."""
        parent = next(scopes[upper] for upper in (prefix, *_upwards(prefix, application.path.lower())) if upper in scopes)
        scopes[prefix] = self.closed(parent, reason, source)
        for inner in [inner for inner in scopes if inner.startswith(prefix.rstrip("/") + "/")]:
            scopes[inner] = self.closed(scopes[inner], reason, source)

    def closed(self, settings: ScopeSettings, reason: str, source: Source | None) -> ScopeSettings:
        """`settings` with every request refused. Equal ones are one object."""
        known = self._closed.get((id(settings), reason))
        if known is None:
            closed = replace(settings, closed=settings.closed or Closed("content", reason, source))
            known = self._closed[(id(settings), reason)] = settings, closed
        return known[1]

    def locations(self, path: ConfigPath) -> Iterator[str]:
        """URL paths below `path` that location tags of the files above it name."""
        above = str(path).lower()
        for file in self.hierarchy.chain(path).files:
            for point in file.points_below(above):
                yield path.path.rstrip("/") + point[len(above) :]

    def is_within(self, site: Site, application: Application, path: str) -> bool:
        if path.lower() == application.path.lower():
            return False
        found, _, _ = self.hierarchy.map_url(site.name, path)
        return found is application

    def content(self, folder: Path) -> Content:
        found = self._contents.get(folder)
        if found is None:
            found = self._contents[folder] = walk(folder)
        return found

    def code(self, application: Application) -> tuple[CodeFile, ...]:
        root = application.root
        return self.content(root.folder).code if root is not None and root.folder is not None else ()


def _upwards(prefix: str, top: str) -> Iterator[str]:
    """The prefixes above one, longest first, ending with the application's own."""
    current = prefix
    while current and current != top:
        current = current.rpartition("/")[0] or "/"
        yield current
    yield top
