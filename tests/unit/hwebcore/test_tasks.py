"""Tasks: named, reported, cancelled. hwebcore/tasks.py."""

from __future__ import annotations

import asyncio
import contextvars

import pytest

from hwebcore.tasks import ExitRefused, Tasks, at_once, list_quickly
from tests.support.server_driver import until

VALUE = contextvars.ContextVar("VALUE", default="nobody's")


async def test_a_failure_is_reported_with_name_and_place() -> None:
    said: list[str] = []
    tasks = Tasks(said.append)

    async def fail() -> None:
        raise ValueError("why")

    tasks.start(fail(), "the work")
    await until(lambda: said, "a report")
    assert "the work" in said[0]
    assert "ValueError: why" in said[0]
    assert "in fail" in said[0]


async def test_stop_cancels_all_but_the_caller_and_reports_nothing() -> None:
    said: list[str] = []
    tasks = Tasks(said.append)
    sleeping = tasks.start(asyncio.sleep(100), "sleeps")

    async def stops() -> str:
        await tasks.stop()
        return "done"

    assert await tasks.start(stops(), "stops") == "done"
    assert sleeping.cancelled()
    assert said == []


async def test_a_task_that_begins_at_once_is_done_when_it_never_waits() -> None:
    scope, seen = contextvars.copy_context(), []

    async def work() -> int:
        seen.append(asyncio.current_task())
        VALUE.set("its own")
        return 7

    task = at_once(work(), scope, "the work", asyncio.get_running_loop(), inside=False)
    assert (task.done(), task.result(), seen, task.get_name()) == (True, 7, [task], "the work")
    assert (VALUE.get(), scope[VALUE]) == ("nobody's", "its own")


async def test_a_task_that_begins_at_once_goes_on_in_its_context() -> None:
    scope, going = contextvars.copy_context(), asyncio.Event()

    async def work() -> tuple[str, bool]:
        VALUE.set("its own")
        async with asyncio.timeout(60):
            await going.wait()
        return VALUE.get(), asyncio.current_task() is task

    task = scope.run(lambda: at_once(work(), scope, "the work", asyncio.get_running_loop(), inside=True))
    assert not task.done()
    going.set()
    assert await task == ("its own", True)


async def test_a_task_that_begins_inside_another_leaves_it_the_current_one() -> None:
    around = asyncio.current_task()

    async def work() -> object:
        return asyncio.current_task()

    task = at_once(work(), contextvars.copy_context(), "the work", asyncio.get_running_loop(), inside=False)
    assert task.result() is task
    assert asyncio.current_task() is around
    await asyncio.sleep(0)  # the loop takes calls as before


async def test_tasks_that_are_listed_quickly_are_found_while_they_run_and_forgotten_with_their_end() -> None:
    list_quickly()
    seen: list[bool] = []
    gate = asyncio.Event()

    async def look() -> None:
        seen.append(asyncio.current_task() in asyncio.all_tasks())
        await gate.wait()

    before = len(asyncio.tasks._all_tasks)  # type: ignore[attr-defined]  # what all_tasks looks at
    task = at_once(look(), contextvars.Context(), "look", asyncio.get_running_loop(), inside=False)
    assert (seen, task in asyncio.all_tasks()) == ([True], True)
    gate.set()
    await task
    assert task not in asyncio.all_tasks()
    del task
    await asyncio.sleep(0)
    assert len(asyncio.tasks._all_tasks) == before  # type: ignore[attr-defined]  # as above


async def test_what_fails_at_once_fails_its_task_alone() -> None:
    async def work() -> None:
        raise SystemExit(3)

    task = at_once(work(), contextvars.copy_context(), "the work", asyncio.get_running_loop(), inside=False)
    assert isinstance(task.exception(), ExitRefused)


async def test_a_task_that_began_at_once_can_be_cancelled() -> None:
    task = at_once(asyncio.sleep(100), contextvars.copy_context(), "sleeps", asyncio.get_running_loop(), inside=False)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
