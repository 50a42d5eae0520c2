"""`poolhouse check [PATH]`: the problems of a configuration and what stands in the way of the other mode, without running anything.

A whole server, one site or application of it (`--site`), or one web.config (or its folder) by itself. Knows no service: it reads the files as
they are now, and the instance's certificates. Problems come from model/compiler.py, findings from model/migration.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.instance import FILE, WEB_CONFIGS, Instance, add_answers, add_config, locate, with_answers
from console.cli.output import DONE, FINDINGS, USAGE, Ended, Tinted, as_json, line, words
from hwebcore.plan import Problem, Source
from model.migration import Finding

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy

#: What stands above a web.config that is checked by itself: one site in one pool, modules and handlers open as on a stock server.
_SURROUNDINGS = """<configuration><system.applicationHost><applicationPools><add name="P" managedRuntimeVersion="v4.0" /></applicationPools>
<sites><site name="Site" id="1"><application path="/" applicationPool="P"><virtualDirectory path="/" physicalPath="{}" /></application></site></sites>
</system.applicationHost>
<location path="" overrideMode="Allow"><system.webServer><modules /><handlers /></system.webServer></location></configuration>"""

#: Each with whether it is met in the mode that the application's pool has now: what only the other mode would bring is told, and is no fault.
Findings = list[tuple[Finding, bool]]
ROLES = {"error": "bad", "warning": "warning", "information": "quiet"}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    add_answers(parser)
    parser.add_argument("--site", metavar="SITE[/APP]", help="what is below this site, application or folder alone")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    file = _web_config(options.path)
    if file is not None and not options.config and file.is_file():
        config = file.resolve()
        problems, findings = examine_file(config)
    else:
        instance = with_answers(locate(options.config if file else options.path or options.config), options)
        config = instance.config
        problems, findings = examine(instance, options.site or "")
        if file is not None:
            problems, findings = _of_file(file.resolve(), problems, findings)
    gaps = [] if file is not None else modules_not_executed(instance, options.site or "")
    if options.json:
        told = {"problems": [_problem(p) for p in problems], "findings": [_finding(f, met) for f, met in findings]}
        as_json({"config": str(config), **told, "not_executed": gaps})
    else:
        _write(problems, findings, gaps, named=file is None)
    serious = [problem for problem in problems if problem.severity != "information"]
    return FINDINGS if serious or any(met for _, met in findings) else DONE


def _web_config(named: str | None) -> Path | None:
    """The web.config that is meant: by its name, or by its folder, where that holds no server's configuration."""
    path = Path(named) if named else None
    if path is None or path.name.lower() == "web.config" or not path.is_dir() or (path / FILE).exists():
        return path if path is not None and path.name.lower() == "web.config" else None
    return next((path / name for name in WEB_CONFIGS if (path / name).is_file()), None)


def examine(instance: Instance, site: str = "") -> tuple[list[Problem], Findings]:
    """Everything, or what is below `site` ("Site/app") alone. Raises Ended where there is no such site."""
    from hwebcore.certificate_problems import CertificateProblems
    from hwebcore.certificate_store import CertificateStore
    from model.compiler import compile_server
    from model.migration import findings
    from model.workspace import Workspace

    workspace = Workspace.open(instance.config, instance.drives)
    generation = compile_server(workspace.hierarchy, ports=instance.settings.ports, accepted=frozenset(instance.settings.accepted))
    certificates = CertificateProblems.read(CertificateStore(instance.folders.state))
    problems = _in_order({*workspace.problems, *generation.problems, *certificates.problems(generation.routes.sites)})
    found = _judged(workspace.hierarchy, findings(workspace.hierarchy))
    return _below(workspace.hierarchy, site, problems, found) if site else (problems, found)


def modules_not_executed(instance: Instance, site: str = "") -> list[str]:
    """The modules that `<modules>` names, of the server or of a site, and that this server lacks: no fault, but nobody should count on them."""
    from hwebcore.executed_modules import module_gap
    from model.config_path import ConfigPath
    from model.effective import effective
    from model.workspace import Workspace

    hierarchy = Workspace.open(instance.config, instance.drives).hierarchy
    paths = [ConfigPath.parse(site)] if site else [ConfigPath(), *(ConfigPath(known.name, "/") for known in hierarchy.sites())]
    found = (entry for path in paths for entry in effective(hierarchy, "system.webServer/modules", path).root.entries)
    return list(dict.fromkeys(entry.get("name") for entry in found if module_gap(entry.get("name"), entry.get("type"))))


def examine_file(file: Path) -> tuple[list[Problem], Findings]:
    """One web.config as if a site of its own had it, whatever server it belongs to."""
    from model.compiler import compile_server
    from model.document import Document
    from model.hierarchy import Hierarchy
    from model.migration import findings

    def read(path: Path) -> Document | None:
        try:
            return Document.read(path)
        except FileNotFoundError:
            return None

    server = Document.parse(file.parent / ".surroundings.config", _SURROUNDINGS.format(_quoted(str(file.parent))).encode())
    hierarchy = Hierarchy(server, read)
    return _of_file(file, _in_order(compile_server(hierarchy).problems), _judged(hierarchy, findings(hierarchy)))


def _judged(hierarchy: Hierarchy, findings: Iterable[Finding]) -> Findings:
    modes = {pool.name.casefold(): pool.managed_pipeline_mode for pool in hierarchy.pools()}
    pools = {(site.name, application.path): application.application_pool for site in hierarchy.sites() for application in site.applications}
    return [(one, one.met_in(modes.get(pools[one.site, one.application].casefold(), ""))) for one in findings]


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _of_file(file: Path, problems: list[Problem], findings: Findings) -> tuple[list[Problem], Findings]:
    return (
        [problem for problem in problems if problem.source and Path(problem.source.file) == file],
        [(finding, met) for finding, met in findings if finding.source and Path(finding.source.file) == file],
    )


def _below(hierarchy: Hierarchy, site: str, problems: list[Problem], findings: Findings) -> tuple[list[Problem], Findings]:
    from model.config_path import ConfigPath

    top = ConfigPath.parse(site)
    if hierarchy.site(top.site) is None:
        raise Ended(USAGE, f"there is no site {top.site!r}; there are {', '.join(known.name for known in hierarchy.sites()) or 'none'}")
    return (
        [problem for problem in problems if problem.source and ConfigPath.parse(problem.source.config_path).is_within(top)],
        [(finding, met) for finding, met in findings if ConfigPath(finding.site, finding.application).is_within(top)],
    )


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    def place(problem: Problem) -> tuple[str, int, int, str]:
        source = problem.source
        return (source.file, source.line, source.column, problem.code) if source else ("", 0, 0, problem.code)

    return sorted(problems, key=place)


def _write(problems: list[Problem], findings: Findings, gaps: list[str], *, named: bool) -> None:
    """`named`: findings tell whose they are; one line of a file may be a finding of several applications."""
    for problem in problems:
        line(_where(problem.source), Tinted(problem.severity, ROLES[problem.severity]), f" {problem.code}: {problem.message}")
    for finding, met in findings:
        both = " (in either mode)" if finding.both_modes else ""
        owner = f"{finding.site}{finding.application.rstrip('/')}: " if named else ""
        line(_where(finding.source), Tinted("migration", "warning" if met else "quiet"), f" {finding.code}: {owner}{finding.message}{both}")
        if finding.fix is not None:
            line("  ", Tinted("fix: ", "quiet"), finding.fix.label)
    counted = f"{_count(len(problems), 'problem')}, {_count(len(findings), 'migration finding')}"
    if later := sum(not met for _, met in findings):
        counted += f" ({'all' if later == len(findings) else later} only if the pool's mode changes)"
    if gaps:
        line(Tinted("not executed by this server", "quiet"), f" ({_count(len(gaps), 'module')} of <modules>): {', '.join(gaps)}")
    words(counted if problems or findings else "nothing to report")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _where(source: Source | None) -> str:
    return f"{source}: " if source else ""


def _problem(problem: Problem) -> dict[str, Any]:
    return {"severity": problem.severity, "code": problem.code, "message": problem.message, "source": _source(problem.source)}


def _finding(finding: Finding, met: bool) -> dict[str, Any]:
    return {
        "code": finding.code,
        "message": finding.message,
        "site": finding.site,
        "application": finding.application,
        "both_modes": finding.both_modes,
        "met": met,
        "fix": finding.fix.label if finding.fix else None,
        "source": _source(finding.source),
    }


def _source(source: Source | None) -> dict[str, Any] | None:
    return {"file": source.file, "line": source.line, "column": source.column, "config_path": source.config_path} if source else None
