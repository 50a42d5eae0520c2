"""A client while the front holds it: hwebcore/front/connection.py."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Any

from hwebcore.front.connection import FrontConnection
from hwebcore.plan import SiteLimits
from hwebcore.wire.gate import invalid_hostname
from hwebcore.worker.handover import HandedConnection
from tests.support.server_driver import until


class _Held:
    def __init__(self, unread: bytes = b"") -> None:
        sock, self.client = socket.socketpair()
        sock.setblocking(False)
        self.heads: list[Any] = []
        self.refused: list[str] = []
        self.ended: list[str] = []
        handed = HandedConnection(sock, unread, "127.0.0.1", 80, "10.0.0.1", 1, 4)
        self.connection = FrontConnection(
            handed, SiteLimits(), lambda connection, head: self.heads.append(head), lambda connection, refusal: self.refused.append(refusal.reason),
            lambda connection, reason: self.ended.append(reason),
        )  # fmt: skip
        self.connection.begin()


async def test_a_head_in_pieces_is_routed_once_with_all_its_bytes() -> None:
    held = _Held()
    for piece in (b"\r\nGET /a HTT", b"P/1.1\r\nHost: x\r\n", b"\r\nBODY"):
        assert held.heads == []
        held.client.send(piece)
        await until(lambda piece=piece: held.connection.unread.endswith(piece), "the piece")
    assert held.heads[0].path == "/a"
    released = held.connection.release()
    assert (released.unread[-8:], released.hops) == (b"\r\n\r\nBODY", 4)
    released.sock.close()
    held.client.close()


async def test_a_refusal_is_answered_and_the_rest_is_dropped_until_the_client_leaves() -> None:
    held = _Held(b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")
    assert held.refused == ["Hostname"]
    assert held.client.recv(65536).startswith(b"HTTP/1.1 400 ")
    held.client.send(b"x" * 100)
    held.client.close()
    await until(lambda: held.ended, "the end")
    assert held.ended == [""]


# rules: wire.connection.idle
async def test_time_runs_out_by_name() -> None:
    idle, half = _Held(), _Held(b"GET / HT")
    assert half.connection.deadline < idle.connection.deadline
    idle.connection.expire()
    half.connection.expire()
    assert (idle.ended, half.ended) == (["Timer_ConnectionIdle"], ["Timer_HeaderWait"])
    assert half.client.recv(1) == b""
    idle.client.close()
    half.client.close()


async def test_an_answer_to_head_has_no_body() -> None:
    held = _Held(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    held.connection.answer(invalid_hostname())
    assert held.client.recv(65536).endswith(b"\r\n\r\n")
    held.connection.reset()
    held.client.close()


async def test_nobody_waits_for_a_socket_that_somebody_made_block() -> None:
    """A worker that gave it back may keep a duplicate: the flag is the connection's, not the descriptor's."""
    held = _Held()
    sock = held.connection.handed.sock
    with contextlib.suppress(BlockingIOError):
        while True:
            sock.send(b"x" * 65536)
    os.set_blocking(sock.fileno(), True)
    held.connection._readable()
    held.connection.answer(invalid_hostname())
    assert held.ended == [""]
    held.client.close()
