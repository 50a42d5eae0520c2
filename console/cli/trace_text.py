"""A trace as text: the request, its steps in order, what stood inside a step, what did not run and why.

Knows no ring and no service. The waterfall of the screen is pages/live.py; the names here are the same.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

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
MOST_NAMES = 10
_NAME_WIDTH, _MODULE_WIDTH = 28, 34


@dataclass(frozen=True)
class TraceText:
    """`folder`: the configuration's; places below it are shown relative to it."""

    folder: Path

    def write(self, trace: Trace, indent: int = 0) -> None:
        margin = " " * indent
        _write_heading(trace, margin)
        last = ""
        for event in trace.events:
            last = self._write_event(event, last, margin)
        self._write_skipped(trace, margin)
        for child in trace.children:
            line()
            line(margin, Tinted("child request", "strong"))
            self.write(child, indent + 4)

    def place(self, source: tuple[str, int, int, str]) -> str:
        file, row, column, _ = source
        return self.short(f"{file}:{row}:{column}" if row else file)

    def short(self, text: str) -> str:
        return text.replace(f"{self.folder}/", "")

    def _write_event(self, event: TraceEvent, last: str, margin: str) -> str:
        inner = "  ╎ " * event.depth
        name = f"post {event.notification}" if event.post else event.notification
        key = f"{event.depth}{name}"
        module = f"{KIND_GLYPHS.get(event.kind, ' ')} {event.module}"
        pieces: list[object] = [margin, f"{inner + (name if key != last else ''):{_NAME_WIDTH}}", f"{module:{_MODULE_WIDTH}}"]
        pieces.append(Tinted(f"{duration(event.duration_us):>9}", "quiet"))
        said = self._said(event)
        if said:
            role = "bad" if event.result == "ERROR" else "warning" if event.result == "FINISH_REQUEST" else ""
            pieces += ["  ", Tinted(said, role) if role else said]
        line(*pieces)
        return key

    def _said(self, event: TraceEvent) -> str:
        words = []
        if event.status:
            words.append(f"{event.status}.{event.substatus or 0}")
        if event.user is not None:
            words.append(f"user: {event.user or 'anonymous'}")
        reason = self.short(event.reason or "")
        if reason:
            words.append(reason)
        if event.result in ("FINISH_REQUEST", "ERROR"):
            words.append(event.result)
        if event.source and self.place(event.source) not in reason:
            words.append(f"({self.place(event.source)})")
        return "  ".join(words)

    def _write_skipped(self, trace: Trace, margin: str) -> None:
        """By reason: one sentence, then whom it kept out."""
        groups: dict[tuple[str, str], list[SkippedModule]] = {}
        for skipped in trace.skipped:
            if skipped.cause != "no_subscription":
                reason = "" if skipped.cause == "not_executed_here" else skipped.reason
                groups.setdefault((skipped.cause, reason), []).append(skipped)
        if not groups:
            return
        line()
        line(margin, Tinted("did not run", "strong"))
        for (cause, reason), members in groups.items():
            line(margin, "  ", Tinted(f"{CAUSES.get(cause, cause)}{': ' if reason else ''}{self.short(reason)}", "quiet"))
            names = list(dict.fromkeys(map(self._member, members)))
            more = f", and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            for row in textwrap.wrap(", ".join(names[:MOST_NAMES]) + more, 130, break_on_hyphens=False, break_long_words=False):
                line(margin, "    ", row)

    def _member(self, skipped: SkippedModule) -> str:
        where = f" in {skipped.notification}" if skipped.notification else ""
        source = f" ({self.place(skipped.source)})" if skipped.source and not where and skipped.cause != "not_executed_here" else ""
        return f"{skipped.module}{where}{source}"


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
