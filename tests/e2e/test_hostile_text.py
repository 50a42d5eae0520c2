"""Story: outsiders write terminal escapes and markup into everything that they can write into. They are seen as text, and nothing obeys them.

The same run is made with harmless strings: what the terminal is asked in the one, it is asked in the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import hostile
from tests.support.program_driver import Program, eventually
from tests.support.terminal_driver import Terminal

HARMLESS = {name: f"text{number}" for number, name in enumerate(hostile.STRINGS)}
TALKER = "class Talker:\n    def process_request(self, context):\n        for text in {texts!r}:\n            print('said', text)\n"
#: The features of the site whose pages show what was written into the configuration, and where it shows.
PAGES = ("Application Settings", "Error Pages")
#: Where the rules between the panes stand at 160 columns.
RULES = (30, 130)


def fill(program: Program, strings: Mapping[str, str]) -> None:
    """Into file names, and into values of the configuration."""
    site = program.config / "sites/integrated"
    for text in strings.values():
        with open(bytes(site) + b"/" + hostile.file_name(text) + b".txt", "wb"):
            pass
    values = [hostile.in_xml(text) for text in strings.values()]
    entries = {
        "appSettings": "".join(f'<add key="k{number}{value}" value="{value}" />' for number, value in enumerate(values)),
        "connectionStrings": "".join(f'<add name="k{number}{value}" connectionString="{value}" />' for number, value in enumerate(values)),
    }
    documents = "".join(f'<add value="k{number}{value}" />' for number, value in enumerate(values))
    native = {
        "httpErrors": "".join(f'<error statusCode="{410 + number}" path="{value}" />' for number, value in enumerate(values)),
        "staticContent": "".join(f'<mimeMap fileExtension=".k{number}" mimeType="{value}" />' for number, value in enumerate(values)),
        "defaultDocument": f"<files>{documents}</files>",
    }
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in entries.items())
    web = "".join(f"<{name}>{text}</{name}>" for name, text in native.items())
    row = '<add name="Talker" path="talk" verb="GET" type="talker.Talker" preCondition="integratedMode" />'
    program.edit(site / "web.config", "<system.webServer>", f"{inner}<system.webServer>{web}")
    program.edit(site / "web.config", "<handlers>", f"<handlers>{row}")
    (site / "talker.py").write_text(TALKER.replace("{texts!r}", ascii(list(strings.values()))), "utf-8")


def ask(program: Program, strings: Mapping[str, str]) -> None:
    """In URLs, queries, headers and hosts."""
    for text in strings.values():
        header = b"".join(bytes([byte]) for byte in text.encode("utf-8", "surrogateescape") if byte >= 32 and byte != 127)
        url = hostile.in_url(text).encode()
        for head in (
            b"GET /files/" + url + b" HTTP/1.1\r\nHost: x\r\n",
            b"GET /hello?" + url + b" HTTP/1.1\r\nHost: x\r\nUser-Agent: " + header + b"\r\nReferer: " + header + b"\r\n",
            b"GET /hello HTTP/1.1\r\nHost: " + header + b"\r\n",
        ):
            assert program.raw(head + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 ")
    assert program.get("/talk").status == 200


def walked(program: Program, strings: Mapping[str, str]) -> tuple[set[str], Terminal]:
    """What the terminal was asked while every page that shows foreign text was looked at."""
    fill(program, strings)
    with program.console() as terminal:
        terminal.until("● service")
        eventually(lambda: program.get("/hello").status == 200, "it serves")
        ask(program, strings)
        look(terminal, "Go to Live Requests", lambda seen: seen.shows("/hello"))
        terminal.press("home", "enter")
        looked(terminal, lambda seen: seen.shows("BEGIN_REQUEST"))
        look(terminal, "Go to site Integrated", lambda seen: seen.shows("Integrated Home"))
        chosen(terminal, "Content View")
        looked(terminal, lambda seen: seen.shows(".txt"))
        for page in PAGES:
            look(terminal, f"Go to {page} of Integrated", lambda seen, page=page: page in seen.lines[0] and seen.shows("shown"))  # type: ignore[misc]
        chosen(terminal, "Configuration Source")
        looked(terminal, lambda seen: seen.shows("<configuration>"))
        look(terminal, "Go to pool DefaultAppPool", lambda seen: seen.shows("▌● DefaultAppPool"))
        terminal.press("L")
        looked(terminal, lambda seen: seen.shows("said"))
        look(terminal, "Go to Problems", lambda seen: seen.shows("Problems ▸"))
        return hostile.obeyed(bytes(terminal.raw)), terminal


def chosen(terminal: Terminal, words: str) -> None:
    terminal.press("ctrl+p")
    terminal.until("An action, a site")
    terminal.paste(words)
    terminal.press("enter")


def look(terminal: Terminal, place: str, stands: Callable[[Terminal], bool]) -> None:
    chosen(terminal, place)
    looked(terminal, lambda seen: not seen.shows(place) and stands(seen))


def looked(terminal: Terminal, stands: Callable[[Terminal], bool]) -> None:
    """The page stands, and the rules between the panes with it: nothing was wider than it said."""
    terminal.until(lambda seen: stands(seen) and all(seen.column(rule)[1:-3] == ["│"] * (len(seen.lines) - 4) for rule in RULES))
    assert not hostile.unseen(terminal.text)


@pytest.mark.timeout(150)
def test_the_terminal_is_asked_nothing_that_harmless_text_does_not_ask(program: Callable[[str], Program], tmp_path: Path) -> None:
    harmless, _ = walked(program("first-run"), HARMLESS)
    (tmp_path / "hostile").mkdir()
    seen, terminal = walked(Program(tmp_path / "hostile" / "run"), hostile.STRINGS)
    assert seen <= harmless, seen - harmless
    assert "owned" not in terminal.title


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
