"""What ends by a call."""

from __future__ import annotations

import asyncio

import pytest

from hwebcore.pipeline.later import Later


async def _rest(seen: list[str]) -> None:
    seen.append("rest")


def test_steps_follow_one_another_and_hand_on_what_they_change() -> None:
    later = Later[int]()
    seen: list[object] = []

    def double(met: Later[int]) -> None:
        met.result *= 2

    later.then(double).then(lambda met: seen.append(met.result))
    later.result = 4
    later.settle()
    assert seen == [8]
    later.then(lambda met: seen.append("at once"))
    assert seen == [8, "at once"]


def test_what_a_step_raises_is_the_next_ones_error() -> None:
    later = Later[None]()
    seen: list[object] = []
    later.then(lambda met: {}["missing"]).then(lambda met: seen.append(type(met.error)))
    later.settle()
    assert seen == [KeyError]


def test_what_the_last_step_raises_is_the_callers() -> None:
    later = Later[None]()
    later.then(lambda met: None).then(lambda met: {}["missing"])
    with pytest.raises(KeyError):
        later.settle()


async def test_it_can_be_awaited_before_and_after() -> None:
    later = Later[int]()
    waiting = asyncio.ensure_future(later)
    asyncio.get_running_loop().call_soon(later.settle)
    later.result = 7
    assert await waiting == 7
    assert await later == 7


async def test_whoever_awaits_it_waits_for_its_rest_and_meets_its_error() -> None:
    seen: list[str] = []
    later = Later[None]()
    later.rest = _rest(seen)
    later.settle()
    await later
    assert seen == ["rest"]
    for error, expected in ((ValueError("x"), ValueError), (StopIteration(), RuntimeError)):
        failed = Later[None]()
        failed.error = error
        failed.settle()
        with pytest.raises(expected):
            await failed


async def test_whoever_awaits_it_may_be_cancelled_meanwhile() -> None:
    later = Later[None]()
    waiting = asyncio.ensure_future(later)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    later.settle()
