"""What a client's system has acknowledged: hwebcore/wire/acknowledged.py."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from hwebcore.certificate_making import self_signed
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, StepResult, Subscription
from hwebcore.plan import ScopeSettings, SiteLimits
from hwebcore.wire import flow
from hwebcore.wire.acknowledged import acknowledged_bytes
from hwebcore.wire.protocol import HttpConnection
from hwebcore.wire.tls import context_of
from tests.support.pipeline_driver import OneServer, PipelineDriver, handler, module, native, row
from tests.support.server_driver import until
from tests.support.tls import client_context


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells it")
async def test_it_counts_what_the_other_end_took() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        ours, _ = listener.accept()
        with ours:
            before = acknowledged_bytes(ours)
            assert before is not None
            ours.sendall(b"x" * 1000)
            await until(lambda: acknowledged_bytes(ours) == before + 1000, "acknowledged")
            client.recv(10)


def test_a_unix_socket_has_no_answer() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert acknowledged_bytes(one) is None


def answer_at_once(context: Context) -> StepResult:
    context.response.write(bytes(8_000_000))
    return FINISH


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what was acknowledged")
async def test_a_client_of_tls_that_takes_nothing_of_one_huge_write_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "TICK_S", 0.1)
    pair = self_signed(["a"])
    (tmp_path / "a.pem").write_bytes(pair.chain + pair.key)
    anonymous = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))))
    scope = ScopeSettings(modules=(native("User"), native("Handler")), handlers=(row(require_access="None"),))
    driver = PipelineDriver(scope, modules={"User": anonymous}, handlers={"Handler": handler(answer_at_once)})
    server = OneServer(driver.host, SiteLimits(min_bytes_per_second=240))
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: HttpConnection(server, endpoint=("127.0.0.1", 8080)), "127.0.0.1", 0, ssl=context_of(str(tmp_path / "a.pem"))
    )
    port = listening.sockets[0].getsockname()[1]

    async def ask() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_context(), server_hostname="a")
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return reader, writer

    reader, taking = await ask()
    _, idle = await ask()
    idle.transport.pause_reading()
    assert len(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(8_000_000)) > 8_000_000
    await until(lambda: server.time_outs, "the one that takes nothing is cut")
    assert [reason for reason, _ in server.time_outs] == ["Timer_MinBytesPerSecond"]
    taking.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")  # who took it all goes on
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
    for writer in (taking, idle):
        writer.transport.abort()
    listening.close()
    await until(lambda: not server.connections, "the ends")
    await server.tasks.stop()
    driver.close()
