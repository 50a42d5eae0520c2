"""Accepting on endpoints of TLS: hwebcore/worker/tls_listener.py."""

from __future__ import annotations

import os
import socket

from hwebcore.worker.handover import HandedConnection
from hwebcore.worker.tls_listener import TlsListeners
from tests.support.server_driver import until


async def test_it_accepts_until_it_is_taken_back() -> None:
    accepted: list[HandedConnection] = []
    listeners = TlsListeners(accepted.append)
    with socket.create_server(("127.0.0.1", 0)) as service:
        port = service.getsockname()[1]
        listeners.open("a", [os.dup(service.fileno())])
        with socket.create_connection(("127.0.0.1", port)) as client:
            [handed] = await until(lambda: accepted, "accepted")
            assert (handed.ip, handed.port, handed.client_port) == ("127.0.0.1", port, client.getsockname()[1])
            assert (handed.encrypted, handed.session, handed.unread) == (True, None, b"")
            handed.sock.close()
        listeners.close("a")
        listeners.close("a")
        with socket.create_connection(("127.0.0.1", port)):  # the service's socket is open: it waits there
            listeners.open("b", [os.dup(service.fileno())])
            await until(lambda: len(accepted) == 2, "accepted by the next")
            accepted[1].sock.close()
        listeners.close_all()
