"""Waiting for a ClientHello without taking a byte of it: hwebcore/wire/tls_greeting.py."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest

from hwebcore.wire.client_hello import NotTls, PlainHttp
from hwebcore.wire.tls_greeting import read_greeting
from tests.support.tls import hello

HELLO = hello("a.example")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A TCP connection: the client's end and ours."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ours, _ = listener.accept()
        ours.setblocking(False)
        with ours:
            yield client, ours


async def test_every_byte_stays(pair: tuple[socket.socket, socket.socket]) -> None:
    client, ours = pair
    client.sendall(HELLO + b"more")
    assert await read_greeting(ours, 5) == "a.example"
    assert ours.recv(65536) == HELLO + b"more"


async def test_it_comes_in_pieces(pair: tuple[socket.socket, socket.socket]) -> None:
    client, ours = pair
    greeting = asyncio.ensure_future(read_greeting(ours, 5))
    for start in range(0, len(HELLO), 97):
        client.sendall(HELLO[start : start + 97])
        await asyncio.sleep(0)
    assert await greeting == "a.example"
    client.sendall(b"x")  # one byte wakes whoever reads next
    assert ours.recv(len(HELLO)) == HELLO
    await asyncio.wait_for(asyncio.get_running_loop().sock_recv(ours, 1), 5)


async def test_one_that_stops_costs_no_wake_ups(pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    client, ours = pair
    looks = 0

    class Counted:
        def __getattr__(self, name: str) -> object:
            return getattr(ours, name)

        def recv(self, *arguments: int) -> bytes:
            nonlocal looks
            looks += 1
            return ours.recv(*arguments)

    client.sendall(HELLO[:50])
    with pytest.raises(TimeoutError):
        await read_greeting(Counted(), 0.3)  # type: ignore[arg-type]  # as much of it as is asked
    assert looks <= 3


@pytest.mark.parametrize("sent", [b"", HELLO[:3], HELLO[:80]], ids=["nothing", "head", "part"])
async def test_a_client_that_goes_ends_it_at_once(pair: tuple[socket.socket, socket.socket], sent: bytes) -> None:
    client, ours = pair
    client.sendall(sent)
    greeting = asyncio.ensure_future(read_greeting(ours, 30))
    await asyncio.sleep(0)
    client.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(greeting, 5)


@pytest.mark.parametrize(("sent", "error"), [(b"GET / HTTP/1.1\r\n", PlainHttp), (b"\x16\3\1\xff\xff", NotTls), (b"SSH-2.0-x\r\n", NotTls)])
async def test_what_is_no_greeting(pair: tuple[socket.socket, socket.socket], sent: bytes, error: type[NotTls]) -> None:
    client, ours = pair
    client.sendall(sent)
    with pytest.raises(error):
        await read_greeting(ours, 5)
    assert ours.recv(65536) == sent


async def test_it_leaves_no_reader_behind(pair: tuple[socket.socket, socket.socket]) -> None:
    _, ours = pair
    greeting = asyncio.ensure_future(read_greeting(ours, 30))
    await asyncio.sleep(0)
    greeting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await greeting
    assert not asyncio.get_running_loop().remove_reader(ours.fileno())
