"""Story: somebody breaks the server's file while the console is open; test_broken_files.py tells what requests meet."""

from __future__ import annotations

from tests.support.program_driver import Program


def test_the_console_names_the_place(first_run: Program) -> None:
    with first_run.console() as terminal:
        terminal.until("● service")
        first_run.edit(first_run.server_file, "</sites>", "</site>")
        terminal.until("refused")
        terminal.until("applicationHost.config:")
