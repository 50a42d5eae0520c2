"""A worker's open connections in shared memory: hwebcore/held_connections.py. In use: tests of worker/presence.py and service/pools.py."""

from __future__ import annotations

import os

import pytest

from hwebcore import held_connections
from hwebcore.held_connections import HeldConnections, table_bytes
from hwebcore.platform import memory_file


def test_rows_come_and_go() -> None:
    fd = memory_file("held", table_bytes())
    held = HeldConnections(fd)
    rows = [held.take(("2001:db8::1", port)) for port in (1, 2, 65535)]
    held.free(rows[1])
    assert held_connections.held_connections(fd) == [("2001:db8::1", 1), ("2001:db8::1", 65535)]
    assert held.take(("10.0.0.1", 9)) == rows[1]
    os.close(fd)


def test_a_full_table_tells_no_more_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_connections, "ROWS", 2)
    fd = memory_file("held", table_bytes())
    held = HeldConnections(fd)
    assert [held.take(("10.0.0.1", port)) for port in (1, 2, 3)] == [0, 1, -1]
    held.free(-1)
    assert len(held_connections.held_connections(fd)) == 2
    os.close(fd)


def test_a_reader_believes_nothing() -> None:
    fd = memory_file("held", table_bytes())
    os.pwrite(fd, bytes([255]) * table_bytes(), 0)
    assert held_connections.held_connections(fd)[0] == ("\ufffd" * 46, 65535)
    os.close(fd)
