"""Threads for what blocks: WSGI applications and modules that declare `blocking`. One queue, a fixed number of threads.

Knows nothing of requests. Results come back in batches through one wake-up of the loop, which is why it costs half of an
executor. ApplicationHost.threads is one of these, shared by the applications of a worker.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple["asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...], contextvars.Context]


class BlockingThreads:
    """`await threads.run(call, *arguments)`. Threads start when the first call comes; `stop` lets running calls end."""

    def __init__(self, count: int) -> None:
        self._count = max(1, count)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._done: collections.deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = collections.deque()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._woken = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, call: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """Call it in a thread, in a copy of the caller's context."""
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put((future, call, arguments, contextvars.copy_context()))
        if self._jobs.qsize() > self._idle and len(self._threads) < self._count:
            thread = threading.Thread(target=self._work, name=f"blocking-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def stop(self) -> None:
        """No call begins after this; those that run are not interrupted."""
        for _ in self._threads:
            self._jobs.put(None)
        self._threads = []

    def _work(self) -> None:
        while True:
            self._idle += 1
            job = self._jobs.get()
            self._idle -= 1
            if job is None:
                return
            future, call, arguments, context = job
            result: Any = None
            error: BaseException | None = None
            try:
                result = context.run(call, *arguments)
            except BaseException as raised:  # users' code: whatever it raises belongs to the caller, never to this thread
                error = raised
            self._done.append((future, result, error))
            if not self._woken:
                self._woken = True
                self._wake()
            del job, future, call, arguments, context, result, error

    def _wake(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            try:
                loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:  # closed between the question and the call
                return

    def _deliver(self) -> None:
        self._woken = False
        while self._done:
            future, result, error = self._done.popleft()
            if future.cancelled():
                continue
            if error is None:
                future.set_result(result)
            elif isinstance(error, StopIteration):
                future.set_exception(RuntimeError("StopIteration raised in a thread"))
            else:
                future.set_exception(error)
