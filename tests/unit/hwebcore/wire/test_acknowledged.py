"""What a client's system has acknowledged: hwebcore/wire/acknowledged.py."""

from __future__ import annotations

import socket
import sys

import pytest

from hwebcore.wire.acknowledged import acknowledged_bytes
from tests.support.server_driver import until


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells it")
async def test_it_counts_what_the_other_end_took() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        ours, _ = listener.accept()
        with ours:
            before = acknowledged_bytes(ours)
            assert before is not None
            ours.sendall(b"x" * 1000)
            await until(lambda: acknowledged_bytes(ours) == before + 1000, "acknowledged")
            client.recv(10)


def test_a_unix_socket_has_no_answer() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert acknowledged_bytes(one) is None
