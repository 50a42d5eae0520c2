"""Asks `poolhouse trace --json` and reads what came back: stages, modules, what did not run and why.

Knows the trace's JSON form (DESIGN.md 8) and the command line; no ring, no worker. program_driver.py runs the program.
"""

from __future__ import annotations

from typing import Any

from tests.support.program_driver import Program


class Traced:
    """One trace."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form
        self.request: dict[str, Any] = form["request"]
        self.status: int = form["response"]["status"]
        self.events: list[dict[str, Any]] = form["events"]

    def modules(self, notification: str, pipeline: str = "iis", *, post: bool = False, core: bool = False) -> list[str]:
        """Who took part in a stage, in order. The server's own steps only where `core`."""
        return [
            event["module"]
            for event in self.events
            if (event["pipeline"], event["notification"], event["post"]) == (pipeline, notification, post) and (core or event["kind"] != "core")
        ]

    def ran(self, module: str) -> bool:
        return any(event["module"] == module for event in self.events)

    def skipped(self, module: str) -> list[dict[str, Any]]:
        return [entry for entry in self.form["skipped"] if entry["module"] == module]

    def cause(self, module: str) -> tuple[str, str]:
        """(cause, reason) of a module that did not run at all."""
        entries = self.skipped(module)
        assert entries, f"{module} is not among the skipped: {self.form['skipped']}"
        return entries[0]["cause"], entries[0]["reason"]


def trace(program: Program, url: str, *options: str) -> Traced:
    ran = program.poolhouse("trace", "--json", *options, url)
    assert ran.code == 0, ran.err
    return Traced(ran.json)


def trace_both(program: Program, url: str, *options: str) -> tuple[Traced, Traced, list[dict[str, Any]]]:
    """Integrated, Classic, differences."""
    ran = program.poolhouse("trace", "--json", "--mode", "both", *options, url)
    assert ran.code == 0, ran.err
    return Traced(ran.json["integrated"]), Traced(ran.json["classic"]), ran.json["differences"]
