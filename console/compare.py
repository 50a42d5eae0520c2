"""The same request in both modes: traces aligned by stage and module, what differs, why, and where that is written. No Textual.

Knows no ring, no socket and no widget. Used by the Compare page and by `poolhouse trace --mode both`; the JSON form is DESIGN.md 8's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from console.masking import masked_headers
from hwebcore.traces import SkippedModule, Trace, TraceEvent

DifferenceKind = Literal["only_integrated", "only_classic", "outcome", "status", "header", "user", "body"]
SourceTuple = tuple[str, int, int, str]


class Answered(Protocol):
    """What came back to the client."""

    @property
    def headers(self) -> Iterable[tuple[str, str]]: ...

    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Difference:
    kind: DifferenceKind
    integrated: str | None
    classic: str | None
    why: str
    source: SourceTuple | None = None

    def to_json(self) -> dict[str, Any]:
        source = dict(zip(("file", "line", "column", "config_path"), self.source, strict=True)) if self.source else None
        return {"kind": self.kind, "integrated": self.integrated, "classic": self.classic, "why": self.why, "source": source}


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """`sign`: "=" the same, "◂" only Integrated, "▸" only Classic, "≠" another outcome, "~" ran in the other mode too, at another place."""

    sign: str
    integrated: TraceEvent | None
    classic: TraceEvent | None
    #: The difference that this row belongs to, by index; -1 for none.
    difference: int = -1


@dataclass(frozen=True, slots=True)
class Comparison:
    verdict: str
    rows: tuple[AlignedRow, ...]
    differences: tuple[Difference, ...]


#: ASP.NET's event in the managed pipeline → the native notification that it corresponds to.
_STAGES = {
    "BeginRequest": "BEGIN_REQUEST", "AuthenticateRequest": "AUTHENTICATE_REQUEST", "DefaultAuthentication": "AUTHENTICATE_REQUEST",
    "AuthorizeRequest": "AUTHORIZE_REQUEST", "ResolveRequestCache": "RESOLVE_REQUEST_CACHE", "MapRequestHandler": "MAP_REQUEST_HANDLER",
    "MapHandler": "MAP_REQUEST_HANDLER", "AcquireRequestState": "ACQUIRE_REQUEST_STATE", "PreRequestHandlerExecute": "PRE_EXECUTE_REQUEST_HANDLER",
    "RequestHandlerExecute": "EXECUTE_REQUEST_HANDLER", "CallHandler": "EXECUTE_REQUEST_HANDLER", "ReleaseRequestState": "RELEASE_REQUEST_STATE",
    "UpdateRequestCache": "UPDATE_REQUEST_CACHE", "LogRequest": "LOG_REQUEST", "EndRequest": "END_REQUEST",
    "PreSendRequestHeaders": "SEND_RESPONSE", "PreSendRequestContent": "SEND_RESPONSE",
}  # fmt: skip
#: Headers that differ from one answer to the next of the same pipeline.
_PASSING = frozenset({"date", "connection", "keep-alive", "transfer-encoding"})


def stage_of(event: TraceEvent) -> str:
    """The native notification an event belongs to, whichever pipeline it ran in."""
    return _STAGES.get(event.notification, event.notification)


def _key(event: TraceEvent) -> tuple[str, bool, str]:
    return (stage_of(event), event.post, event.module)


def compare(integrated: Trace, classic: Trace, integrated_answer: Answered | None = None, classic_answer: Answered | None = None) -> Comparison:
    """What differs, each with its reason. Answers add headers and bodies, which records do not hold."""
    pairs = _align(integrated.events, classic.events)
    differences: list[Difference] = []
    differences += _status(integrated, classic)
    differences += _users(integrated, classic)
    if integrated_answer is not None and classic_answer is not None:
        differences += _answers(integrated_answer, classic_answer)
    rows = _rows(pairs, integrated, classic, differences)
    return Comparison(_verdict(integrated, classic, differences), tuple(rows), tuple(differences))


def _align(left: Sequence[TraceEvent], right: Sequence[TraceEvent]) -> list[tuple[TraceEvent | None, TraceEvent | None]]:
    """Longest common subsequence of (stage, post, module)."""
    keys, others = [_key(event) for event in left], [_key(event) for event in right]
    lengths = [[0] * (len(others) + 1) for _ in range(len(keys) + 1)]
    for i in range(len(keys) - 1, -1, -1):
        for j in range(len(others) - 1, -1, -1):
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if keys[i] == others[j] else max(lengths[i + 1][j], lengths[i][j + 1])
    pairs: list[tuple[TraceEvent | None, TraceEvent | None]] = []
    i = j = 0
    while i < len(keys) or j < len(others):
        if i < len(keys) and j < len(others) and keys[i] == others[j]:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif j >= len(others) or (i < len(keys) and lengths[i + 1][j] >= lengths[i][j + 1]):
            pairs.append((left[i], None))
            i += 1
        else:
            pairs.append((None, right[j]))
            j += 1
    return pairs


def _rows(
    pairs: list[tuple[TraceEvent | None, TraceEvent | None]], integrated: Trace, classic: Trace, differences: list[Difference]
) -> list[AlignedRow]:
    """The rows; what they show beyond the answer's own differences is appended to `differences`."""
    ran = {"integrated": {event.module for event in integrated.events}, "classic": {event.module for event in classic.events}}
    known: dict[tuple[str, str], int] = {}
    rows = []
    for left, right in pairs:
        if left is not None and right is not None:
            rows.append(_paired(left, right, differences))
            continue
        event = left or right
        assert event is not None
        side, other = ("integrated", "classic") if left is not None else ("classic", "integrated")
        if event.module in ran[other]:
            rows.append(AlignedRow("~", left, right))
            continue
        index = known.get((side, event.module))
        if index is None:
            why, source = _why_only(event, *((integrated, classic) if left is not None else (classic, integrated)))
            kind: DifferenceKind = "only_integrated" if left is not None else "only_classic"
            told = _told(event)
            differences.append(Difference(kind, told if left is not None else None, told if right is not None else None, why, source))
            index = known[(side, event.module)] = len(differences) - 1
        rows.append(AlignedRow("◂" if left is not None else "▸", left, right, index))
    return rows


def _paired(left: TraceEvent, right: TraceEvent, differences: list[Difference]) -> AlignedRow:
    if (left.result, left.status, left.user) == (right.result, right.status, right.user):
        return AlignedRow("=", left, right)
    decided = left if left.result != "CONTINUE" or right.reason is None else right
    why = decided.reason or f"{left.module} came to another result"
    differences.append(Difference("outcome", _told(left), _told(right), why, decided.source))
    return AlignedRow("≠", left, right, len(differences) - 1)


def _told(event: TraceEvent) -> str:
    words = [event.module, f"in {event.notification}"]
    if event.user is not None:
        words.append(f"user {event.user or 'anonymous'}")
    if event.status is not None:
        words.append(f"{event.status}.{event.substatus or 0}")
    return " ".join(words)


def _why_only(event: TraceEvent, here: Trace, there: Trace) -> tuple[str, SourceTuple | None]:
    """Why a module that ran in one mode did not in the other: its own words in the skipped list, else the pipeline's rule."""
    skipped = _skipped(there, event.module)
    if skipped is not None:
        return skipped.reason, skipped.source
    if event.kind == "managed" and there.mode == "Classic":
        rule = "In Classic mode managed code only sees requests that a handler mapping sends to aspnet_isapi.dll"
        there_is = f"{there.handler} answered in the native pipeline" if there.handler else "no mapping in force takes this request"
        reason = f"{rule}; here {there_is}."
        return reason, _lifted_by(here, event)
    if event.pipeline == "aspnet":
        return "Only Classic mode has a second, managed pipeline inside aspnet_isapi.dll; in Integrated mode its stages are the native ones.", None
    if here.mode != there.mode and (event.module in here.handler_modules or event.module == here.handler_type):
        reason = f"{here.mode} mode executes the request with {here.handler or event.module}, {there.mode} mode with {there.handler or 'none'}."
        return (reason if here.handler != there.handler else f"{there.mode} mode did not come to the handler: {_decision(there)}"), None
    return f"{there.mode} mode has no step of it for this request.", None


def _skipped(trace: Trace, module: str) -> SkippedModule | None:
    found = [skipped for skipped in trace.skipped if skipped.module == module and skipped.reason]
    return min(found, key=lambda skipped: skipped.cause == "no_subscription", default=None)


def _lifted_by(trace: Trace, event: TraceEvent) -> SourceTuple | None:
    return event.source if event.result == "CONTINUE" else None


def _decision(trace: Trace) -> str:
    """Who set the status, in words, with the reason that it gave."""
    event = _deciding_event(trace)
    if event is not None:
        return f"{event.module}: {short_reason(event.reason, event.source)}" if event.reason else f"{event.module} in {event.notification}"
    return f"{trace.set_by[2]} in {trace.set_by[1]}" if trace.set_by else "no step says"


def short_reason(reason: str, source: SourceTuple | None) -> str:
    """The reason with its file's path cut to the last folder and the name: the whole stands beside it as the source."""
    return reason.replace(source[0], "/".join(source[0].split("/")[-2:])) if source else reason


def _deciding_event(trace: Trace) -> TraceEvent | None:
    """The step that ended the request early, else the one that set its status."""
    for event in trace.events:
        if event.result in ("FINISH_REQUEST", "ERROR") and stage_of(event) != "EXECUTE_REQUEST_HANDLER":
            return event
    if trace.set_by is None:
        return None
    return next((event for event in reversed(trace.events) if (event.pipeline, event.notification, event.module) == trace.set_by), None)


def _status(integrated: Trace, classic: Trace) -> list[Difference]:
    if (integrated.status, integrated.substatus) == (classic.status, classic.substatus):
        return []
    sides = [f"{trace.status}.{trace.substatus}" for trace in (integrated, classic)]
    events = [_deciding_event(trace) for trace in (integrated, classic)]
    unusual = 0 if integrated.status >= 300 or classic.status < 300 else 1
    chosen = events[unusual]
    trace = (integrated, classic)[unusual]
    return [Difference("status", sides[0], sides[1], f"{trace.mode}: {_decision(trace)}", chosen.source if chosen else None)]


def _users(integrated: Trace, classic: Trace) -> list[Difference]:
    def told(trace: Trace) -> str:
        words = "nobody" if trace.user is None else trace.user or "anonymous"
        if trace.managed_user is not None and trace.mode == "Classic":
            words += f", in ASP.NET {trace.managed_user or 'anonymous'}"
        return words

    left, right = told(integrated), told(classic)
    if left == right:
        return []
    if classic.managed_user is not None:
        why = "Classic mode authenticates twice: IIS for itself, ASP.NET for the managed pipeline. In Integrated mode there is one identity."
    else:
        why = "Another module authenticated the user."
    return [Difference("user", left, right, why)]


def _answers(integrated: Answered, classic: Answered) -> list[Difference]:
    found = []
    left, right = _headers(integrated), _headers(classic)
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            why = (
                "Headers come from the modules and the handler that ran."
                if name not in ("content-length", "content-type", "etag")
                else "Another body was sent."
            )
            found.append(Difference("header", _header(name, left.get(name)), _header(name, right.get(name)), why))
    if integrated.body != classic.body:
        sides = [f"{len(answer.body)} bytes" for answer in (integrated, classic)]
        found.append(
            Difference("body", sides[0], sides[1], "The bodies differ." if sides[0] != sides[1] else "The bodies are of one length and differ.")
        )
    return found


def _headers(answer: Answered) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        if name.lower() not in _PASSING:
            found.setdefault(name.lower(), []).append(value)
    return found


def _header(name: str, values: list[str] | None) -> str | None:
    """Without its secrets: that they differ is told, what they are is not."""
    return None if values is None else f"{name}: {', '.join(value for _, value in masked_headers((name, value) for value in values))}"


def _verdict(integrated: Trace, classic: Trace, differences: Sequence[Difference]) -> str:
    """One sentence for the top of the page."""
    status = next((difference for difference in differences if difference.kind == "status"), None)
    if status is not None:
        return f"Integrated answers {status.integrated}, Classic {status.classic}. {status.why}"
    outside = [difference for difference in differences if difference.kind in ("header", "body")]
    inside = [difference for difference in differences if difference.kind in ("only_integrated", "only_classic")]
    if outside:
        what = "another body" if any(difference.kind == "body" for difference in outside) else "other headers"
        return f"Both modes answer {integrated.status}.{integrated.substatus}, with {what}: {_count(inside)}."
    if differences:
        return f"The client sees no difference; {_count(inside)}."
    return "Both modes do the same for this request."


def _count(inside: Sequence[Difference]) -> str:
    integrated = sum(difference.kind == "only_integrated" for difference in inside)
    classic = len(inside) - integrated
    parts = [
        f"{number} {'module' if number == 1 else 'modules'} ran only in {mode}"
        for number, mode in ((integrated, "Integrated"), (classic, "Classic"))
        if number
    ]
    return " and ".join(parts) or "the same modules ran"
