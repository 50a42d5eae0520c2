"""Request bodies: waiting, back-pressure, spooling, failures."""

from __future__ import annotations

import pytest

from hwebcore.pipeline.contract import HttpFault
from hwebcore.wire.body import HIGH_WATER_BYTES, NO_BODY, SPOOL_BYTES, RequestBody


class Flow:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def pause_body(self) -> None:
        self.calls.append("pause")

    def resume_body(self) -> None:
        self.calls.append("resume")


async def test_a_declared_body_takes_its_bytes_and_no_more() -> None:
    body = RequestBody(3, Flow())
    assert body.feed(b"abcGET") == b"GET"
    assert await body.read(2) == b"ab"
    assert await body.read() == b"c"
    assert await body.read() == b""


async def test_too_much_unread_pauses_until_half_is_read() -> None:
    flow = Flow()
    body = RequestBody(10 * HIGH_WATER_BYTES, flow)
    for _ in range(5):
        body.feed(b"x" * (HIGH_WATER_BYTES // 4))
    assert flow.calls == ["pause"]
    for _ in range(4):
        await body.read(HIGH_WATER_BYTES)
    assert flow.calls == ["pause", "resume"]


async def test_a_client_that_is_gone_is_told_after_what_came() -> None:
    body = RequestBody(9, Flow())
    body.feed(b"abc")
    body.fail(ConnectionResetError("gone"))
    assert await body.read() == b"abc"
    with pytest.raises(ConnectionResetError):
        await body.read()


async def test_a_chunked_body_beyond_its_limit_is_413_1() -> None:
    body = RequestBody(None, Flow())
    body.limit = 2
    body.feed(b"3\r\nabc\r\n0\r\n\r\n")
    with pytest.raises(HttpFault) as caught:
        await body.read()
    assert (caught.value.status, caught.value.substatus) == (413, 1)


# rules: body.spool
@pytest.mark.parametrize("size", [0, 10, SPOOL_BYTES * 2])
async def test_collect_gives_the_whole_as_a_file(size: int) -> None:
    body = RequestBody(size, Flow())
    body.feed(b"x" * size)
    with await body.collect() as file:
        assert file.read() == b"x" * size


async def test_no_body_is_empty() -> None:
    assert await NO_BODY.read() == b""
    assert (await NO_BODY.collect()).read() == b""
