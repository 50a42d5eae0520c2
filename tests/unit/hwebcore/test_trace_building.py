"""Traces of records: times, nesting, what was missed, and nothing that a hostile worker could break."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hwebcore.records import BEGIN, OUTCOME_SHIFT, Record
from hwebcore.trace_building import ChildrenFirst, build
from hwebcore.traces import Trace

STEPS = [
    ["iis", "BEGIN_REQUEST", False, "Filter", "native", ["a.config", 3, 1, "MACHINE"]],
    ["iis", "AUTHORIZE_REQUEST", False, "Urls", "native", None],
    ["iis", "EXECUTE_REQUEST_HANDLER", False, "Static", "native", None],
    ["iis", "EXECUTE_REQUEST_HANDLER", False, "Listing", "native", None],
    ["iis", "LOG_REQUEST", False, "Log", "native", None],
    ["aspnet", "BeginRequest", False, "Stamp", "managed", None],
    ["aspnet", "AuthorizeRequest", False, "Deny", "managed", None],
]
SEQUENCE = {"site": "S", "application": "/", "pool": "P", "mode": "Integrated", "steps": STEPS, "skipped": [], "tentative": "T"}
OUTCOMES = {
    1: {"result": "FINISH_REQUEST", "status": 404, "substatus": 8, "reason": "hidden", "source": ["w.config", 1, 2, "S"]},
    2: {"result": "FINISH_REQUEST"},
}


def record(*marks: tuple[int, bool, int, float], **more: Any) -> Record:
    fields: dict[str, Any] = {
        "number": 0, "request": 1, "parent": 0, "flags": 0, "sequence": 1, "handler": 1, "status": 200, "substatus": 0, "set_by": 0xFFFF,
        "bytes_sent": 5, "start": 1.0, "end": 1.001, "wall": 0.0, "client": "::1", "port": 1, "method": "GET", "url": "/", "user": None,
        "auth_type": "", "managed_user": None, "codes": tuple(step | begin * BEGIN | outcome << OUTCOME_SHIFT for step, begin, outcome, _ in marks), "times": tuple(mark[3] for mark in marks),
    }  # fmt: skip
    return Record(**{**fields, **more})


def made(given: Record) -> Trace:
    return build(given, SEQUENCE, {"name": "H", "modules": ["M"], "type": "", "handler_kind": "native"}, lambda index: OUTCOMES.get(index, {}), 7)


def test_a_step_starts_where_the_one_before_ended() -> None:
    first, second = made(record((0, False, 0, 1.0001), (1, False, 0, 1.0003))).events
    assert (first.start_us, first.duration_us, second.start_us, second.duration_us) == (0.0, 100.0, 100.0, 200.0)
    assert first.source == ("a.config", 3, 1, "MACHINE") or first.source is None


def test_steps_inside_a_step_have_depth_and_it_keeps_its_own_time() -> None:
    trace = made(record((2, True, 0, 1.0), (5, True, 0, 1.0001), (5, False, 0, 1.0002), (6, False, 0, 1.0003), (2, False, 2, 1.0005)))
    assert [(event.module, event.depth, event.start_us, event.duration_us) for event in trace.events] == [
        ("Static", 0, 0.0, 500.0),
        ("Stamp", 1, 100.0, 100.0),
        ("Deny", 1, 200.0, 100.0),
    ]


def test_an_early_end_names_what_was_missed() -> None:
    trace = made(record((0, False, 1, 1.0001), (4, False, 0, 1.0002), set_by=0, status=404, substatus=8))
    assert trace.set_by == ("iis", "BEGIN_REQUEST", "Filter")
    assert [(one.module, one.cause, one.reason) for one in trace.skipped] == [
        (module, "completed_early", "Filter completed the request in BEGIN_REQUEST") for module in ("Urls", "Static", "Listing")
    ]


def test_a_handled_request_missed_nothing() -> None:
    marks = ((0, False, 0, 1.0001), (1, False, 0, 1.0002), (2, False, 2, 1.0003), (4, False, 0, 1.0004))
    assert made(record(*marks)).skipped == ()


def test_the_managed_pipeline_ends_by_itself() -> None:
    trace = made(record((0, False, 0, 1.0), (1, False, 0, 1.0), (2, True, 0, 1.0), (5, False, 1, 1.0), (2, False, 2, 1.0)))
    assert [(one.module, one.pipeline) for one in trace.skipped] == [("Deny", "aspnet")]


def test_json_has_the_contracts_names() -> None:
    told = made(record((0, False, 1, 1.0001))).to_json()
    assert list(told) == ["schema", "request", "handler", "response", "events", "skipped", "children"]
    assert told["request"]["id"] == "7-1"
    assert told["request"]["time"] == "1970-01-01T00:00:00.000000Z"
    assert told["events"][0]["status"] == 404
    assert told["events"][0]["source"] == {"file": "w.config", "line": 1, "column": 2, "config_path": "S"}
    assert told["handler"]["kind"] == "native"


def test_children_wait_for_their_parents() -> None:
    held = ChildrenFirst()
    assert held.add(made(record(request=3, parent=2))) is None
    assert held.add(made(record(request=2, parent=1))) is None
    whole = held.add(made(record(request=1)))
    assert whole is not None
    assert whole.children[0].children[0].number == 3
    assert ChildrenFirst(most=1).add(made(record(request=1))) is not None


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MARKS = st.lists(st.tuples(st.integers(0, 0x7FFF), st.booleans(), st.integers(0, 0xFFFF), st.floats()), max_size=12)


@given(
    MARKS, st.floats(), st.fixed_dictionaries({"steps": JUNK | st.lists(st.lists(JUNK, min_size=6, max_size=6)), "skipped": JUNK, "site": JUNK}), JUNK
)
def test_hostile_fields_give_a_trace_nevertheless(
    marks: list[tuple[int, bool, int, float]], wall: float, sequence: dict[str, Any], reason: Any
) -> None:
    trace = build(record(*marks, wall=wall), sequence, {"modules": reason}, lambda index: {"reason": reason, "status": reason, "source": reason}, 7)
    assert all(math.isfinite(event.start_us) and event.duration_us >= 0 for event in trace.events)
    trace.to_json()
