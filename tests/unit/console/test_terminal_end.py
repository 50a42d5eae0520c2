"""Whether a terminal's far end has closed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

PROGRAM = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
from console.terminal_end import _has_gone
print(_has_gone(0.0), flush=True)
sys.exit(0 if _has_gone(10.0) else 3)
"""


def test_the_kernel_says_so_at_once() -> None:
    far, near = pty.openpty()
    program = subprocess.Popen([sys.executable, "-c", PROGRAM], preexec_fn=lambda: os.login_tty(near))
    os.close(near)
    said = b""
    while not said.endswith(b"\n"):  # closed before, it would fail the writing of the rest
        said += os.read(far, 100)
    assert said.startswith(b"False")
    os.close(far)
    assert program.wait(5) == 0
