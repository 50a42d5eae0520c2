"""Connections by site and hand-overs by connection: hwebcore/worker/presence.py, alone and in a real worker."""

from __future__ import annotations

import dataclasses
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from hwebcore import held_connections, site_counts
from hwebcore.plan import SiteLimits
from hwebcore.platform import memory_file
from hwebcore.wire.gate import Refusal
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.presence import Presence
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, running, site, until


class _Connection:
    """As far as it is looked at: whose it is."""

    def __init__(self, client: tuple[str, int]) -> None:
        self.client = client
        self.local = ("10.0.0.1", 80)


def _connection(client: tuple[str, int]) -> Any:
    return _Connection(client)


def _site(name: str, most: int) -> Any:
    return dataclasses.replace(site(80, name), limits=SiteLimits(max_connections=most))


def test_a_connection_counts_where_it_was_last_and_once() -> None:
    presence = Presence(AddressCounts(0))
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
    presence = Presence(AddressCounts(0))
    connection: Any = object()
    presence.came(connection, 5)
    assert presence.hops(connection) == 5
    presence.entered(connection, _site("a", 9))
    assert presence.hops(connection) == 0


def test_connections_of_a_site_count_over_all_workers() -> None:
    fd = memory_file("counts", site_counts.table_bytes())
    held = [memory_file("held", held_connections.table_bytes()) for _ in range(2)]
    workers = [Presence(AddressCounts(0)) for _ in held]
    for row, presence in enumerate(workers):
        presence.open(held[row], fd, row, {"a": 3})
    one, other, third = [_connection(("10.0.0.1", port)) for port in (1, 2, 3)]
    workers[0].entered(one, _site("a", 2))
    workers[1].entered(other, _site("a", 2))
    with pytest.raises(Refusal, match="unavailable"):
        workers[1].entered(third, _site("a", 2))
    workers[0].left(one)
    workers[1].entered(third, _site("a", 2))
    site_counts.clear_row(fd, 1)  # that worker died
    workers[0].entered(one, _site("a", 1))
    for number in (fd, *held):
        os.close(number)


def test_connections_are_told_while_they_are_here() -> None:
    fds = [memory_file("held", held_connections.table_bytes()), memory_file("counts", site_counts.table_bytes())]
    presence = Presence(AddressCounts(0))
    presence.open(fds[0], fds[1], -1, {})
    one, other = [_connection((address, 7)) for address in ("10.0.0.1", "fe80::1%eth0")]
    presence.made(one)
    presence.made(other)
    assert held_connections.held_connections(fds[0]) == [("10.0.0.1", 7), ("fe80::1%eth0", 7)]
    presence.left(one)
    assert held_connections.held_connections(fds[0]) == [("fe80::1%eth0", 7)]
    for fd in fds:
        os.close(fd)


# rules: limits.connections
async def test_the_members_of_a_web_garden_share_a_sites_limit(tmp_path: Path) -> None:
    port = free_port()
    limits = SiteLimits(max_connections=3)
    pool = plan(tmp_path / "app", max_processes=3)
    pool = dataclasses.replace(pool, sites=tuple(dataclasses.replace(one, limits=limits) for one in pool.sites))
    async with running(tmp_path, generation((pool,), (dataclasses.replace(site(port), limits=limits),))) as run:
        assert (await get(port))[0] == 200
        await until(lambda: len(run.service.pools["Pool"].live) == 3, "the garden")
        clients = [await HttpClient.open(port) for _ in range(3)]
        answers = [await client.get() for client in clients]
        assert [status for status, _ in answers] == [200] * 3
        assert len({body.split()[0] for _, body in answers}) > 1
        assert [(await get(port))[0] for _ in range(3)] == [503] * 3
        os.kill(int(answers[0][1].split()[0]), signal.SIGKILL)  # and its connections leave with it

        async def let_in() -> bool:
            return (await get(port))[0] == 200

        await until(let_in, "room for another")
        for client in clients:
            await client.close()


# rules: limits.connections
async def test_one_connection_too_many_is_503_until_another_leaves(tmp_path: Path) -> None:
    port = free_port()
    limited = dataclasses.replace(site(port), limits=SiteLimits(max_connections=2))
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (limited,))) as run:
        clients = [await HttpClient.open(port) for _ in range(2)]
        for _ in range(2):
            assert [(await client.get())[0] for client in clients] == [200, 200]
        assert (await get(port))[0] == 503
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: " 503 - ConnLimit Pool\n" in log.read_text(), "the line in HTTPERR")
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
        await until(lambda: run.service.snapshot()["endpoints"][0]["owner"] == "worker", "the worker listens itself")
        clients = [await HttpClient.open(port) for _ in range(3)]
        await clients[1].get()
        await clients[2].send(b"GET /half HTTP/1.1\r\nHo")
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: log.read_text().count(" Timer_ConnectionIdle Pool") == 2, "two idle ones")
        await until(lambda: "GET /half - - - Timer_HeaderWait Pool" in log.read_text(), "a half head")
        for client in clients:
            await client.close()
