"""Notices users' code that holds a worker's loop, and says which line it is: "whoever holds the loop over 100 ms".

Knows no request. A thread looks now and then at what the loop's thread runs: nothing is measured on the way of a request. It rests
while users' code cannot run. worker.py starts and wakes it; modules with `blocking = True` run on threads and are not seen here.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import Any

LIMIT_S = 0.1
_LOOK_S = 0.05
#: After so many looks at an idle loop it is asked whether all is at rest.
_IDLE_LOOKS = 20
#: A resting watch asks again this often: a thread of users' may have given the loop a task.
_REST_S = 30.0
#: A place that holds the loop again and again is told once in this time.
_SILENCE_S = 60.0
_MOST_PLACES = 1000
_NOT_THEIRS = (os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep, os.path.dirname(os.__file__) + os.sep, "<")
_IMPORT_SYSTEM = "<frozen importlib"
#: An application's lifespan waits from its start to its end (managed/lifespan.py).
_LIFESPAN = "lifespan of "


class LoopWatch:
    """`roots`: the applications' folders; a line of theirs is told rather than one of a package that it called.

    `busy`: whether users' code may be called any moment (a connection is open). Whoever makes it so calls `wake`.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, roots: Sequence[str], say: Callable[[str], None], busy: Callable[[], bool], limit_s: float = LIMIT_S
    ) -> None:  # fmt: skip
        self._loop = loop
        self._busy = busy
        self._roots = tuple({folder.rstrip(os.sep) + os.sep for root in roots if root for folder in (root, os.path.realpath(root))})
        self._say = say
        self._limit_s = limit_s
        self._thread_id = threading.get_ident()
        self._answered = threading.Event()
        self._ended = threading.Event()
        #: Changed in the loop's thread alone. Not set: the thread rests.
        self._awake = threading.Event()
        #: Tasks that were there before users' code ran, and stay.
        self._standing: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._told: dict[str, float] = {}
        self._thread = threading.Thread(target=self._watch, name="loop-watch", daemon=True)

    def start(self, standing: Iterable[asyncio.Task[Any]] = ()) -> None:
        """Called in the loop's thread. `standing`: tasks that are there always, and run no users' code."""
        self._thread_id = threading.get_ident()
        self._standing.update(standing)
        self._awake.set()
        self._thread.start()

    def wake(self) -> None:
        """Called in the loop's thread, at little cost."""
        if not self._awake.is_set():
            self._awake.set()

    def stop(self) -> None:
        self._ended.set()
        self._awake.set()

    @property
    def resting(self) -> bool:
        return not self._awake.is_set()

    def _watch(self) -> None:
        idle = 0
        while True:
            if not self._awake.wait(_REST_S):
                idle = _IDLE_LOOKS
            if self._ended.wait(_LOOK_S):
                return
            try:
                if self._place():
                    idle = 0
                    self._judge()
                elif idle < _IDLE_LOOKS:
                    idle = 0 if self._busy() else idle + 1
                else:
                    idle = 0
                    self._loop.call_soon_threadsafe(self._rest)
            except RuntimeError:  # the loop is closed
                return

    def _judge(self) -> None:
        """Users' code runs: does the loop come to something else in time?"""
        self._answered.clear()
        began = time.monotonic()
        self._loop.call_soon_threadsafe(self._answered.set)
        if not self._answered.wait(self._limit_s):
            self._held(began)

    def _rest(self) -> None:
        """In the loop's thread: without a connection or a task of theirs, nothing calls users' code."""
        if not self._ended.is_set() and not self._busy() and all(self._stands(task) for task in asyncio.all_tasks(self._loop)):
            self._awake.clear()
        else:
            self._awake.set()

    def _stands(self, task: asyncio.Task[Any]) -> bool:
        return task in self._standing or task.get_name().startswith(_LIFESPAN)

    def _held(self, began: float) -> None:
        place, importing = self._place(), self._imports()
        now = time.monotonic()
        tells = bool(place) and now - self._told.get(place, -_SILENCE_S) >= _SILENCE_S
        if tells:
            if len(self._told) >= _MOST_PLACES:
                self._told.clear()
            self._told[place] = now
        if tells and not importing:
            self._say(
                f"the loop is held for over {self._limit_s * 1000:.0f} ms by {place}: every request of this pool waits (blocking = True moves it)"
            )
        while not self._answered.wait(_LOOK_S):
            if self._ended.is_set():
                return
        if tells and importing:
            took = f"{time.monotonic() - began:.2f} s"
            self._say(f'imported at the first request, in {took}: {place} (preloadEnabled="true" imports before requests come)')
        elif tells:
            self._say(f"the loop was held for {time.monotonic() - began:.2f} s by {place}")

    def _imports(self) -> bool:
        """Whether the loop runs the body of a module: nothing could move that."""
        frame = sys._current_frames().get(self._thread_id)
        while frame is not None:
            if frame.f_code.co_filename.startswith(_IMPORT_SYSTEM):
                return True
            frame = frame.f_back
        return False

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
