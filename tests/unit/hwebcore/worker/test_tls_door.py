"""Between accept and handshake: hwebcore/worker/tls_door.py."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hwebcore.certificate_making import self_signed
from hwebcore.plan import SiteLimits
from hwebcore.tasks import Tasks
from hwebcore.wire.gate import Refusal
from hwebcore.wire.tls import TlsIdentities, TlsIdentity, context_of
from hwebcore.wire.tls_session import TlsSession
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.handover import HandedConnection
from hwebcore.worker.tls_door import TlsDoor
from tests.support.server_driver import until
from tests.support.tls import client_context, hello


class Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(b"echo " + data)  # type: ignore[attr-defined]  # the transport in use has it


@dataclass
class Entrance:
    """A door behind a listening socket."""

    door: TlsDoor
    listener: socket.socket
    port: int
    names: list[str] = field(default_factory=list)
    refusals: list[tuple[int, bytes]] = field(default_factory=list)
    taken: list[HandedConnection] = field(default_factory=list)
    takes: bool = False

    async def accept(self) -> None:
        sock, address = await asyncio.get_running_loop().sock_accept(self.listener)
        sock.setblocking(False)
        self.door.take(HandedConnection(sock, b"", "127.0.0.1", self.port, address[0], address[1], encrypted=True))

    async def plain(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        streams, _ = await asyncio.gather(asyncio.open_connection("127.0.0.1", self.port), self.accept())
        return streams

    async def secure(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        opening = asyncio.open_connection("127.0.0.1", self.port, ssl=client_context(), server_hostname=name)
        streams, _ = await asyncio.gather(opening, self.accept())
        return streams


@pytest.fixture
async def entrance(tmp_path: Path) -> AsyncIterator[Entrance]:
    pair = self_signed(["a.example"])
    (tmp_path / "a.pem").write_bytes(pair.chain + pair.key)
    tasks, faults = Tasks(lambda text: faults.append(text)), []  # type: ignore[var-annotated]  # told by what is put in
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]

        def elsewhere(handed: HandedConnection, name: str, identity: TlsIdentity | None) -> bool:
            made.names.append(name)
            if made.takes:
                made.taken.append(handed)
            return made.takes

        def refused(handed: HandedConnection, refusal: Refusal, head: bytes) -> None:
            made.refusals.append((refusal.status, head))

        door = TlsDoor(tasks, lambda: SiteLimits(header_wait_timeout_s=0.5), elsewhere, lambda handed, identity: Echo(), refused, AddressCounts(0))
        identity = TlsIdentity("a", "P", TlsSession(), context_of(str(tmp_path / "a.pem")))
        door.identities = TlsIdentities({f"a.example:{port}": identity})
        made = Entrance(door, listener, port)
        yield made
        for handed in [*door.release(), *made.taken]:
            handed.sock.close()
        await tasks.stop()
    assert faults == []


async def test_the_name_chooses_the_certificate_and_the_protocol_speaks_behind_it(entrance: Entrance) -> None:
    reader, writer = await entrance.secure("A.example")
    writer.write(b"hi")
    assert await reader.readexactly(7) == b"echo hi"
    assert entrance.names == ["a.example"]
    writer.close()
    await writer.wait_closed()
    await until(lambda: entrance.door.busy == 0, "nothing is under way")


async def test_without_a_certificate_it_is_closed(entrance: Entrance) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await entrance.secure("other.example")


async def test_somebody_else_may_take_it_with_every_byte(entrance: Entrance) -> None:
    entrance.takes = True
    first = hello("a.example")
    _, writer = await entrance.plain()
    writer.write(first)
    [handed] = await until(lambda: entrance.taken, "it was taken")
    assert handed.sock.recv(65536) == first
    writer.close()


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
async def test_plain_http_is_answered_400(entrance: Entrance, method: bytes) -> None:
    reader, writer = await entrance.plain()
    writer.write(method + b" / HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert (b"ask with https" in answer) is (method == b"GET")
    assert entrance.refusals == [(400, method + b" / HTTP/1.1\r\nHost: x\r\n\r\n")]
    writer.close()


@pytest.mark.parametrize("sent", [b"SSH-2.0-x\r\n", b"\x16\3\1\xff\xff", b"\x80\x2e\1"])
async def test_garbage_is_closed_without_a_word(entrance: Entrance, sent: bytes) -> None:
    reader, writer = await entrance.plain()
    writer.write(sent)
    try:
        assert await asyncio.wait_for(reader.read(), 5) == b""
    except ConnectionResetError:
        pass
    writer.close()


@pytest.mark.parametrize("sent", [b"", hello("a.example")[:100], hello("a.example")], ids=["silent", "part of a hello", "hello and nothing more"])
async def test_a_client_that_keeps_it_waiting_is_closed_in_time(entrance: Entrance, sent: bytes) -> None:
    reader, writer = await entrance.plain()
    writer.write(sent)
    try:
        await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        pass
    await until(lambda: entrance.door.busy == 0, "it is gone")
    writer.close()


async def test_those_that_have_said_nothing_are_released_whole(entrance: Entrance) -> None:
    first = hello("a.example")
    _, writer = await entrance.plain()
    writer.write(first[:50])
    await writer.drain()
    [handed] = entrance.door.release()
    assert entrance.door.busy == 0
    writer.write(first[50:])
    received = b""
    while len(received) < len(first):
        received += await asyncio.get_running_loop().sock_recv(handed.sock, 65536)
    assert received == first
    handed.sock.close()
    writer.close()
