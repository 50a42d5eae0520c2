"""Story: terminals close, programs are asked to go, windows are dragged; nothing is left behind, and the next key works."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator

import pytest

from tests.support.program_driver import Program
from tests.support.terminal_driver import Terminal

GONE_S = 2.0
RESIZES = 200


@pytest.fixture
def shown(first_run: Program) -> Iterator[list[str]]:
    """The command that only shows the configuration."""
    yield [*first_run.command, str(first_run.config), *first_run.port_options, "--no-run"]
    first_run.run("stop", str(first_run.config))


@pytest.mark.parametrize("hup", ["default", "ignored"])
def test_the_console_goes_with_its_terminal(first_run: Program, shown: list[str], hup: str) -> None:
    command = shown if hup == "default" else ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *shown]
    with Terminal(command, first_run.environment, str(first_run.folder)) as terminal:
        terminal.until("Application Pools")
        took = terminal.close_far_end(GONE_S)
        print(f"SIGHUP {hup}: gone after {took:.2f} s")


def test_resizes_suspension_and_the_modes_after_sigterm(first_run: Program, shown: list[str]) -> None:
    with Terminal(shown, first_run.environment, str(first_run.folder), 120, 40) as terminal:
        before = terminal.line_modes
        terminal.until("Application Pools")
        assert terminal.line_modes != before
        for number in range(RESIZES):
            terminal.resize(60 + number % 90, 20 + number % 30)
            terminal.overlook(0.01)
        terminal.resize(120, 40)
        terminal.press("?")
        took = terminal.until("Everywhere")
        print(f"{RESIZES} resizes: the next key painted after {took:.2f} s")
        terminal.press("escape")
        terminal.until(lambda seen: not seen.shows("Everywhere"))

        assert "1003" in terminal.set_modes
        terminal.press("\x0f")
        terminal.until(lambda seen: "1003" not in seen.set_modes)
        terminal.until("takes it back")
        terminal.press("q")
        terminal.until(lambda seen: "1003" in seen.set_modes)
        assert not terminal.shows("Quit")

        terminal.send(signal.SIGTSTP)
        terminal.until_stopped()
        assert terminal.line_modes == before
        assert not terminal.set_modes
        terminal.wipe()
        terminal.send(signal.SIGCONT)
        terminal.until("Application Pools")
        terminal.until("? Keys")
        terminal.until("Poolhouse")
        assert terminal.set_modes

        terminal.send(signal.SIGTERM)
        terminal.ended()
        terminal.drain()
        assert terminal.line_modes == before
        assert not terminal.set_modes


def test_no_color_writes_none(first_run: Program, shown: list[str]) -> None:
    with Terminal(shown, {**first_run.environment, "NO_COLOR": "1"}, str(first_run.folder), 100, 30) as terminal:
        terminal.until("Application Pools")
        terminal.until("? Keys")
        codes = {int(code or 0) for match in re.finditer(rb"\x1b\[([0-9;]*)m", bytes(terminal.raw)) for code in match[1].split(b";")}
        assert codes <= {0, 1, 4, 7, 22, 24, 27, 39, 49}  # bold, underlined, reversed, and the terminal's own two colours


def test_the_modes_after_an_exception(first_run: Program) -> None:
    program = "from console.app import ConsoleApp, run; run(ConsoleApp(lambda: 1 / 0))"
    with Terminal([sys.executable, "-c", program], first_run.environment, str(first_run.folder)) as terminal:
        before = terminal.line_modes
        terminal.ended()
        terminal.drain()
        assert b"ZeroDivisionError" in terminal.raw
        assert b"\x1b[?1049h" in terminal.raw
        assert terminal.line_modes == before
        assert not terminal.set_modes
