"""A site's bandwidth over its connections: hwebcore/wire/pace.py. On a connection: test_protocol.py, on a real worker: test_bandwidth.py."""

from __future__ import annotations

import asyncio
from typing import Any

from hwebcore.wire import pace as paces
from hwebcore.wire.pace import Pace, PacedTransport


class Transport:
    """Takes what it is given, as long as its client does."""

    def __init__(self) -> None:
        self.given = b""
        self.kept = 0
        self.done: list[str] = []

    def write(self, data: bytes) -> None:
        self.given += data

    def get_write_buffer_size(self) -> int:
        return self.kept

    def set_write_buffer_limits(self, high: int) -> None:
        assert high > paces.HIGH_WATER_BYTES

    def is_closing(self) -> bool:
        return bool(self.done)

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


class Written:
    def __init__(self, pace: Pace | None) -> None:
        self.real = Transport()
        self.told: list[str] = []
        real: Any = self.real
        self.paced = PacedTransport(real, pace, *(lambda word=word: self.told.append(word) for word in ("paused", "resumed", "held")))


async def test_bytes_leave_in_pieces_and_in_turn() -> None:
    pace = Pace(1_000_000)
    one, other = Written(pace), Written(pace)
    one.paced.write(b"a" * 100_000)
    other.paced.write(b"b" * 100_000)
    loop = asyncio.get_running_loop()
    before = loop.time()
    while len(one.real.given) + len(other.real.given) < 200_000:
        assert abs(len(one.real.given) - len(other.real.given)) <= 50_000
        await asyncio.sleep(0)
    assert 0.14 < loop.time() - before < 5  # the last piece waits for nobody
    assert "held" in one.told
    assert (one.real.given, other.real.given) == (b"a" * 100_000, b"b" * 100_000)


async def test_who_writes_much_waits_until_little_is_left() -> None:
    written = Written(Pace(100_000_000))
    written.paced.write(b"a" * (paces.HIGH_WATER_BYTES + 1))
    assert written.told == ["paused"]
    while "resumed" not in written.told:
        await asyncio.sleep(0)
    assert written.paced.get_write_buffer_size() <= paces.LOW_WATER_BYTES


async def test_a_client_that_takes_nothing_is_passed_over_and_told_of_as_slow() -> None:
    pace = Pace(10_000_000)
    slow, quick = Written(pace), Written(pace)
    slow.real.kept = paces.LOW_WATER_BYTES + 1
    slow.paced.write(b"a")
    quick.paced.write(b"b" * 1000)
    while not quick.real.given:
        await asyncio.sleep(0)
    assert (slow.real.given, slow.told) == (b"", [])
    slow.real.kept = 0
    while not slow.real.given:
        await asyncio.sleep(0)


async def test_it_closes_when_all_is_written_and_not_before() -> None:
    written = Written(Pace(1_000_000))
    written.paced.write(b"a" * 60_000)
    written.paced.close()
    assert (written.paced.is_closing(), written.real.done) == (True, [])
    written.paced.write(b"too late")
    while not written.real.done:
        await asyncio.sleep(0)
    assert written.real.given == b"a" * 60_000


async def test_without_a_pace_it_only_passes_on() -> None:
    written = Written(None)
    written.paced.write(b"abc")
    assert (written.real.given, written.paced.get_extra_info("socket")) == (b"abc", "the socket")
    written.paced.close()
    assert written.real.done == ["close"]


async def test_what_waits_is_dropped_with_the_connection() -> None:
    written = Written(Pace(1000))
    written.paced.write(b"a" * 60_000)
    written.paced.abort()
    assert (written.paced.get_write_buffer_size(), written.real.done) == (0, ["abort"])
