"""Two traces side by side: aligned by stage and module, each difference with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.compare import compare
from hwebcore.traces import SkippedModule, Trace, TraceEvent


@dataclass(frozen=True)
class Answer:
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def event(notification: str, module: str, kind: str = "native", pipeline: str = "iis", **more: object) -> TraceEvent:
    plain = TraceEvent(
        pipeline, notification, False, module, kind, 0.0, 1.0, "CONTINUE", None, None, None, None, None, 1 if pipeline == "aspnet" else 0
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


def trace(mode: str, *events: TraceEvent, status: int = 200, skipped: tuple[SkippedModule, ...] = (), **more: object) -> Trace:
    plain = Trace(
        "1-1", 1, 0.0, "GET", "/photo.png", False, "S", "/", "P", mode, 1, "127.0.0.1", 1, None, "", None, False, "StaticFile", "StaticFile",
        ("StaticFileModule",), "", "native", status, 0, 0, 10.0, None, events, skipped,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


FILTERING = event("BEGIN_REQUEST", "RequestFilteringModule")
STATIC = event("EXECUTE_REQUEST_HANDLER", "StaticFileModule", result="FINISH_REQUEST")
DENIED = event(
    "AUTHORIZE_REQUEST", "UrlAuthorization", "managed", result="FINISH_REQUEST", status=401, reason="DENIED ? by /w/members/web.config:6:9",
    source=("/w/members/web.config", 6, 9, "MACHINE/WEBROOT/APPHOST/S/members"),
)  # fmt: skip


def test_the_same_is_the_same() -> None:
    found = compare(trace("Integrated", FILTERING, STATIC), trace("Classic", FILTERING, STATIC))
    assert [row.sign for row in found.rows] == ["=", "="]
    assert found.differences == ()
    assert "the same" in found.verdict


def test_a_managed_module_only_in_integrated_says_why() -> None:
    found = compare(trace("Integrated", FILTERING, DENIED, status=302), trace("Classic", FILTERING, STATIC))
    assert [row.sign for row in found.rows] == ["=", "◂", "▸"]
    kinds = {difference.kind for difference in found.differences}
    assert {"status", "only_integrated", "only_classic"} == kinds
    managed = next(difference for difference in found.differences if difference.kind == "only_integrated")
    assert "aspnet_isapi.dll" in managed.why
    status = next(difference for difference in found.differences if difference.kind == "status")
    assert (status.integrated, status.classic) == ("302.0", "200.0")
    assert "members/web.config:6" in status.why
    assert status.source == DENIED.source
    assert found.verdict.startswith("Integrated answers 302.0, Classic 200.0.")


def test_where_nothing_answers_in_classic_no_handler_is_said_to() -> None:
    handler = event("EXECUTE_REQUEST_HANDLER", "ManagedPipelineHandler", "managed")
    refused = event("MAP_REQUEST_HANDLER", "IIS Web Core", "core", status=404, reason="no handler is mapped", result="FINISH_REQUEST")
    found = compare(trace("Integrated", handler), trace("Classic", refused, handler="", handler_modules=(), status=404))
    managed = next(difference for difference in found.differences if difference.kind == "only_integrated")
    assert managed.why.endswith("here no mapping in force takes this request.")


def test_a_skipped_modules_own_reason_counts() -> None:
    source = ("web.config", 9, 1, "")
    skipped = SkippedModule("Stamp", "iis", None, "mode", "managed modules take no part in a Classic pool's native pipeline", source)
    found = compare(trace("Integrated", event("BEGIN_REQUEST", "Stamp", "managed")), trace("Classic", skipped=(skipped,)))
    assert (found.differences[0].why, found.differences[0].source) == (skipped.reason, source)


def test_aspnet_events_align_with_their_native_stage() -> None:
    integrated = trace("Integrated", event("BEGIN_REQUEST", "Stamp", "managed"))
    classic = trace("Classic", event("BeginRequest", "Stamp", "managed", "aspnet"))
    assert [row.sign for row in compare(integrated, classic).rows] == ["="]


def test_a_module_that_ran_elsewhere_is_no_difference() -> None:
    integrated = trace("Integrated", event("BEGIN_REQUEST", "A"), event("END_REQUEST", "B"))
    classic = trace("Classic", event("END_REQUEST", "B"), event("END_REQUEST", "A"))
    found = compare(integrated, classic)
    assert {row.sign for row in found.rows} == {"=", "~"}
    assert found.differences == ()


def test_two_identities() -> None:
    found = compare(trace("Integrated", user="ada"), trace("Classic", user="", managed_user="ada"))
    assert found.differences[0].kind == "user"
    assert found.differences[0].classic == "anonymous, in ASP.NET ada"


# rules: capture.masked
def test_secrets_differ_and_are_not_told() -> None:
    left = Answer((("Set-Cookie", "a=qZ7; Path=/"), ("Set-Cookie", "t=qZ7"), ("Location", "/in?token=qZ7")))
    right = Answer((("Set-Cookie", "a=qZ8; Path=/"), ("X-Api-Key", "qZ7")))
    found = compare(trace("Integrated", STATIC), trace("Classic", STATIC), left, right)
    assert [(one.integrated, one.classic) for one in found.differences] == [
        ("location: /in?token=***", None), ("set-cookie: a=***; Path=/, t=***", "set-cookie: a=***; Path=/"), (None, "x-api-key: ***"),
    ]  # fmt: skip
    assert "qZ" not in repr(found)


def test_headers_and_bodies() -> None:
    left, right = Answer((("X-Stamp", "1"), ("Date", "now")), b"a"), Answer((("Date", "later"),), b"bb")
    found = compare(trace("Integrated"), trace("Classic"), left, right)
    assert [(difference.kind, difference.integrated, difference.classic) for difference in found.differences] == [
        ("header", "x-stamp: 1", None),
        ("body", "1 bytes", "2 bytes"),
    ]


def test_another_outcome() -> None:
    left = trace("Integrated", event("AUTHENTICATE_REQUEST", "Basic", user="ada"))
    right = trace("Classic", event("AUTHENTICATE_REQUEST", "Basic", user=""))
    found = compare(left, right)
    assert [row.sign for row in found.rows] == ["≠"]
    assert found.differences[0].kind == "outcome"


def test_json_is_the_contracts() -> None:
    found = compare(trace("Integrated", DENIED, status=302), trace("Classic"))
    value = next(difference for difference in found.differences if difference.kind == "status").to_json()
    assert value.keys() == {"kind", "integrated", "classic", "why", "source"}
    assert value["source"] == {"file": "/w/members/web.config", "line": 6, "column": 9, "config_path": "MACHINE/WEBROOT/APPHOST/S/members"}
