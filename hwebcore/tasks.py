"""The one place of the runtime that creates asyncio tasks: each has a name, its failure is reported, shutdown cancels it.

Knows nothing of what the tasks do. Everything in service/, front/ and worker/ that runs beside its caller starts here.
"""

from __future__ import annotations

import asyncio
import contextvars
import traceback
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import ref


class Tasks:
    """The running tasks of one owner (a service, a pool, a worker)."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `work` beside the caller. An exception in it is reported with its traceback, never swallowed."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            text = "".join(traceback.format_exception(error))
            self._report(f"task {task.get_name()} failed: {text}")

    async def stop(self) -> None:
        """Cancel everything except the caller and wait until it has ended."""
        current = asyncio.current_task()
        waiting = [task for task in self._running if task is not current]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def in_context(work: Coroutine[Any, Any, Any], context: contextvars.Context, name: str) -> asyncio.Task[Any]:
    """Carry on a coroutine of users' code in the context given. The caller awaits the task, so its failure is the caller's."""
    return asyncio.get_running_loop().create_task(_kept(work), name=name, context=context)


def at_once(
    work: Coroutine[Any, Any, Any], context: contextvars.Context, name: str, loop: asyncio.AbstractEventLoop, *, inside: bool
) -> asyncio.Task[Any]:  # fmt: skip
    """As `in_context`, but the task's first step runs here and now: work that never waits is done when this returns.

    `loop`: the running one; asking for it is a system call. `inside`: the caller runs in `context` already. Python 3.12's eager
    tasks do the same, except for that.
    """
    # A task asks its loop to call its first step soon. It is a real one in all else: whoever asks for the current task gets it.
    own = loop.__dict__
    own["call_soon"] = _take
    try:
        task = asyncio.Task(_kept(work), loop=loop, name=name, context=context)
    finally:
        del own["call_soon"]
    step, around = _taken.pop(), _current_tasks.get(loop)
    if around is not None:
        _leave_task(loop, around)
    try:
        if inside:
            step()
        else:
            context.run(step)
    finally:
        if around is not None:
            _enter_task(loop, around)
    return task


_current_tasks: dict[asyncio.AbstractEventLoop, asyncio.Task[Any]] = asyncio.tasks._current_tasks  # type: ignore[attr-defined]  # what current_task looks at
_taken: list[Callable[[], object]] = []


def _take(step: Callable[[], object], *, context: contextvars.Context) -> None:
    _taken.append(step)


def list_quickly() -> None:
    """Have this process's list of all tasks (asyncio.all_tasks) take a task up in one call, and drop it in none.

    It is a WeakSet, which does both in Python. Here the plain set in it drops an entry by itself; who iterates meanwhile begins anew,
    as `all_tasks` does for the sake of threads.
    """
    listed: Any = getattr(asyncio.tasks, "_all_tasks", None)  # another name from Python 3.12 on
    if listed is not None:
        add, drop = listed.data.add, listed.data.discard
        listed.add = lambda task: add(ref(task, drop))


class ExitRefused(Exception):
    """Users' code raised what would end the process (SystemExit, KeyboardInterrupt), or cancelled itself: its request fails instead."""


async def _kept(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise ExitRefused(f"{type(error).__name__}: {error}").with_traceback(error.__traceback__) from None
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise  # somebody cancels it from outside
        raise ExitRefused("the code cancelled itself").with_traceback(error.__traceback__) from None
