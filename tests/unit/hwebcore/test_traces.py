"""The JSON form of a trace, apart from what test_trace_building.py shows."""

from __future__ import annotations

import json

import pytest

from hwebcore.traces import Trace


@pytest.mark.parametrize(("wall", "text"), [(0.0, "1970-01-01T00:00:00.000000Z"), (float("inf"), ""), (1e300, ""), (float("nan"), "")])
def test_times_are_iso_or_nothing(wall: float, text: str) -> None:
    trace = Trace(
        "1-1",
        1,
        wall,
        "GET",
        "/",
        False,
        "S",
        "/",
        "P",
        "Classic",
        1,
        "::1",
        1,
        None,
        "",
        None,
        False,
        "",
        "",
        (),
        "",
        "",
        200,
        0,
        0,
        1.0,
        None,
        (),
        (),
    )
    told = trace.to_json()
    assert told["request"]["time"] == text
    assert told["response"]["set_by"] is None
    json.dumps(told)
