"""ProtocolSupportModule's headers: rt 10.7, reliability.md C 8."""

from __future__ import annotations

import pytest

from hwebcore.modules.protocol_support import ProtocolSupport
from hwebcore.plan import HttpProtocol, ScopeSettings
from tests.support.exchange import SOURCE, exchange, host, status, told


def module(**protocol: object) -> ProtocolSupport:
    return ProtocolSupport(ScopeSettings(http_protocol=HttpProtocol(source=SOURCE, **protocol)), host())  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


def test_headers_are_added_beside_the_applications_own() -> None:
    context = exchange()
    context.response.headers.append("X-Powered-By", "app")
    module(custom_headers=(("X-Powered-By", "ASP.NET"), ("X-Empty", ""))).add_headers(context)
    assert context.response.headers.items == [("X-Powered-By", "app"), ("X-Powered-By", "ASP.NET")]


def test_cache_control_and_content_type_are_joined() -> None:
    context = exchange()
    context.response.headers.append("cache-control", "private")
    module(custom_headers=(("Cache-Control", "no-store"), ("Content-Type", "text/x"))).add_headers(context)
    assert context.response.headers.items == [("Cache-Control", "private,no-store"), ("Content-Type", "text/x")]


@pytest.mark.parametrize(("code", "sent"), [(200, False), (301, True), (302, True), (304, False), (307, True), (308, True), (404, False)])
def test_redirect_headers_only_on_redirects(code: int, sent: bool) -> None:
    context = exchange()
    context.response.status = code
    module(redirect_headers=(("X-Went", "1"),)).add_headers(context)
    assert ("X-Went" in context.response.headers) is sent


def test_keep_alive_can_be_off() -> None:
    context = exchange()
    module(allow_keep_alive=False).add_headers(context)
    assert context.response.headers.get("Connection") == "close"


@pytest.mark.parametrize("bad", [("X-A", "1\r\nSet-Cookie: x=1"), ("X-A\r\nX-B", "1"), ("X A", "1"), ("X-A", "a\0b"), ("X-A", "a\nb")])
def test_a_header_that_splits_the_response_is_never_sent(bad: tuple[str, str]) -> None:
    context = exchange()
    context.response.write(b"body")
    outcome = told(module(custom_headers=(("X-Good", "1"), bad)).add_headers(context))
    assert status(context) == "500.0"
    assert context.response.headers.items == []
    assert context.response.body == []
    assert outcome.source == SOURCE


def test_values_leave_in_latin_1() -> None:
    context = exchange()
    module(custom_headers=(("X-Price", "é €"),)).add_headers(context)
    assert context.response.headers.get("X-Price") == "é ?"
