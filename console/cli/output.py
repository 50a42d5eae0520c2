"""What every command says, and how: results to stdout, words to stderr, JSON with "schema": 1, exit codes, colour unless NO_COLOR.

Knows no command. Every line goes through display.show, so that nothing foreign reaches the terminal raw.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from console.display import show

DONE, FINDINGS, USAGE, NO_SERVICE, TIMED_OUT = range(5)

SCHEMA = 1

#: The sixteen colours of the terminal's own palette, so that they stand on whatever background it has.
_COLOURS = {"good": "32", "warning": "33", "bad": "31", "quiet": "2", "integrated": "36", "classic": "33", "strong": "1"}


class Ended(Exception):
    """Ends a command: words for stderr, and the exit code."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Tinted:
    """A piece of a line in a colour."""

    def __init__(self, text: object, role: str) -> None:
        self.text = text
        self.role = role


def line(*pieces: object, stream: TextIO | None = None) -> None:
    """One line of results; pieces stand side by side, a Tinted one in its colour where colour is wanted."""
    stream = stream or sys.stdout
    coloured = wants_colour(stream)
    written = []
    for piece in pieces:
        role = piece.role if isinstance(piece, Tinted) else ""
        text = show(piece.text if isinstance(piece, Tinted) else piece).plain
        written.append(f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if coloured and role and text else text)
    stream.write("".join(written).rstrip(" ") + "\n")


def words(text: str) -> None:
    """Something for a person to read, on stderr: never part of the results."""
    for row in text.splitlines():
        line(row, stream=sys.stderr)


def as_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line, ASCII only: safe on any terminal, and flushed, for whoever waits for it."""
    sys.stdout.write(json.dumps({"schema": SCHEMA, **value}) + "\n")
    sys.stdout.flush()


def wants_colour(stream: TextIO) -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()
