"""Story: everything that outsiders and applications can write into a log is tried; each log stays text with one record a line."""

from __future__ import annotations

import urllib.parse
from pathlib import Path

from tests.support.program_driver import Program

NAME = "ad\u202ea [bold]x"
#: Answered by the pipeline: one line each in the site's log.
TARGETS = (
    b"/hello?q=%1b[2J",
    b"/[bold]markup[/bold]?[red]",
    b"/files/%e2%80%ae[x].txt",
    b"/hello?%0d%0aSet-Cookie:%20x=1",
    b"/nothing%e2%80%8bhere?%c2%9b31m",
    b"/hello?" + b"A" * 1500,
)
HEADERS = (
    b"User-Agent: \xc2\x9b31m[red] two words\r\n",
    b"User-Agent: %0d%0a2026-01-01 00:00:00 forged\r\n",
    b"Referer: http://x/\xe2\x80\xae\xe2\x80\xa8[b]\r\n",
    b"User-Agent: \xff\xfe\r\n",
    b"User-Agent: tab\there\r\nReferer: \xe2\x80\x8b\r\n",
)
#: Refused before any pipeline: one line each in HTTPERR.
REFUSED = (
    b"GET /%1b%5d0;owned%07 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\x1b]0;owned\x07 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: a\r\n\tfolded: b\r\n\r\n",
    b"GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: \x1b[31m\r\n\r\n",
    b"GET /?\xc2\x9b31m HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a\nb HTTP/1.1\r\nHost: x\r\n\r\n",
    b"G\x1bET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\x07b\r\n\r\n",
)
NOISY = """import logging, sys

class Noisy:
    def process_request(self, context):
        print("\\x1b]0;owned\\x07\\x9b31m[red]\\u202e", context.request.query_string)
        sys.stdout.buffer.write(b"\\x1b[2J bytes\\n")
        sys.stdout.flush()
        logging.warning("a\\rb\\x1b[31m")
        raise ValueError("\\x1b[31m\\r\\n2026-01-01T00:00:00Z [1] forged\\u2028")
"""


# rules: log.one-line
def test_no_log_holds_a_raw_control_character_and_each_record_is_one_line(first_run: Program) -> None:
    site = first_run.config / "sites/integrated"
    (site / "noisy.py").write_text(NOISY)
    (site / "files" / "\x1b[31mred[bold].txt").write_text("x")
    row = '<add name="Noisy" path="noisy" verb="GET" type="noisy.Noisy" />'
    first_run.edit(site / "web.config", "<handlers>", f"<handlers>{row}")
    first_run.edit(site / "web.config", "<user name=", f'<user name="{NAME}" password="x" /><user name=')
    requests = [(target, header) for target in TARGETS for header in HEADERS]
    with first_run.serving():
        sent = 0
        for target, header in requests:
            answer = first_run.raw(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n")
            assert answer.startswith(b"HTTP/1.1 "), (target, header)
            assert answer[9:12] != b"400", (target, header, answer)
            sent += 1
        cookie = _sign_in(first_run)
        assert first_run.get("/members/report", headers={"Cookie": cookie}).status == 200
        noisy = first_run.get("/noisy?%1b[31m")
        assert noisy.status == 500
        assert b"\x1b" not in noisy.body
        sent += 3
        for data in REFUSED:
            assert first_run.raw(data).startswith(b"HTTP/1.1 400"), data
    found = {path.relative_to(first_run.folder): path.read_bytes() for path in (first_run.folder / "state").rglob("*.log")}
    site_log = _one(found, "W3SVC1/")
    assert len(site_log) == sent
    assert all(len(line.split(" ")) == len(site_log[0].split(" ")) for line in site_log)
    assert sum(" ad%E2%80%AEa+[bold]x " in line for line in site_log) == 1
    assert len(_one(found, "HTTPERR/")) == len(REFUSED)
    pool_log = _one(found, "DefaultAppPool")
    assert any("bytes" in line for line in pool_log)
    assert not any(line.startswith("2026-01-01") for line in pool_log)
    for path, data in found.items():
        text = data.decode("utf-8")
        assert all(character.isprintable() or character in "\n\t" for character in text), (
            path,
            [ascii(line) for line in text.split("\n") if not line.isprintable()],
        )


def _one(found: dict[Path, bytes], part: str) -> list[str]:
    """The records of the one log whose name holds `part`, without directives."""
    [data] = [data for path, data in found.items() if part in str(path)]
    return [line for line in data.decode("utf-8").split("\n") if line and not line.startswith("#")]


def _sign_in(program: Program) -> str:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = program.get("/login", "integrated", "POST", kind, urllib.parse.urlencode({"user": NAME, "password": "x"}).encode())
    assert answer.status == 302
    return answer.headers["set-cookie"].partition(";")[0]
