"""Columns of a log's own: hwebcore/custom_log_fields.py."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hwebcore.custom_log_fields import log_of
from hwebcore.pipeline.described import Described
from hwebcore.request_log import RequestLog
from hwebcore.site_log import CustomField, SiteLog
from tests.support.exchange import exchange

AT = 1439491571.0
COLUMNS = (
    CustomField("a", "RequestHeader", "X-Forwarded-For"),
    CustomField("b", "ResponseHeader", "X-Note"),
    CustomField("c", "ServerVariable", "REMOTE_PORT"),
    CustomField("d", "ServerVariable", "UNKNOWN"),
)


# rules: log.custom-fields
def test_they_stand_behind_the_others() -> None:
    log = log_of(SiteLog(fields=("Method", "HttpStatus"), custom=COLUMNS))
    context = exchange("/", headers={"X-Forwarded-For": "10.0.0.1, 10.0.0.2"})
    context.response.headers.append("X-Note", "one")
    assert log.line(context, AT, 0.0) == "GET 200 10.0.0.1,+10.0.0.2 one 50000 -\n"


# rules: log.custom-fields log.one-line
def test_whatever_they_hold_stays_in_its_column_and_has_its_length() -> None:
    log = log_of(SiteLog(fields=("Method",), custom=COLUMNS[:1], most_custom_bytes=8))
    assert log.line(exchange("/", headers={"X-Forwarded-For": "a\nb c"}), AT, 0.0) == "GET a%0Ab+c\n"
    assert log.line(exchange("/", headers={"X-Forwarded-For": "x" * 100}), AT, 0.0) == f"GET {'x' * 8}\n"


def test_a_variable_that_a_module_set_is_told() -> None:
    log = log_of(SiteLog(fields=("Method",), custom=(CustomField("u", "ServerVariable", "MY_NAME"),)))
    context = exchange("/")
    managed: Any = SimpleNamespace(request=SimpleNamespace(server_variables={"MY_NAME": "ada"}))
    context.managed = managed
    assert log.line(context, AT, 0.0) == "GET ada\n"


def test_no_line_repeats_the_one_before(tmp_path: Path) -> None:
    log = log_of(SiteLog(fields=("Method", "HttpStatus"), custom=COLUMNS[1:2]))
    log.writer.open(os.open(tmp_path / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
    context = exchange("/")
    context.request.described, context.request.shared = Described("GET", "127.0.0.1", 5, "/"), True
    context.start, context.end, context.wall = 5.0, 5.0005, AT
    for note in ("one", "two"):
        context.response.headers.set("X-Note", note)
        log.record(context)
    log.writer.close()
    assert (tmp_path / "log").read_text() == "GET 200 one\nGET 200 two\n"


def test_without_columns_it_is_the_plain_log() -> None:
    assert type(log_of(SiteLog())) is RequestLog
