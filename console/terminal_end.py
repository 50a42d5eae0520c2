"""The end that a terminal brings: hung up, closed, or the program asked to go. The console is gone within two seconds, whatever it was doing.

Knows no screen. Textual alone would spin for good where SIGHUP is ignored (reference D and G), would leave modes set after SIGTERM, and
now and then would hang when it is suspended.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

#: A look at the terminal, and how long an orderly end may take after it was asked for.
LOOK_S, ORDERLY_S = 5.0, 1.0
HUNG_UP = 129


def watch(app: App[Any]) -> None:
    """Call on the app's loop. Where there is no terminal (tests), only the signals are taken."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGHUP, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, app.exit)
        except (NotImplementedError, RuntimeError, ValueError):
            return
    for name in (signal.SIGTSTP, signal.SIGCONT):
        handler = signal.getsignal(name)
        if callable(handler):
            # Textual's own acts in the midst of whatever the loop is at: where that is a write, it waits for ever for the write's lock.
            loop.add_signal_handler(name, handler, name, None)
    if not app.is_headless:
        threading.Thread(target=_look, args=(app, loop), name="terminal end", daemon=True).start()


def _look(app: App[Any], loop: asyncio.AbstractEventLoop) -> None:
    """In a thread of its own, asleep until the kernel says hang-up: a loop that spins on a dead terminal would never get to look."""
    while not _has_gone(LOOK_S):
        pass
    with contextlib.suppress(RuntimeError):  # the loop has ended: so does the process
        loop.call_soon_threadsafe(app.exit)
    time.sleep(ORDERLY_S)
    os._exit(HUNG_UP)


def _has_gone(seconds: float) -> bool:
    """Whether the terminal's other end has closed: waits so long for the kernel to say so, then asks the terminal."""
    poll = select.poll()
    poll.register(0, 0)
    try:
        if any(happened & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, happened in poll.poll(seconds * 1000)):
            return True
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False
