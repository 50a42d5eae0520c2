"""Requests made of a head that repeats are each other's equals and nothing more."""

from __future__ import annotations

from typing import Any, cast

from hwebcore.plan import RouteTable, ScopeSettings
from hwebcore.routing import Router
from hwebcore.wire.gate import read_head
from hwebcore.wire.known_request import KnownRequest
from tests.support.pipeline_driver import MemoryWire, PipelineDriver, handler, hello, native, row

RAW = b"GET /a?b=c HTTP/1.1\r\nHost: site.test:8080\r\nX-One: 1\r\n\r\n"


def known(raw: bytes = RAW) -> KnownRequest:
    return KnownRequest(
        raw, read_head(raw), cast(Any, None), cast(Any, None), Router(RouteTable()), "https", ("127.0.0.1", 8080), ("10.0.0.9", 50000)
    )


def test_a_request_says_what_head_and_connection_say() -> None:
    request = known().request
    assert (request.method, request.raw_url, request.path, request.query_string) == ("GET", "/a?b=c", "/a", "b=c")
    assert (request.host, request.scheme, request.http_version, request.headers.get("x-one")) == ("site.test", "https", "1.1", "1")
    assert (request.client_ip, request.client_port, request.local_ip, request.local_port) == ("10.0.0.9", 50000, "127.0.0.1", 8080)


def test_what_one_request_changes_the_next_does_not_see() -> None:
    shared = known().request
    host = PipelineDriver(ScopeSettings(modules=(native("Handler"),), handlers=(row(),)), modules={}, handlers={"Handler": handler(hello)}).host
    first = host.begin(shared, MemoryWire())
    mine = first.own_request()
    mine.path, mine.method = "/other", "POST"
    mine.headers.set("X-One", "2")
    mine.headers.append("X-Two", "2")
    assert first.own_request() is mine is first.request
    second = host.begin(shared, MemoryWire()).request
    assert (second.path, second.method, second.headers.get("X-One"), "X-Two" in second.headers) == ("/a", "GET", "1", False)


def test_only_a_declared_length_or_chunks_make_a_body() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n"
    assert not known().has_body
    assert not known(head % b"Content-Length: 0").has_body
    assert known(head % b"Content-Length: 1").has_body
    assert known(head % b"Transfer-Encoding: chunked").has_body
