"""Connections by site and hand-overs by connection: hwebcore/worker/presence.py, alone and in a real worker."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from hwebcore.plan import SiteLimits
from hwebcore.wire.gate import Refusal
from hwebcore.worker.presence import Presence
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, running, site, until


def _site(name: str, most: int) -> Any:
    return dataclasses.replace(site(80, name), limits=SiteLimits(max_connections=most))


def test_a_connection_counts_where_it_was_last_and_once() -> None:
    presence = Presence()
    first, second = Any, object()
    one: Any = first
    other: Any = second
    presence.entered(one, _site("a", 1))
    presence.entered(one, _site("a", 1))
    with pytest.raises(Refusal, match="unavailable"):
        presence.entered(other, _site("a", 1))
    presence.entered(one, _site("free", 4294967295))
    presence.entered(other, _site("a", 1))
    presence.left(other)
    presence.entered(one, _site("a", 1))


def test_hand_overs_are_forgotten_with_the_first_answer() -> None:
    presence = Presence()
    connection: Any = object()
    presence.came(connection, 5)
    assert presence.hops(connection) == 5
    presence.entered(connection, _site("a", 9))
    assert presence.hops(connection) == 0


async def test_one_connection_too_many_is_503_until_another_leaves(tmp_path: Path) -> None:
    port = free_port()
    limited = dataclasses.replace(site(port), limits=SiteLimits(max_connections=2))
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (limited,))) as run:
        clients = [await HttpClient.open(port) for _ in range(2)]
        for _ in range(2):
            assert [(await client.get())[0] for client in clients] == [200, 200]
        assert (await get(port))[0] == 503
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: " 503 - ConnLimit " in log.read_text(), "the line in HTTPERR")
        await clients.pop().close()

        async def let_in() -> bool:
            return (await get(port))[0] == 200

        await until(let_in, "a place")
        await clients.pop().close()


async def test_clients_that_keep_a_worker_waiting_are_closed_and_logged(tmp_path: Path) -> None:
    port = free_port()
    hasty = dataclasses.replace(site(port), limits=SiteLimits(connection_timeout_s=0.3, header_wait_timeout_s=0.3))
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (hasty,))) as run:
        await get(port)
        assert run.service.snapshot()["endpoints"][0]["owner"] == "worker"
        clients = [await HttpClient.open(port) for _ in range(3)]
        await clients[1].get()
        await clients[2].send(b"GET /half HTTP/1.1\r\nHo")
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: log.read_text().count(" Timer_ConnectionIdle Pool") == 2, "two idle ones")
        await until(lambda: "GET /half - - - Timer_HeaderWait Pool" in log.read_text(), "a half head")
        for client in clients:
            await client.close()
