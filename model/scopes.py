"""Scopes: everything that a request meets below one URL prefix, decided for a pool. Equal words give one object.

Knows no sockets and no processes, and not whether anything runs. compiler.py asks for the settings of each prefix; the
functions of sections/ make the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from hwebcore.plan import (
    AddressRules,
    Closed,
    ConfigurationError,
    HttpErrors,
    HttpRedirect,
    ManagedSettings,
    MigrationError,
    RequestLimits,
    ScopeSettings,
    SectionFault,
    StaticCompression,
)
from model import migration
from model.config_path import ConfigPath
from model.document import Document
from model.effective import EffectiveSection
from model.hierarchy import Hierarchy
from model.locks import LOCKED
from model.presence import is_file
from model.sections import (
    access,
    anonymous_authentication,
    authentication,
    authorization,
    basic_authentication,
    default_document,
    directory_browse,
    dynamic_ip_security,
    handlers,
    http_compression,
    http_errors,
    http_handlers,
    http_logging,
    http_modules,
    http_protocol,
    http_redirect,
    ip_security,
    isapi_cgi_restriction,
    machine_key,
    modules,
    request_filtering,
    server_runtime,
    session_state,
    static_content,
    web_authorization,
    websocket,
)
from model.sections.precondition import PoolFacts
from model.sections.restrictions import restrictions
from model.source import Problem, Source

Part = TypeVar("Part")

#: Read once for an application, at its root; the others at each path.
APPLICATION_SECTIONS = (
    modules.Modules.SECTION,
    http_modules.HttpModules.SECTION,
    authentication.Authentication.SECTION,
    session_state.SessionState.SECTION,
    machine_key.MachineKey.SECTION,
    migration.VALIDATION,
)
PATH_SECTIONS = (
    handlers.Handlers.SECTION,
    access.Access.SECTION,
    request_filtering.RequestFiltering.SECTION,
    anonymous_authentication.AnonymousAuthentication.SECTION,
    basic_authentication.BasicAuthentication.SECTION,
    authorization.Authorization.SECTION,
    static_content.StaticContent.SECTION,
    server_runtime.ServerRuntime.SECTION,
    default_document.DefaultDocument.SECTION,
    directory_browse.DirectoryBrowse.SECTION,
    http_errors.HttpErrors.SECTION,
    http_protocol.HttpProtocol.SECTION,
    http_logging.HttpLogging.SECTION,
    http_handlers.HttpHandlers.SECTION,
    web_authorization.WebAuthorization.SECTION,
    websocket.WebSocket.SECTION,
    dynamic_ip_security.DynamicIpSecurity.SECTION,
    ip_security.IpSecurity.SECTION,
    http_redirect.HttpRedirect.SECTION,
    http_compression.HttpCompression.SECTION,
    http_compression.UrlCompression.SECTION,
    migration.IDENTITY,
)
#: A value that is none stops only what reads it: these have one reader each, which is asked for few requests.
READ_LATE = (
    static_content.StaticContent.SECTION,
    default_document.DefaultDocument.SECTION,
    directory_browse.DirectoryBrowse.SECTION,
    http_errors.HttpErrors.SECTION,
    http_compression.HttpCompression.SECTION,
    http_compression.UrlCompression.SECTION,
)
#: In Classic, .NET's sections are read where a request reaches ASP.NET.
READ_BY_ASPNET = (
    http_modules.HttpModules.SECTION,
    authentication.Authentication.SECTION,
    session_state.SessionState.SECTION,
    machine_key.MachineKey.SECTION,
    http_handlers.HttpHandlers.SECTION,
    web_authorization.WebAuthorization.SECTION,
)
READ = frozenset(APPLICATION_SECTIONS) | frozenset(PATH_SECTIONS)


@dataclass(frozen=True, slots=True)
class Decided:
    """The settings of a prefix. Equal `key`: the same words made them, in whichever compilation."""

    settings: ScopeSettings
    key: tuple[object, ...]
    #: Met when they were made.
    problems: tuple[Problem, ...]


#: What was made of which sections: (maker, its arguments with sections by identity) → (the part, the arguments).
Parts = dict[tuple[object, ...], tuple[Any, tuple[object, ...]]]


class Scopes:
    """Makes ScopeSettings for paths of one Hierarchy. Problems that it meets are collected in `problems`.

    `known`: parts that were made for the state before; the sections that the two states share count by identity.
    """

    def __init__(self, hierarchy: Hierarchy, accepted: frozenset[str] = frozenset(), known: Parts | None = None) -> None:
        self.hierarchy = hierarchy
        self.accepted = accepted
        self.problems: dict[Problem, None] = {}
        self.parts: Parts = {}
        #: Files that error pages name, and whether they are there.
        self.files: dict[Path, bool] = {}
        self._known = known or {}
        self._decided: dict[tuple[object, ...], Decided] = {}
        self._words: dict[tuple[int, int], tuple[object, ...]] = {}
        self._errors: dict[int, tuple[EffectiveSection, HttpErrors]] = {}

    def settings(self, application: ConfigPath, path: ConfigPath, pool: PoolFacts) -> ScopeSettings:
        return self.decide(application, path, pool).settings

    def decide(self, application: ConfigPath, path: ConfigPath, pool: PoolFacts) -> Decided:
        key = (pool, self._said(application), self._said(path), tuple(self._mentioned(path)))
        found = self._decided.get(key)
        if found is None:
            before, self.problems = self.problems, {}
            made = self._made(application, path, pool, self._sections(application, path))
            found = self._decided[key] = Decided(made, key, tuple(self.problems))
            self.problems = before
        self.problems.update(dict.fromkeys(found.problems))
        return found

    def _sections(self, application: ConfigPath, path: ConfigPath) -> dict[str, EffectiveSection]:
        found = {name: self.hierarchy.merged(name, application) for name in APPLICATION_SECTIONS}
        return found | {name: self.hierarchy.merged(name, path) for name in PATH_SECTIONS}

    def _said(self, path: ConfigPath) -> tuple[object, ...]:
        """What is said below the server's level, for a path: paths for which the same is said share their settings."""
        chain, server = self.hierarchy.chain(path), self.hierarchy.chain(ConfigPath())
        if chain.words is server.words and chain.declarations is server.declarations:
            return ()
        place = (id(chain.words), id(chain.declarations))
        found = self._words.get(place)
        if found is None:
            words = ((name, *(layer.key for layer in said)) for name, said in chain.words.items() if said is not server.words.get(name))
            declared = ((name, *item[0].rules, item[1]) for name, item in chain.declarations.items() if item is not server.declarations.get(name))
            found = self._words[place] = (*words, *declared)
        return found

    def _made(self, application: ConfigPath, path: ConfigPath, pool: PoolFacts, read: dict[str, EffectiveSection]) -> ScopeSettings:
        images = self.hierarchy.merged(modules.GlobalModules.SECTION, ConfigPath())
        entries, bad_module = self._part(modules.module_entries, read[modules.Modules.SECTION], images, pool)
        mappings, bad_handler = self._part(handlers.handler_mappings, read[handlers.Handlers.SECTION], pool)
        policy, policy_source = self._part(handlers.access_policy, read[handlers.Handlers.SECTION])
        ssl_flags, ssl_source = self._part(access.settings, read[access.Access.SECTION])
        native = frozenset(entry.name for entry in entries if entry.kind == "native" and not entry.excluded)
        addresses, bad_address = self._addresses(read[ip_security.IpSecurity.SECTION], native)
        late = READ_LATE + READ_BY_ASPNET * (pool.mode == "Classic")
        return ScopeSettings(
            modules=entries,
            handlers=mappings,
            left_out=self._part(handlers.left_out, read[handlers.Handlers.SECTION], pool),
            access_policy=policy,
            handlers_source=policy_source,
            request_filtering=self._part(request_filtering.settings, read[request_filtering.RequestFiltering.SECTION]),
            migration_errors=self._migration_errors(application, pool),
            anonymous=self._part(anonymous_authentication.settings, read[anonymous_authentication.AnonymousAuthentication.SECTION]),
            basic=self._part(basic_authentication.settings, read[basic_authentication.BasicAuthentication.SECTION]),
            authorization=self._part(authorization.settings, read[authorization.Authorization.SECTION]),
            static_content=self._part(
                static_content.settings, read[static_content.StaticContent.SECTION], read[server_runtime.ServerRuntime.SECTION]
            ),
            default_document=self._part(default_document.settings, read[default_document.DefaultDocument.SECTION]),
            directory_browse=self._part(directory_browse.settings, read[directory_browse.DirectoryBrowse.SECTION]),
            http_errors=self._http_errors(read[http_errors.HttpErrors.SECTION]),
            http_protocol=self._part(http_protocol.settings, read[http_protocol.HttpProtocol.SECTION]),
            http_logging=self._part(http_logging.settings, read[http_logging.HttpLogging.SECTION]),
            http_redirect=self._redirect(read[http_redirect.HttpRedirect.SECTION], native),
            static_compression=self._compression(read, native),
            isapi=self._part(isapi_cgi_restriction.settings, self.hierarchy.merged(isapi_cgi_restriction.IsapiCgiRestriction.SECTION, ConfigPath())),
            websocket=self._part(websocket.settings, read[websocket.WebSocket.SECTION]),
            request_limits=self._limits(read[dynamic_ip_security.DynamicIpSecurity.SECTION], native),
            address_rules=addresses,
            managed=self._managed(read),
            error=self._error(path, self._unread(application, pool), frozenset(late)) or bad_address,
            faults=tuple(self._faults(read, late)),
            closed=self._closed(path, native),
            ssl_flags=ssl_flags,
            ssl_source=ssl_source,
            bad_precondition=bad_module or bad_handler,
        )

    def _part(self, make: Callable[..., Part], *arguments: object) -> Part:
        """One part of the settings; sections count by identity, so equal words are read once."""
        key = (make, *(id(item) if isinstance(item, EffectiveSection) else item for item in arguments))
        found = self.parts.get(key)
        if found is None:
            found = self.parts[key] = self._known.get(key) or (make(*arguments), arguments)
        part: Part = found[0]
        return part

    def _http_errors(self, section: EffectiveSection) -> HttpErrors:
        """Not kept for the next state: it depends on which files are there. (Nor may a part's key hold this object: a cycle.)"""
        found = self._errors.get(id(section))
        if found is None:
            found = self._errors[id(section)] = section, http_errors.settings(section, self._page)
        return found[1]

    def _managed(self, read: dict[str, EffectiveSection]) -> ManagedSettings:
        section = read[authentication.Authentication.SECTION]
        mode, forms = self._part(authentication.settings, section)
        keys = read[machine_key.MachineKey.SECTION]
        decryption, validation = self._part(machine_key.settings, keys)
        self.problems.update(dict.fromkeys(self._part(machine_key.problems, keys)))
        return ManagedSettings(
            authentication_mode=mode,
            authentication_source=section.root.source_of("mode") or section.root.source,
            forms=forms,
            authorization=self._part(web_authorization.settings, read[web_authorization.WebAuthorization.SECTION]),
            session=self._part(session_state.settings, read[session_state.SessionState.SECTION]),
            http_modules=self._part(http_modules.settings, read[http_modules.HttpModules.SECTION]),
            http_handlers=self._part(http_handlers.settings, read[http_handlers.HttpHandlers.SECTION]),
            decryption_key=decryption,
            validation_key=validation,
        )

    def _limits(self, section: EffectiveSection, native: frozenset[str]) -> RequestLimits:
        limits: RequestLimits = self._part(dynamic_ip_security.settings, section)
        self._needs("DynamicIpRestrictionModule", native, section, says=bool(limits.at_once or limits.in_a_while))
        return limits

    def _addresses(self, section: EffectiveSection, native: frozenset[str]) -> tuple[AddressRules, ConfigurationError | None]:
        rules, bad, told = self._part(ip_security.settings, section)
        self._needs("IpRestrictionModule", native, section, says=rules.restricts)
        if "IpRestrictionModule" not in native:
            return AddressRules(), None
        self.problems.update(dict.fromkeys(told))
        return rules, bad

    def _redirect(self, section: EffectiveSection, native: frozenset[str]) -> HttpRedirect:
        found: HttpRedirect = self._part(http_redirect.settings, section)
        self._needs("HttpRedirectionModule", native, section, says=bool(found.redirects))
        return found

    def _compression(self, read: dict[str, EffectiveSection], native: frozenset[str]) -> StaticCompression:
        """A pool without the module says nothing of it: every server has the sections, few have changed them."""
        if "StaticCompressionModule" not in native:
            return StaticCompression()
        http = read[http_compression.HttpCompression.SECTION]
        self.problems.update(dict.fromkeys(self._part(http_compression.not_executed, http)))
        return self._part(http_compression.settings, http, read[http_compression.UrlCompression.SECTION])

    def _needs(self, module: str, native: frozenset[str], section: EffectiveSection, *, says: bool) -> None:
        """What a section says is said in vain where its module is not in `<modules>`, as in IIS, which does not tell."""
        if says and module not in native:
            message = f"{section.name} has no effect here: {module} is not in <modules>"
            self.problems[Problem("warning", "no-module", message, section.root.source)] = None

    # --- what stops a request ---------------------------------------------------------------------------------------

    def _migration_errors(self, application: ConfigPath, pool: PoolFacts) -> tuple[MigrationError, ...]:
        if pool.mode != "Integrated":
            return ()
        return tuple(MigrationError(*found) for found in migration.errors(self.hierarchy, application))

    def _mentioned(self, path: ConfigPath) -> Iterator[tuple[Document, str]]:
        """The web.configs along a path that hold more than what is read: a fault in them must not be lost by sharing."""
        for level in self.hierarchy.chain(path).levels[3:]:
            if level.index is not None and (level.index.problems or level.index.sections() - READ):
                yield level.index.document, level.name

    def _unread(self, application: ConfigPath, pool: PoolFacts) -> frozenset[str]:
        """Sections of READ that nobody reads for this pool: identity is the native validation's alone."""
        validates = self.hierarchy.merged(migration.VALIDATION, application).root.get("validateIntegratedModeConfiguration").lower() != "false"
        return frozenset() if pool.mode == "Integrated" and validates else frozenset({migration.IDENTITY})

    def path_problems(self, path: ConfigPath, unread: frozenset[str] = frozenset()) -> Iterator[Problem]:
        """All that is wrong for a path below the server; a fault in a section that nothing here reads is a warning."""
        chain = self.hierarchy.chain(path)
        mentioned: set[str] = set()
        for level in chain.levels[3:]:
            if level.index is not None:
                yield from level.index.problems
                mentioned |= level.index.sections()
        for name in (*sorted(READ), *sorted(mentioned - READ)):
            section = self.hierarchy.merged(name, path)
            for problem in section.problems:
                fatal = (name in READ and name not in unread) or problem.code == LOCKED or not section.declared
                yield problem if fatal or problem.severity != "error" else replace(problem, severity="warning")

    def _error(self, path: ConfigPath, unread: frozenset[str], late: frozenset[str]) -> ConfigurationError | None:
        """What closes the whole path: the first fault that is in no section which something reads later."""
        later = {problem for name in late for problem in self._of_values(self.hierarchy.merged(name, path))}
        first = None
        for problem in self.path_problems(path, unread):
            self.problems[problem] = None
            if first is None and problem.severity == "error" and problem not in later:
                first = ConfigurationError(problem.code, problem.message, problem.source)
        return first

    def _faults(self, read: Mapping[str, EffectiveSection], late: Iterable[str]) -> Iterator[SectionFault]:
        for name in late:
            problem = next(self._of_values(read[name]), None)
            if problem is not None:
                yield SectionFault(name, ConfigurationError(problem.code, problem.message, problem.source))

    @staticmethod
    def _of_values(section: EffectiveSection) -> Iterator[Problem]:
        """Errors in what a section holds, not in that it stands here."""
        if section.declared:
            yield from (problem for problem in section.problems if problem.severity == "error" and problem.code != LOCKED)

    def _closed(self, path: ConfigPath, native: frozenset[str]) -> Closed | None:
        found = restrictions(lambda name: self.hierarchy.merged(name, path), native)
        closed = next((item for item in found if item.section not in self.accepted), None)
        if closed is not None:
            message = f"{closed.section}: {closed.reason}; the path is closed (403) until this is accepted"
            self.problems[Problem("warning", "not-executed", message, closed.source)] = None
        return closed

    def _page(self, prefix: str, path: str, source: Source | None) -> str:
        """The file of an error page: with a prefix in its language folder, else beside the file that declares it."""
        relative = path.replace("\\", "/")
        if prefix:
            folder = self.hierarchy.drives.resolve(prefix)
            tries = [folder / "en-US" / relative, folder / relative] if folder is not None else []
        elif self._is_absolute(path):
            whole = self.hierarchy.drives.resolve(path)
            tries = [whole] if whole is not None else []
        else:
            tries = [Path(source.file).parent / relative] if source is not None else []
        self.files |= {file: is_file(file) for file in tries}
        return next((str(file) for file in tries if self.files[file]), "")

    @staticmethod
    def _is_absolute(path: str) -> bool:
        return path.startswith(("/", "\\", "%")) or path[1:2] == ":"
