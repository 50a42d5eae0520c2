"""Who takes files fast gets a larger buffer, as far as the system allows, and not too many at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from hwebcore.wire import send_buffer
from hwebcore.wire.file_sending import unsent_bytes
from hwebcore.wire.send_buffer import SendBuffer, wider

Pair = tuple[socket.socket, socket.socket]
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What any system allows and any machine does in time."""
    monkeypatch.setattr(send_buffer, "wider", lambda: 65_536)
    monkeypatch.setattr(send_buffer, "_PROOF_BYTES", 100_000)
    monkeypatch.setattr(send_buffer, "MOST_BYTES", 1)


def connected() -> Pair:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        return ours, server.accept()[0]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [connected(), connected()]
    yield made
    for ours, theirs in made:
        ours.close()
        theirs.close()


def take(buffer: SendBuffer, pair: Pair, count: int = 150_000) -> None:
    """The client has taken so much, and there is room for more."""
    ours, theirs = pair
    weigh = buffer.begin()
    assert weigh is not None
    for _ in range(0, count, 1000):
        ours.sendall(bytes(1000))
        theirs.recv(1000, socket.MSG_WAITALL)
    end = time.monotonic() + 10
    while unsent_bytes(ours.fileno()) and time.monotonic() < end:
        pass
    weigh(count)


def is_wide(pair: Pair) -> bool:
    return pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * 65_536


def test_who_takes_it_fast_gets_more_once(pairs: list[Pair]) -> None:
    buffer = SendBuffer(pairs[0][0].fileno())
    take(buffer, pairs[0], 99_000)
    assert not is_wide(pairs[0])
    take(buffer, pairs[0])
    assert is_wide(pairs[0])
    assert buffer.begin() is None


def test_what_nobody_took_proves_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        weigh = SendBuffer(ours.fileno()).begin()
        assert weigh is not None
        sent = ours.send(bytes(150_000))
        assert sent >= 100_000
        weigh(sent)
        assert not is_wide((ours, theirs))


def test_a_slow_client_keeps_what_the_system_gives(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_buffer, "MOST_BYTES", 1 << 60)
    take(SendBuffer(pairs[0][0].fileno()), pairs[0])
    assert not is_wide(pairs[0])


def test_only_so_many_at_once(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_buffer, "_MOST_WIDE", len(send_buffer._wide) + 1)
    first, second = (SendBuffer(ours.fileno()) for ours, _ in pairs)
    take(first, pairs[0])
    take(second, pairs[1])
    assert [is_wide(pair) for pair in pairs] == [True, False]
    del first  # its connection is gone
    take(second, pairs[1])
    assert is_wide(pairs[1])


@pytest.mark.parametrize(
    ("limits", "asked"),
    [((212_992, 4 * MB), 0), ((4 * MB, 4 * MB), 4 * MB), ((64 * MB, 6 * MB), 4 * MB), ((64 * MB, 16 * MB), 0), ((0, 0), 0)],
)
def test_the_system_may_give_more_unasked(limits: tuple[int, int], asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_buffer, "MOST_BYTES", 8 * MB)
    monkeypatch.setattr(send_buffer, "send_buffer_limits", lambda: limits)
    assert wider.__wrapped__() == asked
