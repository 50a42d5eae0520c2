"""`poolhouse check [PATH]`: the problems of a configuration and what stands in the way of the other mode, without running anything.

Knows no service: it reads the files as they are now. Problems come from model/compiler.py, findings from model/migration.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from console.cli.instance import Instance, add_answers, add_config, locate, with_answers
from console.cli.output import DONE, FINDINGS, Tinted, as_json, line, words
from hwebcore.plan import Problem, Source
from model.migration import Finding

ROLES = {"error": "bad", "warning": "warning", "information": "quiet"}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    add_answers(parser)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    instance = with_answers(locate(options.path or options.config), options)
    problems, findings = examine(instance)
    if options.json:
        as_json({"config": str(instance.config), "problems": [_problem(p) for p in problems], "findings": [_finding(f) for f in findings]})
    else:
        _write(problems, findings)
    serious = [problem for problem in problems if problem.severity != "information"]
    return FINDINGS if serious or findings else DONE


def examine(instance: Instance) -> tuple[list[Problem], list[Finding]]:
    from model.compiler import compile_server
    from model.migration import findings
    from model.workspace import Workspace

    workspace = Workspace.open(instance.config, instance.drives)
    generation = compile_server(workspace.hierarchy, ports=instance.settings.ports, accepted=frozenset(instance.settings.accepted))
    problems = _in_order({*workspace.problems, *generation.problems})
    return problems, list(findings(workspace.hierarchy)) if workspace.hierarchy.sites() else []


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    def place(problem: Problem) -> tuple[str, int, int, str]:
        source = problem.source
        return (source.file, source.line, source.column, problem.code) if source else ("", 0, 0, problem.code)

    return sorted(problems, key=place)


def _write(problems: list[Problem], findings: list[Finding]) -> None:
    for problem in problems:
        line(_where(problem.source), Tinted(problem.severity, ROLES[problem.severity]), f" {problem.code}: {problem.message}")
    for finding in findings:
        line(_where(finding.source), Tinted("migration", "warning"), f" {finding.code}: {finding.message}")
    counted = f"{_count(len(problems), 'problem')}, {_count(len(findings), 'migration finding')}"
    words(counted if problems or findings else "nothing to report")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _where(source: Source | None) -> str:
    return f"{source}: " if source else ""


def _problem(problem: Problem) -> dict[str, Any]:
    return {"severity": problem.severity, "code": problem.code, "message": problem.message, "source": _source(problem.source)}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "message": finding.message,
        "site": finding.site,
        "application": finding.application,
        "source": _source(finding.source),
    }


def _source(source: Source | None) -> dict[str, Any] | None:
    return {"file": source.file, "line": source.line, "column": source.column, "config_path": source.config_path} if source else None
