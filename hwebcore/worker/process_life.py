"""What worker and front share as processes: their loop, their log lines, and that they end when the service is gone.

Knows no message. boot.py has set up imports before; worker.py and front/front.py run inside `live`.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from hwebcore.channel import Channel
from hwebcore.platform import forbid_new_privileges
from hwebcore.worker.visible_output import settle_output, stamp, write

#: DESIGN.md 2: after kill -9 of the service its processes end within 5 s, also when somebody's code holds the loop.
_LAST_SECONDS = 4.5
#: How long threads of users' code may hold up an ended process.
_LEAVE_SECONDS = 2.0


def say(text: str) -> None:
    """A line in the process's log (its standard error). Of a text of several lines (a traceback) each has time and process before it, so that
    none passes for another's; the later ones stand behind a bar."""
    before = stamp()
    record = f"\n{before}| ".join(text.rstrip().splitlines())
    write(2, f"{before}{record}\n")


def take_output(fd: int) -> None:
    """The log that this process prints into is another file from here on; what it started before keeps the old one."""
    for output in (1, 2):
        os.dup2(fd, output)
    os.close(fd)


def live(channel_fd: int, main: Callable[[Channel], Coroutine[Any, Any, None]]) -> int:
    """Run `main` on uvloop (asyncio where there is none) until it returns."""
    faulthandler.enable()
    forbid_new_privileges()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle_output()
    threading.Thread(target=_end_with_service, args=(os.dup(channel_fd),), name="service-watch", daemon=True).start()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_run(channel_fd, main))
        leave = threading.Timer(_LEAVE_SECONDS, os._exit, (0,))
        leave.daemon = True
        leave.start()
    return 0


async def _run(channel_fd: int, main: Callable[[Channel], Coroutine[Any, Any, None]]) -> None:
    asyncio.get_running_loop().set_exception_handler(_report)
    channel = Channel(socket.socket(fileno=channel_fd), takes_long=True)
    try:
        await main(channel)
        await channel.flush()
    finally:
        channel.close()


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    say(f"{context.get('message')}{f': {type(error).__name__}: {error}' if error is not None else ''}")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _end_with_service(fd: int) -> None:
    """A thread: it notices the service's death even while the loop is held."""
    poll = select.poll()
    poll.register(fd, 0)
    poll.poll()
    time.sleep(_LAST_SECONDS)
    os._exit(3)
