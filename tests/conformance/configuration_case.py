"""Reads a configuration case and answers its queries in the words that a case is written in. Format: cases/README.md.

Knows no expectations: what it gives is compared by test_configuration.py. Look next at model/hierarchy.py, which decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from hwebcore.pipeline.mapping import HandlerMap
from hwebcore.plan import ConfigurationError, ModuleEntry, ScopeSettings
from hwebcore.routing import Router
from model.compiler import compile_server, facts, server_problems
from model.config_path import ConfigPath
from model.document import Document
from model.drive_map import DriveMap
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.hierarchy import Hierarchy
from model.migration import errors, findings
from model.schema import section_schema
from model.schema.value import parse
from model.scopes import Scopes
from model.sections.precondition import PoolFacts
from model.sections.sites import Application
from model.source import Problem, Source

#: A file of a case whose name ends so cannot be opened.
DENIED = " | permission denied"


class Case:
    """The files of one case below `folder`, and what is asked of them."""

    def __init__(self, text: str, folder: Path) -> None:
        self.folder = folder
        self.denied: set[Path] = set()
        head, _, files = text.partition("\n-----\n")[0].partition("\n== ")
        self.rules = rules_of(head)
        self.expected = [line.rstrip() for line in text.partition("\n-----\n")[2].splitlines() if line.strip() and not line.startswith("#")]
        for block in files.split("\n== ") if files else ():
            self._unpack(block)
        server = self.read(folder / "applicationHost.config")
        assert server is not None, "a case has an applicationHost.config"
        drive = {"D": folder / "drive"} if (folder / "drive").is_dir() else {}
        self.hierarchy = Hierarchy(server, self.read, DriveMap(folder, drive, {"IIS_SITES_HOME": str(folder / "sites")}))

    def _unpack(self, block: str) -> None:
        name, _, content = block.partition("\n")
        target = self.folder / name.removesuffix(DENIED).strip()
        if name.endswith("/"):
            target.mkdir(parents=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        if name.endswith(DENIED):
            self.denied.add(target)

    def read(self, path: Path) -> Document | None:
        try:
            if path in self.denied:
                with mock.patch("model.document.os.open", side_effect=PermissionError(13, "Permission denied")):
                    return Document.read(path)
            return Document.read(path)
        except FileNotFoundError:
            return None

    @property
    def queries(self) -> list[str]:
        return [line for line in self.expected if line.startswith("[")]

    def answers(self) -> Iterator[str]:
        for query in self.queries:
            where, _, words = query[1:].partition("]")
            yield query
            word, *rest = words.split()
            known = ANSWERS.get(word)
            yield from known(self, ConfigPath.parse(where), rest) if known else self.section(ConfigPath.parse(where), word)

    # --- what is effective ------------------------------------------------------------------------------------------

    def section(self, path: ConfigPath, section: str) -> Iterator[str]:
        found = effective(self.hierarchy, section, path)
        yield from ("section locked",) * found.locked
        yield from self.lines(found.root)
        yield from map(self.problem, found.problems)

    def lines(self, element: EffectiveElement, indent: str = "") -> Iterator[str]:
        for name, value in element.values.items():
            if not value.is_default and not isinstance(element, EffectiveEntry):
                marks = " local" * value.local + " locked" * value.locked
                yield f"{indent}{name} = {value.value}{marks}{self.place(value.source)}"
        for name, inner in element.elements.items():
            below = list(self.lines(inner, indent + "  "))
            if below:
                yield f"{indent}{name}:"
                yield from below
        for entry in element.entries:
            marks = " local" * entry.local + " locked" * entry.locked
            values = "".join(f" {name}={value.value}" for name, value in entry.values.items() if not value.is_default)
            yield f"{indent}{entry.name}{values}{marks}{self.place(entry.source)}"
            yield from self.lines(entry, indent + "  ")

    def place(self, source: Source | None) -> str:
        if source is None:
            return ""
        file = Path(source.file)
        return f" ← {file.relative_to(self.folder) if self.folder in file.parents else file.name}:{source.line}"

    def problem(self, problem: Problem) -> str:
        message = problem.message.replace(f"{self.folder}/", "")
        return f"! {problem.severity} {problem.code} {message}{self.place(problem.source)}"

    def files(self, path: ConfigPath, _: list[str]) -> Iterator[str]:
        """The files that speak for a path, and what is wrong with them as files."""
        yield from (
            str(document.path.relative_to(self.folder)) for document, _ in self.hierarchy.files_for(path) if self.folder in document.path.parents
        )
        yield from map(self.problem, self.hierarchy.file_problems(path))

    def read_value(self, path: ConfigPath, words: list[str]) -> Iterator[str]:
        """`read SECTION [ELEMENT] ATTRIBUTE`: the value as the program takes it, its default where nobody wrote it."""
        section, *inner, name = words
        schema = section_schema(section)
        at = schema.find("/".join(inner)) if schema else None
        assert at is not None
        yield f"{parse(at.attributes[name], effective(self.hierarchy, section, path).root.at('/'.join(inner)).get(name))}"

    def declared(self, path: ConfigPath, words: list[str]) -> Iterator[str]:
        """`declared SECTION…`: where a section may stand, and whether it is locked below."""
        declarations = self.hierarchy.chain(path).declarations
        for name in words:
            declaration, _ = declarations[name]
            yield f"{name} {declaration.allow_definition} {declaration.override_mode}"

    # --- what a request meets ---------------------------------------------------------------------------------------

    def application(self, path: ConfigPath) -> Application:
        application, _, _ = self.hierarchy.map_url(path.site, path.path)
        assert application is not None, f"no application at {path}"
        return application

    def pool(self, path: ConfigPath, words: list[str]) -> PoolFacts:
        """The application's own pool; words change it: Classic, v2.0, none (No Managed Code), 32."""
        name = self.application(path).application_pool
        own = next((facts(pool) for pool in self.hierarchy.pools() if pool.name.lower() == name.lower()), PoolFacts("Integrated"))
        mode, version, bitness = own.mode, own.runtime_version, own.bitness
        for word in words:
            if word in ("Integrated", "Classic"):
                mode = "Classic" if word == "Classic" else "Integrated"
            elif word.startswith("v") or word == "none":
                version = "" if word == "none" else word
            else:
                bitness = int(word)
        return PoolFacts(mode, version, bitness)

    def modules(self, path: ConfigPath, words: list[str]) -> Iterator[str]:
        settings = Scopes(self.hierarchy).settings(ConfigPath(path.site, self.application(path).path), path, self.pool(path, words))
        yield from map(_module, settings.modules)
        yield from _failure("500.0", settings.bad_precondition)

    def handlers(self, path: ConfigPath, words: list[str]) -> Iterator[str]:
        settings = Scopes(self.hierarchy).settings(ConfigPath(path.site, self.application(path).path), path, self.pool(path, words))
        for row in settings.handlers:
            yield f"{row.name}: {row.path} → {','.join(row.modules)}{f' {row.type}' if row.type else ''}"
        yield from _failure("500.0", settings.bad_precondition)

    def handler(self, path: ConfigPath, words: list[str]) -> Iterator[str]:
        """The row that answers GET of the path."""
        settings = Scopes(self.hierarchy).settings(ConfigPath(path.site, self.application(path).path), path, self.pool(path, words))
        match = HandlerMap(settings.handlers).find("GET", path.path)
        yield "none" if match is None or match.row is None else f"{match.row.name} → {','.join(match.row.modules)}"

    def error(self, path: ConfigPath, words: list[str]) -> Iterator[str]:
        """What every request below the path is answered with, and by words the pool; then what only those get that a module reads it for."""
        settings = Scopes(self.hierarchy).settings(ConfigPath(path.site, self.application(path).path), path, self.pool(path, words))
        found = settings.error
        yield "none" if found is None else self.problem(Problem("error", found.code, f"500.19 {found.message}", found.source))
        for fault in settings.faults:
            told = self.problem(Problem("error", fault.error.code, f"500.19 {fault.error.message}", fault.error.source))
            yield f"where {fault.section.rpartition('/')[2]} is read: {told}"

    def migration(self, path: ConfigPath, _: list[str]) -> Iterator[str]:
        yield from (f"500.{substatus} {section}{self.place(source)}" for substatus, section, source in errors(self.hierarchy, path))

    def findings(self, _: ConfigPath, __: list[str]) -> Iterator[str]:
        for found in findings(self.hierarchy):
            fix = f"; fix: {found.fix.label}" if found.fix else ""
            both = " (both modes)" if found.both_modes else ""
            yield f"{found.code} {found.site}{found.application} {found.message}{both}{fix}{self.place(found.source)}"

    def problems(self, path: ConfigPath, _: list[str]) -> Iterator[str]:
        """All that is wrong: at a path below the server, or with the server's own file."""
        yield from map(self.problem, server_problems(self.hierarchy) if path.is_server else Scopes(self.hierarchy).path_problems(path))

    def compile(self, _: ConfigPath, __: list[str]) -> Iterator[str]:
        yield from map(self.problem, compile_server(self.hierarchy).problems)

    def stopped(self, path: ConfigPath, _: list[str]) -> Iterator[str]:
        """What a request to the path is answered with before anything else, as the plan of its pool has it."""
        settings = self._settings(path)
        found, closed = settings.error, settings.closed
        if found is not None:
            yield self.problem(Problem("error", found.code, f"500.19 {found.message}", found.source))
        elif closed is not None:
            yield self.problem(Problem("error", closed.section, f"403 {closed.reason}", closed.source))
        else:
            yield "no"

    def _settings(self, path: ConfigPath) -> ScopeSettings:
        """Of the longest prefix in the plan of its pool."""
        plans = ((pool, plan) for pool in compile_server(self.hierarchy).pools or () for plan in pool.applications if plan.site == path.site)
        own = self.application(path).path
        pool, plan = next((pool, plan) for pool, plan in plans if plan.path == own)
        below = (path.path.lower().rstrip("/") + "/").startswith
        return pool.settings[next(scope.settings for scope in plan.scopes if below(scope.prefix.rstrip("/") + "/"))]

    def redirects(self, path: ConfigPath, _: list[str]) -> Iterator[str]:
        """Where requests for the path are sent, and what of the URL they leave behind."""
        found = self._settings(path).http_redirect.redirects
        yield from (f"{one.base} to {one.destination}" for one in found)
        if not found:
            yield "none"

    def map(self, path: ConfigPath, _: list[str]) -> Iterator[str]:
        """From a URL path to its application, virtual directory, folder and pool."""
        application, directory, folder = self.hierarchy.map_url(path.site, path.path)
        if application is None:
            yield "no application"
            return
        place = "no folder" if folder is None else str(folder.relative_to(self.folder)) if folder.is_relative_to(self.folder) else str(folder)
        yield f"application {application.path}, virtual directory {directory.path if directory else 'none'}, {place}, pool {application.application_pool}"

    def route(self, _: ConfigPath, words: list[str]) -> Iterator[str]:
        """`route IP PORT HOST PATH` ("-" is no host): the site and application that HTTP.SYS would choose."""
        ip, port, host, path = words
        match = Router(compile_server(self.hierarchy).routes).find(ip, int(port), "" if host == "-" else host.lower(), path)
        if match is None:
            yield "400"
        else:
            yield f"{match.site.name} {match.application.path if match.application else 'no application'}"


def _starts(case: Case, path: ConfigPath, _: list[str]) -> Iterator[str]:
    """Whether the site starts with the service."""
    site = next(site for site in compile_server(case.hierarchy).routes.sites if site.name.lower() == path.site.lower())
    yield "yes" if site.auto_start else "no"


def rules_of(head: str) -> list[str]:
    """The ids in a case's head, on lines that begin with "rules:"; a "#" before it is the case's way to write its head."""
    lines = (line.lstrip("# ") for line in head.splitlines())
    return [rule for line in lines if line.startswith("rules:") for rule in line.removeprefix("rules:").split()]


def _module(entry: ModuleEntry) -> str:
    marks = " managedHandler" * entry.managed_handler_only + " for every request" * (entry.lifted_by is not None)
    return f"{entry.name} {entry.kind}{marks}{f' out: {entry.excluded}' if entry.excluded else ''}"


def _failure(status: str, failure: ConfigurationError | None) -> Iterator[str]:
    if failure is not None:
        yield f"! {status} {failure.message}"


ANSWERS: dict[str, Callable[[Case, ConfigPath, list[str]], Iterator[str]]] = {
    "files": Case.files,
    "read": Case.read_value,
    "declared": Case.declared,
    "modules": Case.modules,
    "handlers": Case.handlers,
    "handler": Case.handler,
    "error": Case.error,
    "migration": Case.migration,
    "findings": Case.findings,
    "problems": Case.problems,
    "compile": Case.compile,
    "map": Case.map,
    "stopped": Case.stopped,
    "redirects": Case.redirects,
    "route": Case.route,
    "starts": _starts,
}
