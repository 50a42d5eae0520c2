"""OPTIONS and TRACE: rt 10.3, reliability.md C 25."""

from __future__ import annotations

from hwebcore.handlers.protocol_support import ProtocolSupport
from hwebcore.plan import ScopeSettings
from tests.support.exchange import ROW, exchange, host, status, told


def test_options() -> None:
    context = exchange("/page.aspx", "OPTIONS")
    assert told(ProtocolSupport(ROW, ScopeSettings(), host()).execute(context)).result == "FINISH_REQUEST"
    assert status(context) == "200.0"
    verbs = "OPTIONS, TRACE, GET, HEAD, POST"
    assert context.response.headers.items == [("Allow", verbs), ("Public", verbs)]
    assert context.response.content_length == 0


def test_trace_is_off_and_repeats_nothing() -> None:
    context = exchange("/", "TRACE", headers={"Cookie": "secret"})
    ProtocolSupport(ROW, ScopeSettings(), host()).execute(context)
    assert status(context) == "501.0"
    assert context.response.body == []


def test_other_verbs_are_left_alone() -> None:
    assert ProtocolSupport(ROW, ScopeSettings(), host()).execute(exchange("/", "GET")) is None
