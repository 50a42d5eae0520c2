from pathlib import Path
from typing import Any

import pytest

from console.cli.trace_text import TraceText
from hwebcore.traces import SkippedModule, Trace, TraceEvent

FOLDER = Path("/srv/config")
PLACE = ("/srv/config/web.config", 6, 13, "x")


def event(module: str, notification: str = "BEGIN_REQUEST", **fields: Any) -> TraceEvent:
    values: dict[str, Any] = {
        "pipeline": "iis", "notification": notification, "post": False, "module": module, "kind": "native", "start_us": 0.0, "duration_us": 3.0,
        "result": "CONTINUE", "user": None, "status": None, "substatus": None, "reason": None, "source": None, **fields,
    }  # fmt: skip
    return TraceEvent(**values)


def trace(**fields: Any) -> Trace:
    values: dict[str, Any] = {
        "id": "1-1", "number": 1, "wall": 0.0, "method": "GET", "url": "/x", "url_cut": False, "site": "S", "application": "/", "pool": "P",
        "mode": "Classic", "pid": 7, "client": "127.0.0.1", "port": 1, "user": "", "auth_type": "", "managed_user": None, "shadow": False,
        "tentative_handler": "A", "handler": "B", "handler_modules": ("IsapiModule",), "handler_type": "", "handler_kind": "native", "status": 404,
        "substatus": 8, "bytes_sent": 5, "duration_us": 812.0, "set_by": ("iis", "BEGIN_REQUEST", "RequestFilteringModule"), "events": (),
        "skipped": (), **fields,
    }  # fmt: skip
    return Trace(**values)


def written(shown: Trace, capsys: pytest.CaptureFixture[str]) -> list[str]:
    TraceText(FOLDER).write(shown)
    return capsys.readouterr().out.splitlines()


def test_the_heading(capsys: pytest.CaptureFixture[str]) -> None:
    assert written(trace(shadow=True, managed_user=""), capsys)[:5] == [
        "GET /x   404.8   812 µs   5 bytes",
        "site S, pool P (Classic, shadow), pid 7",
        "handler B → IsapiModule (at first A)",
        "user anonymous; in ASP.NET anonymous",
        "404.8 was set by RequestFilteringModule in BEGIN_REQUEST",
    ]


def test_steps_name_their_notification_once_and_nested_ones_are_indented(capsys: pytest.CaptureFixture[str]) -> None:
    events = (event("A"), event("B"), event("C", "AuthenticateRequest", depth=1, kind="managed"), event("D", post=True))
    lines = [line.rstrip() for line in written(trace(events=events), capsys)[6:]]
    assert [line[:28].rstrip() for line in lines] == ["BEGIN_REQUEST", "", "  ╎ AuthenticateRequest", "post BEGIN_REQUEST"]
    assert [line[28:31] for line in lines] == ["█ A", "█ B", "▓ C", "█ D"]


def test_why_is_said_once_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    events = (
        event("A", status=401, substatus=2, reason="DENIED by /srv/config/web.config:6:13", source=PLACE, result="FINISH_REQUEST"),
        event("B", user="ada", source=PLACE),
    )
    lines = written(trace(events=events), capsys)[6:]
    assert lines[0].endswith("3 µs  401.2  DENIED by web.config:6:13  FINISH_REQUEST")
    assert lines[1].endswith("3 µs  user: ada  (web.config:6:13)")


def test_what_did_not_run_is_grouped_by_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = (
        SkippedModule("A", "iis", None, "precondition", "managedHandler", PLACE),
        SkippedModule("B", "iis", None, "precondition", "managedHandler", None),
        SkippedModule("C", "iis", None, "no_subscription", "nothing", None),
        SkippedModule("D", "iis", "LOG", "completed_early", "X ended it", PLACE),
    )
    assert written(trace(skipped=skipped), capsys)[7:] == [
        "did not run",
        "  precondition: managedHandler",
        "    A (web.config:6:13), B",
        "  the request was completed before: X ended it",
        "    D in LOG",
    ]


def test_many_names_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = tuple(SkippedModule(f"M{number}", "iis", None, "mode", "why", None) for number in range(12))
    assert written(trace(skipped=skipped), capsys)[-1].endswith("M9, and 2 more")


def test_a_child_stands_under_its_parent(capsys: pytest.CaptureFixture[str]) -> None:
    lines = written(trace(children=(trace(url="/x/index.html"),)), capsys)
    assert "child request" in lines
    assert "    GET /x/index.html   404.8   812 µs   5 bytes" in lines


def test_hostile_names_are_made_visible(capsys: pytest.CaptureFixture[str]) -> None:
    out = "\n".join(written(trace(url="/\x1b[31m", events=(event("\x1b]0;x\x07"),)), capsys))
    assert "\x1b" not in out
    assert "␛[31m" in out
