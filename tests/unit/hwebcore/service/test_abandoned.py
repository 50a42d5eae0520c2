"""HTTPERR's lines of requests that died with their worker: hwebcore/service/abandoned.py. On a real worker: test_pools.py."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hwebcore.records import FlightsWriter, flight_told
from hwebcore.service.abandoned import AbandonedRequests
from hwebcore.service.logs import HttpErrLog
from hwebcore.service.rings import WorkerRings


def test_each_request_is_a_line_and_a_child_is_none(tmp_path: Path) -> None:
    log = HttpErrLog(tmp_path)
    rings = WorkerRings.make("r", "P", "Integrated", False)
    worker: Any = SimpleNamespace(rings=rings, plan=SimpleNamespace(name="P q"))
    abandoned = AbandonedRequests(log)
    abandoned.tell(worker)
    before = log.path.read_text()
    flights = FlightsWriter(rings.flights)
    flights.begin(1, 0, 0.0, 0.0, flight_told(b"GET", b"10.0.0.9", 5, b"/a\x1b[m?b c"))
    flights.begin(2, 1, 0.0, 0.0, flight_told(b"GET", b"10.0.0.9", 5, b"/child"))
    abandoned.tell(worker)
    lines = log.path.read_text().removeprefix(before).splitlines()
    assert len(lines) == 1
    assert " 10.0.0.9 5 " in lines[0]
    assert " GET /a%1B[m?b " in lines[0]
    assert lines[0].endswith(" - - - Connection_Abandoned_By_ReqQueue P+q")
    log.close()
    rings.close()
