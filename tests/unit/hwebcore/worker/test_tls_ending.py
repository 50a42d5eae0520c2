"""What a worker does with TLS that it may not or cannot end: hwebcore/worker/tls_ending.py. The rest: service/test_certificates.py."""

from __future__ import annotations

import socket
from typing import Any, cast

import pytest

from hwebcore.plan import SiteLimits
from hwebcore.tasks import Tasks
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.handover import HandedConnection
from hwebcore.worker.httperr import HttpErr
from hwebcore.worker.tls_ending import TlsEnding
from tests.support.server_driver import until
from tests.support.tls import hello


@pytest.mark.parametrize("leaving", [False, True], ids=["without the key", "draining"])
async def test_it_goes_back_with_every_byte(leaving: bool) -> None:
    given: list[HandedConnection] = []
    tasks = Tasks(lambda text: None)
    serve: Any = None
    ending = TlsEnding(tasks, SiteLimits, serve, given.append, lambda: leaving, HttpErr(), AddressCounts(0))
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        sock, address = listener.accept()
        sock.setblocking(False)
        first = hello("a.example")
        client.sendall(first)
        ending.take(HandedConnection(sock, b"", "127.0.0.1", 443, address[0], address[1], encrypted=True))
        [back] = await until(lambda: given, "the front has it")
        assert back.sock.recv(65536) == first
        assert (back.encrypted, back.unread) == (True, b"")
        back.sock.close()
    await tasks.stop()


async def test_what_has_said_nothing_is_released() -> None:
    given: list[HandedConnection] = []
    tasks = Tasks(lambda text: None)
    serve: Any = None
    ending = TlsEnding(tasks, SiteLimits, serve, given.append, lambda: False, HttpErr(), AddressCounts(0))
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        sock, address = listener.accept()
        sock.setblocking(False)
        ending.take(HandedConnection(sock, b"", "127.0.0.1", 443, address[0], address[1], encrypted=True))
        ending.release()
        assert [back.sock for back in given] == [sock]
        sock.close()
    await tasks.stop()


# rules: limits.per-address
async def test_one_too_many_of_an_address_is_closed_before_tls() -> None:
    tasks, counts, serve = Tasks(lambda text: None), AddressCounts(1), cast(Any, None)
    ending = TlsEnding(tasks, SiteLimits, serve, lambda handed: None, lambda: False, HttpErr(), counts)
    pairs = [socket.socketpair() for _ in range(2)]
    for near, _ in pairs:
        near.setblocking(False)
        ending._accepted(HandedConnection(near, b"", "10.0.0.1", 443, "10.0.0.9", 5, encrypted=True))
    assert pairs[1][1].recv(1) == b""
    assert ending.door.busy == 1
    ending.release()
    await until(lambda: counts.has_room("10.0.0.9", "10.0.0.1"), "the place is free again")
    await tasks.stop()
    for sock in (sock for pair in pairs for sock in pair):
        sock.close()
