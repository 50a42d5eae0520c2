"""One site compiled: its route, and all that requests to its applications meet. Kept for the next state while nothing of it changes.

Knows no other site and no pool but what decides preconditions. scopes.py decides what holds below each URL prefix, content_walk.py
finds web.configs and code; compiler.py puts sites together to pools and routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hwebcore.plan import (
    ApplicationPlan,
    ApplicationRoute,
    BindingRoute,
    Closed,
    ConfigurationError,
    Scope,
    SiteLimits,
    SitePlan,
    SiteRoute,
    VirtualDirectory,
)
from model.config_path import ConfigPath
from model.content_walk import CodeFile, Content, shortened
from model.document import Document
from model.hierarchy import Hierarchy
from model.node import Node
from model.presence import is_folder
from model.scopes import Decided, Scopes
from model.sections.application_initialization import ApplicationInitialization, warm_up_pages
from model.sections.log import Log, central_log
from model.sections.precondition import PoolFacts
from model.sections.sites import Application, Site, SiteBinding, binding_route, log_not_executed, site_limits, site_log
from model.sections.sites import VirtualDirectory as Directory
from model.sections.web_limits import WebLimits
from model.source import Problem, Severity, Source

NO_FOLDER = "0x80070003"
#: Sections of the server that say nothing to what a request meets in a site.
SERVER_ONLY = "system.applicationHost/"
#: More folders that nobody looked into are closed by the folders above them.
_MOST_UNSEEN = 200
_UNSEEN = "no web.config was looked for in this folder: it is a dot folder, a virtual environment, or beyond the limits"
_DOUBLED = "another folder has this name in another case, and a web.config of one would speak for both"

#: An application's pool: its name as the configuration writes it, and what decides preconditions (None: there is no such pool).
PoolOf = tuple[str, PoolFacts | None]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledApplication:
    #: Its scopes count into `settings`.
    plan: ApplicationPlan
    settings: tuple[Decided, ...]
    code: tuple[CodeFile, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledSite:
    site: Site
    plan: SitePlan
    route: SiteRoute
    #: Of its bindings: where each listens, as written, with its source. Two sites may want the same.
    endpoints: tuple[tuple[BindingRoute, str, Source | None], ...]
    problems: tuple[Problem, ...]
    #: Pool (in lower case) → its applications in this site.
    members: Mapping[str, tuple[CompiledApplication, ...]]
    # What it was made of:
    pools: tuple[PoolOf, ...]
    tags: tuple[Node, ...]
    #: The files that were asked for, None for one that is not there.
    asked: tuple[tuple[Path, Document | None], ...]
    #: Its folders, with what they held; those that were not there.
    contents: Mapping[Path, Content]
    folders: frozenset[str]
    missing: tuple[Path, ...]
    #: A file of it speaks of sections that belong to the server's: whatever happens there may concern it.
    reaches_up: bool

    @property
    def documents(self) -> Iterator[Document]:
        return (document for _, document in self.asked if document is not None)


@dataclass(frozen=True, slots=True)
class ServerWords:
    """What the server's level says to every site."""

    web_limits: WebLimits
    log: Log
    ports: Mapping[int, int]


class SiteCompiler:
    def __init__(self, hierarchy: Hierarchy, scopes: Scopes, words: ServerWords, content: Callable[[Path], Content]) -> None:
        self.hierarchy = hierarchy
        self.scopes = scopes
        self.words = words
        self.content = content
        self._problems: dict[Problem, None] = {}

    def site(self, site: Site, pools: tuple[PoolOf, ...], tags: tuple[Node, ...]) -> CompiledSite:
        self._problems = {}
        limits = site_limits(site, self.words.web_limits)
        route, endpoints = self._route(site, pools, limits)
        plan = self._plan(site, limits)
        problems = tuple(self._problems)
        members: dict[str, tuple[CompiledApplication, ...]] = {}
        paths: dict[ConfigPath, None] = {}
        for application, (name, facts) in zip(site.applications, pools, strict=True):
            if facts is not None:
                made, seen = self.application(site, application, facts)
                members[name.lower()] = (*members.get(name.lower(), ()), made)
                paths |= dict.fromkeys(seen)
        asked = {file: document for path in paths for file, document in self.hierarchy.chain(path).asked}
        folders = {directory.folder: None for item in site.applications for directory in item.virtual_directories if directory.folder is not None}
        said = (level.index for path in paths for level in self.hierarchy.chain(path).levels[3:] if level.index is not None)
        return CompiledSite(
            site=site, plan=plan, route=route, endpoints=endpoints, problems=problems, members=members, pools=pools, tags=tags,
            asked=tuple(asked.items()),
            contents={folder: self.content(folder) for folder in folders},
            folders=frozenset(map(str, folders)),
            missing=tuple(folder for folder in folders if not is_folder(folder)),
            reaches_up=any(name.startswith(SERVER_ONLY) for index in said for name in index.sections()),
        )  # fmt: skip

    def _report(self, severity: Severity, code: str, message: str, source: Source | None) -> None:
        self._problems[Problem(severity, code, message, source)] = None

    # --- routes -----------------------------------------------------------------------------------------------------

    def _plan(self, site: Site, limits: SiteLimits) -> SitePlan:
        resolve, log = self.hierarchy.drives.resolve, self.words.log
        form = log_not_executed(site)
        if form and not log.is_central:
            self._report("information", "not-executed", form, site.source)
        of_site = central_log(log, resolve(log.central_file.directory)) if log.is_central else site_log(site, resolve(site.log_file.directory))
        return SitePlan(site.name, site.id, limits, of_site)

    def _route(
        self, site: Site, pools: tuple[PoolOf, ...], limits: SiteLimits
    ) -> tuple[SiteRoute, tuple[tuple[BindingRoute, str, Source | None], ...]]:
        for application, (name, facts) in zip(site.applications, pools, strict=True):
            if facts is None:
                message = f'The application "{site.name}{application.path}" is in the pool "{name or "(none)"}", which does not exist: it answers 503'
                self._report("error", "unknown-pool", message, application.source)
        if not any(item.path == "/" for item in site.applications):
            self._report("warning", "no-root-application", f'The site "{site.name}" has no application "/": it answers 404 there', site.source)
        routes = [(route, binding) for binding in site.bindings if (route := self._binding(binding)) is not None]
        applications = tuple(ApplicationRoute(item.path, name) for item, (name, _) in zip(site.applications, pools, strict=True))
        made = SiteRoute(
            site.name, site.id, tuple(route for route, _ in routes), applications, site.server_auto_start, limits, site.source
        )  # fmt: skip
        return made, tuple(
            (BindingRoute(route.protocol, route.ip, route.port, route.host), binding.binding_information, binding.source) for route, binding in routes
        )

    def _binding(self, binding: SiteBinding) -> BindingRoute | None:
        if binding.protocol.lower() not in ("http", "https"):
            message = f"Bindings of the protocol {binding.protocol} are kept and not served"
            self._report("information", "not-executed", message, binding.source)
            return None
        route = binding_route(binding, self.words.ports)
        if route is None:
            message = f'"{binding.binding_information}" is no address:port:host; this binding is not served'
            self._report("warning", "bad-binding", message, binding.source)
        return route

    # --- applications -----------------------------------------------------------------------------------------------

    def application(self, site: Site, application: Application, pool: PoolFacts) -> tuple[CompiledApplication, list[ConfigPath]]:
        """The application in a pool of that kind, and the paths whose files had a say."""
        before, self._problems = self._problems, {}
        path = ConfigPath(site.name, application.path)
        paths = [path]
        scopes = {path.path.lower(): self.scopes.decide(path, path, pool)}
        for prefix in self._prefixes(site, application):
            parent = next(scopes[upper] for upper in _upwards(prefix.lower(), path.path.lower()) if upper in scopes)
            paths.append(ConfigPath(site.name, prefix))
            decided = self.scopes.decide(path, paths[-1], pool)
            if decided is not parent:
                scopes[prefix.lower()] = decided
        self._close_unseen(site, application, scopes)
        self._close_doubled(site, application, scopes)
        self._fail_without_folder(site, application, scopes)
        ordered = sorted(scopes, key=lambda prefix: (-len(prefix.rstrip("/")), prefix))
        numbers = {decided.key: number for number, decided in enumerate({item.key: item for item in scopes.values()}.values())}
        initialization = ApplicationInitialization.from_effective(self.hierarchy.merged(ApplicationInitialization.SECTION, path))
        plan = ApplicationPlan(
            site=site.name,
            site_id=site.id,
            path=path.path,
            virtual_directories=tuple(self._virtual_directories(site, application)),
            scopes=tuple(Scope(prefix, numbers[scopes[prefix].key]) for prefix in ordered),
            preload=application.preload_enabled,
            warm_up=warm_up_pages(initialization, path.path),
            source=application.source,
        )
        root = application.root
        code = self.content(root.folder).code if root is not None and root.folder is not None else ()
        used = {scopes[prefix].key: scopes[prefix] for prefix in scopes}
        problems, self._problems = self._problems, before
        return CompiledApplication(plan, tuple(used.values()), code, tuple(problems)), paths

    def _virtual_directories(self, site: Site, application: Application) -> Iterator[VirtualDirectory]:
        for directory in application.virtual_directories:
            if directory.folder is None:
                self._report("warning", "unmapped-drive", self._without_folder(site, application, directory), directory.source)
            elif message := self._without_folder(site, application, directory):
                self._report("warning", NO_FOLDER, message, directory.source)
            yield VirtualDirectory(application.url_of(directory), str(directory.folder or ""), directory.source)

    def _without_folder(self, site: Site, application: Application, directory: Directory) -> str:
        """Why nothing can be read there, the site's files included; "" where there is a folder."""
        place = f"{site.name}{application.url_of(directory)}"
        if directory.folder is None:
            missing = self.hierarchy.drives.unmapped(directory.physical_path) or "(none)"
            return f'"{directory.physical_path}" of {place} has no folder here: {missing} is not mapped'
        return "" if is_folder(directory.folder) else f'"{directory.folder}" of {place} is no folder: it is answered with 500.19'

    def _fail_without_folder(self, site: Site, application: Application, scopes: dict[str, Decided]) -> None:
        """A web.config that cannot be looked for may deny anything: 500.19, as IIS (fail closed)."""
        urls = {application.url_of(directory).rstrip("/").lower(): directory for directory in application.virtual_directories}
        failing = {url: why for url, directory in urls.items() if (why := self._without_folder(site, application, directory))}
        if not failing:
            return
        for url in urls:  # each has a scope of its own now, those with a folder below one without too
            prefix = url or "/"
            if prefix not in scopes:
                scopes[prefix] = next(scopes[upper] for upper in _upwards(prefix, application.path.lower()) if upper in scopes)
        for prefix, decided in scopes.items():
            url = max((url for url in urls if (prefix.rstrip("/") + "/").startswith(url + "/")), key=len, default="")
            if url in failing:
                error = ConfigurationError(NO_FOLDER, failing[url], urls[url].source)
                scopes[prefix] = Decided(replace(decided.settings, error=error), (*decided.key, error), decided.problems)

    def _prefixes(self, site: Site, application: Application) -> list[str]:
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
            for location in self._locations(ConfigPath(site.name, candidate)):
                found.setdefault(location.lower(), location)
        mine = [path for path in found.values() if path and self._is_within(site, application, path)]
        return sorted(mine, key=lambda path: (path.count("/"), path.lower()))

    def _close_unseen(self, site: Site, application: Application, scopes: dict[str, Decided]) -> None:
        """Folders that nobody looked into may hold a web.config that denies: they are not served (fail closed)."""
        for directory in application.virtual_directories:
            content = self.content(directory.folder) if directory.folder is not None and directory.allow_sub_dir_config else Content()
            url = application.url_of(directory).rstrip("/")
            if not content.complete:
                message = f"{directory.folder} holds more folders than are looked at, or deeper ones: those beyond are closed (403)"
                self._report("warning", "content-too-large", message, directory.source)
            for folder in shortened(content.unseen, _MOST_UNSEEN):
                path = f"{url}/{folder}".rstrip("/") or "/"
                if path != application.path and not self._is_within(site, application, path):
                    continue
                self._close(path.lower(), application, scopes, _UNSEEN, directory.source)

    def _close_doubled(self, site: Site, application: Application, scopes: dict[str, Decided]) -> None:
        """Folders that differ only in case are one URL: a web.config of one would speak for the other (fail closed)."""
        for directory in application.virtual_directories:
            content = self.content(directory.folder) if directory.folder is not None and directory.allow_sub_dir_config else Content()
            url = application.url_of(directory).rstrip("/")
            for folder in content.doubled:
                path = f"{url}/{folder}"
                if any((inner.lower() + "/").startswith(folder + "/") for inner in content.configured) and self._is_within(site, application, path):
                    message = (
                        f"{directory.folder} has several folders /{folder} that differ only in case, and a web.config in one: they are closed (403)"
                    )
                    self._report("warning", "doubled-folder", message, directory.source)
                    self._close(path.lower(), application, scopes, _DOUBLED, directory.source)

    def _close(self, prefix: str, application: Application, scopes: dict[str, Decided], reason: str, source: Source | None) -> None:
        """Have every request at and below `prefix` refused."""
        parent = next(scopes[upper] for upper in (prefix, *_upwards(prefix, application.path.lower())) if upper in scopes)
        scopes[prefix] = _closed(parent, reason, source)
        for inner in [inner for inner in scopes if inner.startswith(prefix.rstrip("/") + "/")]:
            scopes[inner] = _closed(scopes[inner], reason, source)

    def _locations(self, path: ConfigPath) -> Iterator[str]:
        """URL paths below `path` that location tags of the files above it name."""
        above = str(path).lower()
        for file in self.hierarchy.chain(path).files:
            for point in file.points_below(above):
                yield path.path.rstrip("/") + point[len(above) :]

    def _is_within(self, site: Site, application: Application, path: str) -> bool:
        if path.lower() == application.path.lower():
            return False
        found, _, _ = self.hierarchy.map_url(site.name, path)
        return found is application


def _closed(decided: Decided, reason: str, source: Source | None) -> Decided:
    """The same with every request refused."""
    closed = decided.settings.closed or Closed("content", reason, source)
    return Decided(replace(decided.settings, closed=closed), (*decided.key, closed), decided.problems)


def _upwards(prefix: str, top: str) -> Iterator[str]:
    """The prefixes above one, longest first, ending with the application's own."""
    current = prefix
    while current and current != top:
        current = current.rpartition("/")[0] or "/"
        yield current
    yield top
