"""`poolhouse status`: what the service runs: its generation, what was refused and where, pools, workers, sites.

Knows nothing that the service's snapshot does not say. The snapshot's form: hwebcore/service/snapshot.py.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Mapping
from typing import Any

from console.addresses import told_addresses
from console.cli.instance import Instance, add_config, locate
from console.cli.output import DONE, FINDINGS, Tinted, as_json, line

GLYPHS = {"Started": ("●", "good"), "Stopped": ("○", "quiet"), "Failed": ("✖", "bad")}


#: Connections of a dead worker that are named here.
_MOST_NAMED = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    parser.add_argument("--json", action="store_true", help="the service's snapshot as it is")


def run(options: argparse.Namespace) -> int:
    instance = locate(options.path or options.config, vanished=True)
    snapshot = asyncio.run(_snapshot(instance))
    if options.json:
        as_json(snapshot)
    else:
        _write(snapshot)
    return FINDINGS if _refused(snapshot) else DONE


async def _snapshot(instance: Instance) -> Mapping[str, Any]:
    client = await instance.needs_service()
    try:
        answer = await client.request("status")
    finally:
        await client.close()
    snapshot: Mapping[str, Any] = answer["snapshot"]
    return snapshot


def _refused(snapshot: Mapping[str, Any]) -> Mapping[str, Any] | None:
    refused = snapshot["generation"].get("refused")
    return refused if isinstance(refused, Mapping) else None


def _write(snapshot: Mapping[str, Any]) -> None:
    service, generation = snapshot["service"], snapshot["generation"]
    line(Tinted(service["config"], "strong"))
    running = "" if service.get("running", True) else ", opened and not started"
    line(f"service     pid {service['pid']}, for {_age(service['started'])}{running}")
    _write_generation(generation, _refused(snapshot))
    line()
    for pool in snapshot["pools"]:
        _write_pool(pool)
    line()
    for site in snapshot["sites"]:
        glyph = _glyph(site["state"])
        urls, patterns = told_addresses(site)
        line(glyph, f" {site['name']:24} {site['state']:9} {'  '.join([*urls, *patterns])}")
        if site.get("problem"):
            line("  ", Tinted(site["problem"], "bad"))
        if site.get("log_lost"):
            line("  ", Tinted(f"{site['log_lost']} records of its log could not be written", "bad"))
    _write_requests(snapshot)


def _write_generation(generation: Mapping[str, Any], refused: Mapping[str, Any] | None) -> None:
    if refused is None:
        line(f"generation  {generation['number']}, {generation['state']}, compiled in {generation['compiled_ms']:.0f} ms")
    else:
        line("generation  ", Tinted(f"refused; {generation['number']} still serves", "bad"))
        for problem in refused.get("problems", ()):
            line("  ", problem_text(problem))
    for problem in generation.get("problems", ()):
        if problem["severity"] != "information":
            line("  ", Tinted(problem["severity"], "bad" if problem["severity"] == "error" else "warning"), " ", problem_text(problem))


def _write_pool(pool: Mapping[str, Any]) -> None:
    mode = Tinted(f"{pool['mode']:10}", str(pool["mode"]).lower() if pool["mode"] in ("Integrated", "Classic") else "quiet")
    workers = ", ".join(f"pid {worker['pid']} {worker['state']}{_usage(worker)}" for worker in pool["workers"]) or "no worker"
    line(_glyph(pool["state"]), f" {pool['name']:24} {pool['state']:9} ", mode, f" {workers}")
    if pool.get("reason"):
        line("  ", Tinted(pool["reason"], "bad"))
    failure = pool.get("last_failure")
    if failure:
        line(f"  last failure, {_age(failure['at'])} ago: {failure['text']}")
        for request in failure.get("requests", ()):
            line(f"    in it: {request}")
        if failure.get("more_requests"):
            line(f"    and {failure['more_requests']} other requests, which HTTPERR names")
        _write_others(failure)


def _write_others(failure: Mapping[str, Any]) -> None:
    """The clients that were connected beside: each may have sent one request that nobody had read."""
    others, named = failure.get("connections", 0), failure.get("idle_or_unread", ())
    for client in named[:_MOST_NAMED]:
        line(f"    connected: {client}, idle or unread")
    if others > len(named[:_MOST_NAMED]):
        line(f"    and {others - len(named[:_MOST_NAMED])} other connections, which HTTPERR names")


def _usage(worker: Mapping[str, Any]) -> str:
    """What it uses, once it was looked at."""
    if not worker.get("private_kb"):
        return ""
    return f" ({worker['cpu_percent']:g} % CPU, {worker['private_kb'] / 1024:.0f} MB, {worker['under_way']} under way)"


def _write_requests(snapshot: Mapping[str, Any]) -> None:
    """The requests under way, oldest first."""
    requests = snapshot.get("requests", ())
    if requests:
        line()
    for request in requests:
        line(
            f"{request['elapsed_ms'] / 1000:8.1f} s  {request['verb']} {request['url']}  {request['client']}  {request['pool']}, pid {request['pid']}"
            f"  {request.get('module', '')}"
        )
    more = snapshot.get("totals", {}).get("under_way", 0) - len(requests)
    if more > 0:
        line(f"           and {more} younger ones")


def problem_text(problem: Mapping[str, Any]) -> str:
    source = problem.get("source")
    where = f"{source['file']}:{source['line']}:{source['column']}: " if source and source.get("line") else f"{source['file']}: " if source else ""
    return f"{where}{problem['code']}: {problem['message']}"


def _glyph(state: str) -> Tinted:
    return Tinted(*GLYPHS.get(state, ("◐", "warning")))


def _age(started: float) -> str:
    seconds = max(0, int(time.time() - started))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
