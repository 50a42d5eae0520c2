"""What the console holds of captured requests: asked for while somebody looks, read from every worker, within its limit."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from console.captures import Captures
from hwebcore.client import Refused
from hwebcore.detail_ring import HEADER_BYTES, DetailReader, DetailWriter
from hwebcore.platform import memory_file
from tests.support.captured_request import detail
from tests.support.server_driver import until


class Service:
    """A client of a service with detail rings that this test writes."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.rings: dict[str, int] = {}

    async def capture(self, wanted: bool) -> None:
        self.asked.append(wanted)

    async def details(self, name: str) -> DetailReader:
        if name not in self.rings:
            raise Refused("not-captured", "nothing is captured", {})
        return DetailReader(os.dup(self.rings[name]))

    def worker(self, name: str) -> DetailWriter:
        self.rings[name] = memory_file(name, HEADER_BYTES + 65536)
        return DetailWriter(self.rings[name], 7)

    def close(self) -> None:
        for fd in self.rings.values():
            os.close(fd)


def seen(*rings: str) -> Mapping[str, Any]:
    return {"rings": [{"ring": ring, "pid": 7, "alive": True} for ring in rings]}


async def test_it_follows_while_somebody_looks() -> None:
    service, captures = Service(), Captures()
    session: Any = SimpleNamespace(client=None, snapshot={})
    told: list[int] = []
    captures.arrived.append(lambda: told.append(1))
    running = asyncio.ensure_future(captures.run(session))
    session.client, session.snapshot = service, seen("a", "gone")
    writer = service.worker("a")
    captures.watch("live", True)
    await until(lambda: captures.on, "it captures")
    assert service.asked == [True]
    writer.write(detail(request=5))
    await until(lambda: captures.of("a", 7, 5), "the detail")
    assert told
    assert captures.of("a", 7, 6) is None
    session.snapshot = seen("b")  # recycled: another ring
    other = service.worker("b")
    other.write(detail(request=5))
    writer.write(detail(request=6))
    await until(lambda: captures.of("b", 7, 5), "that of the other worker")
    assert captures.of("a", 7, 6) is not None  # what was still there was read
    captures.watch("compare", True)
    captures.watch("live", False)
    captures.allow(False)
    await until(lambda: service.asked == [True, False], "it is told to stop")
    assert not captures.on
    assert captures.of("a", 7, 5) is not None
    assert "is off" in captures.why_not
    captures.allow(True)
    await until(lambda: captures.on, "once more")
    session.client = None  # the service is gone
    await until(lambda: not captures.on, "nobody captures")
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    for one in (writer, other):
        one.close()
    service.close()


def test_the_oldest_go_where_there_is_too_much() -> None:
    captures = Captures(most_bytes=1000)
    for number in range(5):
        captures.keep(("a", 1, number), detail(body=b"x" * 300, request=number))
    captures.keep(("a", 1, 4), detail(body=b"y" * 300, request=4))
    kept = [number for number in range(5) if captures.of("a", 1, number)]
    assert kept == [3, 4]
    captures.keep(("a", 1, 9), detail(body=b"x" * 3000, request=9))  # one that is longer than all is kept
    assert captures.of("a", 1, 9) is not None
    assert captures.of("a", 1, 4) is None
