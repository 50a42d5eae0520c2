"""A program in a real pseudo-terminal, and the screen that a person would see (pyte).

Knows keys and screens, no program. `until` waits for what stands on the screen, and prints the screen where it never does.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

WAIT_S = 25.0
MOST_READ = 262_144
KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "enter": "\r", "escape": "\x1b", "tab": "\t",
    "f6": "\x1b[17~", "home": "\x1b[H", "end": "\x1b[F", "backspace": "\x7f", "ctrl+p": "\x10", "ctrl+s": "\x13",
    "delete": "\x1b[3~", "space": " ", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
}  # fmt: skip
#: Sequences that pyte does not know and would print.
_UNKNOWN = re.compile(r"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[[0-9;]*[tu]|\x1b[P_^].*?(?:\x1b\\|\x07)", re.DOTALL)


class Terminal:
    """Use as a context: the program is ended with it. `raw` is every byte that it wrote."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: str, columns: int = 160, rows: int = 45) -> None:
        self.raw = bytearray()
        self.exit_code: int | None = None
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._lines: list[str] | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            # Before the program looks: it may be quicker than its parent. COLUMNS and LINES would speak against it.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            environment = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
            os.chdir(folder)
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.exit_code is None:
            os.kill(self._pid, signal.SIGTERM)
            self._ends(5) or os.kill(self._pid, signal.SIGKILL)
            self._ends(5)
        if self._fd >= 0:
            os.close(self._fd)

    # --- what a person does

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def press_at_once(self, *keys: str) -> None:
        """In one piece, as a slow line brings what was typed meanwhile."""
        os.write(self._fd, "".join(KEYS.get(key, key) for key in keys).encode())

    def paste(self, text: str) -> None:
        """As one piece, which is painted once: each typed letter is painted for itself."""
        os.write(self._fd, f"\x1b[200~{text}\x1b[201~".encode())

    def send(self, number: signal.Signals) -> None:
        os.kill(self._pid, number)

    def close_far_end(self, seconds: float) -> float:
        """As a window that is closed; the seconds until the program was gone, an assertion where it is not in time."""
        os.close(self._fd)
        self._fd = -1
        began = time.monotonic()
        assert self._ends(seconds), f"still there {seconds} s after its terminal closed"
        return time.monotonic() - began

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        self._lines = None

    def wipe(self) -> None:
        """As a shell that has written over everything."""
        self._screen.reset()
        self._lines = None

    # --- what a shell would find

    @property
    def line_modes(self) -> list[object]:
        """Of the line discipline: echo, line by line, signals from keys."""
        return [value for index, value in enumerate(termios.tcgetattr(self._fd)) if index < 4]

    @property
    def set_modes(self) -> set[str]:
        """Private modes that were set and not taken back: mouse, alternate screen, bracketed paste …; a hidden cursor and lines that do not wrap are two."""
        found: set[str] = set()
        for match in re.finditer(rb"\x1b\[\?([0-9;]+)([hl])", bytes(self.raw)):
            for mode in match[1].decode().split(";"):
                (found.add if (match[2] == b"h") is (mode not in ("25", "7")) else found.discard)(mode)
        return found

    def until_stopped(self, seconds: float = WAIT_S) -> None:
        """Wait for the program to be suspended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pid, status = os.waitpid(self._pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):
                self.drain()
                return
            self._read(0.02)
        raise AssertionError("was not suspended")

    def overlook(self, seconds: float) -> None:
        """Read what is written, and draw none of it: the emulator takes longer than the program. A whole screen has to follow."""
        if select.select([self._fd], [], [], seconds)[0]:
            self.raw += os.read(self._fd, MOST_READ)
            # What was begun before ends nowhere now.
            self._stream = pyte.Stream(self._screen)
            self._decoder.reset()

    def drain(self) -> None:
        """Read what has been written."""
        while select.select([self._fd], [], [], 0)[0]:
            before = len(self.raw)
            self._read(0)
            if len(self.raw) == before:
                return

    # --- what a person sees

    @property
    def lines(self) -> list[str]:
        if self._lines is None:  # to draw them costs more than to read them
            self._lines = self.pane(0, self._screen.columns)
        return self._lines

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def title(self) -> str:
        return str(self._screen.title)

    def column(self, number: int) -> list[str]:
        """What stands in a column of cells, from above."""
        return [str(self._screen.buffer[row][number].data) for row in range(self._screen.lines)]

    def pane(self, left: int, right: int) -> list[str]:
        """The lines between two columns of cells. (pyte's own `display` fails where half of a wide character was written over.)"""
        rows = (self._screen.buffer[row] for row in range(self._screen.lines))
        return ["".join([cells[column].data for column in range(left, right)]).rstrip() for cells in rows]

    def shows(self, text: str) -> bool:
        return text in self.text

    def until(self, wanted: str | Callable[[Terminal], bool], seconds: float = WAIT_S) -> float:
        """Wait for a text, or a condition; the seconds that it took."""
        began = time.monotonic()
        look = wanted if callable(wanted) else lambda terminal: terminal.shows(wanted)
        while not look(self):
            left = began + seconds - time.monotonic()
            assert left > 0, f"never on the screen: {wanted if isinstance(wanted, str) else 'a condition'}\n{self.text}"
            assert self.exit_code is None, f"ended with {self.exit_code}\n{self.text}"
            self._read(min(left, 0.1))
        return time.monotonic() - began

    def ended(self, seconds: float = WAIT_S) -> int:
        """Wait for the program to end by itself; its exit code."""
        end = time.monotonic() + seconds
        while self.exit_code is None and time.monotonic() < end:
            self._read(0.05)
            self._ends(0)
        assert self.exit_code is not None, f"has not ended\n{self.text}"
        return self.exit_code

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            self._ends(0)
            return
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # the other end has closed: Linux says EIO
            self._ends(1)
            return
        while len(data) < MOST_READ and select.select([self._fd], [], [], 0)[0]:  # what was painted in one go is looked at once
            try:
                data += os.read(self._fd, 65536)
            except OSError:
                break
        self.raw += data
        self._lines = None
        self._stream.feed(_UNKNOWN.sub("", self._decoder.decode(data)))

    def _ends(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.exit_code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= end:
                return False
            else:
                select.select([], [], [], 0.02)
        return True
