"""Story: outsiders write terminal escapes and markup into everything that they can write into. They are seen as text, and nothing obeys them.

The same walk is made with harmless strings: what the terminal is asked in the one, it is asked in the other. Every page takes many
minutes: `make test` looks at a few, `make soak` at all (POOLHOUSE_PAGES=all).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support import hostile, hostile_world
from tests.support.hostile_walk import OTHERS, SIZE, HostileWalk
from tests.support.page_walk import pages
from tests.support.program_driver import Program
from tests.support.story_world import Shared

HARMLESS = {name: f"text{number}" for number, name in enumerate(hostile.STRINGS)}
#: File names, entries with a dialog, live requests.
SAMPLE = ("content", "http_errors", "live")
EVERY = os.environ.get("POOLHOUSE_PAGES") == "all"
LOOKED_AT = (*pages(), *OTHERS) if EVERY else SAMPLE


def asked(folder: Path, strings: Mapping[str, str]) -> tuple[set[str], str]:
    """What the terminal was asked while the pages were looked at, and its title in the end."""
    shared = Shared(folder, *SIZE, lambda file: hostile_world.written(strings, file, whole=EVERY))
    try:
        with shared.told() as story:
            with hostile_world.filled(story, strings):
                walk = HostileWalk(story, strings)
                for name in LOOKED_AT:
                    walk.to(name)
                    walk.looks(name, whole=EVERY)
            return hostile.obeyed(bytes(story.terminal.raw)), story.terminal.title
    finally:
        shared.close()


@pytest.mark.timeout(3600 if EVERY else 150)
# rules: display.terminal
def test_the_terminal_is_asked_nothing_that_harmless_text_does_not_ask(tmp_path: Path) -> None:
    harmless, _ = asked(tmp_path / "harmless", HARMLESS)
    seen, title = asked(tmp_path / "hostile", hostile.STRINGS)
    assert seen <= harmless, seen - harmless
    assert "owned" not in title


# rules: display.terminal
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
