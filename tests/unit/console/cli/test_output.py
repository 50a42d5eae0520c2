import io
import json

import pytest

from console.cli import output
from console.cli.output import Tinted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return Terminal()


def test_foreign_text_is_made_visible() -> None:
    stream = io.StringIO()
    output.line("a\x1b[31mb\nc", stream=stream)
    assert stream.getvalue() == "a␛[31mb␊c\n"


def test_a_terminal_gets_colour_and_foreign_escapes_still_do_not_pass(terminal: Terminal) -> None:
    output.line(Tinted("\x1b]0;x", "bad"), stream=terminal)
    assert terminal.getvalue() == "\x1b[31m␛]0;x\x1b[0m\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_it_is_not_wanted(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    output.line(Tinted("x", "bad"), stream=terminal)
    assert terminal.getvalue() == "x\n"


def test_a_file_gets_no_colour() -> None:
    stream = io.StringIO()
    output.line(Tinted("x", "bad"), stream=stream)
    assert stream.getvalue() == "x\n"


def test_words_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.words("one\ntwo")
    assert capsys.readouterr() == ("", "one\ntwo\n")


def test_json_is_one_ascii_line_with_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    output.as_json({"name": "ä\x1b"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"schema": 1, "name": "ä\x1b"}
    assert out.isascii()
    assert out.count("\n") == 1
