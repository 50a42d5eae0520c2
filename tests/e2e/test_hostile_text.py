"""Story: somebody sends terminal escapes and markup in URLs, headers and file names. They are seen as text, and nothing obeys them."""

from __future__ import annotations

import json

from tests.support.program_driver import Program

TITLE = b"\x1b]0;owned\x07"


def test_the_screen_shows_and_does_not_obey(first_run: Program) -> None:
    folder = first_run.config / "sites" / "integrated" / "files"
    (folder / "\x1b[31mred[bold].txt").write_text("x")
    with first_run.console() as terminal:
        terminal.until("● service")
        terminal.press("l")
        terminal.until("seen")
        for request in (
            b"GET /%1b%5d0;owned%07 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"GET /[bold]markup[/bold]?q=%1b[2J HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: \xc2\x9b31m[red]\r\n\r\n",
        ):
            assert b"HTTP/1.1 " in first_run.raw(request)
        terminal.until("[bold]markup[/bold]")
        listing = first_run.get("/files/")
        assert listing.status == 200
        assert b"\x1b" not in listing.body
        assert TITLE not in bytes(terminal.raw)
        assert b"owned\x07" not in bytes(terminal.raw)


def test_the_command_line_and_the_logs_hold_no_control_character(first_run: Program) -> None:
    with first_run.serving():
        for path in ("/%1b%5d0;owned%07", "/a%0d%0aSet-Cookie:x", "/%e2%80%aeevil"):
            first_run.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: \x1b[31m\r\n\r\n".encode())
        refused = first_run.poolhouse("trace", first_run.url("/%1b%5d0;owned%07"))
        assert (refused.code, refused.out) == (1, "")
        assert "400 Bad Request was answered before any pipeline ran" in refused.err
        done = first_run.poolhouse("trace", first_run.url("/[bold]?q=%1b"), "--header", "User-Agent: \u202e[red]")
        assert done.code == 0
        assert all(character.isprintable() or character == "\n" for character in done.out + done.err)
        said = first_run.poolhouse("trace", first_run.url("/%e2%80%aeevil"), "--json")
        assert said.out.isascii()
        assert json.loads(said.out)["request"]["url"]
    logs = first_run.logs()
    assert logs
    for name, text in logs.items():
        assert not [byte for byte in text if byte < 32 and byte not in b"\t\r\n"], name
