"""Threads for what blocks: WSGI applications and modules that declare `blocking`. One queue, a fixed number of threads.

Knows nothing of requests. What comes in one turn of the loop is given out by one wake-up, and what ended by the time the loop
looks comes back by one. ApplicationHost.threads is one of these, shared by the applications of a worker.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from hwebcore.pipeline.later import Later

T = TypeVar("T")


class ThreadCall(Later[Any]):
    """A call on its way to a thread and back: `call` is called there with the arguments, in the context given."""

    __slots__ = ("_arguments", "_call", "_context")

    def __init__(self, context: contextvars.Context, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        Later.__init__(self)
        self._context = context
        self._call = call
        self._arguments = arguments

    def perform(self) -> None:
        """In the thread. Users' code: whatever it raises belongs to the caller, never to this thread."""
        call, arguments = self._call, self._arguments
        del self._call, self._arguments  # they may refer back
        try:
            self.result = self._context.run(call, *arguments)
        except BaseException as raised:
            self.error = raised


class BlockingThreads:
    """Threads start when they are needed; `stop` lets running calls end.

    Only the loop wakes threads, one at a time: a thread that was woken takes call after call. It tells the loop that others are
    left; the loop gets to hear of it when a call blocks (Python runs one thread at a time), and then wakes the next thread. So
    calls that do not block follow one another without a switch between threads, and none waits behind one that does.
    """

    def __init__(self, count: int) -> None:
        self._count = max(1, count)
        self._calls: collections.deque[ThreadCall] = collections.deque()
        self._done: collections.deque[ThreadCall] = collections.deque()
        self._started = 0
        #: The locks that idle threads wait for, the latest idle last: it is woken first.
        self._idle: collections.deque[threading.Lock] = collections.deque()
        #: A thread was woken and has not come yet.
        self._coming = False
        #: `_attend` is to be called.
        self._called = False
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, call: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """Call it in a thread, in a copy of the caller's context."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.begin(ThreadCall(contextvars.copy_context(), call, arguments)).then(lambda ended: _pass_on(ended, future))
        return future

    def begin(self, call: ThreadCall) -> ThreadCall:
        """Have it performed in a thread; it is settled on the loop."""
        self._calls.append(call)
        if not self._called:
            self._called = True
            loop = self._loop
            if loop is None:
                loop = self._loop = asyncio.get_running_loop()
            loop.call_soon(self._attend)
        return call

    def tell_loop(self, call: Callable[..., None], *arguments: Any) -> None:
        """From a thread: have it called on the loop. Raises RuntimeError once that is closed."""
        assert self._loop is not None  # it began what runs in the thread
        self._loop.call_soon_threadsafe(call, *arguments)

    def stop(self) -> None:
        """No call is taken after this; those that run are not interrupted."""
        self._stopping = True
        while self._idle:
            self._idle.pop().release()

    def _attend(self) -> None:
        """On the loop: settle what has ended, and see that what waits is taken."""
        self._called = False  # before looking: whoever ends after this calls again
        done = self._done
        try:
            while done:
                done.popleft().settle()
        finally:
            if done:
                self._call_loop()
        if self._calls and not self._coming:
            self._wake()

    def _wake(self) -> None:
        if self._idle:
            self._coming = True
            self._idle.pop().release()
        elif self._started < self._count and not self._stopping:
            self._coming = True
            self._started += 1
            threading.Thread(target=self._work, name=f"blocking-{self._started - 1}", daemon=True).start()

    def _call_loop(self) -> None:
        """From any thread."""
        self._called = True
        loop = self._loop
        if loop is not None and not loop.is_closed():
            try:
                loop.call_soon_threadsafe(self._attend)
            except RuntimeError:  # closed between the question and the call
                return

    def _work(self) -> None:
        calls, done = self._calls, self._done
        awake = threading.Lock()
        awake.acquire()
        while not self._stopping:
            self._coming = False
            while calls and not self._stopping:
                try:
                    call = calls.popleft()
                except IndexError:  # another thread was faster
                    break
                if calls and not self._called:
                    self._call_loop()
                call.perform()
                done.append(call)
                del call
                if not self._called:
                    self._call_loop()
            self._idle.append(awake)
            if calls and not self._called:
                self._call_loop()  # they came while this thread was neither busy nor to be woken
            if self._stopping:
                return
            awake.acquire()


def _pass_on(ended: ThreadCall, future: asyncio.Future[Any]) -> None:
    error = ended.error
    if future.cancelled():
        return
    if error is None:
        future.set_result(ended.result)
    elif isinstance(error, StopIteration):
        future.set_exception(RuntimeError("StopIteration raised in a thread"))
    else:
        future.set_exception(error)
