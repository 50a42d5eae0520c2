"""HTTPERR's lines of requests that died with their worker: hwebcore/service/abandoned.py. On a real worker: test_pools.py."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.held_connections import HeldConnections
from hwebcore.records import FlightsWriter, flight_told
from hwebcore.service.abandoned import AbandonedRequests
from hwebcore.service.logs import HttpErrLog
from hwebcore.service.rings import WorkerRings
from tests.support.finished_request import set_out


# rules: pools.dead-connections
def test_each_connection_without_a_request_is_a_line_too(tmp_path: Path) -> None:
    log = HttpErrLog(tmp_path)
    rings = WorkerRings.make("r", "P", "Integrated", False)
    worker: Any = SimpleNamespace(rings=rings, plan=SimpleNamespace(name="P"))
    held = HeldConnections(rings.connections)
    for port in (5, 6, 7):
        row = held.take(("10.0.0.9", port))
    held.free(row)
    set_out(FlightsWriter(rings.flights), 1, 0, flight_told(b"GET", b"10.0.0.9", 5, b"/a"))
    AbandonedRequests(log).tell(worker)
    lines = [text.split(" ", 2)[2] for text in log.path.read_text().splitlines() if not text.startswith("#")]
    assert lines == ["10.0.0.9 5 - 0 - GET /a - - - Connection_Abandoned_By_ReqQueue P", "10.0.0.9 6 - 0 - - - - - - Connection_Dropped P"]
    log.close()
    rings.close()


def test_each_request_is_a_line_and_a_child_is_none(tmp_path: Path) -> None:
    log = HttpErrLog(tmp_path)
    rings = WorkerRings.make("r", "P", "Integrated", False)
    worker: Any = SimpleNamespace(rings=rings, plan=SimpleNamespace(name="P q"))
    abandoned = AbandonedRequests(log)
    abandoned.tell(worker)
    before = log.path.read_text()
    flights = FlightsWriter(rings.flights)
    set_out(flights, 1, 0, flight_told(b"GET", b"10.0.0.9", 5, b"/a\x1b[m?b c"))
    set_out(flights, 2, 1, flight_told(b"GET", b"10.0.0.9", 5, b"/child"))
    abandoned.tell(worker)
    lines = log.path.read_text().removeprefix(before).splitlines()
    assert len(lines) == 1
    assert " 10.0.0.9 5 " in lines[0]
    assert " GET /a%1B[m?b " in lines[0]
    assert lines[0].endswith(" - - - Connection_Abandoned_By_ReqQueue P+q")
    log.close()
    rings.close()


def test_without_a_descriptor_nothing_is_told_and_the_end_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(fd: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    log = HttpErrLog(tmp_path)
    rings = WorkerRings.make("r", "P", "Integrated", False)
    HeldConnections(rings.connections).take(("10.0.0.9", 5))
    worker: Any = SimpleNamespace(rings=rings, plan=SimpleNamespace(name="P"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "dup", none_left)
        AbandonedRequests(log).tell(worker)
    assert "10.0.0.9" not in log.path.read_text()
    log.close()
    rings.close()
