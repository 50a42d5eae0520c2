"""The record of a finished request: rt 8."""

from __future__ import annotations

import os
from pathlib import Path

from hwebcore.pipeline.context import RequestHeaders, User
from hwebcore.pipeline.described import Described
from hwebcore.request_log import RequestLog
from hwebcore.w3c_log import BATCH_LINES
from tests.support.exchange import exchange

AT = 1439491571.0  # 2015-08-13 18:46:11


def test_the_default_record() -> None:
    context = exchange("/iisstart.png?a=b%20c", headers={"User-Agent": "Mozilla/5.0 (X; Y)", "Referer": "https://localhost/"}, user=User(""))
    context.response.status = 304
    assert RequestLog().line(context, AT, 0.1) == (
        "2015-08-13 18:46:11 127.0.0.1 GET /iisstart.png a=b%20c 8080 - 127.0.0.1 Mozilla/5.0+(X;+Y) https://localhost/ 304 0 0 100\n"
    )


# rules: log.fields
def test_every_field() -> None:
    flags = ("SiteName", "UserName", "ProtocolVersion", "Cookie", "Host", "HttpStatus", "HttpSubStatus", "Win32Status", "BytesSent", "BytesRecv")
    context = exchange("/", headers={"Cookie": "a=1"}, user=User("DOM\\mary ann", "Basic"))
    context.response.status, context.response.substatus, context.response.bytes_sent = 404, 8, 321
    context.error = ConnectionResetError()
    assert RequestLog(flags).line(context, AT, 0.0) == "W3SVC1 DOM\\mary+ann HTTP/1.1 a=1 site.test:8080 404 8 64 321 53\n"


def test_hostile_values_stay_in_their_field() -> None:
    context = exchange("/x", path="/x\n#Fields: forged", headers={"User-Agent": "a\x1b]0;x\x07\r\n"}, user=User("eve\n2026 forged"))
    record = RequestLog(("UriStem", "UserName", "UserAgent")).line(context, AT, 0.0)
    assert record == "/x%0A#Fields:+forged eve%0A2026+forged a%1B]0;x%07%0D%0A\n"


def test_headers_are_read_as_the_utf_8_that_they_are() -> None:
    context = exchange("/", headers={"User-Agent": "ü日".encode().decode("latin-1"), "Referer": "caf\xe9"})
    assert RequestLog(("UserAgent", "Referer")).line(context, AT, 0.0) == "ü日 café\n"


def test_it_writes_to_the_descriptor_that_it_was_given(tmp_path: Path) -> None:
    log = RequestLog(("Method",))
    log.writer.open(os.open(tmp_path / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
    log.record(exchange("/", "HEAD"))
    log.writer.close()
    assert (tmp_path / "log").read_text() == "HEAD\n"


def test_a_repeated_head_is_described_once_and_anew_where_something_differs() -> None:
    log, other = RequestLog(("UriStem", "UserName", "UserAgent", "HttpStatus")), RequestLog(("Method",))
    context = exchange("/a b", headers={"User-Agent": "x y"})
    items = context.request.headers.items
    context.request.headers = RequestHeaders(items, {name.lower(): [value] for name, value in items})
    described = context.request.described = Described("GET", "127.0.0.1", 5, "/a b")
    assert log.line(context, AT, 0.0) == "/a+b - x+y 200\n"
    kept = described.logged
    context.response.status = 404
    assert (log.line(context, AT, 0.0), described.logged is kept) == ("/a+b - x+y 404\n", True)
    context.user = User("ada")
    assert log.line(context, AT, 0.0) == "/a+b ada x+y 404\n"
    context.request.path = "/rewritten"
    assert log.line(context, AT, 0.0) == "/rewritten ada x+y 404\n"
    assert other.line(context, AT, 0.0) == "GET\n"
    context.request.headers.set("User-Agent", "z")
    assert log.line(context, AT, 0.0) == "/rewritten ada z 404\n"


def test_a_plain_answer_repeats_the_line_before_while_all_that_it_tells_is_the_same(tmp_path: Path) -> None:
    log = RequestLog(("Date", "Time", "UriStem", "UserName", "HttpStatus", "BytesSent", "TimeTaken"))
    log.writer.open(os.open(tmp_path / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
    context = exchange("/a")
    context.request.described, context.request.shared = Described("GET", "127.0.0.1", 5, "/a"), True
    told = []

    def write(after: float = 0.0, **changed: object) -> None:
        context.start, context.end, context.wall, context.response.bytes_sent = 5.0 + after, 5.0005 + after, AT + after, 10
        for name, value in changed.items():
            setattr(context if hasattr(context, name) else context.response, name, value)
        told.append(log.line(context, context.wall, context.end - context.start).removeprefix("2015-08-13 18:46:"))
        log.record(context)

    write()
    kept = context.request.described.line
    write()
    assert context.request.described.line is kept
    write(bytes_sent=11)
    write(after=1)
    write(after=-1)
    write(user=User("ada"))
    write(end=5.25)
    write(status=404)
    write(status=200, substatus=4)
    write(substatus=0, error=ConnectionResetError())
    write(error=None)
    log.writer.close()
    expected = ["11 /a - 200 10 0\n"] * 2 + ["11 /a - 200 11 0\n", "12 /a - 200 10 0\n", "10 /a - 200 10 0\n", "11 /a ada 200 10 0\n"]
    expected += ["11 /a ada 200 10 250\n", "11 /a ada 404 10 0\n", "11 /a ada 200 10 0\n", "11 /a ada 200 10 0\n", "11 /a ada 200 10 0\n"]
    assert told == expected
    assert (tmp_path / "log").read_text() == "".join("2015-08-13 18:46:" + line for line in expected)


def test_lines_that_repeat_are_written_when_a_batch_is_full(tmp_path: Path) -> None:
    log = RequestLog(("UriStem",))
    log.writer.open(os.open(tmp_path / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
    context = exchange("/a")
    context.request.described, context.request.shared = Described("GET", "127.0.0.1", 5, "/a"), True
    context.start, context.end, context.wall = 5.0, 5.0005, AT
    for _ in range(BATCH_LINES + 1):
        log.record(context)
    assert ((tmp_path / "log").read_text(), log.writer.waiting) == ("/a\n" * BATCH_LINES, 1)
    log.writer.close()
