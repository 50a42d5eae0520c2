"""Standard output and error of a process that runs users' code: what is printed reaches the pool's log as visible text, with its time.

Knows no message and no log file: descriptors 1 and 2 are the pool's log already. process_life.py sets it up. What native code
or a child process writes to the descriptors itself does not come by here; consoles show no log raw anyway.
"""

from __future__ import annotations

import io
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_KEPT = frozenset("\n\t")
#: Before what users' code printed: no line of it passes for one of ours.
PRINTED = "> "


def settle_output() -> None:
    """Replace sys.stdout and sys.stderr; lines leave whole."""
    sys.stdout = _stream(1)
    sys.stderr = _stream(2)


def stamp() -> str:
    """What each line of the log begins with."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} [{os.getpid()}] "


def write(descriptor: int, text: str) -> None:
    """All of it, as it is but for what nobody sees."""
    left = visible(text).encode("utf-8", "backslashreplace")
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except OSError:  # it would block, or the disk is full: a log line is no reason to wait, or to end
            return


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
    """Takes bytes, writes them as visible text, and before each line when it was written and by which process."""

    #: Whether what comes next begins a line.
    _begins = True

    def write(self, data: ReadableBuffer, /) -> int:
        raw = bytes(data)
        shown = self._stamped(visible(raw.decode("utf-8", "backslashreplace"))).encode("utf-8", "backslashreplace")
        while shown:
            written = super().write(shown)
            if written is None:  # the descriptor would block: a log line is no reason to wait
                break
            shown = shown[written:]
        return len(raw)

    def _stamped(self, text: str) -> str:
        if not text:
            return ""
        mark, begins = stamp() + PRINTED, self._begins
        lines, self._begins = text.removesuffix("\n"), text.endswith("\n")
        return (mark if begins else "") + lines.replace("\n", f"\n{mark}") + ("\n" if self._begins else "")
