"""Standard output and error of a process that runs users' code: what is printed reaches the pool's log as visible text.

Knows no message and no log file: descriptors 1 and 2 are the pool's log already. process_life.py sets it up. What native code
or a child process writes to the descriptors itself does not come by here; consoles show no log raw anyway.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_KEPT = frozenset("\n\t")


def settle_output() -> None:
    """Replace sys.stdout and sys.stderr; lines leave whole."""
    sys.stdout = _stream(1)
    sys.stderr = _stream(2)


def visible(text: str) -> str:
    """Every character that is a control, changes the direction or shows nothing, as its Python escape; ends of line stay."""
    if text.isprintable():
        return text
    plain = text.replace("\r\n", "\n")
    return "".join(letter if letter in _KEPT or letter.isprintable() else ascii(letter)[1:-1] for letter in plain)


def _stream(descriptor: int) -> io.TextIOWrapper:
    buffered = io.BufferedWriter(VisibleFile(descriptor, "wb", closefd=False))
    return io.TextIOWrapper(buffered, "utf-8", "backslashreplace", "\n", line_buffering=True)


class VisibleFile(io.FileIO):
    """Takes bytes, writes them as visible text."""

    def write(self, data: ReadableBuffer, /) -> int:
        raw = bytes(data)
        shown = visible(raw.decode("utf-8", "backslashreplace")).encode("utf-8", "backslashreplace")
        while shown:
            written = super().write(shown)
            if written is None:  # the descriptor would block: a log line is no reason to wait
                break
            shown = shown[written:]
        return len(raw)
