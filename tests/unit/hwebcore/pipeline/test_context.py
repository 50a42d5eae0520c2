"""What steps are given."""

from __future__ import annotations

import os

import pytest

from hwebcore.open_file import OpenFile
from hwebcore.pipeline.context import Headers, Response, User, check_header
from tests.support.pipeline_driver import memory_file


def test_headers_compare_without_case_and_keep_order() -> None:
    headers = Headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert (headers.get("A"), headers.get_all("a"), "B" in headers, headers.get("c", "-")) == ("1", ["1", "3"], True, "-")
    headers.set("a", "4")
    headers.remove("B")
    assert headers.items == [("a", "4")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("", "x"), ("a b", "x"), ("a:", "x"), ("a", "x\r\ny"), ("a", "\0"), ("a", "\x1b[2J"), ("a", "x\x7f"), ("a", "\x0b"), ("é", "x")],
)
def test_evil_headers_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"header name|control character"):
        check_header(name, value)


@pytest.mark.parametrize("value", ["", "a\tb", "caf\xe9", "\x85", "\u65e5"])
def test_a_tab_and_what_is_no_control_are_taken(value: str) -> None:
    check_header("a", value)


def test_clearing_a_response_closes_its_file_and_fails_after_the_head() -> None:
    response = Response()
    fd = memory_file(10)
    response.file = (OpenFile(fd), 0, 10)
    response.write(b"x")
    response.clear()
    assert (response.body, response.buffered, response.file) == ([], 0, None)
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(fd)
    response.sent_headers = True
    with pytest.raises(RuntimeError):
        response.clear()


def test_anonymous_is_a_user_who_is_not_authenticated() -> None:
    assert not User("").is_authenticated
    assert User("a", "Forms", frozenset(("x",))).is_in_role("x")
