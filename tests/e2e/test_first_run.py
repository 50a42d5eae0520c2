"""Story: somebody types the one command for the first time, looks, and leaves."""

from __future__ import annotations

import pytest

from tests.support.program_driver import Program, eventually
from tests.support.terminal_driver import Terminal


@pytest.mark.parametrize(("columns", "rows"), [(160, 45), (80, 24)])
def test_the_tours_traces_stand_on_the_screen(first_run: Program, columns: int, rows: int) -> None:
    own = Program(first_run.folder / "own")
    # The sample's own ports may be taken on this machine: the copy is the user's, with other ports.
    copy = own.folder / "data" / "poolhouse" / "first-run"
    copy.parent.mkdir(parents=True)
    own.config.rename(copy)
    own.config = copy
    try:
        command = [*own.command, "first-run", *own.port_options]
        with Terminal(command, own.environment, str(own.folder), columns, rows) as terminal:
            painted = terminal.until("Poolhouse")
            traced = terminal.until("/members/photo.png")
            print(f"{columns}x{rows}: first paint after {painted:.2f} s, traces {traced:.2f} s later")
            terminal.until("302.0" if columns > 100 else "302")
    finally:
        own.run("stop", str(own.config))


def test_leaving_asks_once_and_the_answer_holds(first_run: Program) -> None:
    with first_run.console() as terminal:
        terminal.until("● service")
        terminal.press("q")
        terminal.until("Stop serving")
        terminal.press("escape")
        terminal.until(lambda shown: not shown.shows("Stop serving"))
        terminal.press("q")
        terminal.until("Stop serving")
        terminal.press("tab", "enter")
        assert terminal.ended() == 0
    eventually(lambda: first_run.poolhouse("status").code == 3, "the service has ended")


def test_a_configuration_is_shown_before_it_is_run(first_run: Program) -> None:
    command = [*first_run.command, str(first_run.config), *first_run.port_options]
    try:
        with Terminal(command, first_run.environment, str(first_run.folder)) as terminal:
            terminal.until("not started")
            eventually(lambda: first_run.poolhouse("status").code == 0, "a service is there", terminal=terminal)
            status = first_run.status()
            assert status["service"]["running"] is False
            assert [pool["workers"] for pool in status["pools"]] == [[], []]
            assert not [end for end in status["endpoints"] if end["owner"] != "none"]
    finally:
        first_run.run("stop", str(first_run.config))
