import socket

import pytest

from console.cli import exchange
from console.cli.exchange import Asked, NoTrace
from console.cli.target import Target

TARGET = Target("http://x/a", "Site", "/", "Pool", ("127.0.0.1", 80), "x:80", "/a?b")


def sent(asked: Asked) -> list[bytes]:
    head, _, body = exchange.request_bytes(TARGET, asked).partition(b"\r\n\r\n")
    return [*head.split(b"\r\n"), body]


def test_a_plain_request() -> None:
    assert sent(Asked()) == [b"GET /a?b HTTP/1.1", b"Host: x:80", b"Connection: close", b""]


def test_a_body_is_declared() -> None:
    form = b"Content-Type: application/x-www-form-urlencoded"
    assert sent(Asked("POST", body=b"a=1"))[2:] == [
        b"Content-Length: 3",
        form,
        b"Connection: close",
        b"a=1",
    ]
    assert b"Content-Length: 0" in sent(Asked("POST"))


def test_what_the_user_says_is_not_said_twice() -> None:
    asked = Asked("POST", (("HOST", "y"), ("content-type", "text/plain"), ("Connection", "keep-alive"), ("Content-Length", "3")), b"abc")
    assert sent(asked) == [b"POST /a?b HTTP/1.1", b"HOST: y", b"content-type: text/plain", b"Connection: keep-alive", b"Content-Length: 3", b"abc"]


def test_an_answer_in_chunks() -> None:
    answer = exchange._parsed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "GET")
    assert (answer.status, answer.reason, answer.body, dict(answer.headers)["X"]) == (200, "OK", b"abc", "1")


def test_an_answer_to_head_has_no_body() -> None:
    assert exchange._parsed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD").body == b""


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", b"nonsense\r\n\r\n"])
def test_an_answer_that_is_not_whole(data: bytes) -> None:
    with pytest.raises(EOFError):
        exchange._parsed(data, "GET")


def test_an_answer_without_a_trace_says_so() -> None:
    answer = exchange._parsed(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "GET")
    assert str(NoTrace(answer)).startswith("400 Bad Request was answered before")


async def test_all_that_comes_is_read_until_the_end() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.sendall(b"answer")
    theirs.shutdown(socket.SHUT_WR)
    assert await exchange._talk(exchange.Connected(ours, 1, "r", False), b"request") == b"answer"
    assert theirs.recv(100) == b"request"
    theirs.close()
