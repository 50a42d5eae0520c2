"""The response's facade: what may be said, and what never leaves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.managed.request import IntegratedModeRequired
from hwebcore.managed.response import ManagedResponse, head_lines, reason_phrase
from hwebcore.pipeline.context import Response


def made(integrated: bool = True) -> tuple[ManagedResponse, Response, list[str]]:
    store, done = Response(), list[str]()
    native: Any = SimpleNamespace(step=3, managed=SimpleNamespace(classic=None, complete_request=lambda: done.append("completed")))
    return ManagedResponse(native, store, integrated), store, done


def test_status_resets_the_substatus_and_says_who() -> None:
    response, store, _ = made()
    response.status, response.sub_status = 404, 7
    assert (store.status, store.substatus, store.set_by) == (404, 7, 3)
    response.status = 200
    assert store.substatus == 0
    for wrong in (7, 100, 101, 199, 1000, 299.5, "200", None):  # 1xx is no answer to wait for
        with pytest.raises(ValueError, match="is no status of a response"):
            response.status = wrong  # type: ignore[assignment]  # wrong on purpose


def test_classic_has_no_headers_and_no_sub_status() -> None:
    response, _, _ = made(False)
    for attempt in (lambda: response.headers, lambda: response.sub_status):
        with pytest.raises(IntegratedModeRequired):
            attempt()


@pytest.mark.parametrize("integrated", [False, True])
def test_asp_nets_response_has_one_content_type(integrated: bool) -> None:
    response, store, _ = made(integrated)
    response.content_type = "text/plain"
    for _ in range(2):
        response.append_header("content-type", "text/odd")
    assert store.headers.get_all("Content-Type") == (["text/plain", "text/odd", "text/odd"] if integrated else ["text/odd"])


def test_write_and_clear() -> None:
    response, store, _ = made()
    response.write("ü")
    response.write(b"x")
    assert (b"".join(store.body), store.buffered) == ("üx".encode(), 3)
    response.clear()
    assert (store.body, store.buffered) == ([], 0)


def test_evil_headers_are_refused() -> None:
    response, store, _ = made()
    for name, value in (("X", "a\r\nb"), ("X\r\n", "a"), ("", "a"), ("X", "\0")):
        with pytest.raises(ValueError, match=r"header|holds"):
            response.append_header(name, value)
    assert store.headers.items == []


def test_a_declared_length_is_not_a_header() -> None:
    """It is enforced in both modes (reliability C 8), and goes with the body that it spoke of."""
    for integrated in (True, False):
        response, store, _ = made(integrated)
        response.append_header("Content-Length", "3")
        assert store.content_length == 3
        assert store.headers.items == []
        response.clear()
        assert store.content_length is None
        for wrong in ("-1", "+1", "1_0", "٣", "9" * 30, ""):
            with pytest.raises(ValueError, match="is no number"):
                response.append_header("content-length", wrong)


def test_a_number_is_no_body() -> None:
    response, store, _ = made()
    response.write(bytearray(b"ab"))  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(TypeError):
        response.write(5)  # type: ignore[arg-type]  # wrong on purpose
    assert store.body == [b"ab"]


def test_redirect_encodes_and_completes() -> None:
    response, store, done = made()
    response.redirect('/a b\r\n"ü', permanent=True)
    assert (store.status, store.headers.get("Location"), done) == (301, '/a%20b%0D%0A"%C3%BC', ["completed"])
    assert b"&quot;" in b"".join(store.body)


def test_nothing_changes_after_the_head_is_sent() -> None:
    response, store, _ = made()
    store.sent_headers = True
    with pytest.raises(RuntimeError, match="already sent"):
        response.status = 500
    with pytest.raises(RuntimeError, match="already sent"):
        response.append_header("X", "1")


def test_one_cookie_line_a_name() -> None:
    response, store, _ = made()
    for line in ("a=1", "ab=1", "a=2"):
        response.replace_cookie(line.partition("=")[0], line)
    assert store.headers.get_all("Set-Cookie") == ["ab=1", "a=2"]


def test_begin() -> None:
    response, store, _ = made()
    response.append_header("X-Module", "1")
    given = [("Content-Length", "5"), ("Connection", "close"), ("Transfer-Encoding", "chunked"), ("content-type", "a/b"), ("X", "1")]
    response.begin(201, reason_phrase(201, "Made"), *head_lines(given))
    assert (store.status, store.reason_phrase, store.content_length, store.suppress_custom_errors) == (201, "Made", 5, True)
    assert store.headers.items == [("X-Module", "1"), ("content-type", "a/b"), ("X", "1")]
    with pytest.raises(ValueError, match="is no number"):
        head_lines([("Content-Length", "-1")])
