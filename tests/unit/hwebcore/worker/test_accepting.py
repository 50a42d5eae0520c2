"""Accepting connections that somebody looks at first: hwebcore/worker/accepting.py."""

from __future__ import annotations

import os
import resource
import socket

import pytest

from hwebcore.worker.accepting import AcceptingSockets
from hwebcore.worker.handover import HandedConnection
from tests.support.server_driver import until


async def test_it_accepts_until_it_is_taken_back() -> None:
    accepted: list[HandedConnection] = []
    listeners = AcceptingSockets(accepted.append, encrypted=True)
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


async def test_without_a_descriptor_it_pauses_and_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted: list[HandedConnection] = []
    listeners, tries = AcceptingSockets(accepted.append, encrypted=False), 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    watch = listeners._watch

    def counted(listener: socket.socket) -> None:
        nonlocal tries
        tries += 1
        watch(listener)

    monkeypatch.setattr(listeners, "_watch", counted)
    with socket.create_server(("127.0.0.1", 0)) as service, socket.create_connection(service.getsockname()):
        highest = os.dup(service.fileno())
        listeners.open("a", [highest])
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
        try:
            await until(lambda: tries > 2, "tries")
            assert not accepted
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        [handed] = await until(lambda: accepted, "accepted")
        assert not handed.encrypted
        handed.sock.close()
        listeners.close_all()
