"""The compiler: a Hierarchy in, PoolPlans, a RouteTable and problems out. What an earlier state shares with this one is taken over.

Knows no sockets, no processes and not whether anything runs. compiled_site.py compiles one site, server_problems.py judges the
server's file; plan_source.py calls `compile_next` whenever a file changed. An edit's work follows what it touches.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from hwebcore.plan import BindingRoute, Generation, Mode, PoolPlan, RouteTable, Scope, ScopeSettings
from hwebcore.virtual_environment import fault_of
from model.compiled_site import SERVER_ONLY, CompiledApplication, CompiledSite, PoolOf, ServerWords, SiteCompiler
from model.config_path import ConfigPath
from model.content_walk import CodeFile, Content, code_digest, walk
from model.document import Document
from model.drive_map import web_config_of
from model.file_index import DUPLICATE
from model.hierarchy import Hierarchy
from model.name_clash import Member, clashes
from model.node import Node
from model.presence import is_file, is_folder
from model.scopes import Decided, Parts, Scopes
from model.sections.application_pools import (
    AppPool,
    cpu_settings,
    failure_settings,
    not_executed,
    process_settings,
    programs,
    recycling_settings,
)
from model.sections.log import Log
from model.sections.precondition import PoolFacts
from model.sections.sites import Site
from model.sections.web_limits import WebLimits
from model.server_problems import server_problems
from model.source import Problem

_RUNTIME_VERSIONS = ("", "v1.1", "v2.0", "v4.0")
_VIRTUAL_ENV = "VIRTUAL_ENV"

__all__ = ["Compiled", "compile_next", "compile_pool", "compile_server", "server_problems"]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPool:
    pool: AppPool
    members: tuple[CompiledApplication, ...]
    sites: tuple[CompiledSite, ...]
    plan: PoolPlan
    #: Of its applications, then its own; and of what requests meet there, told after all others.
    problems: tuple[Problem, ...]
    scope_problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A generation and all that the next one may take over. `generation.pools` is None where the server's file is unusable."""

    generation: Generation
    #: What the server's level says to every site: where it differs, nothing is taken over.
    basis: tuple[object, ...] = ()
    sites: Mapping[str, CompiledSite] = field(default_factory=dict)
    #: Pool (in lower case) → what its applications depend on.
    facts: Mapping[str, PoolOf] = field(default_factory=dict)
    pools: Mapping[str, CompiledPool] = field(default_factory=dict)
    #: Files that were looked for, and whether they were there.
    files: Mapping[Path, bool] = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)
    #: All files that it was made from.
    documents: tuple[Document, ...] = ()


def compile_server(hierarchy: Hierarchy, *, ports: Mapping[int, int] | None = None, accepted: frozenset[str] = frozenset()) -> Generation:
    """Everything that the configuration says, decided. `accepted`: sections whose unexecuted restrictions the user accepted."""
    return compile_next(hierarchy, ports=ports, accepted=accepted).generation


def compile_next(
    hierarchy: Hierarchy,
    before: Compiled | None = None,
    changed: Set[str] | None = None,
    *,
    ports: Mapping[int, int] | None = None,
    accepted: frozenset[str] = frozenset(),
    drafts: Iterable[Path] = (),
) -> Compiled:
    """The same, with what `before` shares taken over: the result is what a compilation of the whole gives.

    `changed`: folders in which, or below which, a file other than the server's may have changed since `before`; None: anywhere.
    `drafts`: web.configs that are only proposed, and may not be on the disk yet.
    """
    started = time.perf_counter()
    found = dict.fromkeys(server_problems(hierarchy))
    if any(problem.severity == "error" for problem in found):
        generation = Generation(None, RouteTable(), tuple(found), _digests((hierarchy.server,)), (time.perf_counter() - started) * 1000)
        return Compiled(generation)
    return _Compilation(hierarchy, accepted, ports or {}, before, changed, drafts=drafts).compiled(found, started)


def compile_pool(hierarchy: Hierarchy, name: str, mode: Mode | None = None, *, accepted: frozenset[str] = frozenset()) -> PoolPlan:
    """One pool's plan, as if its managedPipelineMode were `mode`. Raises KeyError for a pool that does not exist."""
    for pool in hierarchy.pools():
        if pool.name.lower() == name.lower():
            wanted = pool if mode is None else pool.model_copy(update={"managed_pipeline_mode": mode})
            return _Compilation(hierarchy, accepted, {}, only=wanted).plan_of(wanted)
    raise KeyError(name)


def _digests(documents: Iterable[Document]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(document.path), document.digest) for document in documents))


def facts(pool: AppPool) -> PoolFacts:
    return PoolFacts(pool.managed_pipeline_mode, pool.managed_runtime_version, 32 if pool.enable_32_bit else 64)


class _Settings:
    """The table of a plan's settings: what the same words made stands in it once."""

    def __init__(self) -> None:
        self.items: list[ScopeSettings] = []
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, decided: Decided) -> int:
        found = self._places.get(decided.key)
        if found is None:
            found = self._places[decided.key] = len(self.items)
            self.items.append(decided.settings)
        return found


class _Compilation:
    """`only`: the one pool that is asked for; applications of others are left out."""

    def __init__(
        self, hierarchy: Hierarchy, accepted: frozenset[str], ports: Mapping[int, int],
        before: Compiled | None = None, changed: Set[str] | None = None, only: AppPool | None = None, drafts: Iterable[Path] = (),
    ) -> None:  # fmt: skip
        self.hierarchy = hierarchy
        web_limits = WebLimits.from_effective(hierarchy.merged(WebLimits.SECTION, ConfigPath()))
        words = ServerWords(web_limits, Log.from_effective(hierarchy.merged(Log.SECTION, ConfigPath())), ports)
        self.basis = (accepted, words, hierarchy.drives, *_words_for_sites(hierarchy))
        same = before is not None and before.basis == self.basis and all(is_file(file) == there for file, there in before.files.items())
        self.before = before if before is not None and same else Compiled(Generation(None, RouteTable()))
        self.changed = changed
        self.drafts = [path for path in drafts if hierarchy.read(path) is not None]
        #: Folders' content is the same whatever the server's file says.
        self._walked = before.sites if before is not None and changed is not None else {}
        self.scopes = Scopes(hierarchy, accepted, self.before.parts)
        self.site_compiler = SiteCompiler(hierarchy, self.scopes, words, self._content)
        pools = (only,) if only is not None else hierarchy.pools()
        self.facts: dict[str, PoolOf] = {pool.name.lower(): (pool.name, facts(pool)) for pool in pools}
        self.same_facts = self.facts == self.before.facts
        self.tags = _tags(hierarchy)
        self._contents: dict[Path, Content] = {}

    def compiled(self, problems: dict[Problem, None], started: float) -> Compiled:
        before = self.before
        sites = {site.name.lower(): self.site(site) for site in self.hierarchy.sites()}
        routes = self.routes(sites.values(), problems)
        members = self.members(sites.values())
        pools = {pool.name.lower(): self.pool(pool, members.get(pool.name.lower(), ())) for pool in self.hierarchy.pools()}
        for part in ("problems", "scope_problems"):
            for pool in pools.values():
                for problem in getattr(pool, part):
                    problems[problem] = None
        documents = {self.hierarchy.server: None}
        for site in sites.values():
            for document in site.documents:
                documents[document] = None
        plans = tuple(pool.plan for pool in pools.values())
        generation = Generation(plans, routes, tuple(problems), _digests(documents), (time.perf_counter() - started) * 1000)
        parts = self.scopes.parts or before.parts
        del self.site_compiler  # it asks this object for content: a cycle would keep the texts until somebody collects
        return Compiled(generation, self.basis, sites, self.facts, pools, {**before.files, **self.scopes.files}, parts, tuple(documents))

    def plan_of(self, pool: AppPool) -> PoolPlan:
        wanted = pool.name.lower()
        sites = [site for site in self.hierarchy.sites() if any(item.application_pool.lower() == wanted for item in site.applications)]
        return self.pool(pool, self.members(map(self.site, sites)).get(wanted, ())).plan

    # --- sites ------------------------------------------------------------------------------------------------------

    def site(self, site: Site) -> CompiledSite:
        known = self.before.sites.get(site.name.lower())
        tags = self.tags.get(site.name.lower(), ())
        if known is not None and known.site is site and self.same_facts and known.tags == tags and self._holds(known):
            return known
        pools = tuple(self._pool_of(item.application_pool) for item in site.applications)
        if known is not None and known.site is site and known.pools == pools and known.tags == tags and self._holds(known):
            return known
        walked = self._walked.get(site.name.lower())
        if walked is not None and self.changed is not None:
            same = {folder: content for folder, content in walked.contents.items() if str(folder) not in self.changed}
            self._contents |= {folder: content for folder, content in same.items() if folder not in walked.missing}
        return self.site_compiler.site(site, pools, tags)

    def _pool_of(self, name: str) -> PoolOf:
        return self.facts.get(name.lower()) or (name, None)

    def _holds(self, known: CompiledSite) -> bool:
        """Whether what was read below the site's folders is what is there now."""
        if known.reaches_up or any(is_folder(folder) for folder in known.missing):
            return False
        if self.changed is not None:
            return self.changed.isdisjoint(known.folders)
        read = self.hierarchy.read
        return all(self._content(folder) == content for folder, content in known.contents.items()) and all(
            read(path if document is not None or path.name != "web.config" else web_config_of(path.parent)) is document
            for path, document in known.asked
        )

    def _content(self, folder: Path) -> Content:
        found = self._contents.get(folder)
        if found is None:
            found = self._contents[folder] = self._with_drafts(folder, walk(folder))
        return found

    def _with_drafts(self, folder: Path, content: Content) -> Content:
        configured = {str(path.parent.relative_to(folder)) for path in self.drafts if folder in path.parent.parents}
        return replace(content, configured=tuple(sorted(configured.union(content.configured)))) if configured else content

    # --- routes -----------------------------------------------------------------------------------------------------

    def routes(self, sites: Iterable[CompiledSite], problems: dict[Problem, None]) -> RouteTable:
        taken: dict[BindingRoute, str] = {}
        made = []
        for site in sites:
            made.append(site.route)
            problems.update(dict.fromkeys(site.problems))
            for endpoint, written, source in site.endpoints:
                other = taken.setdefault(endpoint, site.site.name)
                if other != site.site.name:
                    message = f'The site "{other}" has the binding {written} too: only the first that starts gets it'
                    problems[Problem("warning", DUPLICATE, message, source)] = None
        return RouteTable(tuple(made))

    # --- pools ------------------------------------------------------------------------------------------------------

    def members(self, sites: Iterable[CompiledSite]) -> dict[str, list[tuple[CompiledSite, tuple[CompiledApplication, ...]]]]:
        """Pool (in lower case) → its sites, each with its applications of that pool."""
        found: dict[str, list[tuple[CompiledSite, tuple[CompiledApplication, ...]]]] = {}
        for site in sites:
            for name, applications in site.members.items():
                found.setdefault(name, []).append((site, applications))
        return found

    def pool(self, pool: AppPool, members: Iterable[tuple[CompiledSite, tuple[CompiledApplication, ...]]]) -> CompiledPool:
        sites = tuple(site for site, _ in members)
        applications = tuple(application for _, own in members for application in own)
        known = self.before.pools.get(pool.name.lower())
        if known is not None and known.pool is pool and known.members == applications and known.sites == sites:
            return known
        table = _Settings()
        code: list[CodeFile] = []
        plans = []
        for application in applications:
            places = [table.place(decided) for decided in application.settings]
            scopes = tuple(Scope(scope.prefix, places[scope.settings]) for scope in application.plan.scopes)
            plans.append(replace(application.plan, scopes=scopes))
            code += application.code
        plan = PoolPlan(
            name=pool.name,
            mode=pool.managed_pipeline_mode,
            managed_runtime_version=pool.managed_runtime_version,
            bitness=facts(pool).bitness,
            process=process_settings(self._with_environment(pool)),
            recycling=recycling_settings(pool),
            failure=failure_settings(pool, self._program),
            cpu=cpu_settings(pool),
            sites=tuple(site.plan for site in sites),
            applications=tuple(plans),
            settings=tuple(table.items),
            code_digest=code_digest(code),
            source=pool.source,
        )
        problems = (
            *(problem for application in applications for problem in application.problems),
            *self._pool_problems(pool),
            *_environment_problems(pool, plan),
            *_clashes(pool, applications),
        )
        of_scopes = (problem for application in applications for decided in application.settings for problem in decided.problems)
        return CompiledPool(pool, applications, sites, plan, problems, tuple(of_scopes))

    def _with_environment(self, pool: AppPool) -> AppPool:
        """The pool with its virtual environment's folder as this system knows it."""
        changed = tuple(
            variable.model_copy(update={"value": str(self.hierarchy.drives.resolve(variable.value) or variable.value)})
            if variable.name.upper() == _VIRTUAL_ENV
            else variable
            for variable in pool.environment_variables
        )
        return pool.model_copy(update={"environment_variables": changed})

    def _program(self, path: str) -> str:
        """The program of this system that a path of the configuration means, "" where it means none."""
        found = self.hierarchy.drives.resolve(path) if path else None
        return str(found) if found is not None and is_file(found) and os.access(found, os.X_OK) else ""

    def _pool_problems(self, pool: AppPool) -> Iterator[Problem]:
        if pool.managed_runtime_version not in _RUNTIME_VERSIONS:
            message = f'The pool "{pool.name}" has managedRuntimeVersion "{pool.managed_runtime_version}": no row of modules and handlers asks for it'
            yield Problem("warning", "unknown-runtime", message, pool.source)
        for message in not_executed(pool):
            yield Problem("information", "not-executed", message, pool.source)
        for attribute, path in programs(pool):
            if not self._program(path):
                message = f'The pool "{pool.name}" has {attribute} "{path}": that is no program of this system, and none is run'
                yield Problem("warning", "no-program", message, pool.source)


def _environment_problems(pool: AppPool, plan: PoolPlan) -> Iterator[Problem]:
    folder = dict(plan.process.environment).get(_VIRTUAL_ENV, "")
    fault = fault_of(folder) if folder else ""
    if fault:
        yield Problem("error", "virtual-environment", f'The pool "{pool.name}" cannot start: {fault}', pool.source)


def _clashes(pool: AppPool, applications: Iterable[CompiledApplication]) -> Iterator[Problem]:
    """Applications of one pool share an interpreter: a name of a module means one thing there."""
    members = [
        Member(
            f"{one.plan.site}{one.plan.path}", one.plan.root, tuple(file for file, _, _ in one.code),
            tuple(decided.settings for decided in one.settings), one.plan.source,
        )
        for one in applications
    ]  # fmt: skip
    for name, first, second in clashes(members):
        message = (
            f'The application "{second.name}" has a module "{name}", and so has "{first.name}" of the same pool, "{pool.name}": '
            "whichever is imported second answers 500. Give it a pool of its own"
        )
        yield Problem("error", "name-clash", message, second.source)


def _tags(hierarchy: Hierarchy) -> dict[str, tuple[Node, ...]]:
    """Site (in lower case) → the location tags above it that speak of it or of what is below it."""
    found: dict[str, list[Node]] = {}
    for file in hierarchy.chain(ConfigPath()).files:
        for tags in file.locations.values():
            for tag in tags:
                found.setdefault(tag.path.lower().partition("/")[0], []).append(tag.element.node)
    return {site: tuple(nodes) for site, nodes in found.items()}


def _words_for_sites(hierarchy: Hierarchy) -> Iterator[object]:
    """All that the files above the sites say to them: by identity of the nodes, and what is declared."""
    chain = hierarchy.chain(ConfigPath())
    yield {name: [layer.key for layer in layers] for name, layers in chain.words.items() if not name.startswith(SERVER_ONLY)}
    yield {name: (*declaration.rules, level) for name, (declaration, level) in chain.declarations.items()}
