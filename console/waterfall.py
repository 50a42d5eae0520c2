"""A trace as lines: what ran in which stage, in which lane, how long, with what outcome; below, what did not run and why. No Textual.

Knows no ring and no widget. The colour is the mode's; glyph and indent tell native (█) from managed (▓); the handler is ◆.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence

from console.lines import BLANK, Line, Run, line, run
from console.places import Target
from console.units import duration
from console.wording.stages import about, by_core
from hwebcore.traces import SkippedModule, Trace, TraceEvent

SCALES = ("equal", "log", "linear")
_GLYPHS = {"native": "█", "managed": "▓", "core": "▪"}
_HANDLED = frozenset({"EXECUTE_REQUEST_HANDLER", "CallHandler"})


def status_role(status: int) -> str:
    """Quiet for what is ordinary, colour for what differs."""
    if status >= 500 or status == 0:
        return "bad"
    return "bad" if status >= 400 else "link" if status >= 300 else "text"


def mode_role(mode: str) -> str:
    return "classic" if mode == "Classic" else "integrated"


def source_text(source: tuple[str, int, int, str] | None) -> str:
    """ "web.config:7": the file's name is enough beside the address."""
    if source is None:
        return ""
    file, number, _, path = source
    folder = path.rpartition("/")[2] if "/" in path and not path.endswith("APPHOST") else ""
    name = file.rpartition("/")[2]
    return f"{folder + '/' if folder and name.lower() == 'web.config' else ''}{name}:{number}" if number else name


def heading(trace: Trace) -> Line:
    user = "" if trace.user is None else f" · user {trace.user or 'anonymous'}"
    if trace.managed_user is not None and trace.mode == "Classic":
        user += f" · in ASP.NET {trace.managed_user or 'anonymous'}"
    handler = trace.handler or "no handler"
    through = trace.handler_type or ", ".join(trace.handler_modules[:1])
    return line(
        run(f"{trace.method} {trace.url}{'…' if trace.url_cut else ''} ", bold=True),
        run(f"{trace.status}.{trace.substatus}", status_role(trace.status), bold=True),
        run(f"   {trace.pool}", mode_role(trace.mode)),
        run(f" ({trace.mode}{', shadow' if trace.shadow else ''}) pid {trace.pid} · {handler}", "quiet"),
        run(f" → {through}" if through and through != handler else "", "quiet"),
        run(user, "quiet"),
        right=(run(duration(trace.duration_us)),),
    )


def waterfall(trace: Trace, width: int, scale: str = "equal") -> list[Line]:
    """All lines of a trace but its heading."""
    lines = _events(trace, width, scale)
    lines += _skipped(trace.skipped)
    for child in trace.children:
        lines += [BLANK, line(run("child request  ", "quiet"), *heading(child).left, right=heading(child).right), *waterfall(child, width, scale)]
    return lines


def _events(trace: Trace, width: int, scale: str) -> list[Line]:
    role = mode_role(trace.mode)
    stage_width = 27 if width >= 90 else 16
    room = max(3, min(20, (width - stage_width) // 6))
    lines: list[Line] = []
    before: tuple[str, bool, int] | None = None
    depth = 0
    for index, event in enumerate(trace.events):
        if event.depth > depth and event.pipeline == "aspnet":
            lines.append(line(run(" " * stage_width), run("┆ ", role), run("ASP.NET, the second pipeline ", role, bold=True), fill="╌"))
        depth = event.depth
        stage = (event.notification, event.post, event.depth)
        label = "" if stage == before else _stage_label(event)
        before = stage
        drawn = _event(trace, event, index, label, stage_width, _bar(trace, event, index, room, scale), role, width)
        lines += [drawn, *_failure(event, drawn, stage_width, role, width)]
    return lines


def _failed(event: TraceEvent) -> bool:
    return event.result == "ERROR" or (event.status is not None and event.status >= 400)


def _failure(event: TraceEvent, drawn: Line, stage_width: int, role: str, width: int) -> list[Line]:
    """Below a step that failed, its whole reason where the line has no room for it: that is what one came to read."""
    reason, _ = _reason(event)
    seen = "".join(entry.text.plain for entry in drawn.left)[: width - sum(len(entry.text.plain) for entry in drawn.right) - 1]
    if not _failed(event) or reason in seen:
        return []
    indent, lane = " " * (stage_width + 2 * event.depth), "┆" if event.pipeline == "aspnet" else "│"
    pieces = textwrap.wrap(reason, max(20, width - len(indent) - 4))[:MOST_LINES]
    return [line(run(f"{indent}{lane}   ", role), run(piece, "bad")) for piece in pieces]


def _stage_label(event: TraceEvent) -> str:
    return f"{'  ' * event.depth}{'post ' if event.post else ''}{event.notification}"


def stage_in(label: str, width: int) -> str:
    """In fewer than `width` cells: the word that all stages share goes first."""
    if len(label) >= width:
        label = label.replace("_REQUEST", "")
    return label if len(label) < width else label[: width - 2] + "…"


def _bar(trace: Trace, event: TraceEvent, index: int, room: int, scale: str) -> tuple[int, int]:
    """(offset, length) in cells."""
    count = max(1, len(trace.events))
    if scale == "equal":
        offset = index * (room - 1) // count
        inside = sum(
            1 for other in trace.events if other.depth > event.depth and event.start_us <= other.start_us <= event.start_us + event.duration_us
        )
        return offset, max(1, min(room - offset, 1 + inside * room // count)) if event.notification in _HANDLED else 1
    total = max(trace.duration_us, 1.0)
    if scale == "log":
        top = math.log1p(total)
        start, end = math.log1p(event.start_us) / top, math.log1p(event.start_us + event.duration_us) / top
    else:
        start, end = event.start_us / total, (event.start_us + event.duration_us) / total
    offset = min(room - 1, int(start * room))
    return offset, max(1, min(room - offset, round((end - start) * room)))


def _event(trace: Trace, event: TraceEvent, index: int, label: str, stage_width: int, bar: tuple[int, int], role: str, width: int) -> Line:
    offset, length = bar
    is_handler = event.notification in _HANDLED and (
        event.module in trace.handler_modules or event.kind == "managed" or event.notification == "CallHandler"
    )
    glyph = "◆" + "━" * (length - 1) if is_handler else _GLYPHS.get(event.kind, "█") * length
    lane = "┆" if event.pipeline == "aspnet" else "│"
    stage = stage_in(label, stage_width)
    taken = stage_width + 2 * event.depth + 2 + offset + length + 1 + len(short_module(event.module))
    took = duration(event.duration_us)
    runs: list[Run] = [
        run(f"{stage:{stage_width}}", "quiet"),
        run(f"{'  ' * event.depth}{lane} ", role),
        run(" " * offset),
        run(glyph, role),
        run(f" {short_module(event.module)}", bold=is_handler),
        *_outcome(event, width - taken - len(took) - 5),
    ]
    target = Target("step", f"{trace.id}/{index}", event)
    return Line(tuple(runs), (run(took, "quiet" if event.duration_us < 1000 else "text"),), target)


def short_module(module: str) -> str:
    """IIS's names end in Module; the picture is calmer without."""
    return module.removesuffix("Module") if module.endswith("Module") and len(module) > 12 else module


def _reason(event: TraceEvent) -> tuple[str, bool]:
    """The reason with its file's long name made short (left out at its end: the source follows), and whether it names the source itself."""
    reason, source = event.reason or "", event.source
    if source is None or source[0] not in reason:
        return reason, False
    for long in (f"{source[0]}:{source[1]}:{source[2]}", f"{source[0]}:{source[1]}", source[0]):
        reason = reason.replace(long, source_text(source))
    for joint in (" by ", " in ", " at "):
        if reason.endswith(joint + source_text(source)):
            return reason.removesuffix(joint + source_text(source)), False
    return reason, True


#: Of a failed step's reason, and of a selected step's.
MOST_LINES = 3
#: Cells of a reason below which it says nothing.
LEAST_REASON = 14


def _outcome(event: TraceEvent, room: int) -> list[Run]:
    """In `room` cells: the reason is cut before the source; where that leaves too little of it, the source goes (both stand below)."""
    runs: list[Run] = []
    told = False
    source = source_text(event.source) if event.source is not None else ""
    ended = event.result in ("FINISH_REQUEST", "ERROR")
    if event.status is not None:
        text = f"  {event.status}.{event.substatus}" if event.substatus else f"  {event.status}"
        runs.append(run(text, status_role(event.status), bold=True))
    if event.user is not None:
        runs.append(run(f"  user: {event.user or 'anonymous'}", "quiet"))
    if event.reason:
        reason, told = _reason(event)
        bad = _failed(event)
        if event.source is not None and not told:
            left = room - sum(len(entry.text.plain) for entry in runs) - 4
            source = next((text for text in (source, source.rpartition("/")[2]) if left - len(text) >= min(len(reason), LEAST_REASON)), "")
            reason = reason if not source or len(reason) <= left - len(source) else f"{reason[: left - len(source) - 1]}…"
        runs.append(run(f"  {reason}", "bad" if bad else "text" if ended else "quiet", bold=bad))
    if source and not told:
        runs.append(run(f"  {source}", "link"))
    if event.result == "ERROR":
        runs.append(run(" ✖", "bad", bold=True))
    elif event.result == "PENDING":
        runs.append(run("  asynchronous", "quiet"))
    return runs


def step_lines(step: TraceEvent | SkippedModule, width: int) -> list[Line]:
    """Everything about one step, wrapped; first what its stage is for."""
    post = isinstance(step, TraceEvent) and step.post
    stage, told = step.notification or "not run", about(step.notification or "", post)
    heading = f"{'post ' if post else ''}{stage}"
    first, *more = textwrap.wrap(told, max(20, width - 4), initial_indent=" " * (len(heading) + 2)) or [""]
    lines = [line(run(heading, "heading", bold=True), run(first[len(heading) :], "quiet")), *(line(run(piece, "quiet")) for piece in more)]
    words = [f"{step.module} ({step.kind})" if isinstance(step, TraceEvent) and step.kind != "core" else step.module]
    if step.reason:
        words.append(step.reason)
    elif isinstance(step, TraceEvent) and step.kind == "core" and step.pipeline == "iis":
        words.append(by_core(step.notification))
    if isinstance(step, TraceEvent) and step.user is not None:
        words.append(f"user: {step.user or 'anonymous'}")
    lines += [line(run(piece, "quiet")) for piece in textwrap.wrap(" · ".join(words), max(20, width - 4))[:MOST_LINES]]
    if step.source is not None and step.source[1]:
        lines.append(line(run("Enter: ", "quiet"), run(f"{step.source[0]}:{step.source[1]}:{step.source[2]}", "link")))
    return lines


_CAUSES = {
    "precondition": "precondition", "completed_early": "ended before", "mode": "pipeline mode", "not_executed_here": "not in this server", 
    "no_subscription": "nothing to do",
}  # fmt: skip


def _skipped(skipped: Sequence[SkippedModule]) -> list[Line]:
    if not skipped:
        return []
    told = [entry for entry in skipped if entry.cause != "no_subscription"]
    idle = [entry.module for entry in skipped if entry.cause == "no_subscription"]
    lines = [line(run(f"not run: {len(skipped)}", "heading", bold=True), fill="─")]
    before = ""
    for number, entry in enumerate(told):
        where = f" in {entry.notification}" if entry.notification else ""
        why = "for the same reason" if entry.reason == before else _why_not(entry)
        runs = [run(f"{short_module(entry.module)}{where}", "text"), run(f"  {why}", "quiet")]
        before = entry.reason
        if entry.source is not None:
            runs.append(run(f"  {source_text(entry.source)}", "link"))
        lines.append(Line(tuple(runs), key=Target("step", f"skipped/{number}", entry)))
    if idle:
        lines.append(line(run("nothing to do in this request: ", "quiet"), run(", ".join(map(short_module, unique(idle))), "quiet")))
    return lines


def _why_not(entry: SkippedModule) -> str:
    """The reason of a mode begins with the mode: nothing has to stand before it."""
    return entry.reason if entry.cause == "mode" else f"{_CAUSES.get(entry.cause, entry.cause)}: {entry.reason}"


def unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
