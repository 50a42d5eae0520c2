"""Connections between processes: acknowledged before they run, sent again when not. hwebcore/worker/handover.py."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
from typing import Any

import pytest

from hwebcore.worker.handover import HandedConnection, HandoverLink
from tests.support.server_driver import until


def _pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _connection(unread: bytes = b"GET") -> tuple[HandedConnection, socket.socket]:
    sock, client = socket.socketpair()
    return HandedConnection(sock, unread, "127.0.0.1", 80, "10.0.0.1", 1234), client


async def test_a_connection_arrives_whole_and_the_senders_copy_is_closed() -> None:
    left, right = _pair()
    taken: list[HandedConnection] = []
    sender = HandoverLink(left, taken.append, lambda lost: None)
    receiver = HandoverLink(right, taken.append, lambda lost: None)
    for unread in (b"GET / HTTP/1.1\r\n", b"", b"x" * 300_000):
        connection, client = _connection(unread)
        assert sender.give(connection)
        await until(lambda: taken, "the connection")
        handed = taken.pop()
        assert (handed.unread, handed.ip, handed.port, handed.client, handed.client_port, handed.hops) == (
            unread,
            "127.0.0.1",
            80,
            "10.0.0.1",
            1234,
            1,
        )
        await sender.settle()
        assert connection.sock.fileno() == -1
        handed.sock.send(b"answer")
        assert client.recv(10) == b"answer"
        handed.sock.close()
        client.close()
    sender.close()
    receiver.close()


async def test_what_a_dead_receiver_never_acknowledged_comes_back() -> None:
    left, right = _pair()
    lost: list[HandedConnection] = []
    sender = HandoverLink(left, lambda handed: None, lost.extend)
    connection, client = _connection()
    assert sender.give(connection)
    right.close()
    await until(lambda: lost, "the connection back")
    assert lost == [connection]
    assert not sender.open
    assert sender.give(connection) is False
    connection.sock.send(b"still open")
    assert client.recv(20) == b"still open"
    connection.sock.close()
    client.close()


async def test_a_full_queue_waits_and_then_flows() -> None:
    left, right = _pair()
    taken: list[HandedConnection] = []
    sender = HandoverLink(left, taken.append, lambda lost: None)
    pairs = [_connection(b"y" * 20_000) for _ in range(60)]  # more than the pair's buffer holds
    assert all(sender.give(connection) for connection, _ in pairs)
    receiver = HandoverLink(right, taken.append, lambda lost: None)
    await sender.settle()
    assert len(taken) == 60
    for handed in taken:
        handed.sock.close()
    for _, client in pairs:
        client.close()
    sender.close()
    receiver.close()


async def test_a_new_process_on_the_other_side_gets_what_was_not_acknowledged() -> None:
    left, right = _pair()
    taken: list[HandedConnection] = []
    sender = HandoverLink(left, taken.append, lambda lost: None)
    connection, client = _connection()
    sender.give(connection)
    right.recvmsg(65536, 1024)  # the first reader takes it and dies
    sender.again()
    receiver = HandoverLink(right, taken.append, lambda lost: None)
    await until(lambda: taken, "the connection")
    for sock in (taken[0].sock, client):
        sock.close()
    sender.close()
    receiver.close()


async def test_junk_breaks_the_link() -> None:
    for junk in (b"C\x00\x02{}", b"Z", b"C\xff\xff"):
        left, right = _pair()
        link = HandoverLink(right, lambda handed: None, lambda lost: None)
        left.send(junk)
        await until(lambda link=link: not link.open, "the end of the link")
        left.close()


def _datagram(**header: Any) -> bytes:
    whole = {"id": 1, "ip": "127.0.0.1", "port": 80, "client": "10.0.0.1", "client_port": 5, "hops": 1} | header
    head = json.dumps({name: value for name, value in whole.items() if value is not None}).encode()
    return b"C" + len(head).to_bytes(2, "big") + head


HOSTILE = [
    _datagram(id=None),
    _datagram(id=-1),
    _datagram(id=1 << 64),
    _datagram(port="x"),
    _datagram(port=70_000),
    _datagram(hops=float("inf")),
    _datagram(client="c" * 100),
    _datagram(session=[1]),
    b"C\xff\xf0" + b"[" * 0xFFF0,
]


@pytest.mark.parametrize("datagram", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
async def test_what_a_worker_with_anybodys_code_sends_breaks_its_link_and_keeps_no_descriptor(datagram: bytes, kind: int) -> None:
    left, right = _pair()
    left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    taken: list[HandedConnection] = []
    link = HandoverLink(right, taken.append, lambda lost: None)
    sent, far = socket.socketpair(type=kind)
    socket.send_fds(left, [datagram if kind == socket.SOCK_STREAM else _datagram()], [sent.fileno()])
    sent.close()
    await until(lambda: not link.open, "the end of the link")
    assert taken == []
    with pytest.raises(ConnectionError):  # nobody has the other end
        far.send(b"x")
    far.close()
    left.close()


async def test_one_that_does_not_fit_into_the_process_is_let_go_and_the_link_stays() -> None:
    """Else a pool's worker could be reached no more, for one connection too many."""
    left, right = _pair()
    taken: list[HandedConnection] = []
    sender = HandoverLink(left, taken.append, lambda lost: None)
    connection, client = _connection()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/self/fd"))), limits[1]))
    held = []
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.dup(0))
        receiver = HandoverLink(right, taken.append, lambda lost: None)
        assert sender.give(connection)
        await sender.settle()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in held:
            os.close(descriptor)
    assert (taken, receiver.open) == ([], True)
    assert client.recv(1) == b""
    client.close()
    sender.close()
    receiver.close()
