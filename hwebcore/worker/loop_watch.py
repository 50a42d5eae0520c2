"""Notices users' code that holds a worker's loop, and says which line it is: "whoever holds the loop over 100 ms".

Knows no request. A thread looks now and then at what the loop's thread runs: nothing is measured on the way of a request, and an
idle loop is never woken. worker.py starts it; managed modules with `blocking = True` run on threads and are not seen here.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

LIMIT_S = 0.1
_LOOK_S = 0.05
#: A place that holds the loop again and again is told once in this time.
_SILENCE_S = 60.0
_MOST_PLACES = 1000
_NOT_THEIRS = (os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep, os.path.dirname(os.__file__) + os.sep, "<")


class LoopWatch:
    """`roots`: the applications' folders; a line of theirs is told rather than one of a package that it called."""

    def __init__(self, loop: asyncio.AbstractEventLoop, roots: Sequence[str], say: Callable[[str], None], limit_s: float = LIMIT_S) -> None:
        self._loop = loop
        self._roots = tuple({folder.rstrip(os.sep) + os.sep for root in roots if root for folder in (root, os.path.realpath(root))})
        self._say = say
        self._limit_s = limit_s
        self._thread_id = threading.get_ident()
        self._answered = threading.Event()
        self._ended = threading.Event()
        self._told: dict[str, float] = {}
        self._thread = threading.Thread(target=self._watch, name="loop-watch", daemon=True)

    def start(self) -> None:
        """Called in the loop's thread."""
        self._thread_id = threading.get_ident()
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_S):
            if not self._place():
                continue
            self._answered.clear()
            began = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(self._answered.set)
            except RuntimeError:  # the loop is closed
                return
            if not self._answered.wait(self._limit_s):
                self._held(began)

    def _held(self, began: float) -> None:
        place = self._place()
        now = time.monotonic()
        tells = bool(place) and now - self._told.get(place, -_SILENCE_S) >= _SILENCE_S
        if tells:
            if len(self._told) >= _MOST_PLACES:
                self._told.clear()
            self._told[place] = now
            self._say(
                f"the loop is held for over {self._limit_s * 1000:.0f} ms by {place}: every request of this pool waits (blocking = True moves it)"
            )
        while not self._answered.wait(_LOOK_S):
            if self._ended.is_set():
                return
        if tells:
            self._say(f"the loop was held for {time.monotonic() - began:.2f} s by {place}")

    def _place(self) -> str:
        """ "file:line (function)" of the users' code that the loop runs now, "" where it runs none."""
        frame = sys._current_frames().get(self._thread_id)
        fallback = ""
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self._roots):
                return _text(frame)
            if not fallback and not name.startswith(_NOT_THEIRS) and "site-packages" not in name:
                fallback = _text(frame)
            frame = frame.f_back
        return fallback


def _text(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} ({frame.f_code.co_qualname})"
