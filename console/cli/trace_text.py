"""A trace as text: the request, its steps in order, what stood inside a step, what did not run and why.

Knows no ring and no service. The waterfall of the screen is pages/live.py; the names here are the same.
"""

from __future__ import annotations

from console.cli.output import Tinted, line
from console.units import duration
from hwebcore.traces import SkippedModule, Trace, TraceEvent

KIND_GLYPHS = {"native": "█", "managed": "▓", "core": "░"}
CAUSES = {
    "precondition": "precondition",
    "no_subscription": "nothing to do in it",
    "completed_early": "the request was completed before",
    "mode": "pipeline mode",
    "not_executed_here": "not executed by this server",
}
_NAME_WIDTH, _MODULE_WIDTH = 28, 34


def write_trace(trace: Trace, *, heading: bool = True, indent: int = 0) -> None:
    margin = " " * indent
    if heading:
        _write_heading(trace, margin)
    last = ""
    for event in trace.events:
        last = _write_event(event, last, margin)
    _write_skipped(trace, margin)
    for child in trace.children:
        line(margin, Tinted("child request", "strong"))
        write_trace(child, indent=indent + 4)


def _write_heading(trace: Trace, margin: str) -> None:
    status = f"{trace.status}.{trace.substatus}"
    role = "bad" if trace.status >= 500 else "warning" if trace.status >= 400 else "good"
    shadow = ", shadow" if trace.shadow else ""
    mode = Tinted(trace.mode, trace.mode.lower())
    line(
        margin,
        Tinted(f"{trace.method} {trace.url}", "strong"),
        "   ",
        Tinted(status, role),
        f"   {duration(trace.duration_us)}   {trace.bytes_sent} bytes",
    )
    line(margin, f"site {trace.site}, pool {trace.pool} (", mode, f"{shadow}), pid {trace.pid}")
    modules = ", ".join(trace.handler_modules) or "-"
    what = f" {trace.handler_type}" if trace.handler_type else ""
    changed = f" (at first {trace.tentative_handler})" if trace.tentative_handler not in ("", trace.handler) else ""
    line(margin, f"handler {trace.handler or '-'} → {modules}{what}{changed}")
    user = "nobody was authenticated" if trace.user is None else f"user {trace.user or 'anonymous'} {trace.auth_type}".rstrip()
    inner = "" if trace.managed_user is None else f"; in ASP.NET {trace.managed_user or 'anonymous'}"
    line(margin, user + inner)
    if trace.set_by and trace.status >= 300:
        pipeline, notification, module = trace.set_by
        line(margin, f"{status} was set by {module} in {notification}{' (ASP.NET)' if pipeline == 'aspnet' else ''}")
    line()


def _write_event(event: TraceEvent, last: str, margin: str) -> str:
    inner = "  ╎ " * event.depth
    name = f"post {event.notification}" if event.post else event.notification
    key = f"{event.depth}{name}"
    shown = inner + (name if key != last else "")
    module = f"{KIND_GLYPHS.get(event.kind, ' ')} {event.module}"
    pieces: list[object] = [margin, f"{shown:{_NAME_WIDTH}}", f"{module:{_MODULE_WIDTH}}", Tinted(f"{duration(event.duration_us):>9}", "quiet")]
    said = _said(event)
    if said:
        role = "bad" if event.result == "ERROR" else "warning" if event.result == "FINISH_REQUEST" else ""
        pieces += ["  ", Tinted(said, role) if role else said]
    line(*pieces)
    return key


def _said(event: TraceEvent) -> str:
    words = []
    if event.status:
        words.append(f"{event.status}.{event.substatus or 0}")
    if event.user is not None:
        words.append(f"user: {event.user or 'anonymous'}")
    if event.reason:
        words.append(event.reason)
    if event.result in ("FINISH_REQUEST", "ERROR"):
        words.append(event.result)
    if event.source:
        words.append(f"({_where(event.source)})")
    return "  ".join(words)


def _write_skipped(trace: Trace, margin: str) -> None:
    told = [skipped for skipped in trace.skipped if skipped.cause != "no_subscription"]
    if not told:
        return
    line()
    line(margin, Tinted("did not run", "strong"))
    for skipped in told:
        line(
            margin,
            f"  {_module(skipped):{_NAME_WIDTH}}",
            Tinted(f"{CAUSES.get(skipped.cause, skipped.cause)}: {skipped.reason}", "quiet"),
            _source(skipped),
        )


def _module(skipped: SkippedModule) -> str:
    return f"{skipped.module} in {skipped.notification}" if skipped.notification else skipped.module


def _source(skipped: SkippedModule) -> str:
    return f"  ({_where(skipped.source)})" if skipped.source else ""


def _where(source: tuple[str, int, int, str]) -> str:
    file, row, column, _ = source
    return f"{file}:{row}:{column}" if row else file
