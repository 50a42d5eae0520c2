"""The usual answer: what it is, and that it says what any other would."""

from __future__ import annotations

import dataclasses
import os

import pytest

from hwebcore.open_file import OpenFile
from hwebcore.pipeline.context import Context, Response
from hwebcore.plan import ScopeSettings
from hwebcore.wire.heads import AppHeaders, head_bytes
from hwebcore.wire.responses import SMALL_FILE_BYTES, ResponseWriter
from hwebcore.wire.usual_answer import usual_answer
from tests.support.pipeline_driver import MemoryWire, PipelineDriver, handler, hello, native, request, row

USUAL = [("Content-Type", "text/plain"), ("X-Stamp", "1")]


@pytest.fixture
def context() -> Context:
    driver = PipelineDriver(ScopeSettings(modules=(native("Handler"),), handlers=(row(),)), modules={}, handlers={"Handler": handler(hello)})
    return driver.host.begin(request(), MemoryWire(), Response())


@pytest.mark.parametrize("show_server", [True, False])
def test_its_head_is_the_same_as_any(context: Context, show_server: bool) -> None:
    filtering = dataclasses.replace(context.settings.request_filtering, remove_server_header=not show_server)
    context.settings = dataclasses.replace(context.settings, request_filtering=filtering)
    whole = head_bytes(200, "", AppHeaders([*USUAL, ("Date", "now")]), "Content-Length: 5\r\n", show_server)
    context.response.headers.items = list(USUAL)
    context.response.write(b"Hello")
    lines = usual_answer(context, True).split(b"\r\n")
    assert [b"Date: now" if line.startswith(b"Date: ") else line for line in lines] == (whole + b"Hello").split(b"\r\n")


@pytest.mark.parametrize(
    "item", [("X-Stamp", "a\r\nB: c"), ("X-Stamp", "a\0b"), ("X-Stamp", "→"), ("X-Stamp", ""), ("Connection", "close"), ("content-length", "3")]
)
def test_what_is_not_usual_is_left_to_the_careful_form(context: Context, item: tuple[str, str]) -> None:
    AppHeaders(USUAL)
    for status, items in ((200, [*USUAL, item]), (200, USUAL * 100), (299, USUAL)):
        context.response.status, context.response.headers.items = status, items
        assert usual_answer(context, True) == b""
    assert not context.response.sent_headers


@pytest.mark.parametrize(("declared", "whole"), [(3, True), (4, False), (None, False)])
def test_a_flush_of_all_that_was_declared_is_a_whole_answer(context: Context, declared: int | None, whole: bool) -> None:
    """aspnet_isapi.dll's rows have responseBufferLimit 0: Classic flushes each page whole."""
    context.response.write(b"abc")
    context.response.content_length = declared
    flushed, rest = usual_answer(context, False), usual_answer(context, True)
    assert (bool(flushed), bool(rest)) == (whole, declared is None)
    if whole:
        assert flushed.endswith(b"\r\nContent-Length: 3\r\n\r\nabc")
        assert context.response.bytes_sent == len(flushed)


def test_of_a_long_file_it_is_the_head(context: Context) -> None:
    response, size = context.response, SMALL_FILE_BYTES + 1
    response.headers.items = list(USUAL)
    file = response.file = (OpenFile(os.open(os.devnull, os.O_RDONLY)), 7, size)
    whole = head_bytes(200, "", AppHeaders([*USUAL, ("Date", "now")]), f"Content-Length: {size}\r\n", True)
    assert usual_answer(context, False) == b""
    lines = usual_answer(context, True).split(b"\r\n")
    assert [b"Date: now" if line.startswith(b"Date: ") else line for line in lines] == whole.split(b"\r\n")
    assert response.file is file


@pytest.mark.parametrize(
    ("size", "declared", "body"), [(SMALL_FILE_BYTES, None, b""), (SMALL_FILE_BYTES + 1, 3, b""), (SMALL_FILE_BYTES + 1, None, b"a")]
)
def test_other_files_are_left_to_the_careful_form(context: Context, size: int, declared: int | None, body: bytes) -> None:
    response = context.response
    response.file = (OpenFile(os.open(os.devnull, os.O_RDONLY)), 0, size)
    response.headers.items, response.content_length = list(USUAL), declared
    if body:
        response.write(body)
    assert usual_answer(context, True) == b""
    assert not response.sent_headers


def test_what_follows_a_whole_answer_is_cut(context: Context) -> None:
    out: list[bytes] = []
    context.response.write(b"abc")
    context.response.content_length = 3
    assert usual_answer(context, False)
    context.response.write(b"more")
    assert not usual_answer(context, True)
    ResponseWriter(out.append, True, context.response.bytes_sent).send(context, True)
    assert out == []
