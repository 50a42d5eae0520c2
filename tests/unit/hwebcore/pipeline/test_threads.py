"""Threads for what blocks."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator

import pytest

from hwebcore.pipeline.threads import BlockingThreads


@pytest.fixture
async def threads() -> AsyncIterator[BlockingThreads]:
    made = BlockingThreads(2)
    yield made
    made.stop()


async def test_results_and_errors_come_back(threads: BlockingThreads) -> None:
    assert await threads.run(sorted, [2, 1]) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 / 0)
    with pytest.raises(RuntimeError):
        await threads.run(next, iter(()))


async def test_many_calls_share_few_threads(threads: BlockingThreads) -> None:
    names = await asyncio.gather(*(threads.run(lambda: threading.current_thread().name) for _ in range(500)))
    assert 1 <= len(set(names)) <= 2


async def test_calls_run_beside_one_another(threads: BlockingThreads) -> None:
    both = threading.Barrier(2, timeout=10)
    await asyncio.gather(threads.run(both.wait), threads.run(both.wait))


async def test_the_callers_context_is_copied(threads: BlockingThreads) -> None:
    variable = contextvars.ContextVar("variable", default="")
    variable.set("caller")
    assert await threads.run(variable.get) == "caller"
    await threads.run(variable.set, "thread")
    assert variable.get() == "caller"


async def test_a_cancelled_call_harms_nobody(threads: BlockingThreads) -> None:
    gate = threading.Event()
    waiting = threads.run(gate.wait)
    waiting.cancel()
    gate.set()
    assert await threads.run(int, "7") == 7
