"""Framing of responses: what test_protocol.py does not show over a socket."""

from __future__ import annotations

import pytest

from hwebcore.pipeline.context import Context, Response
from hwebcore.plan import ScopeSettings
from hwebcore.wire.responses import ResponseWriter
from tests.support.pipeline_driver import MemoryWire, PipelineDriver, handler, hello, native, request, row


class Upper:
    def feed(self, data: bytes) -> bytes:
        return data.upper()

    def finish(self) -> bytes:
        return b"."


def sent(context: Context, last: bool = True) -> bytes:
    out: list[bytes] = []
    ResponseWriter(out.append, True).send(context, last)
    return b"".join(out)


@pytest.fixture
def context() -> Context:
    driver = PipelineDriver(ScopeSettings(modules=(native("Handler"),), handlers=(row(),)), modules={}, handlers={"Handler": handler(hello)})
    return driver.host.begin(request(), MemoryWire(), Response())


def test_filters_see_everything_and_decide_the_length(context: Context) -> None:
    context.response.write(b"abc")
    context.response.headers.append("Content-Length", "3")
    context.response.filters.append(Upper())
    answer = sent(context)
    assert answer.endswith(b"\r\n\r\nABC.")
    assert b"Content-Length: 4\r\n" in answer


def test_a_declared_length_does_not_hold_under_a_filter(context: Context) -> None:
    context.response.content_length = 3
    context.response.write(b"abc")
    context.response.filters.append(Upper())
    assert b"Transfer-Encoding: chunked\r\n" in sent(context, last=False)


def test_head_keeps_the_length_that_get_would_have(context: Context) -> None:
    context.request.method = "HEAD"
    context.response.content_length = 7
    assert sent(context).endswith(b"Content-Length: 7\r\n\r\n")


def test_304_has_neither_body_nor_length(context: Context) -> None:
    context.set_status(304)
    context.response.write(b"abc")
    answer = sent(context)
    assert b"Content-Length" not in answer
    assert answer.endswith(b"\r\n\r\n")


def test_bytes_are_counted(context: Context) -> None:
    context.response.write(b"abc")
    assert len(sent(context)) == context.response.bytes_sent


class Broken(Upper):
    def __init__(self, at: str) -> None:
        self.at = at

    def feed(self, data: bytes) -> bytes:
        return data if self.at == "finish" else bytes(int("no number"))

    def finish(self) -> bytes:
        return bytes(int("no number"))


@pytest.mark.parametrize("at", ["feed", "finish"])
def test_a_filter_that_fails_is_500(context: Context, at: str) -> None:
    context.response.write(b"abc")
    context.response.filters.append(Broken(at))
    answer = sent(context)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"abc" not in answer


def test_a_filter_that_fails_behind_the_head_breaks_the_response_off(context: Context) -> None:
    out: list[bytes] = []
    writer = ResponseWriter(out.append, True)
    context.response.filters.append(Upper())
    context.response.write(b"abc")
    writer.send(context, False)
    context.response.filters.append(Broken("finish"))
    context.response.write(b"def")
    writer.send(context, True)
    assert not b"".join(out).endswith(b"0\r\n\r\n")
    assert not writer.keep_alive


def test_a_filter_that_fails_in_a_flush_is_the_handlers_failure(context: Context) -> None:
    context.response.write(b"abc")
    context.response.filters.append(Broken("feed"))
    with pytest.raises(ValueError, match="no number"):
        sent(context, last=False)
    assert context.response.filters == []
    assert not context.response.sent_headers
