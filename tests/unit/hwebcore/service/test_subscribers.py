"""Who is told of the state, and how: hwebcore/service/subscribers.py."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from hwebcore.channel import Channel
from hwebcore.service.subscribers import Subscribers
from hwebcore.tasks import Tasks


class _Console:
    """A subscriber's end."""

    def __init__(self, subscribers: Subscribers, takes_changes: bool = True) -> None:
        left, right = socket.socketpair()
        self.service, self.own = Channel(left), Channel(right)
        subscribers.add(self.service, takes_changes)

    async def told(self) -> dict[str, object]:
        return (await self.own.receive())[0]


@pytest.fixture
async def late() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def subscribers(late: asyncio.Event) -> AsyncIterator[Subscribers]:
    tasks = Tasks(print)
    yield Subscribers(tasks, late.set)
    await tasks.stop()


async def test_first_everything_then_what_changed_then_nothing(subscribers: Subscribers) -> None:
    one, old = _Console(subscribers), _Console(subscribers, takes_changes=False)
    subscribers.tell({"pools": [1, 2]})
    first = {"type": "snapshot", "revision": 1, "snapshot": {"pools": [1, 2]}}
    assert await one.told() == await old.told() == first
    subscribers.tell({"pools": [1, 2]})
    other = _Console(subscribers)
    subscribers.tell({"pools": [1, 3]})
    assert await one.told() == {"type": "changes", "of": 1, "revision": 2, "changes": {"pools": {"1": [3]}}}
    whole = {"type": "snapshot", "revision": 2, "snapshot": {"pools": [1, 3]}}
    assert await old.told() == await other.told() == whole
    subscribers.drop(old.service)
    assert len(subscribers) == 2
    subscribers.add(one.service, True)  # lost the thread
    subscribers.tell({"pools": [1, 3]})
    assert await one.told() == whole
    for console in (one, old, other):
        console.own.close()
        console.service.close()


async def test_who_does_not_read_is_told_everything_when_they_do(subscribers: Subscribers, late: asyncio.Event) -> None:
    one = _Console(subscribers)
    text = "x" * 900_000
    subscribers.tell({"text": text, "number": 0})
    assert one.service.unsent
    for number in range(1, 50):
        subscribers.tell({"text": text + "y", "number": number})
    assert (await one.told())["snapshot"] == {"text": text, "number": 0}
    await asyncio.wait_for(late.wait(), 20)
    subscribers.tell({"text": text + "y", "number": 49})
    told = await one.told()
    assert told["type"] == "snapshot"
    assert told["snapshot"] == {"text": text + "y", "number": 49}
    one.own.close()
    one.service.close()
