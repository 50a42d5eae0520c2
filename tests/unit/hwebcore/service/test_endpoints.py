"""Addresses that are taken, shared, or no longer wanted: hwebcore/service/endpoints.py."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
from pathlib import Path

import pytest

from hwebcore.plan import BindingRoute, RouteTable, SiteRoute
from hwebcore.service.endpoints import Endpoints, wanted_endpoints
from tests.support.server_driver import free_port, generation, get, plan, running, site, until


def _routes(*bindings: tuple[str, str, int]) -> RouteTable:
    return RouteTable((SiteRoute("S", 1, tuple(BindingRoute(*binding) for binding in bindings), ()),), started=("S",))


@pytest.mark.parametrize(
    ("bindings", "keys"),
    [
        ([("http", "127.0.0.1", 80), ("http", "127.0.0.1", 80)], {"127.0.0.1:80"}),
        ([("http", "127.0.0.1", 80), ("http", "*", 80), ("http", "127.0.0.1", 81)], {"*:80", "127.0.0.1:81"}),
        ([("https", "*", 443), ("net.tcp", "808:*", 0)], {"*:443"}),
    ],
)
def test_one_endpoint_an_address_and_everywhere_covers_the_rest(bindings: list[tuple[str, str, int]], keys: set[str]) -> None:
    assert set(wanted_endpoints(_routes(*bindings))) == keys


# rules: sockets.kept
def test_a_listening_socket_stays_the_same_while_somebody_binds_it() -> None:
    endpoints, port = Endpoints(), free_port()
    assert endpoints.reconcile(_routes(("http", "127.0.0.1", port))) == []
    first = endpoints.all[f"127.0.0.1:{port}"].descriptors
    endpoints.reconcile(_routes(("http", "127.0.0.1", port)))
    assert endpoints.all[f"127.0.0.1:{port}"].descriptors == first
    unused = endpoints.reconcile(RouteTable())
    assert [endpoint.port for endpoint in unused] == [port]
    unused[0].close()
    assert endpoints.all == {}


def test_a_port_speaks_http_or_tls() -> None:
    routes = _routes(("https", "127.0.0.1", free_port()), ("https", "*", port := free_port()), ("http", "127.0.0.1", port))
    endpoints = Endpoints()
    endpoints.reconcile(routes)
    assert [endpoint.secure for endpoint in endpoints.all.values()] == [True, False]
    [problem] = endpoints.problems(routes)
    assert problem.code == "address-taken"
    assert f"port {port} speaks http" in problem.message
    endpoints.close()


def test_an_endpoint_that_turns_to_tls_keeps_its_socket() -> None:
    endpoints, port = Endpoints(), free_port()
    endpoints.reconcile(_routes(("http", "127.0.0.1", port)))
    [plain] = endpoints.all.values()
    before = plain.descriptors
    unused = endpoints.reconcile(_routes(("https", "127.0.0.1", port)))
    [secure] = endpoints.all.values()
    assert unused == [plain]
    assert plain.descriptors == []
    assert secure.secure
    assert secure.descriptors == before
    assert not secure.problem
    endpoints.close()


async def test_a_taken_port_is_a_problem_of_its_site_until_it_is_free(tmp_path: Path) -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port, other = taken.getsockname()[1], free_port()
    pool = plan(tmp_path / "app", sites=(("Site", 1, "/"), ("Second", 2, "/")))
    async with running(tmp_path, generation((pool,), (site(port), site(other, "Second", 2)))) as run:
        snapshot = run.service.snapshot()
        assert [one["state"] for one in snapshot["sites"]] == ["Failed", "Started"]
        assert f"port {port} of 127.0.0.1 is taken by " in snapshot["sites"][0]["problem"]
        assert f"(pid {os.getpid()}): stop that one" in snapshot["sites"][0]["problem"], "/proc tells who"
        assert [problem["code"] for problem in snapshot["generation"]["problems"]] == ["address-taken"]
        assert (await get(other))[0] == 200
        taken.close()
        await until(lambda: run.service.snapshot()["sites"][0]["state"] == "Started", "the second try")
        assert (await get(port))[0] == 200


@pytest.mark.parametrize(("family", "ip", "word"), [(socket.AF_INET, "127.0.0.1", "IPv4"), (socket.AF_INET6, "::1", "IPv6")])
def test_a_port_that_is_taken_for_one_family_is_told_and_served_for_the_other(family: socket.AddressFamily, ip: str, word: str) -> None:
    """Whoever asks there is answered by the other program."""
    with socket.socket(family) as other:
        if family == socket.AF_INET6:
            other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        other.bind((ip, 0))
        other.listen()
        routes = _routes(("http", "*", other.getsockname()[1]))
        endpoints = Endpoints()
        endpoints.reconcile(routes)
        [endpoint] = endpoints.all.values()
        [problem] = endpoints.problems(routes)
        assert (len(endpoint.sockets), endpoint.problem, problem.severity) == (1, "", "warning")
        assert f"taken by another program for {word}" in problem.message
        assert not endpoints.retry()
        other.close()
        assert endpoints.retry()
        assert (len(endpoint.sockets), endpoints.problems(routes)) == (2, [])
        assert not endpoints.retry()
        endpoints.close()


@pytest.mark.parametrize("processes", [1, 2])
async def test_who_listens_hears_of_a_family_that_became_free(tmp_path: Path, processes: int) -> None:
    """The worker, or (of a web garden) the front; the family that was served goes on."""
    with socket.socket(socket.AF_INET6) as other:
        other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]
        everywhere = dataclasses.replace(site(port), bindings=(BindingRoute("http", "*", port),))
        async with running(tmp_path, generation((plan(tmp_path / "app", max_processes=processes),), (everywhere,))) as run:
            assert (await get(port))[0] == 200
            other.close()
            await run.service._look_round()
            reader, writer = await asyncio.open_connection("::1", port)
            writer.write(b"GET /six HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()
            await writer.wait_closed()
            assert (await get(port))[0] == 200
