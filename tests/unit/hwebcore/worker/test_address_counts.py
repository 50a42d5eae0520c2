"""Connections of one client address: counted alone, and refused by a worker, by the front, and where TLS begins."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from hwebcore.worker.address_counts import AddressCounts, holder
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, running, site, until
from tests.support.tls import client_context, https, keep

REFUSED = " - - - - - - Connections_Refused -\n"


def test_an_address_has_so_many_places_and_gets_them_back() -> None:
    counts = AddressCounts(2)
    for _ in range(2):
        assert counts.has_room("10.0.0.9", "10.0.0.1")
        counts.add("10.0.0.9")
    assert not counts.has_room("10.0.0.9", "10.0.0.1")
    assert counts.has_room("10.0.0.8", "10.0.0.1")
    counts.remove("10.0.0.9")
    assert counts.has_room("10.0.0.9", "10.0.0.1")


def test_this_machine_and_no_limit_always_have_room() -> None:
    counts, endless = AddressCounts(1), AddressCounts(0)
    for _ in range(3):
        for address in ("127.0.0.1", "10.0.0.1", "10.0.0.9"):
            counts.add(address)
            endless.add(address)
    assert counts.has_room("127.0.0.1", "10.0.0.1")
    assert counts.has_room("10.0.0.1", "10.0.0.1")
    assert not counts.has_room("10.0.0.9", "10.0.0.1")
    assert endless.has_room("10.0.0.9", "10.0.0.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8:0:1::1", "2001:db8::1", False), ("::ffff:10.0.0.9", "10.0.0.9", True),
        ("fe80::1%eth0", "fe80::2%eth0", True), ("10.0.0.9", "10.0.0.8", False), ("", "", True), ("no:address", "no:address", True),
    ],
)  # fmt: skip
def test_who_has_an_address(one: str, other: str, same: bool) -> None:
    assert (holder(one) == holder(other)) is same


async def stranger(port: int) -> HttpClient:
    """A client at another address than the server's."""
    return HttpClient(*await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0)))


async def is_turned_away(port: int) -> bool:
    client = await stranger(port)
    try:
        await client.get()
    except (asyncio.IncompleteReadError, ConnectionError):
        return True
    finally:
        await client.close()
    return False


async def has_place(port: int) -> bool:
    return not await is_turned_away(port)


# rules: limits.per-address
async def test_a_worker_closes_what_is_too_many_of_one_address(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),)), connections_per_address=2) as run:
        clients = [await stranger(port) for _ in range(2)]
        assert [(await client.get())[0] for client in clients] == [200, 200]
        assert await is_turned_away(port)
        assert (await get(port))[0] == 200  # this machine itself
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: f" 127.0.0.1 {port}{REFUSED}" in log.read_text(), "the line in HTTPERR")
        assert [(await client.get())[0] for client in clients] == [200, 200]
        await clients.pop().close()
        await until(lambda: has_place(port), "the place that was left")
        await clients.pop().close()


# rules: limits.per-address
async def test_the_front_closes_what_is_too_many_of_one_address(tmp_path: Path) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    shared = site(port, paths=(("/", "Pool"), ("/other", "Other")))
    async with running(tmp_path, generation(pools, (shared,)), connections_per_address=2) as run:
        clients = [await stranger(port) for _ in range(2)]
        for client in clients:
            await client.send(b"GET / HTTP/1.1\r\n")
        assert await is_turned_away(port)
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: f" 127.0.0.1 {port}{REFUSED}" in log.read_text(), "the line in HTTPERR")
        for client in clients:  # those that were here are served
            await client.send(b"Host: localhost\r\n\r\n")
            assert (await client.answer())[0] == 200
            await client.close()


# rules: limits.per-address
async def test_what_has_said_nothing_of_tls_yet_counts_too(tmp_path: Path) -> None:
    port = free_port()
    keep(tmp_path / "s", (["localhost"], f"localhost:{port}"))
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    shared = https(site(port, paths=(("/", "Pool"), ("/other", "Other"))), "localhost")
    async with running(tmp_path, generation(pools, (shared,)), connections_per_address=2) as run:
        silent = [await stranger(port) for _ in range(2)]
        context = client_context()
        with pytest.raises((ConnectionError, ssl.SSLError)):
            await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0), ssl=context, server_hostname="localhost")
        await silent.pop().close()

        async def served() -> bool:
            try:
                opened = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0), ssl=context, server_hostname="localhost")
            except (ConnectionError, ssl.SSLError):
                return False
            client = HttpClient(*opened)
            answer = await client.get()
            await client.close()
            return answer[0] == 200

        for _ in range(3):  # each gives its place back, counted once although its two ends are here
            await until(served, "the place that was left")
        await silent.pop().close()
        assert run.service.front.pid
