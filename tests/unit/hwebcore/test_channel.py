"""Frames and descriptors over a socket pair: hwebcore/channel.py."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from hwebcore.channel import MOST_BYTES, Channel, ChannelClosed
from hwebcore.platform import memory_text
from tests.support.server_driver import until


def _pair() -> tuple[Channel, Channel]:
    left, right = socket.socketpair()
    return Channel(left), Channel(right)


async def test_messages_arrive_in_order_with_their_descriptors() -> None:
    left, right = _pair()
    reading, writing = os.pipe()
    left.send({"n": 1})
    left.send({"n": 2}, [writing])
    left.send({"n": 3})
    os.close(writing)
    assert await right.receive() == ({"n": 1}, [])
    message, fds = await right.receive()
    assert message == {"n": 2}
    assert not os.get_inheritable(fds[0])
    os.write(fds[0], b"x")
    assert os.read(reading, 1) == b"x"
    assert (await right.receive())[0] == {"n": 3}
    for fd in (reading, *fds):
        os.close(fd)
    left.close()
    right.close()


async def test_what_does_not_fit_at_once_is_sent_later_with_duplicates() -> None:
    left, right = _pair()
    text = "x" * 500_000
    reading, writing = os.pipe()
    for number in range(6):
        assert left.send({"number": number, "text": text}, [writing])
    os.close(writing)
    for number in range(6):
        message, fds = await right.receive()
        assert (message["number"], len(message["text"]), len(fds)) == (number, 500_000, 1)
        os.close(fds[0])
    await left.flush()
    assert os.read(reading, 1) == b""  # every duplicate is closed
    os.close(reading)
    left.close()
    right.close()


async def test_what_was_sent_before_the_end_is_still_received() -> None:
    left, right = _pair()
    left.send({"last": "words"})
    left.close()
    assert (await right.receive())[0] == {"last": "words"}
    with pytest.raises(ChannelClosed):
        await right.receive()
    assert right.send({}) is False
    right.close()


# rules: control.frames
@pytest.mark.parametrize(
    "junk", [b"\xff\xff\xff\xff", b"\0\0\0\x02[]", b"\0\0\0\x01{", b'\0\0\0\x0a{"fds":99}', b'\0\0\0\x0c{"fds":true}', b"\0\0\x20\0" + b"[" * 8192]
)
async def test_hostile_frames_close(junk: bytes) -> None:
    left, right = socket.socketpair()
    channel = Channel(right)
    left.send(junk)
    with pytest.raises(ChannelClosed):
        await asyncio.wait_for(channel.receive(), 5)
    assert left.recv(1) == b""
    left.close()


async def test_descriptors_that_nobody_announced_are_closed() -> None:
    left, right = socket.socketpair()
    channel = Channel(right)
    reading, writing = os.pipe()
    for _ in range(9):
        socket.send_fds(left, [b"\0\0\0\x02{}"], [writing] * 8)
    os.close(writing)
    await until(lambda: not channel.open, "the end of the channel")
    channel.close()
    left.close()
    assert os.read(reading, 1) == b""
    os.close(reading)


async def test_too_long_a_message_is_the_senders_mistake() -> None:
    left, right = _pair()
    with pytest.raises(ValueError, match="too long"):
        left.send({"text": "x" * MOST_BYTES})
    left.close()
    right.close()


async def test_a_reader_that_does_not_read_is_left() -> None:
    left, right = _pair()
    right._loop.remove_reader(right._fd)
    text = "x" * 1_000_000
    while left.send({"text": text}):
        assert left._unsent < 20_000_000
    assert not left.open
    await until(lambda: left.reason, "a reason")
    right.close()


async def test_a_message_longer_than_a_frame_reaches_who_takes_it() -> None:
    sockets = socket.socketpair()
    left, right = Channel(sockets[0]), Channel(sockets[1], takes_long=True)
    reading, writing = os.pipe()
    text = "x" * (5 * MOST_BYTES)
    assert left.send_long({"n": 1})
    assert left.send_long({"n": 2, "text": text})
    assert left.send({"n": 3}, [writing])
    os.close(writing)
    assert await right.receive() == ({"n": 1}, [])
    assert await right.receive() == ({"n": 2, "text": text}, [])
    message, fds = await right.receive()
    assert message == {"n": 3}
    os.close(fds[0])
    assert os.read(reading, 1) == b""
    os.close(reading)
    left.close()
    right.close()


# rules: control.frames
async def test_who_takes_none_is_given_a_frame_with_a_descriptor() -> None:
    left, right = _pair()
    left.send_long({"text": "x" * MOST_BYTES})
    message, fds = await right.receive()
    assert (set(message), len(fds)) == ({"long"}, 1)
    os.close(fds[0])
    left.close()
    right.close()


@pytest.mark.parametrize("held", [b"[]", b"{", b""])
async def test_a_long_message_that_is_none_closes(held: bytes) -> None:
    sockets = socket.socketpair()
    left, right = Channel(sockets[0]), Channel(sockets[1], takes_long=True)
    fd = memory_text("message", held)
    left.send({"long": len(held)}, [fd])
    os.close(fd)
    with pytest.raises(ChannelClosed):
        await right.receive()
    left.close()
    right.close()
