"""RoomWatch: who waits is told while there is room, until it forgets, in nobody's context."""

from __future__ import annotations

import asyncio
import contextvars
import select
import socket
from collections.abc import AsyncIterator

import pytest

from hwebcore.wire.room_watch import RoomWatch, room_watch

WHOSE = contextvars.ContextVar("WHOSE", default="nobody's")


class Full:
    """A socket that takes nothing until `drain` is called."""

    def __init__(self) -> None:
        self.socket, self._other = socket.socketpair()
        self.number = self.socket.fileno()
        for one in (self.socket, self._other):
            one.setblocking(False)
        while select.select([], [self.socket], [], 0)[1]:
            self.socket.send(bytes(65_536))

    def drain(self) -> None:
        while select.select([self._other], [], [], 0)[0]:
            self._other.recv(1 << 20)

    def close(self) -> None:
        self.socket.close()
        self._other.close()


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Full, Full]]:
    one, other = Full(), Full()
    yield one, other
    one.close()
    other.close()


@pytest.fixture
async def room() -> RoomWatch:
    return room_watch(asyncio.get_running_loop())


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_waits_is_told_while_there_is_room(room: RoomWatch, pair: tuple[Full, Full]) -> None:
    one, other = pair
    told: list[str] = []
    WHOSE.set("a request's")
    room.wait(one.number, lambda: told.append(WHOSE.get()))
    room.wait(other.number, lambda: told.append("the other"))
    await turns()
    assert told == []
    one.drain()
    while len(told) < 2:
        await asyncio.sleep(0)
    assert set(told) == {"nobody's"}
    room.forget(one.number)
    room.forget(one.number)
    count = len(told)
    await turns()
    assert len(told) == count
    other.drain()
    while "the other" not in told:
        await asyncio.sleep(0)
    room.forget(other.number)


async def test_who_fails_keeps_no_other_from_being_told(room: RoomWatch, pair: tuple[Full, Full]) -> None:
    failed: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failed.append(context["exception"]))
    told: list[str] = []
    ways = {one.number: way for one, way in zip(pair, ("first", "second"), strict=True)}

    def tell(number: int) -> None:
        room.forget(number)
        told.append(ways[number])
        if len(told) == 1:
            raise ValueError("a defect of whoever is told")

    for one in pair:
        room.wait(one.number, lambda number=one.number: tell(number))  # type: ignore[misc]  # bound now
        one.drain()
    while len(told) < 2:
        await asyncio.sleep(0)
    assert sorted(told) == ["first", "second"]
    assert [str(error) for error in failed] == ["a defect of whoever is told"]


async def test_a_closed_socket_forgets_itself(room: RoomWatch, pair: tuple[Full, Full]) -> None:
    one, _ = pair
    told: list[int] = []
    room.wait(one.number, lambda: told.append(one.number))
    one.close()
    await turns()
    room.forget(one.number)
    assert told == []
