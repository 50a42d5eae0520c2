"""The server that tests give connections fulfils the protocol that workers fulfil."""

from __future__ import annotations

import inspect

from hwebcore.wire.server import Server
from hwebcore.worker.worker import Worker
from tests.support.pipeline_driver import OneServer


def test_worker_and_driver_have_what_a_connection_needs() -> None:
    methods = [name for name, _ in inspect.getmembers(Server, inspect.isfunction) if not name.startswith("_")]
    assert methods == ["application", "connection_lost", "connection_made", "entered", "give_away", "refused", "timed_out"]
    for kind in (Worker, OneServer):
        assert [name for name in methods if not callable(getattr(kind, name, None))] == []
