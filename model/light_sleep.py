"""LightSleep: what watchfiles asks at each of its steps whether to stop. Between changes it keeps the thread that asks asleep.

watchfiles looks for changes a hundred times a second as long as it lives. The kernel can tell of them by a signal (inotify(7),
fcntl(2): O_ASYNC): the steps begin when it does. Knows no files; watcher.py makes one for its thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import struct
import threading
import time
from pathlib import Path

#: Steps that follow a sign, so that what changed is gathered and told.
_STEPS = 4
#: What watchfiles' own thread, woken by the same change, gets to take it in: else the first step is for nothing.
_HEAD_START_S = 0.001
#: The first sleep after those steps: who gathers may not have come to it yet.
_NAP_S = 0.25
#: The longest: a change whose sign was missed is seen this late.
_SLEEP_S = 5.0
#: Nobody else uses it, and where it is not waited for it is ignored: a stray one ends no process.
_SIGN = signal.SIGURG
_F_SETSIG, _F_SETOWN_EX, _F_OWNER_TID = 10, 15, 0  # Linux's; fcntl does not name them
_DESCRIPTORS = Path("/proc/self/fd")
#: Whoever begins to watch is alone with it: the descriptor that is new then is its own.
_beginning = threading.Lock()


class LightSleep:
    """Made right before the thread is started that watches; `begun` ends the beginning. Where no signs are given, the steps go on."""

    def __init__(self) -> None:
        _beginning.acquire()
        self._before: frozenset[int] | None = _silent()
        self._signs = False
        self._steps_left = _STEPS
        self._next_sleep_s = _NAP_S
        self._ended = False
        self._lock = threading.Lock()
        #: The thread that sleeps now.
        self._sleeper = 0

    @property
    def ended(self) -> bool:
        return self._ended

    def set(self) -> None:
        """End it. Called by any thread."""
        with self._lock:
            self._ended = True
            if self._sleeper:
                signal.pthread_kill(self._sleeper, _SIGN)

    def begun(self) -> None:
        """Called by the watching thread: it watches now, or cannot."""
        if self._before is not None:
            self._signs = any([_ask_for_signs(one) for one in _silent() - self._before])
            self._before = None
            _beginning.release()

    def is_set(self) -> bool:
        """Called by watchfiles before it looks for changes."""
        self.begun()
        if self._steps_left:
            self._steps_left -= 1
        elif self._signs:
            self._sleep()
        return self._ended

    def _sleep(self) -> None:
        if self._wakes_of_a_sign(self._next_sleep_s):
            self._steps_left, self._next_sleep_s = _STEPS, _NAP_S
            time.sleep(_HEAD_START_S)
        else:
            self._next_sleep_s = _SLEEP_S

    def _wakes_of_a_sign(self, seconds: float) -> bool:
        with self._lock:
            if self._ended:
                return True
            self._sleeper = threading.get_ident()
        try:
            return signal.sigtimedwait({_SIGN}, seconds) is not None
        finally:
            with self._lock:
                self._sleeper = 0


def _silent() -> frozenset[int]:
    """This process's descriptors that hear of changed files, and were not asked for signs. (A number alone may be an ended one's.)"""
    found = []
    with contextlib.suppress(OSError):
        for link in _DESCRIPTORS.iterdir():
            with contextlib.suppress(OSError):
                number = int(link.name)
                if str(link.readlink()) == "anon_inode:inotify" and not fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ASYNC:
                    found.append(number)
    return frozenset(found)


def _ask_for_signs(descriptor: int) -> bool:
    """Have the kernel send this thread, and no other, a signal when there is something to read."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {_SIGN})
    try:
        fcntl.fcntl(descriptor, _F_SETOWN_EX, struct.pack("ii", _F_OWNER_TID, threading.get_native_id()))
        fcntl.fcntl(descriptor, _F_SETSIG, int(_SIGN))
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        return False
    return True
