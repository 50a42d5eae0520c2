"""Response heads."""

from __future__ import annotations

import pytest

from hwebcore.wire.heads import AppHeaders, BadHeader, head_bytes, plain_head, status_line


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


USUAL = [("Content-Type", "text/plain"), ("X-Stamp", "1")]


@pytest.mark.parametrize("show_server", [True, False])
def test_the_usual_head_is_the_same_as_any(show_server: bool) -> None:
    whole = head_bytes(200, "", AppHeaders([*USUAL, ("Date", "now")]), "Content-Length: 5\r\n", show_server)
    lines = plain_head(200, USUAL, 5, show_server).split(b"\r\n")
    assert [b"Date: now" if line.startswith(b"Date: ") else line for line in lines] == whole.split(b"\r\n")


@pytest.mark.parametrize(
    "item", [("X-Stamp", "a\r\nB: c"), ("X-Stamp", "a\0b"), ("X-Stamp", "→"), ("X-Stamp", ""), ("Connection", "close"), ("content-length", "3")]
)
def test_what_is_not_usual_is_left_to_the_careful_form(item: tuple[str, str]) -> None:
    AppHeaders(USUAL)
    assert plain_head(200, [*USUAL, item], 5, True) == b""
    assert plain_head(200, USUAL * 100, 5, True) == b""
    assert plain_head(299, USUAL, 5, True) == b""
