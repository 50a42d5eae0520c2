"""TLS that the front ends, joined with a plain connection: hwebcore/front/relay.py."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hwebcore.certificate_making import self_signed
from hwebcore.front.relay import Relay
from hwebcore.tasks import Tasks
from hwebcore.wire.acknowledged import acknowledged_bytes
from hwebcore.wire.tls import TlsIdentity, context_of
from hwebcore.wire.tls_session import TlsSession
from hwebcore.worker.handover import HandedConnection
from tests.support.server_driver import until
from tests.support.tls import client_context


@dataclass
class Joined:
    """A TLS client of a relay, and the plain end that a worker would get."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    plain: socket.socket
    handed: HandedConnection
    met: list[Relay] = field(default_factory=list)
    ended: list[Relay] = field(default_factory=list)


@pytest.fixture
async def joined(tmp_path: Path) -> AsyncIterator[Joined]:
    pair = self_signed(["a.example"])
    (tmp_path / "a.pem").write_bytes(pair.chain + pair.key)
    identity = TlsIdentity("a", "", TlsSession("CN=a.example", "CN=i", 256), context_of(str(tmp_path / "a.pem")))
    tasks, held, met, ended = Tasks(lambda text: None), [], [], []  # type: ignore[var-annotated]  # told by what is put in
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]

        async def serve() -> None:
            sock, address = await loop.sock_accept(listener)
            handed = HandedConnection(sock, b"", "127.0.0.1", port, address[0], address[1], encrypted=True)
            await loop.connect_accepted_socket(
                lambda: Relay(handed, identity, held.append, tasks.start, met.append, ended.append), sock, ssl=identity.context
            )

        opening = asyncio.open_connection("127.0.0.1", port, ssl=client_context(), server_hostname="a.example")
        (reader, writer), _ = await asyncio.gather(opening, serve())
        [handed] = await until(lambda: held, "the other end")
        yield Joined(reader, writer, handed.sock, handed, met, ended)
        writer.close()
        handed.sock.close()
        await until(lambda: ended, "the relay's end")
        await tasks.stop()


async def test_it_is_told_beside_it_what_the_client_spoke(joined: Joined) -> None:
    client = joined.writer.get_extra_info("sockname")
    assert (joined.handed.client, joined.handed.client_port, joined.handed.encrypted) == (client[0], client[1], False)
    assert joined.handed.session is not None
    assert (joined.handed.session.subject, joined.handed.session.protocol, joined.handed.session.bits) == ("CN=a.example", "TLSv1.3", 256)


async def test_bytes_pass_both_ways(joined: Joined) -> None:
    loop = asyncio.get_running_loop()
    joined.writer.write(b"question")
    assert await asyncio.wait_for(loop.sock_recv(joined.plain, 100), 5) == b"question"
    await loop.sock_sendall(joined.plain, b"answer")
    assert await asyncio.wait_for(joined.reader.readexactly(6), 5) == b"answer"


async def test_much_passes_and_waits_for_who_reads(joined: Joined) -> None:
    loop, data = asyncio.get_running_loop(), b"0123456789abcdef" * 262_144
    sending = asyncio.ensure_future(loop.sock_sendall(joined.plain, data))
    await asyncio.sleep(0)
    received = await asyncio.wait_for(joined.reader.readexactly(len(data)), 20)
    await sending
    assert received == data


async def test_an_answer_is_whole_before_the_close(joined: Joined) -> None:
    await asyncio.get_running_loop().sock_sendall(joined.plain, b"last words")
    joined.plain.close()
    assert await asyncio.wait_for(joined.reader.read(), 5) == b"last words"


async def test_a_client_that_goes_is_gone_for_the_worker_too(joined: Joined) -> None:
    joined.writer.write(b"request")
    joined.writer.close()
    loop, received = asyncio.get_running_loop(), b""
    while data := await asyncio.wait_for(loop.sock_recv(joined.plain, 100), 5):
        received += data
    assert received == b"request"


async def test_who_has_just_begun_to_wait_is_not_judged(joined: Joined) -> None:
    [relay] = joined.met
    sock = relay.transport.get_extra_info("socket")
    taken: list[object] = []

    def full() -> bool:
        with contextlib.suppress(BlockingIOError):
            joined.plain.send(bytes(65536))
            taken.clear()
        taken.append(acknowledged_bytes(sock))
        return len(taken) > 5 and len(set(taken)) == 1  # nobody reads: nothing moves any more

    await until(full, "the client takes nothing")
    relay.pause_writing()  # as when it has just taken some, and there was more
    relay.look(1200)
    assert not relay.transport.is_closing()
    relay.look(1200)  # nothing was taken between the two looks
    assert relay.transport.is_closing()
