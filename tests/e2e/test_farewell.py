"""Story: "I go home; what goes on, and how do I end it?" The console says so at quit, in words that can be typed as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.support.program_driver import Program, eventually
from tests.support.story_world import INSTALLED

#: `status` finds no service.
NO_SERVICE = 3


def test_at_quit_the_console_says_what_still_runs_and_how_to_stop_it(tmp_path: Path) -> None:
    program = Program(tmp_path / "a b", command=(INSTALLED,))
    with program.console(columns=100, rows=30) as terminal:
        terminal.until("● service")
        eventually(lambda: program.get("/").status, "the sites are served", terminal=terminal)
        terminal.press("q")
        terminal.until("Keep serving")
        terminal.press("enter")
        assert terminal.ended() == 0
        terminal.drain()
        left = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
        assert "Still serving:" in left, "on the terminal that the console gave back"
        for site in program.ports:
            assert program.url("", site) in left
        told = re.search(r"Stop it with: (poolhouse stop .*?)\r?\n", left)
        assert told is not None, left
        assert program.get("/").status == 200, "it goes on"
        assert program.run(*shlex.split(told[1])[1:]).code == 0
        eventually(lambda: program.run("status", str(program.config)).code == NO_SERVICE, "it has ended")
