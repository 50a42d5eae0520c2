"""A program in a pseudo-terminal with an emulator behind it: when bytes came, and what they made of the screen.

Knows no program. console.py measures with it. A thread reads at once, as terminals do: the emulator is slower than any of them,
and what it takes for a frame is no time of the program's.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import queue
import re
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

#: How long the emulator keeps the reader waiting.
HANDED_OVER_S = 0.0002
_UNKNOWN = re.compile(r"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[[0-9;]*[tu]|\x1b[P_^].*?(?:\x1b\\|\x07)", re.DOTALL)


def keep_priority() -> None:
    """Where sessions share the processors, the nice that this was started with counts for its session, and for each that it begins."""
    if os.nice(0) < 0:
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(os.nice(0)))


class Screen:
    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: str, columns: int = 160, rows: int = 45) -> None:
        self.emulated = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.emulated)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            keep_priority()
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(folder)
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        self._pieces: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        sys.setswitchinterval(HANDED_OVER_S)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    break
            except ChildProcessError:
                break
            time.sleep(0.02)
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self._reader.join()
        os.close(self._fd)

    def press(self, keys: str) -> float:
        """The moment at which they were sent."""
        at = time.perf_counter()
        os.write(self._fd, keys.encode())
        return at

    @property
    def text(self) -> str:
        return "\n".join(self.emulated.display)

    def until(self, holds: Callable[[], bool], seconds: float = 30.0) -> float:
        """The moment at which the bytes were read that made it so."""
        at = time.perf_counter()
        end = at + seconds
        while not holds():
            if time.perf_counter() > end:
                raise TimeoutError(f"never on the screen:\n{self.text}")
            at = self._take(0.1) or at
        return at

    def settle(self, seconds: float) -> None:
        """Read what comes for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._take(left)

    def _take(self, seconds: float) -> float | None:
        """The next piece onto the screen; when it was read."""
        try:
            at, data = self._pieces.get(timeout=seconds)
        except queue.Empty:
            return None
        self._stream.feed(_UNKNOWN.sub("", self._decoder.decode(data)))
        return at

    def _read(self) -> None:
        """Until nobody holds the terminal any more."""
        while True:
            try:
                data = os.read(self._fd, 1 << 16)
            except OSError:
                return
            self._pieces.put((time.perf_counter(), data))
