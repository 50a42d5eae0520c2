"""Story: under load, an administrator presses m on a pool: the other pipeline, no request lost; z takes it back."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable

from tests.support.load_driver import Load
from tests.support.program_driver import Program, eventually
from tests.support.terminal_driver import Terminal


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


def stamped(program: Program) -> bool:
    return "x-stamp" in program.get("/poolhouse.svg").headers


def test_the_mode_is_toggled_under_load_and_taken_back(first_run: Program) -> None:
    before = first_run.server_file.read_text()
    with first_run.console() as terminal:
        terminal.until("● service")
        terminal.press("ctrl+p")
        terminal.until("An action, a site")
        terminal.press("Application Pools")
        terminal.until(lambda shown: shown.text.count("Application Pools") > 2)
        terminal.press("enter")
        terminal.until("Add Application Pool")
        assert stamped(first_run)
        with Load(first_run.ports["integrated"]) as load:
            eventually(lambda: load.answered > 200, "the load runs", terminal=terminal)
            terminal.press("m")
            switched = timed(lambda: not stamped(first_run), "Classic serves the picture", terminal)
            assert changed_lines(before, first_run.server_file.read_text()) == [
                '-             <add name="DefaultAppPool" managedPipelineMode="Integrated" />',
                '+             <add name="DefaultAppPool" managedPipelineMode="Classic" />',
            ]
            seen = load.answered
            eventually(lambda: load.answered > seen + 200, "the load goes on", terminal=terminal)
            terminal.press("z")
            back = timed(lambda: stamped(first_run), "Integrated serves the picture again", terminal)
            assert first_run.server_file.read_text() == before
            seen = load.answered
            eventually(lambda: load.answered > seen + 200, "the load goes on", terminal=terminal)
        print(f"toggled under load after {switched:.2f} s, taken back after {back:.2f} s; {load.answered} answers, {len(load.lost)} lost")
        assert load.lost == []
        assert set(load.statuses) == {200}


def timed(look: Callable[[], bool], what: str, terminal: Terminal) -> float:
    began = time.monotonic()
    eventually(look, what, terminal=terminal)
    return time.monotonic() - began
