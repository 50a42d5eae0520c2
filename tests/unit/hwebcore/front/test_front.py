"""The front on a real process: demand, queue, refusals, its own death. hwebcore/front/front.py."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import time
from pathlib import Path

import pytest

from hwebcore.channel import Channel
from hwebcore.front import front
from hwebcore.plan import RouteTable, to_json
from hwebcore.platform import memory_text
from hwebcore.wire.tls import TlsIdentity
from hwebcore.wire.tls_session import TlsSession
from hwebcore.worker.handover import HandedConnection
from tests.support.server_driver import HttpClient, free_port, generation, get, plan, running, site, until


async def test_many_requests_wait_for_one_demand_start(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        answers = await asyncio.gather(*(get(port, f"/{number}") for number in range(30)))
        assert {status for status, _ in answers} == {200}
        assert len({body.split()[0] for _, body in answers}) == 1
        assert len(run.service.rings.all()) == 1


# rules: limits.queue
async def test_beyond_the_queues_length_is_503(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app", queue_length=10),), (site(port),))) as run:
        answers = await asyncio.gather(*(get(port, f"/{number}") for number in range(30)))
        counts = [status for status, _ in answers]
        assert counts.count(200) >= 10
        assert counts.count(503) > 0
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: " 503 - QueueFull Pool\n" in log.read_text(), "the line in HTTPERR")


async def test_a_killed_front_is_started_again_and_nothing_else_is_touched(tmp_path: Path) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    async with running(tmp_path, generation(pools, (site(port, paths=(("/", "Pool"), ("/other", "Other"))),))) as run:
        pid = (await get(port))[1].split()[0]
        front = run.service.front.pid
        os.kill(front, signal.SIGKILL)
        await until(lambda: run.service.front.pid not in (0, front), "another front")
        assert (await get(port))[1].split()[0] == pid
        assert (await get(port, "/other/x"))[0] == 200


async def test_what_is_no_http_is_refused_at_once_and_a_half_head_waits(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        client = await HttpClient.open(port)
        await client.send(b"\x16\x03\x01\x02\x00\x01\x00\n")
        assert (await client.answer())[0] == 400
        await client.close()
        half = await HttpClient.open(port)
        await half.send(b"GET / HTTP/1.1\r\nHo")
        await half.send(b"st: x\r\n\r\n")
        assert (await half.answer())[0] == 200
        assert run.pool()["state"] == "Started"
        await half.close()


async def test_a_front_killed_under_load_on_a_shared_endpoint_heals_within_a_second(tmp_path: Path) -> None:
    port = free_port()
    pools = (plan(tmp_path / "a"), plan(tmp_path / "b", "Other", (("Site", 1, "/other"),)))
    async with running(tmp_path, generation(pools, (site(port, paths=(("/", "Pool"), ("/other", "Other"))),))) as run:
        pids = {(await get(port, path))[1].split()[0] for path in ("/", "/other/")}
        answered: list[float] = []
        ending = asyncio.Event()

        async def fresh(path: str) -> None:
            while not ending.is_set():
                with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # those that the front held die with it
                    status, body = await get(port, path)
                    assert (status, body.split()[0] in pids) == (200, True)
                    answered.append(time.monotonic())

        kept = await HttpClient.open(port)
        await kept.get()
        async with asyncio.TaskGroup() as load:
            for path in ("/", "/other/") * 3:
                load.create_task(fresh(path))
            await until(lambda: len(answered) > 50, "load")
            front, killed = run.service.front.pid, time.monotonic()
            os.kill(front, signal.SIGKILL)
            assert (await kept.get("/kept"))[0] == 200  # a worker holds it
            await until(lambda: run.service.front.pid not in (0, front) and answered[-1] > killed + 0.05, "answers by another front")
            healed = next(moment for moment in answered if moment > killed + 0.05) - killed
            ending.set()
        assert healed < 1.0
        await kept.close()


async def test_a_request_that_nobody_takes_is_answered_after_enough_hand_overs(tmp_path: Path) -> None:
    """Routes say that the pool has the application, its worker's plan does not: the connection would go to and fro for ever."""
    port = free_port()
    odd = plan(tmp_path / "app", sites=(("Site", 1, "/elsewhere"),))
    async with running(
        tmp_path,
        generation((odd, plan(tmp_path / "b", "Other", (("Site", 1, "/other"),))), (site(port, paths=(("/", "Pool"), ("/other", "Other"))),)),
    ) as run:
        assert (await get(port))[0] == 503
        assert (await get(port, "/other/"))[0] == 200
        log = run.service.options.logs / "HTTPERR" / "httperr1.log"
        await until(lambda: " 503 - N/A " in log.read_text(), "the line in HTTPERR")


def _front(folder: Path) -> tuple[front.Front, Channel, socket.socket]:
    """One in this process; its channel and the service's end of it."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    log = os.open(folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    return front.Front(channel, [memory_text("routes", to_json(RouteTable()).encode()), log]), channel, theirs


async def test_a_connection_too_many_is_closed_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_CONNECTIONS", 0)
    made, channel, theirs = _front(tmp_path)
    near, far = socket.socketpair()
    made._accepted(HandedConnection(near, b"", "10.0.0.1", 80, "10.0.0.9", 5))
    assert far.recv(1) == b""
    made._log.writer.close()
    assert (tmp_path / "log").read_text().endswith(" 10.0.0.9 5 10.0.0.1 80 - - - - - - Connections_Refused -\n")
    channel.close()
    for sock in (theirs, far):
        sock.close()


def test_what_never_ended_its_handshake_is_no_relay(tmp_path: Path) -> None:
    async def made() -> int:
        one, channel, theirs = _front(tmp_path)
        one._relay(HandedConnection(theirs, b"", "10.0.0.1", 443, "10.0.0.9", 5), TlsIdentity("a", "", TlsSession(), ssl.create_default_context()))
        one._log.writer.close()
        channel.close()
        theirs.close()
        return len(one._relays)

    assert asyncio.run(made()) == 0


async def test_whose_a_connection_is_says_its_socket_and_no_worker(tmp_path: Path) -> None:
    """Else one pool's code could come to another's application from whatever address that lets in."""
    made, channel, theirs = _front(tmp_path)
    forged = ("192.0.2.1", 443, "10.0.0.9", 5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, address = listener.accept()
        near, far = socket.socketpair()
        relayed, behind = socket.socketpair()
        session = TlsSession("CN=a")
        made._behind[os.fstat(relayed.fileno()).st_ino] = HandedConnection(relayed, b"", "127.0.0.1", 443, "10.0.0.7", 7, session=session)
        for sock in (accepted, near, relayed):
            made._given_back(HandedConnection(sock, b"GET", *forged, hops=3, session=TlsSession("CN=forged")))
        held = {connection.handed.sock: connection for connection in made._connections}
        assert (held[accepted].client, held[accepted].local) == (address, listener.getsockname())
        assert held[accepted].handed.session is None
        assert held[near].client[0] == "127.0.0.1"
        assert (held[relayed].client, held[relayed].handed.session) == (("10.0.0.7", 7), session)
        assert {connection.handed.hops for connection in held.values()} == {3}
        for connection in held.values():
            connection.close()
    made._log.writer.close()
    channel.close()
    for sock in (theirs, client, far, behind):
        sock.close()
