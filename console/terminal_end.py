"""The end that a terminal brings: hung up, closed, or the program asked to go. The console is gone within two seconds, whatever it was doing.

Knows no screen. Textual alone would spin for good where SIGHUP is ignored (reference D and G) and would leave modes set after SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

#: A look at the terminal, and how long an orderly end may take after it was asked for.
LOOK_S, ORDERLY_S = 0.5, 1.0
HUNG_UP = 129


def watch(app: App[Any]) -> None:
    """Call on the app's loop. Where there is no terminal (tests), only the signals are taken."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGHUP, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, app.exit)
        except (NotImplementedError, RuntimeError, ValueError):
            return
    if not app.is_headless:
        threading.Thread(target=_look, args=(app, loop), name="terminal end", daemon=True).start()


def _look(app: App[Any], loop: asyncio.AbstractEventLoop) -> None:
    """In a thread of its own: a loop that spins on a dead terminal would never get to look."""
    quiet = threading.Event()
    while not quiet.wait(LOOK_S):
        if _is_gone(0) and _is_gone(1):
            loop.call_soon_threadsafe(app.exit)
            quiet.wait(ORDERLY_S)
            os._exit(HUNG_UP)


def _is_gone(descriptor: int) -> bool:
    """Whether the other end of the terminal has closed: the kernel says hang-up, or the terminal no longer answers."""
    poll = select.poll()
    poll.register(descriptor, 0)
    try:
        if any(happened & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, happened in poll.poll(0)):
            return True
        os.tcgetpgrp(descriptor)
    except OSError:
        return True
    return False
