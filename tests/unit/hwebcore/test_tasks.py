"""Tasks: named, reported, cancelled. hwebcore/tasks.py."""

from __future__ import annotations

import asyncio

from hwebcore.tasks import Tasks
from tests.support.server_driver import until


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
