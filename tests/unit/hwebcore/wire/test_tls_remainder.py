"""What a TLS client has yet to take: hwebcore/wire/tls_remainder.py."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hwebcore.wire.file_sending import unsent_bytes
from hwebcore.wire.tls_remainder import SMALL_LOOK_S, TlsRemainder
from tests.support.server_driver import until


@dataclass
class Held:
    """A transport as uvloop's is of TLS: it has passed everything on, and does not tell to whom."""

    socket: socket.socket
    backlog: int = 0

    def get_write_buffer_size(self) -> int:
        return self.backlog

    def get_extra_info(self, name: str) -> socket.socket:
        assert name == "socket"
        return self.socket


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        server, _ = listener.accept()
        with server:
            server.setblocking(False)
            yield server, client


def test_an_empty_queue_tells_nothing_before_a_second_look(ends: tuple[socket.socket, socket.socket]) -> None:
    remainder = TlsRemainder(Held(ends[0]))
    assert [remainder.look(), remainder.look()] == [SMALL_LOOK_S, 0]


async def test_a_queue_that_a_client_has_just_emptied_is_filled_again_first(ends: tuple[socket.socket, socket.socket]) -> None:
    server, client = ends
    remainder = TlsRemainder(Held(server))
    assert remainder.look() == SMALL_LOOK_S
    server.send(bytes(1000))  # what the loop still had
    assert len(client.recv(1000, socket.MSG_WAITALL)) == 1000
    await until(lambda: unsent_bytes(server.fileno()) == 0, "it is acknowledged")
    assert [remainder.look(), remainder.look()] == [SMALL_LOOK_S, 0]


async def test_a_full_queue_and_a_backlog_are_waited_for(ends: tuple[socket.socket, socket.socket]) -> None:
    server, client = ends
    held = Held(server, backlog=1)
    remainder = TlsRemainder(held)
    assert remainder.is_large()
    assert remainder.look() > SMALL_LOOK_S
    held.backlog, sent = 0, 0
    while not remainder.is_large():
        sent += server.send(bytes(65536))
    assert remainder.look() > SMALL_LOOK_S
    client.recv(sent, socket.MSG_WAITALL)
    await until(lambda: not remainder.is_large(), "the last acknowledgements")
    assert [remainder.look(), remainder.look()] == [SMALL_LOOK_S, 0]
