"""Response heads."""

from __future__ import annotations

import pytest

from hwebcore.wire.heads import AppHeaders, BadHeader, head_bytes, status_line


def test_framing_headers_of_the_application_are_read_not_repeated() -> None:
    headers = AppHeaders([("Content-Length", "3"), ("Transfer-Encoding", "chunked"), ("Connection", "Close"), ("X", "y"), ("Empty", "")])
    assert (headers.lines, headers.length, headers.close) == ("X: y\r\n", 3, True)


@pytest.mark.parametrize("item", [("X", "a\r\nB: c"), ("X\nB", "c"), ("X", "a\rb"), ("X", "a\0b")])
def test_a_line_break_never_leaves(item: tuple[str, str]) -> None:
    with pytest.raises(BadHeader):
        AppHeaders([("A", "b"), item])


def test_what_latin_1_cannot_carry_and_evil_phrases_never_leave() -> None:
    with pytest.raises(BadHeader):
        head_bytes(200, "", AppHeaders([("X", "→")]), "", True)
    with pytest.raises(BadHeader):
        head_bytes(200, "OK\r\nX: y", AppHeaders([]), "", True)


def test_server_may_be_hidden() -> None:
    assert b"Server: Poolhouse\r\n" in head_bytes(200, "", AppHeaders([]), "", True)
    assert b"Server" not in head_bytes(200, "", AppHeaders([("Server", "mine")]), "", False)


def test_status_lines() -> None:
    assert status_line(404) == "HTTP/1.1 404 Not Found\r\n"
    assert status_line(299) == "HTTP/1.1 299 Unknown\r\n"
    assert status_line(200, "Fine") == "HTTP/1.1 200 Fine\r\n"
